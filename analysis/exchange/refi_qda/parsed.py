"""Pieces of a project's description, as they are read."""

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element

from analysis.exchange.project import Value

MOST_DIGITS = 20  # of a whole number
MOST_PLACES = 400  # on either side of a comma: the least double has 324 of them


def local(one: Element) -> str:
    """The name of an element, its namespace aside."""
    return str(one.tag).rpartition("}")[2]


def children(one: Element, name: str) -> list[Element]:
    """The children of this name."""
    return [each for each in one if local(each) == name]


def words(one: Element, name: str) -> str:
    """What the first child of this name says."""
    found = children(one, name)
    return (found[0].text or "") if found else ""


def moment(written: str | None) -> datetime | None:
    """A moment; one without a zone is taken as UTC. None where there is none."""
    try:
        read = datetime.fromisoformat((written or "").strip())
    except ValueError:
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def value(name: str, written: str) -> Value | None:
    """The value of a variable, by the element that holds it; none where it cannot be read."""
    stripped = written.strip()
    if name == "TextValue":
        return written
    if name == "BooleanValue":
        return {"true": True, "1": True, "false": False, "0": False}.get(stripped)
    if name == "DateTimeValue":
        return moment(stripped)
    try:
        if name == "DateValue":
            return date.fromisoformat(stripped[:10])
        if name != "IntegerValue":
            return _decimal(stripped)
        return int(stripped) if len(stripped) <= MOST_DIGITS else None
    except (ValueError, InvalidOperation):
        return None


def _decimal(stripped: str) -> Decimal | None:
    if len(stripped) > 2 * MOST_PLACES:
        return None
    number = Decimal(stripped)
    return number if number.is_finite() and abs(number.adjusted()) < MOST_PLACES else None


def span(one: Element) -> tuple[int, int] | None:
    """Where a selection begins and ends, as it is written; none where that is no span."""
    try:
        start, end = int(one.get("startPosition", "")), int(one.get("endPosition", ""))
    except ValueError:
        return None
    return (start, end) if 0 <= start < end else None
