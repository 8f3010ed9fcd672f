"""What the directory is narrowed by: read from the address, written back into it."""

from typing import Any

from flask import request

from app.models import ClsmKind
from app.services import clsms
from app.services.clsms import Filters, State
from app.services.territories import REGIONS

STATES = {
    State.OFFERED: "Proposés dans les questionnaires",
    State.NOT_OFFERED: "Non proposés",
    State.RETIRED: "Retirés de l’annuaire",
}
LONGEST = 100


def read() -> Filters:
    """Return the filters of the address; what names nothing is as if it were not there."""
    given = {name: clsms.tidy(value)[:LONGEST] for name, value in request.args.items()}
    region, kind, state = (given.get(name, "") for name in ("region", "type", "etat"))
    return Filters(
        words=given.get("q", ""),
        region=region if region in REGIONS else "",
        kind=ClsmKind(kind) if kind in set(ClsmKind) else None,
        tag=given.get("etiquette", ""),
        state=State(state) if state in set(State) else None,
    )


def arguments(filters: Filters) -> dict[str, Any]:
    """Return what an address says of these filters."""
    given = {
        "region": filters.region,
        "type": str(filters.kind or ""),
        "etiquette": filters.tag,
        "etat": str(filters.state or ""),
        "q": filters.words,
    }
    return {name: value for name, value in given.items() if value}
