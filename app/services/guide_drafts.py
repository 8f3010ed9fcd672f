"""A guide's draft, made of what may be quoted now. Apart: drawing and writing load much."""

from collections.abc import Mapping, Sequence
from datetime import date
from importlib import import_module

from sqlalchemy.orm import Session

from analysis.charts import Chart, themes_bar, to_png
from analysis.tally import Count, CrossTab, from_counts
from app.services import guide_editions, guide_method
from app.services.guide_counts import Line
from app.services.guide_names import Names
from app.services.guides import ChapterState, GuideState
from guides.document import Document, Figure, Quote
from guides.draft import Draft, Part, Tally, compose
from guides.french import NBSP

WRITERS = {"docx": "guides.word_file", "odt": "guides.odt_file", "md": "guides.markdown_file"}
TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "md": "text/markdown; charset=utf-8",
}
WIDEST, TALLEST = 16.0, 19.0  # centimetres, of a figure
PIXELS, INCH = 72, 2.54  # CSS pixels to an inch of matplotlib's, centimetres to an inch
DOTS = 180
ALL = "tous"


def draft(
    session: Session, state: GuideState, names: Names, *, author: str, made_on: date
) -> Document:
    """Return the document of a guide as it stands; its number is that of this draft."""
    told = guide_editions.contents(state)
    number = guide_editions.next_number(session, state.guide.slug, told)
    since = guide_editions.since_other(session, state, number, names.themes)
    return compose(
        Draft(
            guide=state.guide,
            number=number,
            made_on=made_on,
            author=author,
            parts=[_part(each, names, state.call.least) for each in state.chapters],
            method=guide_method.of(session, state.call, names),
            since=(since.title, since.changes) if since else None,
            keywords=tuple(chapter.title for chapter in state.guide.chapters),
        )
    )


def write(document: Document, form: str) -> bytes:
    """Return a document as a file: « docx », « odt » or « md »."""
    writer = import_module(WRITERS[form])  # only then: what writes Word or LibreOffice is large
    written: bytes = writer.write(document)
    return written


def _part(state: ChapterState, names: Names, least: int) -> Part:
    return Part(
        chapter=state.chapter,
        tally=tally(state, names),
        figure=bars(
            f"Les thèmes de «{NBSP}{state.chapter.title}{NBSP}»",
            {names.theme(line.key): line.total for line in state.lines},
            state.bases.total,
            least=least,
        ),
        passages={
            kind: [Quote(each.text, each.signature) for each in listed if each.text]
            for kind, listed in state.shown.items()
        },
    )


def tally(state: ChapterState, names: Names) -> Tally:
    """Return the tally of a chapter's themes by profile, small numbers hidden."""
    profiles = state.chapter.profiles
    return Tally(
        caption=f"Témoignages par thème et par profil{NBSP}: {state.chapter.title}",
        heads=("Thème", *map(names.audience, profiles), "Ensemble"),
        rows=[
            *((names.theme(line.key), _cells(line, profiles)) for line in state.lines),
            ("Tous les témoignages", _cells(state.bases, profiles)),
        ],
        note="Un témoignage porte souvent plusieurs thèmes.",
    )


def _cells(line: Line, profiles: Sequence[str]) -> list[int | None]:
    return [*(line.cells[profile] for profile in profiles), line.total]


def bars(
    title: str,
    counts: Mapping[str, int | None],
    base: int | None,
    *,
    least: int,
    widest: float = WIDEST,
    tallest: float = TALLEST,
) -> Figure | None:
    """Return a figure of these numbers, the hidden ones left out; none where none is left."""
    shown = {label: count for label, count in counts.items() if count is not None}
    if not any(shown.values()):
        return None
    chart = themes_bar(_table(shown, base), {label: label for label in shown}, title=title)
    width, height = _size(chart, widest, tallest)
    return Figure(to_png(chart, dpi=DOTS), title, _described(title, counts, least), width, height)


def _table(shown: Mapping[str, int], base: int | None) -> CrossTab:
    counts = {label: Count(count, count) for label, count in shown.items()}
    whole = max(base or 0, *shown.values())
    total = Count(whole, sum(shown.values()) if sum(shown.values()) > whole else whole)
    return from_counts(
        {(label, ALL): count for label, count in counts.items()},
        counts,
        {ALL: total},
        total,
        rows=list(shown),
        columns=[ALL],
        bases={ALL: whole} if base else None,
    )


def _size(chart: Chart, widest: float, tallest: float) -> tuple[float, float]:
    inches = chart.figure.get_size_inches()
    scale = min(widest / (inches[0] * INCH), tallest / (inches[1] * INCH))
    return float(inches[0] * INCH * scale), float(inches[1] * INCH * scale)


def _described(title: str, counts: Mapping[str, int | None], least: int) -> str:
    """Say the figure in words: each bar and its number."""
    told = [f"{label} {count}" for label, count in counts.items() if count is not None]
    hidden = sum(count is None for count in counts.values())
    left = f" Moins de {least}{NBSP}: {hidden}, laissés de côté." if hidden else ""
    return f"{title}. Diagramme en barres, en nombre de témoignages{NBSP}: {', '.join(told)}.{left}"
