"""Who may open what: the rooms of the Centre's people, and what is asked of everyone first."""

from dataclasses import dataclass

from flask import Blueprint, Flask, abort, current_app, redirect, request, url_for
from flask_security import current_user, password_changed
from werkzeug.wrappers import Response

from app.database import is_migrated
from app.extensions import accounts, db, security
from app.models import Account, RoleName


@dataclass(frozen=True)
class Room:
    """A place at the desk, its first page, and the role that opens it."""

    label: str
    endpoint: str
    role: RoleName

    @property
    def blueprint(self) -> str:
        return self.endpoint.split(".")[0]


ROOMS = (
    Room("Témoignages", "testimonies.index", RoleName.RESEARCHER),
    Room("À relire", "rereadings.index", RoleName.RESEARCHER),
    Room("Décomptes", "tallies.index", RoleName.RESEARCHER),
    Room("Entrer un entretien", "transcripts.new", RoleName.RESEARCHER),
    Room("Apprentissage", "theme_versions.index", RoleName.RESEARCHER),
    Room("Campagnes", "campaigns.index", RoleName.STAFF),
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
)
WITHOUT_DATABASE = frozenset({"static", "bootstrap.static", "health.alive", "health.ready"})
WITH_GIVEN_PASSWORD = WITHOUT_DATABASE | {"security.change_password", "security.logout"}


def only_for(blueprint: Blueprint, *roles: RoleName) -> None:
    """Open every page of `blueprint` to these roles alone; others sign in, or are told no (403)."""

    @blueprint.before_request
    def check() -> Response | None:
        if not current_user.is_authenticated:
            reply: Response = security.login_manager.unauthorized()
            return reply
        if not any(current_user.has_role(role.value) for role in roles):
            abort(403)
        return None


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


def _needs_own_password() -> Response | None:
    """Send whoever still has a password given by someone else to choose their own."""
    if request.endpoint in WITH_GIVEN_PASSWORD or not current_user.is_authenticated:
        return None
    if current_user.must_change_password:
        return redirect(url_for("security.change_password"))
    return None


def _has_own_password(_app: Flask, user: Account, **_: object) -> None:
    user.must_change_password = False
    accounts.commit()  # type: ignore[no-untyped-call]


def init_app(app: Flask) -> None:
    app.add_template_global(rooms, "desk_rooms")
    app.before_request(_needs_tables)
    app.before_request(_needs_own_password)
    password_changed.connect(_has_own_password, app)
