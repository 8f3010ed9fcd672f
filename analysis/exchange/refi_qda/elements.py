"""XML, written: elements as text, in the order in which they are given."""

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from analysis.exchange.plain import plain
from analysis.exchange.project import Code, Value, VariableType

DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
# In the order of the schema: the first that fits a value; a bool is an int, a datetime a date.
_ELEMENTS = {
    VariableType.TEXT: "TextValue",
    VariableType.BOOLEAN: "BooleanValue",
    VariableType.INTEGER: "IntegerValue",
    VariableType.FLOAT: "FloatValue",
    VariableType.DATE: "DateValue",
    VariableType.MOMENT: "DateTimeValue",
}


def element(name: str, attributes: Mapping[str, object] | None = None, *children: str) -> str:
    """An element; attributes without a value are left out."""
    told = "".join(
        f" {key}={quoteattr(written(value))}"
        for key, value in (attributes or {}).items()
        if value is not None
    )
    inner = "".join(children)
    return f"<{name}{told}>{inner}</{name}>" if inner else f"<{name}{told}/>"


def text(name: str, words: str) -> str:
    """An element that holds words; nothing where there are none."""
    return f"<{name}>{escape(plain(words).text)}</{name}>" if words else ""


def written(value: object) -> str:
    """A value as XML Schema writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float | Decimal):
        return format(Decimal(str(value)), "f")  # xsd:decimal knows no exponent
    if isinstance(value, str):
        return plain(value).text
    return str(value)


def variable_value(variable: uuid.UUID, type_: VariableType, value: Value) -> str:
    """The value of a case's variable; one that is not of its type raises ``ValueError``."""
    if not _fits(type_, value):
        raise ValueError(f"a variable of type {type_} cannot be {value!r}")
    reference = element("VariableRef", {"targetGUID": variable})
    name = _ELEMENTS[type_]
    return element("VariableValue", None, reference, f"<{name}>{escape(written(value))}</{name}>")


def _fits(type_: VariableType, value: Value) -> bool:
    if type_ is VariableType.BOOLEAN or isinstance(value, bool):
        return type_ is VariableType.BOOLEAN and isinstance(value, bool)
    if type_ is VariableType.FLOAT:
        return isinstance(value, int | float | Decimal) and Decimal(str(value)).is_finite()
    if type_ is VariableType.DATE:
        return isinstance(value, date) and not isinstance(value, datetime)
    kinds = {VariableType.TEXT: str, VariableType.INTEGER: int, VariableType.MOMENT: datetime}
    return isinstance(value, kinds[type_])


def code(one: Code, names: Mapping[uuid.UUID, str]) -> str:
    """A code and those beneath it, each by the name it was given in the project."""
    return element(
        "Code",
        {
            "guid": one.guid,
            "name": names[one.guid],
            "isCodable": one.is_codable,
            "color": one.color,
        },
        text("Description", one.description),
        *(code(each, names) for each in one.codes),
    )
