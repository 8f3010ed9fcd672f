"""Searching words as people type them: neither accents nor capitals count.

The same folding is written twice, and tests hold both to it: in Python, for SQLite (as a function
of the connection) and for marking what was found; in PostgreSQL's own functions, which need no
extension and no particular collation.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Engine, SQLColumnExpression, String, event
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

Span = tuple[int, int]

LATIN = range(0x00C0, 0x0250)  # Latin-1 Supplement, Latin Extended-A and -B
LIGATURES = {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"}
SAME = {"’": "'", "ʼ": "'", "\u2010": "-", "\u2011": "-"}  # apostrophes and hyphens
SILENT = "\u00ad" + "".join(map(chr, range(0x0300, 0x0370)))  # soft hyphen, combining accents
SQLITE_NAME = "recueil_fold"


def _base_letters() -> dict[str, str]:
    """Return the plain letter of each accented one: « é » → « e »."""
    decomposed = {letter: unicodedata.normalize("NFD", letter) for letter in map(chr, LATIN)}
    return {
        letter: parts[0].lower()
        for letter, parts in decomposed.items()
        if len(parts) > 1 and parts[0].isascii()
    }


LETTERS = _base_letters() | SAME
TABLE: dict[int, str | None] = {
    ord(letter): plain for letter, plain in (LETTERS | LIGATURES).items()
} | {ord(letter): None for letter in SILENT}


def fold(text: str) -> str:
    """Return `text` without accents or capitals, ligatures undone, apostrophes straight."""
    return text.translate(TABLE).lower()


def words_of(query: str) -> list[str]:
    """Return the words of what somebody typed, folded, each once."""
    return list(dict.fromkeys(fold(query).split()))


def find(text: str, words: Iterable[str]) -> list[Span]:
    """Return where the folded `words` stand in `text`, in code points; spans never overlap."""
    owners: list[int] = []
    folded = ""
    for position, letter in enumerate(text):
        piece = fold(letter)
        folded += piece
        owners.extend([position] * len(piece))
    pattern = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    found = re.finditer(pattern, folded) if pattern else ()
    return [(owners[hit.start()], _end(text, owners[hit.end() - 1])) for hit in found]


def _end(text: str, last: int) -> int:
    """Return the end of a span whose last letter is at `last`: its accents belong to it."""
    end = last + 1
    while end < len(text) and text[end] in SILENT:
        end += 1
    return end


class folded(FunctionElement[str]):  # noqa: N801 - reads as the SQL function that it is
    """`fold`, done by the database."""

    name = "folded"
    type = String()
    inherit_cache = True


@compiles(folded)
def _on_sqlite(element: folded, compiler: Any, **options: Any) -> str:
    return f"{SQLITE_NAME}({compiler.process(element.clauses, **options)})"


@compiles(folded, "postgresql")
def _on_postgresql(element: folded, compiler: Any, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    for ligature, letters in LIGATURES.items():
        text = f"replace({text}, '{ligature}', '{letters}')"
    origin = "".join(LETTERS) + SILENT  # what has no counterpart is taken out
    target = "".join(LETTERS.values()).replace("'", "''")
    return f"lower(translate({text}, '{origin}', '{target}'))"


def contains(text: SQLColumnExpression[Any], word: str) -> ColumnElement[bool]:
    """Return the condition that `text` holds this folded word, anywhere in it."""
    return folded(text).contains(word, autoescape=True)


@event.listens_for(Engine, "connect")
def _teach_sqlite(connection: Any, _record: Any) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        connection.create_function(SQLITE_NAME, 1, _fold_value, deterministic=True)


def _fold_value(text: str | None) -> str | None:
    return None if text is None else fold(text)


def cut(text: str, limit: int) -> str:
    """Return the first words of `text` on one line: at most `limit` characters with the « … »."""
    line = one_line(text)
    if len(line) <= limit:
        return line
    kept = line[:limit].rpartition(" ")[0] or line[: limit - 1]
    return kept.rstrip(" ,;:.!?«(–—-") + "…"


def around(text: str, spans: Sequence[Span], limit: int) -> str:
    """Return about `limit` characters of `text` that begin a little before the first span."""
    start = max(0, spans[0][0] - limit // 4) if spans else 0
    if start == 0:
        return cut(text, limit)
    start = text.find(" ", start, spans[0][0]) + 1 or spans[0][0]
    return "…\u00a0" + cut(text[start:], limit - 2)


def one_line(text: str) -> str:
    """Return `text` with its line breaks and runs of spaces made one space; no-break ones stay."""
    return re.sub(r"[ \t\r\n\f\v]+", " ", text).strip(" ")
