"""Telephone numbers, as the French write them and say them."""

import re
from collections.abc import Iterator

from analysis.personal.proposals import Claim
from analysis.personal.reading import Reading

_WEIGHT = 98
_SEP = r"[ .\-–—/_·,]{0,3}"
_LOOSE = re.compile(
    rf"(?<![0-9A-Za-z])(?<![0-9][./-])\(?0\)?{_SEP}[1-9](?:{_SEP}[0-9]){{8}}(?![0-9])"
)
_ABROAD = re.compile(
    rf"(?<![0-9A-Za-z])\(?(?:\+|00){_SEP}(?:3{_SEP}3|262|508|590|594|596|687|689)\)?{_SEP}(?:\(0\){_SEP}|0{_SEP})?"
    rf"[1-9](?:{_SEP}[0-9]){{5,8}}(?![0-9])"
)
_COUNTRIES = (
    r"20|212|213|216|22[0-9]|23[0-9]|24[0-9]|25[0-9]|26[0-9]|27|30|31|32|34|351|352|353|355|36"
    r"|37[0-9]|38[0-9]|39|40|41|420|421|43|44|45|46|47|48|49|5[1-8]|6[0-6]|8[1-6]|9[0-8]|961|963"
)
_WORLD = re.compile(
    rf"(?<![0-9A-Za-z])(?:\+|00)(?:{_COUNTRIES}){_SEP}[0-9](?:{_SEP}[0-9]){{6,11}}(?![0-9])"
)
_NINE = re.compile(
    rf"(?:t[ée]l(?:[ée]phone)?|portable|num[ée]ro|num|fixe|mobile|appel\w{{1,4}}|joindre)\W{{1,4}}(?:(?:est|au|le|c'est)\W{{1,3}}){{0,2}}"
    rf"(?P<number>[1-9](?:{_SEP}[0-9]{{2}}){{4}})(?![0-9])",
    re.IGNORECASE,
)
_DATE = re.compile(r"[0-3][0-9]\D[01][0-9]\D(?:19|20)[0-9]{2}")
_GROUP = re.compile(r"[0-9]+")
_UNITS = ("zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")
_TEENS = ("dix", "onze", "douze", "treize", "quatorze", "quinze", "seize")
_TENS = ("vingt", "vingts", "trente", "quarante", "cinquante", "soixante")
_SPOKEN = re.compile(
    r"\bz[ée]ro(?:(?:[ ,.-]|\bet\b){1,4}(?:"
    + "|".join(sorted({*_UNITS, *_TEENS, *_TENS, "zéro", "une"}, key=len, reverse=True))
    + r")\b){5,16}",
    re.IGNORECASE,
)


def phones(reading: Reading) -> Iterator[Claim]:
    """The telephone numbers of *reading*; public short numbers (15, 115, 3114) are none."""
    text = reading.text
    for pattern in (_ABROAD, _WORLD):
        for found in pattern.finditer(text):
            if found.group().endswith(" 000"):  # « +30 000 000 »
                continue
            yield Claim(*found.span(), "PHONE", "numéro de téléphone international", _WEIGHT)
    for found in _LOOSE.finditer(text):
        if _is_number(found.group()):
            yield Claim(*found.span(), "PHONE", "numéro de téléphone", _WEIGHT - 1)
    for found in _NINE.finditer(text):
        reason = "numéro de téléphone sans son zéro, après un mot qui l’annonce"
        yield Claim(*found.span("number"), "PHONE", reason, _WEIGHT - 2)
    for found in _SPOKEN.finditer(text):
        yield Claim(*found.span(), "PHONE", "numéro de téléphone en toutes lettres", _WEIGHT)


def _is_number(shape: str) -> bool:
    """Whether ten digits are grouped as a telephone number is, and not as a date and an hour."""
    groups = [len(group) for group in _GROUP.findall(shape)]
    marks = set(re.findall(r"[.\-–—/_·,]", shape))
    if _DATE.match(shape) or len(marks) > 1:
        return False
    return "," not in marks or groups == [2] * 5
