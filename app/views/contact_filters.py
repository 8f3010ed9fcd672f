"""What the list of contacts is narrowed by: read from the address, written back into it."""

from dataclasses import dataclass
from typing import Any

from flask import request

from app.services import clsms, contact_places, contact_searches
from app.services.contact_searches import NONE, Filters, State
from app.services.territories import DEPARTEMENTS, REGIONS

STATES = {
    State.REACHABLE: "Peuvent recevoir un message",
    State.OPPOSED: "Ne veulent plus de message",
    State.BOUNCED: "Adresse refusée",
}
REGIONS_OR_NONE = {contact_places.UNKNOWN: "Région non précisée"} | REGIONS
LONGEST = 100
LARGEST_ID = 2**31


@dataclass(frozen=True)
class Offered:
    """All that can be chosen, value → what it is called."""

    audiences: dict[str, str]
    clsms: dict[str, str]
    tags: dict[str, str]
    regions = REGIONS_OR_NONE
    departements = DEPARTEMENTS
    states = STATES


def read(audiences: dict[str, str]) -> Filters:
    """Return the filters of the address; what names nothing is as if it were not there."""
    given = {name: clsms.tidy(value)[:LONGEST] for name, value in request.args.items()}
    state, clsm = given.get("etat", ""), given.get("clsm", "")
    return Filters(
        audience=_among(given.get("profil", ""), audiences),
        region=_among(given.get("region", ""), REGIONS_OR_NONE),
        departement=_among(given.get("departement", ""), DEPARTEMENTS),
        clsm=clsm if clsm == NONE or _is_id(clsm) else "",
        tag=given.get("etiquette", ""),
        state=State(state) if state in set(State) else None,
        words=given.get("q", ""),
    )


def arguments(filters: contact_searches.Filters) -> dict[str, Any]:
    """Return what an address says of these filters."""
    given = {
        "profil": filters.audience,
        "region": filters.region,
        "departement": filters.departement,
        "clsm": filters.clsm,
        "etiquette": filters.tag,
        "etat": str(filters.state or ""),
        "q": filters.words,
    }
    return {name: value for name, value in given.items() if value}


def _among(value: str, known: dict[str, str]) -> str:
    return value if value in known else ""


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 11 and int(text) < LARGEST_ID
