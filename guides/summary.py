"""The activity summary as a document of two pages: who testified, from where, when, of what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from guides.document import (
    Block,
    Document,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    Table,
)
from guides.draft import HIDDEN, told
from guides.french import NBSP, counted, day, joined, percent
from guides.schema import Activity

NONE_YET = "—"


@dataclass(frozen=True)
class Profile:
    """A profile: its testimonies, the invitations that arrived, and those that were answered.

    A number is none where it is hidden; there is no rate then.
    """

    label: str
    testimonies: int | None
    reached: int | None
    answered: int | None

    @property
    def rate(self) -> float | None:
        if not self.reached or self.answered is None:
            return None
        return self.answered / self.reached


@dataclass(frozen=True)
class Counts:
    """Counts under a title; a hidden one is none. At most a dozen, for two pages to hold."""

    caption: str
    head: str
    rows: Sequence[tuple[str, int | None]]


@dataclass(frozen=True)
class Summary:
    """What the summary tells; a hidden number is none; `figures` stand on the second page."""

    activity: Activity
    author: str
    made_on: date
    total: int | None
    interviews: int | None
    first_day: date | None
    last_day: date | None
    profiles: Sequence[Profile]
    whole: Profile
    concerned: Sequence[str]  # labels of those whose participation it is about
    concerned_total: int | None
    regions: Counts
    territories: Counts
    months: Counts
    figures: Sequence[Figure]
    least: int


def compose(summary: Summary) -> Document:
    """Give the document of a summary."""
    return Document(
        title=summary.activity.title,
        subtitle=summary.activity.subtitle,
        author=summary.author,
        made_on=summary.made_on,
        lines=(f"{summary.author}, {day(summary.made_on)}",),
        keywords=("participation", "témoignages"),
        blocks=list(_blocks(summary)),
        is_compact=True,
    )


def _blocks(summary: Summary) -> Iterator[Block]:
    yield Paragraph(summary.activity.intent)
    yield Heading("Qui a témoigné, d’où")
    yield Paragraph(_who(summary))
    yield _profiles(summary)
    yield _counts(summary.regions)
    yield _counts(summary.territories)
    yield PageBreak()
    yield Heading("Quand, et de quoi")
    yield _counts(summary.months)
    yield from summary.figures
    yield Paragraph(_note(summary), is_note=True)


def _who(summary: Summary) -> str:
    if summary.first_day is None or summary.last_day is None:
        return "Aucun témoignage n’est encore arrivé."
    if summary.total is None:
        return f"Moins de {summary.least} témoignages sont arrivés."
    many = counted(summary.total, "témoignage", "témoignages")
    when = (
        f"du {day(summary.first_day)} au {day(summary.last_day)}"
        if summary.first_day != summary.last_day
        else f"le {day(summary.first_day)}"
    )
    text = f"{many}, {when}{_spoken(summary.interviews)}."
    if summary.concerned_total is None or not summary.total:
        return text
    share = percent(summary.concerned_total / summary.total)
    names = joined([f"«{NBSP}{label}{NBSP}»" for label in summary.concerned])
    return f"{text} Les profils {names} en ont donné {told(summary.concerned_total)}, soit {share}."


def _spoken(interviews: int | None) -> str:
    if interviews is None:
        return ", dont des entretiens"
    return f", dont {counted(interviews, 'entretien', 'entretiens')}" if interviews else ""


def _profiles(summary: Summary) -> Table:
    rows = [_profile(each, summary.total) for each in (*summary.profiles, summary.whole)]
    return Table(
        "Témoignages et participation par profil",
        ("Profil", "Témoignages", "Part", "Invitations reçues", "Réponses", "Taux"),
        tuple(rows),
        "Une personne peut témoigner sans invitation. Le taux est celui des réponses aux "
        "invitations reçues.",
    )


def _profile(each: Profile, total: int | None) -> tuple[str, ...]:
    share = None if each.testimonies is None or not total else each.testimonies / total
    return (
        each.label,
        told(each.testimonies),
        NONE_YET if share is None else percent(share),
        told(each.reached),
        told(each.answered),
        NONE_YET if each.rate is None else percent(each.rate),
    )


def _counts(counts: Counts) -> Table:
    rows = tuple((label, told(count)) for label, count in counts.rows)
    return Table(counts.caption, (counts.head, "Témoignages"), rows)


def _note(summary: Summary) -> str:
    return (
        f"{HIDDEN}{NBSP}: non communiqué. Les nombres inférieurs à {summary.least} sont cachés, "
        "avec ceux qui permettraient de les retrouver. Aucun nom, aucune adresse, aucun conseil "
        "local n’est connu de ce document."
    )
