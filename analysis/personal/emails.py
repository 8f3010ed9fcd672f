"""E-mail addresses, plain and disguised: « nom [at] domaine point fr »."""

import re
from collections.abc import Iterator

from analysis.personal.proposals import Claim
from analysis.personal.reading import Reading

_WEIGHT = 99
TLD = (
    r"(?:fr|com|org|net|eu|info|asso|gouv|bzh|corsica|alsace|paris|io|me|be|ch|lu|ca|de|es|it|pt|uk|re|gp|mq|gf|yt|nc|pf"
    r"|coop|pro|biz|tv|edu|test|example)"
)
_PART = r"[^\W_](?:[\w%+'-]{0,62}[\w])?"
_DOT = r"(?:\.| \. |[ ]{1,2}(?:point|dot)[ ]{1,2}| ?[\[({] ?(?:point|dot|\.) ?[\])}] ?)"
_SIGN = (
    r"(?: {0,2}@ {0,2}| ?[\[({<*] ?(?:at|arobase|arrobase|arobas|chez|a|à|@) ?[\])}>*] ?"
    r"|[ ]{1,2}(?:arobase|arrobase|arobas|at)[ ]{1,2})"
)
_AT = re.compile(_SIGN, re.IGNORECASE)
_LOCAL = re.compile(rf"(?<![\w.%+-])({_PART}(?:{_DOT}{_PART}){{0,4}}\.?)\Z", re.IGNORECASE)
_DOMAIN = re.compile(
    rf"(?:(?:[^\W_]|-){{1,63}}{_DOT}){{1,4}}(?:{TLD}(?![\w-])|(?-i:[a-z]{{2,10}})(?![\w-]))",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?:(?:[^\W_]|-){1,63}\.){1,4}[a-z]{2,10}(?![\w-])", re.IGNORECASE)
_KNOWN = re.compile(rf"(?:(?:[^\W_]|-){{1,63}}{_DOT}){{1,4}}{TLD}(?![\w-])", re.IGNORECASE)
_AT_HOME = re.compile(r"[ ]{1,2}chez[ ]{1,2}", re.IGNORECASE)
_HOME = re.compile(rf"(?:(?:[^\W_]|-){{1,63}}\.){{1,4}}{TLD}(?![\w-])", re.IGNORECASE)
_REACH = 140


def emails(reading: Reading) -> Iterator[Claim]:
    """The e-mail addresses of *reading*, each sign « @ », « arobase », « (at) » looked at once."""
    text = reading.text
    for sign in _AT.finditer(text):
        reason = "adresse de courriel" if "@" in sign.group() else "adresse de courriel déguisée"
        yield from _around(
            text, sign, (_BARE, _KNOWN) if "@" in sign.group() else (_KNOWN, _DOMAIN), reason
        )
    for sign in _AT_HOME.finditer(text):
        yield from _around(text, sign, (_HOME,), "adresse de courriel déguisée")


def _around(
    text: str, sign: re.Match[str], domains: tuple[re.Pattern[str], ...], reason: str
) -> Iterator[Claim]:
    base = max(0, sign.start() - _REACH)
    local = _LOCAL.search(text[base : sign.start()])
    after = text[sign.end() : sign.end() + _REACH]
    found = [domain.match(after) for domain in domains]
    longest = max((one.end() for one in found if one), default=0)
    if local and longest:
        start = base + _first(local.group(1)) + local.start(1)
        yield Claim(start, sign.end() + longest, "EMAIL", reason, _WEIGHT)


def _first(local: str) -> int:
    """Where *local* begins without an elision before it: « l'adresse », « c'est »."""
    elided = re.match(r"(?:[cdjlmnst]|qu)'(?=\w)", local, re.IGNORECASE)
    return elided.end() if elided else 0
