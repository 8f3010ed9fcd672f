"""The filters of an address one by one: what each says, and the address without it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from analysis.codebook import Theme
from app.presentation import day
from app.services.filters import Filters
from app.views.filters import Choices, arguments

LABELS = {
    "audience": "Profil",
    "channel": "Venus par",
    "region": "Région",
    "department": "Département",
    "territory": "Territoire",
    "priority": "Quartiers prioritaires",
    "clsm": "CLSM",
    "questionnaire": "Questionnaire",
    "since": "À partir du",
    "until": "Jusqu’au",
    "theme": "Thème",
    "beside": "Avec le thème",
    "state": "Extraits",
    "words": "Mots",
}


@dataclass(frozen=True)
class Active:
    """One filter in words; `without` are the address's arguments that take it away."""

    label: str
    value: str
    without: Mapping[str, str]


def of(filters: Filters, choices: Choices) -> Sequence[Active]:
    """Return the filters that narrow, in the order of the address."""
    given = asdict(filters)
    return [
        Active(
            LABELS[field], _told(field, given[field], choices), arguments(filters, **{field: ""})
        )
        for field in LABELS
        if given[field]
    ]


def _told(field: str, value: Any, choices: Choices) -> str:
    if isinstance(value, date):
        return day(value)
    if field == "words":
        return f"«\u00a0{value}\u00a0»"
    known = choices.offered(field).get(value, value)
    return f"{known.code} {known.label}" if isinstance(known, Theme) else str(known)
