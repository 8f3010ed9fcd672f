"""Texts as every program can hold them: LF, no byte order mark, no character that XML forbids."""

import re
from dataclasses import dataclass

from analysis.exchange.moves import Moves, Piece

UNKNOWN = "\N{REPLACEMENT CHARACTER}"
# XML 1.0 (fifth edition), §2.2: what is no Char. Half of a surrogate pair is none either.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARK, _LIKE_IT = "\ufeff", "\N{WORD JOINER}"
_ENDS = re.compile("\r\n?|\n")
_NAMES = {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}
_SIGNS = {name: sign for sign, name in _NAMES.items()}


@dataclass(frozen=True, slots=True)
class Plain:
    """``text`` as it leaves, ``moves`` from the original to it, ``lost`` characters replaced."""

    text: str
    moves: Moves
    lost: int


def safe(text: str) -> str:
    """*text*, what XML forbids replaced by U+FFFD: no place changes."""
    return _FORBIDDEN.sub(UNKNOWN, text)


def plain(text: str) -> Plain:
    """*text* with LF ends of lines, and nothing that is forbidden.

    A mark at its very beginning, which readers take off, becomes a character as invisible.
    """
    pieces: list[Piece] = []
    for dropped, found in enumerate(re.finditer("\r\n", text)):
        start = found.start()
        pieces.append((start, start + 2, start - dropped, start - dropped + 1))
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    if unified.startswith(_MARK):
        unified = _LIKE_IT + unified[1:]
    written, lost = _FORBIDDEN.subn(UNKNOWN, unified)
    return Plain(written, Moves(tuple(pieces)), lost)


def line_ends(text: str) -> str:
    """How the lines of *text* end, said shortly: « CRLF 3 LF 1 »; nothing where all are LF."""
    runs: list[tuple[str, int]] = []
    for found in _ENDS.finditer(text):
        name = _NAMES[found[0]]
        if runs and runs[-1][0] == name:
            runs[-1] = (name, runs[-1][1] + 1)
        else:
            runs.append((name, 1))
    if {name for name, _ in runs} <= {"LF"}:
        return ""
    return " ".join(f"{name} {count}" for name, count in runs)


def with_line_ends(text: str, said: str) -> str:
    """*text* with its lines ended as ``line_ends`` *said*; as it is where that does not fit."""
    words = said.split()
    counts = words[1::2]
    if not words or not all(count.isdecimal() and len(count) < 9 for count in counts):
        return text
    ends: list[str] = []
    total = text.count("\n")
    for name, count in zip(words[::2], counts, strict=False):
        if name not in _SIGNS or len(ends) + int(count) > total:
            return text
        ends += [_SIGNS[name]] * int(count)
    if len(ends) != total:
        return text
    lines = text.split("\n")
    return "".join(line + end for line, end in zip(lines, [*ends, ""], strict=True))
