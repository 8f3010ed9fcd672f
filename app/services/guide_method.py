"""What the annex of a draft says of how it was made: counts, days, readers, quality, agreement."""

import re
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Testimony
from app.services import agreement_sentences, theme_versions
from app.services.guide_counts import INTERVIEW, Call
from app.services.guide_names import Names
from guides.draft import Method, Tally
from guides.french import NBSP, counted, decimal, percent

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "qualite-etiquetage.md"
ANOTHER_HAND = re.compile(
    r"^\| Question et profil connus \|([^|]+)\|([^|]+)\|([^|]+)\|", re.MULTILINE
)
SHIPPED = "intégré"  # begins the origin of what the shipped pipeline lays


def of(session: Session, call: Call, names: Names) -> Method:
    """Return the method of what is counted now."""
    readers = _readers(session)
    kept = call.kept.total()
    return Method(
        profiles=profiles(call, names),
        first_day=min(call.days, default=None),
        last_day=max(call.days, default=None),
        total=call.by_channel.total,
        interviews=call.by_channel.cells[INTERVIEW],
        read=call.read,
        readers=readers,
        proposed=call.proposed,
        kept=kept,
        rejected=call.decided - kept,
        least=call.least,
        agreement=agreement(session),
        quality=[*_learnt(session), *_published(readers), *_judged(call)],
    )


def profiles(call: Call, names: Names) -> Tally:
    """Return the testimonies of each profile, small numbers hidden."""
    order = [*names.audiences, *(each for each in call.audiences if each not in names.audiences)]
    present = [each for each in order if call.audiences[each]]
    line = call.line(call.audiences, present)
    rows = [(names.audience(each), [line.cells[each]]) for each in present]
    return Tally(
        caption="Témoignages par profil",
        heads=("Profil", "Témoignages"),
        rows=[*rows, ("Ensemble", [line.total])],
    )


def agreement(session: Session) -> Sequence[str]:
    """Return the sentences on agreement between coders; none as long as nobody measured it.

    Numbers alone: no word of anybody, no coder's name.
    """
    return list(agreement_sentences.told(session))


def _readers(session: Session) -> list[str]:
    query = select(Testimony.tagged_by).where(Testimony.tagged_by.is_not(None))
    query = query.group_by(Testimony.tagged_by).order_by(func.count().desc(), Testimony.tagged_by)
    return [each for each in session.scalars(query) if each is not None]


def _learnt(session: Session) -> list[str]:
    """Say what was measured of the version in use, on decisions held apart."""
    version = theme_versions.in_use(session)
    if version is None or not version.figures:
        return []
    told = version.figures["new"]
    apart = counted(told["decisions"], "décision mise à part", "décisions mises à part")
    return [
        f"Version {version.name}, mesurée sur {apart}{NBSP}: {percent(told['precision'])} de ses "
        f"suggestions sont justes, {percent(told['recall'])} des thèmes sont retrouvés "
        f"(F1 de {decimal(told['f1'])})."
    ]


def _published(readers: Sequence[str]) -> list[str]:
    """Say what is published of the shipped pipeline, where it is one of those that read."""
    if not any(each.startswith(SHIPPED) for each in readers) or not PUBLISHED.is_file():
        return []
    told = ANOTHER_HAND.search(PUBLISHED.read_text(encoding="utf-8"))
    if told is None:
        return []
    precision, recall, f1 = (each.strip() for each in told.groups())
    return [
        f"Chaîne livrée, mesurée sur des témoignages inventés, d’une autre main{NBSP}: précision "
        f"de {precision}, rappel de {recall}, F1 de {f1}. Sur de vrais témoignages, attendre moins."
    ]


def _judged(call: Call) -> list[str]:
    """Say what people made of what they looked at."""
    if not call.decided:
        return ["Aucune décision n’a encore été prise sur les suggestions."]
    told = counted(call.decided, "extrait décidé", "extraits décidés")
    share = percent(call.kept.total() / call.decided)
    return [f"{told} par des personnes, dont {share} gardés, tels quels ou corrigés."]
