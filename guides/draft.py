"""A guide's draft as a document: per chapter its tallies and chosen passages, then the method."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from guides.document import (
    Block,
    Bullets,
    Contents,
    Document,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    Quote,
    Table,
)
from guides.french import NBSP, counted, day, number
from guides.schema import KINDS, Chapter, Guide, Kind

HIDDEN = "n. c."
EMPTY_KIND = "Aucun passage n’est encore choisi ici."


@dataclass(frozen=True)
class Tally:
    """A table of counts; none is a number that is hidden."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[tuple[str, Sequence[int | None]]]
    note: str = ""


@dataclass(frozen=True)
class Part:
    """A chapter: its tally, its figure (none where nothing was counted), its passages."""

    chapter: Chapter
    tally: Tally
    figure: Figure | None
    passages: Mapping[Kind, Sequence[Quote]]


@dataclass(frozen=True)
class Method:
    """How the draft was made. A number that is hidden is none.

    `agreement` and `quality` are sentences; no sentence on agreement means that it was not measured
    yet.
    """

    profiles: Tally
    first_day: date | None
    last_day: date | None
    total: int | None
    interviews: int | None
    read: int
    readers: Sequence[str]
    proposed: int
    kept: int
    rejected: int
    least: int
    agreement: Sequence[str] = ()
    quality: Sequence[str] = ()


@dataclass(frozen=True)
class Draft:
    """A guide's draft; `since` is a title and what changed, none where no draft came before."""

    guide: Guide
    number: int
    made_on: date
    author: str
    parts: Sequence[Part]
    method: Method
    since: tuple[str, Sequence[str]] | None = None
    keywords: tuple[str, ...] = field(default=())


def compose(draft: Draft) -> Document:
    """Give the document of a draft."""
    return Document(
        title=draft.guide.title,
        subtitle="Brouillon du guide",
        author=draft.author,
        made_on=draft.made_on,
        lines=(
            f"Version {draft.number}, du {day(draft.made_on)}",
            draft.author,
            "Document de travail. Il n’est pas à diffuser tel quel.",
        ),
        keywords=draft.keywords,
        blocks=list(_blocks(draft)),
    )


def _blocks(draft: Draft) -> Iterator[Block]:
    yield Contents(depth=1)
    yield PageBreak()
    yield Heading("Ce que veut ce guide")
    yield Paragraph(draft.guide.intent, is_lead=True)
    for rank, part in enumerate(draft.parts, start=1):
        yield PageBreak()
        yield from _part(rank, part)
    yield PageBreak()
    yield from method_blocks(draft.method)
    if draft.since is not None:
        yield from _since(*draft.since)


def _part(rank: int, part: Part) -> Iterator[Block]:
    yield Heading(f"{rank}. {part.chapter.title}")
    yield Paragraph(part.chapter.question, is_lead=True)
    yield Heading("Ce que disent les décomptes", 2)
    yield _table(part.tally)
    if part.figure is not None:
        yield part.figure
    for kind, words in KINDS.items():
        yield Heading(words.title, 2)
        yield from part.passages.get(kind, ())
        if not part.passages.get(kind):
            yield Paragraph(EMPTY_KIND, is_note=True)


def _table(tally: Tally) -> Table:
    rows = [(head, *(told(count) for count in counts)) for head, counts in tally.rows]
    note = tally.note
    if any(count is None for _, counts in tally.rows for count in counts):
        note = f"{note} {HIDDEN}{NBSP}: non communiqué, pour que personne ne soit reconnu.".strip()
    return Table(tally.caption, tuple(tally.heads), tuple(rows), note)


def told(count: int | None) -> str:
    """Give a number of a table, or what stands for one that is hidden."""
    return HIDDEN if count is None else number(count)


def method_blocks(method: Method) -> Iterator[Block]:
    """Give the annex that says how a draft was made."""
    yield Heading("Annexe. Méthode")
    yield Heading("Les témoignages", 2)
    yield Paragraph(_collected(method))
    yield _table(method.profiles)
    yield Heading("La lecture", 2)
    yield Paragraph(_read(method))
    yield Paragraph(_decided(method))
    if method.quality:
        yield Heading("Qualité de l’étiquetage", 2)
        yield Bullets(tuple(method.quality))
    yield Heading("Accord entre les personnes qui codent", 2)
    if method.agreement:
        yield Bullets(tuple(method.agreement))
    else:
        yield Paragraph("Il n’a pas encore été mesuré.")
    yield Heading("Les passages cités, et ce qui est caché", 2)
    yield Bullets(_rules(method.least))


def _collected(method: Method) -> str:
    if method.first_day is None or method.last_day is None:
        return "Aucun témoignage n’est encore arrivé."
    if method.total is None:
        return f"Moins de {method.least} témoignages sont arrivés."
    told_ = counted(method.total, "témoignage reçu", "témoignages reçus")
    when = (
        f"le {day(method.first_day)}"
        if method.first_day == method.last_day
        else f"du {day(method.first_day)} au {day(method.last_day)}"
    )
    return f"{told_} {when}{_spoken(method.interviews)}."


def _spoken(interviews: int | None) -> str:
    if interviews is None:
        return ", dont certains viennent d’entretiens"
    spoken = counted(interviews, "vient d’un entretien", "viennent d’entretiens")
    return f", dont {spoken}" if interviews else ""


def _read(method: Method) -> str:
    readers = f" ({', '.join(method.readers)})" if method.readers else ""
    by = f"par la chaîne d’analyse{readers}"
    if method.total is None:
        return f"Ils sont lus {by}."
    read = counted(method.read, "témoignage a été lu", "témoignages ont été lus")
    return f"{read} {by}, sur {number(method.total)}."


def _decided(method: Method) -> str:
    kept = counted(method.kept, "extrait gardé", "extraits gardés")
    rejected = counted(method.rejected, "rejeté", "rejetés")
    waiting = counted(method.proposed, "attend encore", "attendent encore")
    return (
        "Les thèmes sont proposés par la chaîne d’analyse ou posés à la main, puis acceptés, "
        f"corrigés ou rejetés par des personnes{NBSP}: {kept}, {rejected}, {waiting} une décision. "
        "Les tableaux comptent un témoignage dès qu’un thème y est proposé ou gardé, jamais pour "
        "un extrait rejeté."
    )


def _rules(least: int) -> tuple[str, ...]:
    return (
        "N’est cité que ce que son autrice ou auteur a accepté de voir cité, au jour de cette "
        "version. Un accord repris, un témoignage retiré ou modifié font disparaître le passage.",
        "Chaque témoignage cité a été relu en entier par une personne, qui a décidé de ce qui y "
        f"est remplacé pour ne nommer personne{NBSP}: les mots entre crochets, comme [Prénom 1].",
        f"«{NBSP}[…]{NBSP}» dit que des mots ont été laissés de côté. Rien d’autre n’est changé.",
        f"La signature est celle que l’autrice ou l’auteur a permise{NBSP}: le profil seul, ou le "
        "profil et le territoire, jamais davantage.",
        f"Les nombres de témoignages inférieurs à {least} sont cachés, avec ceux qui permettraient "
        "de les retrouver.",
    )


def _since(title: str, changes: Sequence[str]) -> Iterator[Block]:
    yield Heading(title, 2)
    if changes:
        yield Bullets(tuple(changes))
    else:
        yield Paragraph("Rien n’a changé.")
