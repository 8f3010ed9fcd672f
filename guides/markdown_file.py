"""A document as Markdown (CommonMark and its tables): figures are told in words."""

import re

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
from guides.french import quoted

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|])")
LISTED = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)", re.MULTILINE)


def write(document: Document) -> bytes:
    """Give *document* as UTF-8 text whose lines end with LF."""
    counts = {"Tableau": 0, "Figure": 0}
    parts = [f"# {plain(document.title)}", plain(document.subtitle), *map(plain, document.lines)]
    parts += [_written(block, document, counts) for block in document.blocks]
    return ("\n\n".join(part for part in parts if part) + "\n").encode()


def plain(text: str) -> str:
    """Give *text* so that Markdown shows it as it is."""
    return LISTED.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", text))


def _written(block: Block, document: Document, counts: dict[str, int]) -> str:
    match block:
        case Heading():
            return f"{'#' * (block.level + 1)} {plain(block.text)}"
        case Paragraph():
            return plain(block.text)
        case Quote():
            lines = [plain(line) for line in quoted(block.text).splitlines()]
            return "\n".join(f"> {line}" for line in [*lines, "", f"— {plain(block.signature)}"])
        case Bullets():
            return "\n".join(f"- {plain(item)}" for item in block.items)
        case Table():
            return _table(block, counts)
        case Figure():
            counts["Figure"] += 1
            number = counts["Figure"]
            return f"Figure {number}. {plain(block.caption)}\n\n{plain(block.description)}"
        case Contents():
            listed = [
                f"{'  ' * (each.level - 1)}- {plain(each.text)}" for each in document.headings
            ]
            return "\n".join([f"**{block.title}**", "", *listed])
        case PageBreak():
            return ""


def _listed(heading: Heading) -> str:
    return f"{'  ' * (heading.level - 1)}- {plain(heading.text)}"


def _table(block: Table, counts: dict[str, int]) -> str:
    counts["Tableau"] += 1
    rows = [f"| {' | '.join(map(_cell, row))} |" for row in (block.heads, *block.rows)]
    rule = f"| --- |{' ---: |' * (len(block.heads) - 1)}"
    table = "\n".join([rows[0], rule, *rows[1:]])
    told = [f"Tableau {counts['Tableau']}. {plain(block.caption)}", table, plain(block.note)]
    return "\n\n".join(part for part in told if part)


def _cell(words: str) -> str:
    return " ".join(plain(words).split("\n"))
