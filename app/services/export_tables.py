"""Testimonies as tables, CSV or XLSX: who is studied, what they said, what is laid on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Protocol

from analysis.codebook import Codebook
from analysis.exchange import tables
from analysis.exchange.tables import Cell
from app.models.base import PARIS
from app.services.exported import Laid, Leaving, Margin, Told
from app.services.exported_sources import QUOTATIONS
from app.services.exported_values import in_words, valued
from app.services.standings import State
from forms.schema import Library, Question

STATES = {
    State.PROPOSED: "proposé",
    State.ACCEPTED: "accepté",
    State.CORRECTED: "corrigé",
    State.REJECTED: "rejeté",
}
MORE = " […]"
TESTIMONIES, ANSWERS, CODINGS = "temoignages", "reponses", "codages"
THEMES, QUESTIONS, MEMOS = "grille", "questions", "memos"
SHEETS = {
    TESTIMONIES: "Témoignages",
    ANSWERS: "Réponses",
    CODINGS: "Codages",
    THEMES: "Grille",
    QUESTIONS: "Questions",
    MEMOS: "Mémos",
}
COLUMNS: dict[str, dict[str, str]] = {
    TESTIMONIES: {
        "reference": "la référence du témoignage, la même dans toutes les tables",
        "profil": "le profil de la personne",
        "canal": "questionnaire (écrit par la personne) ou interview (entretien transcrit)",
        "questionnaire": "le questionnaire et sa version",
        "recu_le": "le jour de l’envoi ou de l’entretien",
        "accord_citation": "non, sans_nom, ou fonction (avec la fonction et le territoire)",
        "lu_par": "la chaîne d’analyse qui a proposé des thèmes",
        "codages": "combien de codages de ce témoignage sont dans la table des codages",
        "autres": "les variables dont la question n’est plus installée, nom=valeur",
    },
    ANSWERS: {
        "reference": "la référence du témoignage",
        "question": "l’identifiant de la question",
        "intitule": "la question posée",
        "partie": "1, puis 2, 3… quand le texte ne tient pas dans une case de classeur",
        "debut": "où commence cette partie dans la réponse (0 pour la première)",
        "signes": "la longueur de cette partie",
        "texte": "les mots de la personne",
    },
    CODINGS: {
        "reference": "la référence du témoignage",
        "question": "l’identifiant de la question",
        "theme": "l’identifiant du thème retenu",
        "libelle": "le nom du thème",
        "famille": "la famille du thème",
        "etat": "proposé (par la chaîne), accepté, corrigé ou rejeté (par une personne)",
        "debut": "le premier signe de l’extrait dans la réponse, compté depuis 0",
        "fin": "le signe qui suit l’extrait ; un émoji compte pour un",
        "extrait": f"le passage ; s’il ne tient pas dans une case, son début, puis «{MORE} »",
        "par": "qui a décidé, ou la chaîne d’analyse",
        "le": "le jour de la décision, ou de la proposition",
        "origine": "ce qui a proposé ce codage : chaîne et grille, ou main",
        "score": "de 0 à 1, donné par la chaîne ; 1 pour ce qui est posé à la main",
        "codage": "l’identifiant du codage",
    },
    THEMES: {
        "theme": "l’identifiant du thème",
        "code": "son code court",
        "libelle": "son nom",
        "famille": "sa famille",
        "definition": "ce qu’il couvre",
    },
    QUESTIONS: {
        "question": "l’identifiant, qui est un titre de la table des témoignages",
        "intitule": "la question posée, dans sa dernière version",
        "genre": "comment on y répond",
        "variable": "la variable de cas qu’elle nourrit",
        "reponses": "les réponses proposées, valeur = libellé",
    },
    MEMOS: {
        "reference": "la référence du témoignage",
        "codage": "l’identifiant du codage ; vide pour un mémo de tout le témoignage",
        "memo": "ce qui est écrit",
        "par": "qui l’a écrit",
        "le": "quel jour",
    },
}


class Table(Protocol):
    """Where rows go."""

    count: int

    def add(self, row: Sequence[Cell]) -> None:
        """Add a row."""


class Open(Protocol):
    """Makes a table of this name, its titles first."""

    def __call__(self, name: str, titles: Sequence[str]) -> Table: ...


@dataclass(frozen=True)
class About:
    """What tables are made with; `longest` is the most that a cell holds, none where all fits."""

    library: Library
    codebook: Codebook
    has_memos: bool
    longest: int | None


class Tables:
    """The tables of an export, filled one testimony after the other."""

    def __init__(self, open_: Open, about: About) -> None:
        self._about = about
        self._asked = valued(about.library)
        self._themes = {theme.id: theme for theme in about.codebook.themes}
        names = [name for name in COLUMNS if name != MEMOS or about.has_memos]
        self.made = {name: open_(name, self.titles(name)) for name in names}
        for theme in about.codebook.themes:
            told = (theme.id, theme.code, theme.label, theme.family.title, theme.definition)
            self.made[THEMES].add(told)
        for id_, asked in self._asked.items():
            self.made[QUESTIONS].add(_question(id_, asked[-1]))

    def titles(self, name: str) -> list[str]:
        """Return the titles of a table."""
        return [*COLUMNS[name], *(self._asked if name == TESTIMONIES else ())]

    def add(self, leaving: Leaving) -> None:
        """Add a testimony to every table."""
        self.made[TESTIMONIES].add(self._testimony(leaving))
        for told in leaving.told:
            for row in self._answer(leaving, told):
                self.made[ANSWERS].add(row)
        for told, laid in leaving.codings:
            self.made[CODINGS].add(self._coding(leaving, told, laid))
        if self._about.has_memos:
            for codage, memo in _memos(leaving):
                self.made[MEMOS].add(self._memo(leaving, codage, memo))

    def _testimony(self, leaving: Leaving) -> list[Cell]:
        questions = {}
        for id_, asked in self._asked.items():
            if id_ in leaving.values:
                questions[id_] = in_words(asked[-1], leaving.values[id_])
        fed = {each.variable for id_ in questions for each in self._asked[id_]}
        others = [f"{name}={value}" for name, value in leaving.variables.items() if name not in fed]
        return [
            leaving.reference,
            leaving.audience,
            leaving.channel,
            f"{leaving.slug}.v{leaving.version}",
            leaving.received_on.isoformat(),
            QUOTATIONS[leaving.quotation] if leaving.quotation else "non",
            leaving.tagged_by,
            sum(1 for _ in leaving.codings),
            self._cut(" ; ".join(sorted(others))) or None,
            *(self._cut(questions.get(id_)) for id_ in self._asked),
        ]

    def _answer(self, leaving: Leaving, told: Told) -> Iterator[list[Cell]]:
        longest = self._about.longest
        parts = tables.parts(told.text, longest) if longest else iter([(0, told.text)])
        for number, (start, text) in enumerate(parts, 1):
            wording = self._cut(told.wording)
            yield [leaving.reference, told.question, wording, number, start, len(text), text]

    def _coding(self, leaving: Leaving, told: Told, laid: Laid) -> list[Cell]:
        theme = self._themes.get(laid.theme)
        return [
            leaving.reference,
            told.question,
            laid.theme,
            theme.label if theme else "(hors de la grille)",
            theme.family.title if theme else None,
            STATES[laid.state],
            laid.start,
            laid.end,
            self._cut(told.text[laid.start : laid.end]),
            laid.who.name,
            laid.made_at.astimezone(PARIS).date().isoformat(),
            laid.origin,
            laid.score,
            str(laid.id),
        ]

    def _memo(self, leaving: Leaving, codage: str | None, memo: Margin) -> list[Cell]:
        day = memo.written_at.astimezone(PARIS).date().isoformat()
        words = self._cut(memo.words)
        return [leaving.reference, codage, words, memo.who.name if memo.who else None, day]

    def _cut(self, cell: Cell) -> Cell:
        """Cut what a cell of a workbook cannot hold, and show it."""
        longest = self._about.longest
        if longest is None or not isinstance(cell, str) or len(cell) * 2 <= longest:
            return cell
        _, first = next(tables.parts(cell, longest - len(MORE)))
        return cell if len(first) == len(cell) else first + MORE


def _question(id_: str, asked: Question) -> list[Cell]:
    offered = " ; ".join(f"{option.value} = {option.label}" for option in asked.options)
    return [id_, " ".join(asked.label.split()), asked.kind.value, asked.variable, offered or None]


def _memos(leaving: Leaving) -> Iterator[tuple[str | None, Margin]]:
    for memo in leaving.memos:
        yield None, memo
    for _, laid in leaving.codings:
        for memo in laid.memos:
            yield str(laid.id), memo


class CsvFiles:
    """One CSV a table, each to a stream of its own."""

    def __init__(self, stream_of: "StreamOf") -> None:
        self._stream_of = stream_of
        self._made: list[tables.Csv] = []

    def __call__(self, name: str, titles: Sequence[str]) -> Table:
        table = tables.Csv(self._stream_of(f"{name}.csv"), titles)
        self._made.append(table)
        return table

    def close(self) -> None:
        """End every table."""
        for table in self._made:
            table.close()


class StreamOf(Protocol):
    """Gives the stream of a file by its name."""

    def __call__(self, name: str) -> IO[bytes]: ...
