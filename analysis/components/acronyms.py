"""Acronyms of the field and what they stand for: « GEM », « G.E.M. » and « groupe d’entraide
mutuelle » come to one key.

Own list (``acronyms.txt``). A long form is found by one expression, whatever its case, its accents
and its plural, and may run on over the end of a line.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from analysis.folding import fold

_DOTTED = re.compile(r"(?:[^\W\d_]\.){2,}[^\W\d_]?\.?s?")
_APOSTROPHES = "'’ʼ"
_PIECE = re.compile(r"[^\W_]+|\S")
_GAP = r"[\s\u00a0]{1,3}"


class Acronyms(NamedTuple):
    """``keys``: of each acronym in small letters; ``in_capitals``: those read in capitals only."""

    keys: dict[str, str]
    in_capitals: dict[str, str]
    long_forms: dict[str, str]
    pattern: re.Pattern[str]

    def key(self, word: str) -> str | None:
        """The key of *word*, an acronym as people write it or its long form; None for another
        word.
        """
        if any(map(str.isspace, word)):
            return self.long_forms.get(_squeezed(word))
        dotted = _DOTTED.fullmatch(word)
        letters = fold(word.replace(".", "") if dotted else word)
        if dotted or word.isupper():
            found = self.in_capitals.get(letters)
            if found:
                return found
        return self.keys.get(letters) or (letters if dotted else None)


@cache
def acronyms() -> Acronyms:
    """The acronyms of the field."""
    keys: dict[str, str] = {}
    in_capitals: dict[str, str] = {}
    forms: dict[str, str] = {}
    for line in Path(__file__).with_name("acronyms.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        name, _, known = line.partition(":")
        letters = fold(name.removesuffix("!"))
        if name.endswith("!"):  # its key is another word's no more than itself
            key = in_capitals[letters] = letters.upper()
        else:
            key = keys[letters] = keys[letters + "s"] = letters
        forms |= {form.strip(): key for form in known.split(";") if form.strip()}
    return Acronyms(
        keys,
        in_capitals,
        {_squeezed(form): key for form, key in forms.items()},
        re.compile(rf"(?<!\w)(?:{_alternatives(list(forms))})(?!\w)"),
    )


def long_forms(text: str) -> Iterator[tuple[int, int, str]]:
    """Each long form of *text*: start and end in code points, and the key of its acronym."""
    known = acronyms()
    for found in known.pattern.finditer(text):
        key = known.long_forms.get(_squeezed(found.group()))
        if key is not None:
            yield found.start(), found.end(), key


def _squeezed(form: str) -> str:
    """*form* folded, each word without the s of its plural, one space between words."""
    return " ".join(_singular(piece) for piece in _PIECE.findall(fold(form)))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word


def _alternatives(forms: list[str]) -> str:
    """An expression for *forms*, gathered by their first word so that most places fail at once."""
    by_first: dict[str, list[list[str]]] = {}
    for form in forms:
        pieces = [_singular(piece) for piece in _PIECE.findall(form.lower())]
        by_first.setdefault(fold(pieces[0]), []).append(pieces)
    return "|".join(_of_first(group) for _, group in sorted(by_first.items()))


def _of_first(group: list[list[str]]) -> str:
    rests = sorted(("".join(map(_of_piece, pieces[1:])) for pieces in group), key=len, reverse=True)
    return f"{_spelt(group[0][0])}(?:{'|'.join(dict.fromkeys(rests))})"


def _of_piece(piece: str) -> str:
    if piece in _APOSTROPHES:
        return rf"[{_APOSTROPHES}]\s?"
    if piece in "-/,":
        return rf"[\s\u00a0]?{re.escape(piece)}?" if piece == "," else r"[-‐‑/\s]"
    return rf"(?:{_GAP}|(?<=[{_APOSTROPHES}])|(?<=[-‐‑/\s]))" + _spelt(piece)


def _spelt(word: str) -> str:
    """*word* with or without its accents, in small letters or capitals, singular or plural."""
    letters = "".join(map(_letter, word))
    return f"{letters}[sSxX]?" if len(word) > 2 else letters


def _letter(letter: str) -> str:
    if letter == "œ":
        return "(?:[œŒ]|[oO][eE])"
    bare = unicodedata.normalize("NFD", letter)[0]
    accent = "[\u0300-\u0327]?" if bare != letter else ""
    return f"[{''.join(sorted({letter, letter.upper(), bare, bare.upper()}))}]{accent}"
