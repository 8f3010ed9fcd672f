"""A document as Markdown (CommonMark and its tables), its figures within, at the end of the file.

A picture stands where it is seen by its name and its words; the lines that hold it come last, so
that the text is read without them.
"""

import base64
import re
from collections.abc import Iterator

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

ENDS = re.compile(r"\r\n?|\n")
SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])|(&)(?=#?\w+;)")
# At the beginning of a line: an item of a list, a rule, what makes a title of the line above.
BEGUN = re.compile(r"^(?:(\d{1,9})([.)])(?=\s|$)|([-+=]))")
BLANKS = " \t"  # no others are white space to Markdown


def write(document: Document) -> bytes:
    """Give *document* as UTF-8 text whose lines end with LF."""
    return _Writer(document).written().encode()


def plain(text: str) -> str:
    """Give *text* so that Markdown shows it as it is, its lines where they were."""
    lines = [_begun(_inline(line.strip(BLANKS))) for line in ENDS.split(text)]
    told = ""
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        told += line + ("\\\n" if line and following else "\n")
    return told.strip("\n")


def _begun(line: str) -> str:
    return BEGUN.sub(lambda found: f"{found[1] or ''}\\{found[2] or found[3]}", line)


def _inline(text: str) -> str:
    """Give *text* on one line, where no block can begin."""
    return SPECIAL.sub(r"\\\1\2", " ".join(ENDS.split(text)))


def _item(text: str) -> str:
    return _begun(_inline(text).strip(BLANKS))


class _Writer:
    """Blocks as Markdown."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.tables = 0
        self.pictures: list[str] = []

    def written(self) -> str:
        document = self.document
        parts = [f"# {_inline(document.title)}"]
        parts += map(plain, (document.subtitle, *document.lines))
        parts += [part for block in document.blocks for part in self.block(block)]
        parts.append("\n".join(self.pictures))
        return "\n\n".join(part for part in parts if part) + "\n"

    def block(self, block: Block) -> Iterator[str]:
        match block:
            case Heading():
                yield f"{'#' * (block.level + 1)} {_inline(block.text)}"
            case Paragraph():
                yield plain(block.text)
            case Quote():
                said = plain(quoted(block.text)).split("\n")
                signed = plain(f"— {block.signature}").split("\n")
                yield "\n".join(f"> {line}".rstrip(BLANKS) for line in [*said, "", *signed])
            case Bullets():
                yield "\n".join(f"- {_item(item)}" for item in block.items)
            case Table():
                yield from self.table(block)
            case Figure():
                yield from self.figure(block)
            case Contents():
                yield f"**{_inline(block.title)}**"
                yield "\n".join(
                    f"{'  ' * (each.level - 1)}- {_item(each.text)}"
                    for each in self.document.headings
                    if each.level <= block.depth
                )
            case PageBreak():
                pass

    def table(self, block: Table) -> Iterator[str]:
        self.tables += 1
        yield f"Tableau {self.tables}. {_inline(block.caption)}"
        rows = [f"| {' | '.join(map(_inline, row))} |" for row in (block.heads, *block.rows)]
        rule = f"| --- |{' ---: |' * (len(block.heads) - 1)}"
        yield "\n".join([rows[0], rule, *rows[1:]])
        yield plain(block.note)

    def figure(self, block: Figure) -> Iterator[str]:
        name = f"figure-{len(self.pictures) + 1}"
        data = base64.b64encode(block.png).decode()
        self.pictures.append(f"[{name}]: data:image/png;base64,{data}")
        yield f"![{_inline(block.description)}][{name}]"
        yield f"Figure {len(self.pictures)}. {_inline(block.caption)}"
