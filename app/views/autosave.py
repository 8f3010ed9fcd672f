"""Keeping what somebody is typing: a small script asks it every few seconds. No page is finished.

Without the script nothing is missing: each page is saved by its button.
"""

import json
from typing import Any

from flask import Blueprint, Response, abort, request

from app.extensions import csrf
from app.models.base import now
from app.services import sights
from app.views import draft_session, places, saving
from app.views.access import for_holders
from app.views.answering_pages import is_stale
from forms import build

blueprint = Blueprint("autosave", __name__, url_prefix="/temoigner/<slug>")
for_holders(blueprint)
csrf.exempt(blueprint)  # its form checks its own token, and the reply says so in words

STALE = (
    "Cette page est restée ouverte trop longtemps\u00a0: appuyez sur le bouton du bas pour "
    "enregistrer. Tout ce que vous avez écrit est là."
)
GONE = (
    "Votre brouillon n’est plus sur cet appareil\u00a0: ce que vous écrivez n’est plus enregistré. "
    "Appuyez sur le bouton du bas pour savoir que faire."
)
ELSEWHERE = (
    "Cette page a changé dans un autre onglet ou sur un autre appareil\u00a0: ce que vous écrivez "
    "ici n’est plus enregistré tout seul. Appuyez sur le bouton du bas pour comparer."
)


class QuietResponse(Response):
    """A reply that leaves the browser's cookie as it is.

    It may come after that of another page, whose newer cookie it would replace.
    """

    def set_cookie(self, *_arguments: Any, **_options: Any) -> None:
        """Set nothing."""


@blueprint.post("/rubrique/<section_id>/brouillon")
def keep(slug: str, section_id: str) -> Response:
    """Keep what can be: nothing before the consent, nothing over somebody else's words."""
    sitting = draft_session.sit(slug)
    asked = places.here(sitting, section_id).asked
    if build.foreign_fields(asked, request.form.keys()):
        abort(400)
    form = saving.make_form(sitting, asked)
    form.validate()
    if is_stale(form):
        return _reply(422, message=STALE)
    if sitting.draft is None:
        return _reply(409, message=GONE)
    page = saving.read_typing(asked, form)
    try:
        elsewhere = saving.keep(sitting, page, section=None, is_all_or_nothing=True)
    except saving.DraftGoneError:
        return _reply(409, message=GONE)
    if elsewhere:
        return _reply(409, message=ELSEWHERE)
    return _reply(200, seen=sights.renewed(page.seen, page.given, sitting.answers), saved_at=_now())


def _reply(status: int, **told: str) -> Response:
    reply = QuietResponse(json.dumps(told), status=status, mimetype="application/json")
    reply.headers["Cache-Control"] = "no-store"
    return reply


def _now() -> str:
    return now().isoformat(timespec="seconds")
