"""An answer as HTML: its words exactly as typed, marked where themes are laid on them.

White space is part of what was typed: nothing here adds any. Written by hand rather than by a
template: a long interview has a hundred thousand pieces.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from app.services import readings, summaries
from app.services.passages import Piece, Span
from app.services.readings import Laid, Note
from app.views.filters import Choices

NO_FAMILY = "none"
SOUGHT = "passage"


@dataclass
class Block:
    """A stretch of an answer that ends with a line, and the notes beside it."""

    start: int
    end: int
    html: Markup
    notes: list[Note] = field(default_factory=list)


def family_of(choices: Choices, theme: str) -> str:
    """Return the letter of a theme's family, small; NO_FAMILY when the codebook has it no more."""
    known = choices.themes.get(theme)
    return known.family.letter.lower() if known else NO_FAMILY


def mark_class(tags: Iterable[Hashable]) -> str:
    """Return the classes of words under these tags (services.readings.Tag).

    Their family and what was decided; what is rejected counts only where nothing else stands.
    """
    every = [tag for tag in tags if isinstance(tag, tuple)]
    standing = [tag for tag in every if tag[1] != "out"]
    families = {tag[0] for tag in standing or every}
    shown = ["ex", f"fam-{families.pop()}" if len(families) == 1 else "fam-mixed"]
    if not standing:
        shown.append("is-out")
    elif any(tag[1] == "kept" for tag in standing):
        shown.append("is-kept")
    return " ".join(shown)


def blocks(
    text: str,
    position: int,
    codings: Iterable[Laid],
    choices: Choices,
    *,
    notes: Iterable[Note] | None,
    has_anchors: bool = True,
    sought: Span | None = None,
) -> list[Block]:
    """Return an answer in blocks; with `notes`, each leads to its words and back.

    `sought` is a place that an address leads to: shown, under the id SOUGHT.
    """
    numbers = None if notes is None else {note.span: note.number for note in notes}
    made: list[Block] = []
    html: list[str] = []
    start = 0
    cut = readings.pieces(text, codings, lambda theme: family_of(choices, theme), sought or ())
    for part, pieces in cut:
        html.append(f'<span class="part" data-start="{part.start}">')
        html.extend(_pieces(pieces, position, numbers, has_anchors=has_anchors, sought=sought))
        html.append("</span>")
        if part.ends_line:
            made.append(Block(start, part.end, Markup("".join(html))))  # noqa: S704 - escaped
            start, html = part.end, []
    _share(made, notes or ())
    return made


def _share(made: list[Block], notes: Iterable[Note]) -> None:
    """Put each note beside the block where its words begin."""
    rank = 0
    for note in notes:
        while note.span[0] >= made[rank].end:
            rank += 1
        made[rank].notes.append(note)


def _pieces(
    pieces: Iterable[Piece],
    position: int,
    numbers: Mapping[Span, int] | None,
    *,
    has_anchors: bool,
    sought: Span | None,
) -> Iterator[str]:
    classes: dict[frozenset[Hashable], str] = {}
    for piece in pieces:
        text = str(escape(piece.text)).replace("\r", "&#13;")
        is_sought = sought is not None and sought[0] <= piece.start < sought[1]
        if sought is not None and piece.start == sought[0]:
            yield f'<span id="{SOUGHT}"></span>'
        if not piece.tags:
            yield f'<span class="sought">{text}</span>' if is_sought else text
        else:
            if piece.tags not in classes:
                classes[piece.tags] = mark_class(piece.tags)
            anchor = ""
            if has_anchors and piece.beginning:
                first, *others = (summaries.anchor(position, span) for span in piece.beginning)
                yield from (f'<span id="{each}"></span>' for each in others)
                anchor = f' id="{first}"'
            also = " sought" if is_sought else ""
            yield f'<mark class="{classes[piece.tags]}{also}"{anchor}>{text}</mark>'
        if numbers is not None:
            for span in piece.ending:
                yield _reference(numbers[span])


def _reference(number: int) -> str:
    return (
        f'<a class="ref" href="#note-{number}">'
        f'<span class="visually-hidden">note </span>{number}</a>'
    )
