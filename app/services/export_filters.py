"""The filters of an export, by the French names that they have in addresses and commands."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from app.services.excerpts import State
from app.services.filters import NAMES as NAMES
from app.services.filters import Filters
from app.services.queries import UnreadableQueryError, parse

DAYS = ("since", "until")


class BadFilterError(ValueError):
    """A filter that has no meaning; `str()` says why, in French."""


def said(filters: Filters) -> dict[str, str]:
    """Return the filters that narrow, by their names."""
    given = asdict(filters)
    return {name: str(given[field]) for field, name in NAMES.items() if given[field]}


def filters(given: Mapping[str, str | None]) -> Filters:
    """Return the filters that these names and values say. Raises BadFilterError."""
    said: dict[str, Any] = {field: given.get(name) or "" for field, name in NAMES.items()}
    for field in DAYS:
        said[field] = _day(said[field])
    if said["state"] not in ("", *State):
        known = "tient, propose, garde ou rejete"
        raise BadFilterError(f"«\u00a0{said['state']}\u00a0»\u00a0: {known}.")
    made = Filters(**said)
    try:
        parse(made.words)
    except UnreadableQueryError as error:
        raise BadFilterError(str(error)) from None
    return made


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise BadFilterError(
            f"«\u00a0{written}\u00a0» n’est pas un jour\u00a0: écrivez-le comme 2026-11-22."
        ) from None
