"""Spelling made comparable: case, accents, apostrophes, and the inclusive spellings of French.

Own method. A form such as « élu·e·s », « usagers-ères », « coordinateur(trice) » is read as a
masculine *base* followed by a feminine ending. A middle dot is proof enough; after a full stop, a
hyphen, a slash or a bracket, which have other uses (« prenez-les », « fin.Les »), the ending must
be one that this base can take.
"""

import re
import unicodedata
from collections.abc import Iterator

_LETTER = r"[^\W\d_]"
_MIDDLE_DOTS = "·•‧⋅∙・"
_SEPARATOR = rf"[{_MIDDLE_DOTS}.\-‐‑/_(]"

# The look-behind and the bounds keep the search linear, whatever the text.
_CANDIDATE = re.compile(
    rf"(?<!{_LETTER}){_LETTER}{{2,30}}(?:{_SEPARATOR}{_LETTER}{{1,8}}\)?){{1,2}}(?:[sS](?!{_LETTER}))?"
    rf"|(?<!{_LETTER}){_LETTER}[a-zà-öø-ÿœ]{{1,29}}E[sS]?(?!\w)"
)
_SHAPE = re.compile(
    rf"(?P<base>{_LETTER}{{2,30}})(?P<mark>{_SEPARATOR})(?P<ending>{_LETTER}{{1,8}})\)?"
    rf"(?:{_SEPARATOR}?(?P<plural>s)\)?)?",
    re.IGNORECASE,
)
_CAPITAL_E = re.compile(rf"(?P<base>{_LETTER}[a-zà-öø-ÿœ]+)E[sS]?")

# (ends of the base, feminine or plural endings that may follow it); all folded
_ENDINGS: tuple[tuple[str, frozenset[str]], ...] = tuple(
    (base, frozenset(endings.split()))
    for base, endings in (
        ("er ers", "ere eres iere ieres re res e es"),
        ("eur eurs", "e es rice rices trice trices ice ices euse euses se ses eresse eresses"),
        ("ien iens en ens on ons an ans", "ne nes enne ennes ienne iennes e es"),
        ("el els al als il ils ul uls", "le les elle elles ale ales e es"),
        ("aux", "ales elles les"),
        ("if ifs", "ve ves ive ives"),
        ("eux", "se ses euse euses elles celles"),
        ("tou tous tout", "te tes toute toutes e es"),
        ("eau eaux", "elle elles lle lles"),
        ("et ets", "te tes ette ettes e es"),
        ("ic ics", "que ques"),
        ("un", "e ne une"),
        ("e i u t d s l n r g", "e es"),
    )
    for base in base.split()
)


MARKS = re.compile(  # accents once parted from their letters, soft hyphens, zero-width characters
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
    "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+"
)


def fold(text: str) -> str:
    """*text* in lower case, without accents or invisible marks, apostrophes straight, œ undone.

    Lengths may change.
    """
    lowered = text.lower().replace("œ", "oe").replace("æ", "ae").replace("’", "'").replace("ʼ", "'")
    if lowered.isascii():
        return lowered
    return unicodedata.normalize("NFC", MARKS.sub("", unicodedata.normalize("NFD", lowered)))


def inclusive_base(form: str) -> str | None:
    """The masculine base of an inclusive *form* (« élu » for « élu·e·s »), None for another
    word.
    """
    capital = _CAPITAL_E.fullmatch(form)
    if capital:
        return capital["base"]
    shape = _SHAPE.fullmatch(form)
    if shape is None:
        return None
    base, mark, ending = shape["base"], shape["mark"], fold(shape["ending"])
    if mark in _MIDDLE_DOTS or (mark == "(" and ending == "s"):
        return base
    return base if _agrees(fold(base), ending, has_plural=bool(shape["plural"])) else None


def _agrees(base: str, ending: str, *, has_plural: bool) -> bool:
    wanted = {ending, ending + "s"} if has_plural else {ending}
    return any(base.endswith(end) and wanted & endings for end, endings in _ENDINGS)


def inclusive_forms(text: str) -> Iterator[tuple[int, int, str]]:
    """Each inclusive form of *text*: start and end in code points, and its masculine base."""
    for found in _CANDIDATE.finditer(text):
        base = inclusive_base(found.group())
        if base is not None:
            yield found.start(), found.end(), base


# Little words that come between the others without changing what a phrase says, as in
# « porter [ce] CLSM »; « en », « pas », « sans », « tous » and the like do change it, and stay.
FUNCTION_WORDS = frozenset(
    """
    le la les l l' un une des du de d d' au aux a à ce cet cette ces mon ma mes ton ta tes son sa
    ses notre nos votre vos leur leurs ne n n' me m m' te t t' se s s' y lui nous vous j j' je c c'
    qu qu' très tres bien vraiment souvent déjà deja aussi encore si
    """.split()  # noqa: SIM905 -- read as a text
)
_WORD = re.compile(r"\w+")
FIRST_PERSON = frozenset(("je", "j'", "j", "me", "m'", "moi", "nous", "on"))
THIRD_PERSON = frozenset(("ils", "elles", "eux", "elle", "il"))


def is_empty_phrase(phrase: str) -> bool:
    """Whether *phrase* is made of function words only; « je » alone stands for the voice."""
    folded = fold(phrase)
    return folded != "je" and all(
        found.group() in FUNCTION_WORDS for found in _WORD.finditer(folded)
    )
