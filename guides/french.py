"""The French of documents: no-break spaces, apostrophes, days, counts. Never of a quotation."""

import re
from collections.abc import Sequence
from datetime import date

NBSP = "\N{NO-BREAK SPACE}"
THIN = "\N{NARROW NO-BREAK SPACE}"
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)


def typeset(text: str) -> str:
    """Give *text* with French spaces and apostrophes: for our own words, never for somebody's."""
    text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
    text = re.sub(r"« ?", f"«{NBSP}", text)
    return re.sub(r" (?=[:;!?»%])", NBSP, text)


def day(value: date) -> str:
    """Give a day in words: « 22 novembre 2026 », « 1er mai 2026 », its spaces unbreakable."""
    number = "1er" if value.day == 1 else str(value.day)
    return NBSP.join((number, MONTHS[value.month - 1], str(value.year)))


def month(value: date) -> str:
    """Give a month in words: « novembre 2026 »."""
    return f"{MONTHS[value.month - 1]}{NBSP}{value.year}"


def number(value: int) -> str:
    """Give a whole number with French thousands: « 1 234 »."""
    return f"{value:,}".replace(",", THIN)


def counted(value: int, one: str, many: str) -> str:
    """Give a count with its noun: « 1 témoignage », « 2 témoignages »; 0 is singular."""
    return f"{number(value)}{NBSP}{one if value < 2 else many}"


def percent(share: float) -> str:
    """Give a share, 0 to 1, as « 62 % »; « < 1 % » for little but not nothing."""
    whole = int(100 * share + 0.5)
    return f"<{NBSP}1{NBSP}%" if share > 0 and not whole else f"{whole}{NBSP}%"


def decimal(value: float, digits: int = 2) -> str:
    """Give a number with a decimal comma and a sign as long as it: « 0,84 », « −0,02 ».

    What rounds to nothing has no sign.
    """
    return f"{value:z.{digits}f}".replace(".", ",").replace("-", "−")


def quoted(text: str) -> str:
    """Give words between French quotation marks; the words themselves stay as they are."""
    return f"«{NBSP}{text}{NBSP}»"


def joined(parts: Sequence[str]) -> str:
    """Give an enumeration: « un, deux et trois »."""
    return " et ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
