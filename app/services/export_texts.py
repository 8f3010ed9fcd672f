"""Testimonies as JSON lines, as a corpus for IRaMuTeQ, as documents of spaCy."""

import json
from collections.abc import Iterator
from typing import Any

from analysis.exchange import iramuteq
from app.services import voices
from app.services.export_making import Content, Making
from app.services.export_tables import STATES
from app.services.exported import Laid, Leaving, Margin, Told
from app.services.exported_sources import QUOTATIONS, mark
from app.services.exported_values import valued


class JsonWriter:
    """A testimony a line."""

    COLUMNS = {
        "id, reference": "les identifiants du témoignage",
        "profil, canal, questionnaire, recu_le, accord_citation, lu_par": "ce qu’on en sait",
        "empreinte": "ce qui empêche un témoignage retiré de revenir",
        "valeurs": "question → réponse choisie, telle qu’elle est enregistrée",
        "variables": "variable de cas → valeur",
        "reponses": "les mots : id, question, intitule, texte",
        "codages": (
            "id, reponse, question, theme, debut, fin (en caractères Unicode, fin exclue), etat, "
            "par, le, origine, score, memos"
        ),
        "memos": "les mémos de tout le témoignage : memo, par, le",
    }

    def __init__(self, making: Making) -> None:
        self._stream = making.stream_of("temoignages.jsonl")
        self._count = 0

    def add(self, leaving: Leaving) -> None:
        line = json.dumps(_as_json(leaving), ensure_ascii=False, separators=(",", ":"))
        # Some readers take U+2028 and U+2029 for ends of lines.
        safe = line.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
        self._stream.write(safe.encode() + b"\n")
        self._count += 1

    def close(self) -> list[Content]:
        return [Content("temoignages.jsonl", self._count, "témoignages", self.COLUMNS)]


def _as_json(leaving: Leaving) -> dict[str, Any]:
    return {
        "id": str(leaving.id),
        "reference": leaving.reference,
        "profil": leaving.audience,
        "canal": leaving.channel,
        "questionnaire": f"{leaving.slug}.v{leaving.version}",
        "recu_le": leaving.received_on.isoformat(),
        "accord_citation": QUOTATIONS[leaving.quotation] if leaving.quotation else "non",
        "lu_par": leaving.tagged_by,
        "empreinte": mark(leaving.submission_key, leaving.id),
        "valeurs": leaving.values,
        "variables": leaving.variables,
        "reponses": [
            {
                "id": str(told.id),
                "question": told.question,
                "intitule": told.wording,
                "texte": told.text,
            }
            for told in leaving.told
        ],
        "codages": [_coding_as_json(told, laid) for told, laid in leaving.codings],
        "memos": [_memo_as_json(memo) for memo in leaving.memos],
    }


def _coding_as_json(told: Told, laid: Laid) -> dict[str, Any]:
    return {
        "id": str(laid.id),
        "reponse": str(told.id),
        "question": told.question,
        "theme": laid.theme,
        "debut": laid.start,
        "fin": laid.end,
        "etat": STATES[laid.state],
        "par": laid.who.name,
        "le": laid.made_at.isoformat(),
        "origine": laid.origin,
        "score": laid.score,
        "memos": [_memo_as_json(memo) for memo in laid.memos],
    }


def _memo_as_json(memo: Margin) -> dict[str, Any]:
    who = memo.who.name if memo.who else None
    return {"memo": memo.words, "par": who, "le": memo.written_at.isoformat()}


class CorpusWriter:
    """A corpus for IRaMuTeQ: only the words of who testifies, not those of who asks."""

    def __init__(self, making: Making) -> None:
        self._stream = making.stream_of("corpus.txt")
        self._is_thematic = making.wanted.is_thematic
        self._variables = sorted(
            {q.variable for asked in valued(making.library).values() for q in asked if q.variable}
        )
        self._count = 0

    def add(self, leaving: Leaving) -> None:
        known = {name: leaving.variables.get(name, "") for name in self._variables}
        variables = {
            "id": leaving.reference,
            "profil": leaving.audience,
            "canal": leaving.channel,
            **known,
        }
        lines = list(iramuteq.written(variables, self._parts(leaving)))
        self._count += bool(lines)
        self._stream.write("".join(f"{line}\n" for line in lines).encode())

    def _parts(self, leaving: Leaving) -> Iterator[iramuteq.Part]:
        for told in leaving.told:
            theme = told.question if self._is_thematic else ""
            yield theme, voices.heard(told.text, leaving.team)

    def close(self) -> list[Content]:
        told = {
            "**** *id_… *profil_…": "au début de chaque texte, ses variables étoilées",
            "-*question": "si c’est demandé, la question au-dessus de chaque réponse",
            "nr": "non renseigné",
            "0virgule5": "un nombre à virgule, ici 0,5",
        }
        return [Content("corpus.txt", self._count, "textes", told)]


class DocumentWriter:
    """A DocBin of spaCy. Loads it: never in the web process."""

    def __init__(self, making: Making) -> None:
        from analysis.exchange import docbin  # noqa: PLC0415

        self._docbin, self._writer = docbin, docbin.Writer()
        self._stream = making.stream_of("reponses.spacy")

    def add(self, leaving: Leaving) -> None:
        for told in leaving.told:
            about = {
                "id": str(told.id),
                "reference": leaving.reference,
                "question": told.question,
                "profil": leaving.audience,
                "etats": [STATES[laid.state] for laid in told.codings],
            }
            spans = tuple((laid.theme, laid.start, laid.end) for laid in told.codings)
            self._writer.add(self._docbin.Text(told.text, about, spans))

    def close(self) -> list[Content]:
        self._writer.save(self._stream)
        told = {
            'doc.spans["themes"]': "un Span par codage, son étiquette est le thème",
            "doc.user_data": "id, reference, question, profil, etats (dans l’ordre des spans)",
            "élargis aux mots": f"{self._writer.widened} extraits commençaient ou finissaient "
            "au milieu d’un mot",
        }
        return [Content("reponses.spacy", self._writer.documents, "documents", told)]
