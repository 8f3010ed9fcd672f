"""Who may open what: declared beside the routes, kept here, asked of every request.

A blueprint says `open_to_all(blueprint)`, `for_holders(blueprint)`, `for_signed_in(blueprint)` or
`only_for(blueprint, RoleName.STAFF)`; a route that differs from its blueprint, `of_route`. What
nobody declared opens to nobody (403), and a test lists it. The rooms of the desk are here too.
"""

import enum
from dataclasses import dataclass

from flask import Blueprint, Flask, abort, current_app, request
from flask_security import current_user
from werkzeug.wrappers import Response

from app.database import is_migrated
from app.extensions import db, security
from app.models import RoleName


class Who(enum.StrEnum):
    """Who may open a route, from the most to the fewest."""

    EVERYBODY = "everybody"  # nothing of anybody is shown
    HOLDER = "holder"  # whoever holds the link, the code, or the browser: the view looks for it
    SIGNED_IN = "signed in"  # any colleague's account
    ROLES = "roles"  # the accounts that have one of the roles


@dataclass(frozen=True)
class Access:
    """What is declared of a route; `roles` only where `who` says so."""

    who: Who
    roles: tuple[RoleName, ...] = ()

    def admits(self) -> bool:
        """Say whether whoever is signed in for this request, if anybody, may open the route."""
        if self.who in (Who.EVERYBODY, Who.HOLDER):
            return True
        if not current_user.is_authenticated:
            return False
        return self.who is Who.SIGNED_IN or any(current_user.has_role(r.value) for r in self.roles)


EVERYBODY, HOLDER, SIGNED_IN = Access(Who.EVERYBODY), Access(Who.HOLDER), Access(Who.SIGNED_IN)
_DECLARED: dict[str, Access] = {
    # The routes of libraries, which cannot say it themselves.
    "static": EVERYBODY,
    "bootstrap": EVERYBODY,
    "security.static": EVERYBODY,
    "security.login": EVERYBODY,
    "security.logout": EVERYBODY,
    "security.change_password": SIGNED_IN,
}


def open_to_all(blueprint: Blueprint) -> None:
    """Open every page of `blueprint` to everybody."""
    _DECLARED[blueprint.name] = EVERYBODY


def for_holders(blueprint: Blueprint) -> None:
    """Open `blueprint` to whoever holds what its views look for: a link, a code, a draft."""
    _DECLARED[blueprint.name] = HOLDER


def for_signed_in(blueprint: Blueprint) -> None:
    """Open every page of `blueprint` to any account, whatever it may do."""
    _DECLARED[blueprint.name] = SIGNED_IN


def only_for(blueprint: Blueprint, *roles: RoleName) -> None:
    """Open every page of `blueprint` to these roles alone; others sign in, or are told no (403)."""
    _DECLARED[blueprint.name] = Access(Who.ROLES, roles)


def of_route(endpoint: str, access: Access) -> None:
    """Declare one route otherwise than its blueprint."""
    _DECLARED[endpoint] = access


def declared(endpoint: str) -> Access | None:
    """Return what is declared of a route, or of its blueprint; none when nobody said."""
    return _DECLARED.get(endpoint) or _DECLARED.get(endpoint.rpartition(".")[0])


def check() -> Response | None:
    """Let a request in, lead it to the page of signing in, or tell it no (403)."""
    if request.endpoint is None:
        return None  # no such page: the answer says so
    access = declared(request.endpoint)
    if access is not None and access.admits():
        return None
    if access is not None and not current_user.is_authenticated:
        reply: Response = security.login_manager.unauthorized()
        return reply
    return abort(403)


@dataclass(frozen=True)
class Room:
    """A place at the desk, its first page, and the role that opens it.

    `also`: the blueprints whose pages are reached from there.
    """

    label: str
    endpoint: str
    role: RoleName
    also: tuple[str, ...] = ()

    @property
    def blueprints(self) -> tuple[str, ...]:
        return (self.endpoint.split(".")[0], *self.also)


READING = ("pseudonyms", "concordances", "coding_forms", "memos", "workbench")
TALLIES = ("tally_overview", "tally_pairs", "tally_times", "tally_specifics", "duplicates")
IN_CAMPAIGNS = ("campaign_course", "campaign_drafts", "campaign_invitations", "reminders")
ROOMS = (
    Room("Témoignages", "testimonies.index", RoleName.RESEARCHER, also=READING),
    Room("À relire", "rereadings.index", RoleName.RESEARCHER),
    Room("Décomptes", "tallies.index", RoleName.RESEARCHER, also=TALLIES),
    Room("Grille", "codebook.index", RoleName.RESEARCHER),
    Room("Accord", "agreements.index", RoleName.RESEARCHER),
    Room("Guides", "guides.index", RoleName.RESEARCHER, ("quotations",)),
    Room("Exports", "exports.index", RoleName.RESEARCHER, ("project_imports",)),
    Room("Entrer un entretien", "transcripts.new", RoleName.RESEARCHER),
    Room("Apprentissage", "theme_versions.index", RoleName.RESEARCHER),
    Room("Campagnes", "campaigns.index", RoleName.STAFF, IN_CAMPAIGNS),
    Room("Suivi", "participation.index", RoleName.STAFF),
    Room("Contacts", "contacts.index", RoleName.STAFF),
    Room("CLSM", "clsms.index", RoleName.STAFF),
    Room("Mises en contact", "referrals_desk.index", RoleName.STAFF),
    Room("À rappeler", "recontacts_desk.index", RoleName.STAFF),
    Room("Créneaux", "slots.index", RoleName.STAFF),
    Room("Questions", "inquiries_desk.index", RoleName.STAFF),
    Room("Messagerie", "postbox.index", RoleName.STAFF),
    Room("Protection", "protection.index", RoleName.STAFF),
    Room("Comptes", "administration.index", RoleName.ADMINISTRATOR),
    Room("Installation", "states.index", RoleName.ADMINISTRATOR),
    Room("Journal", "audit.index", RoleName.DPO),
    Room("Registre", "register.show", RoleName.DPO),
)
WITHOUT_DATABASE = frozenset({"static", "bootstrap.static", "health.alive", "health.ready"})


def rooms() -> list[Room]:
    """Return the rooms that the signed-in account may enter, its home first."""
    if not current_user.is_authenticated:
        return []
    return [room for room in ROOMS if current_user.has_role(room.role.value)]


def _needs_tables() -> None:
    """Answer 503 until the tables are those of this version; asked once, then remembered."""
    if request.endpoint in WITHOUT_DATABASE or current_app.extensions.get("is_migrated"):
        return
    if not is_migrated(db.engine):
        abort(503)
    current_app.extensions["is_migrated"] = True


def init_app(app: Flask) -> None:
    app.add_template_global(rooms, "desk_rooms")
    app.before_request(_needs_tables)
