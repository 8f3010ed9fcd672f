"""A corpus for IRaMuTeQ: texts with starred variables, and nothing that it would read otherwise.

Each text begins with a line of stars and variables (``**** *profil_elu *id_bcd234``), which is
split at blanks, then at the first ``_``; a line ``-*theme`` begins a part. In the texts, ``*``
begins a variable, ``_word_`` too, ``$`` parts tokens of its own; characters beyond the basic plane
stop it. Source: iramuteq.org, « Formatage des fichiers texte »; rainette's R/import.R.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

Part: TypeAlias = tuple[str, str]  # a theme, or none of it, and a text

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_RESERVED = re.compile(
    r"[*_$§\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff\U00010000-\U0010ffff\t]"
)
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"'})
_BLANKS = re.compile(r"[^\S\n]+")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"})
_NUMBER = re.compile(r"(-?)(\d+)[.,](\d+)")
MINUS, COMMA = "moins", "virgule"
NOTHING = "nr"  # what corpora call no answer


def slug(words: str) -> str:
    """*words* as a variable or a modality: ASCII letters and digits, nothing between them."""
    plain = unicodedata.normalize("NFKD", words.translate(_LIGATURES).lower())
    ascii_only = plain.encode("ascii", "ignore").decode()
    return _NOT_SLUG.sub("", ascii_only)


def modality(value: str) -> str:
    """*value* as a modality: « 1.0 » is 1 and « 0,5 » « 0virgule5 », which a slug would make ten
    and five.
    """
    found = _NUMBER.fullmatch(value.strip())
    if found is None:
        return slug(value) or NOTHING
    sign, whole, decimals = found[1], found[2], found[3].rstrip("0")
    return f"{MINUS if sign else ''}{whole}{f'{COMMA}{decimals}' if decimals else ''}"


def clean(text: str) -> str:
    """*text* without what IRaMuTeQ reads as its own; no line is empty, and words stay words."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n").translate(_APOSTROPHES)
    lines = (_BLANKS.sub(" ", _RESERVED.sub(" ", line)).strip() for line in unified.split("\n"))
    # A line that begins with « -* » would be a theme: the star is gone, the dash is harmless.
    return "\n".join(line for line in lines if line)


def starred(variables: Mapping[str, str]) -> str:
    """The line that begins a text."""
    told = [f"*{slug(name)}_{modality(value)}" for name, value in variables.items()]
    return " ".join(["****", *told])


def written(variables: Mapping[str, str], parts: Iterable[Part]) -> Iterator[str]:
    """The lines of one text, an empty one at its end; nothing where it says nothing."""
    cleaned = [(theme, text) for theme, raw in parts if (text := clean(raw))]
    if not cleaned:
        return
    yield starred(variables)
    for theme, text in cleaned:
        if theme:
            yield f"-*{slug(theme)}"
        yield text
    yield ""
