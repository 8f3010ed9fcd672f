"""The workbench beside its page: what changed meanwhile, one note, undoing, what to read next."""

import uuid
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_security import current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from app.extensions import db
from app.models import CodingAct, CodingChange, RoleName, Testimony
from app.services import progress, readings, testimonies, undoing
from app.views import filters as address
from app.views import workbench_news as news
from app.views.access import only_for

blueprint = Blueprint("workbench", __name__, url_prefix="/recherche")
only_for(blueprint, RoleName.RESEARCHER)
address.explain_in(blueprint)

NOTHING = "Rien à annuler ici\u00a0: vous n’y avez rien fait, ou quelqu’un l’a changé depuis."
ALL_DECIDED = "Aucun autre témoignage n’a d’extrait à décider{}."


@blueprint.get("/temoignages/<uuid:testimony_id>/changements")
def changes(testimony_id: uuid.UUID) -> Response:
    """Tell what changed after the change `depuis`."""
    since = request.args.get("depuis", "0")
    if not (since.isascii() and since.isdigit() and len(since) < 19):
        abort(400)
    return news.as_json(news.of(testimony_id, int(since)))


@blueprint.get("/temoignages/<uuid:testimony_id>/suggestions/<uuid:coding_id>/note")
def note(testimony_id: uuid.UUID, coding_id: uuid.UUID) -> Response:
    """Give one coding with its note."""
    rows = readings.laid(db.session, testimony_id, [coding_id])
    if not rows:
        raise NotFound
    told = readings.told(db.session, rows)
    return news.as_json(news.compact(testimony_id, told[coding_id]))


@blueprint.post("/temoignages/<uuid:testimony_id>/annuler")
def undo(testimony_id: uuid.UUID) -> AnyResponse:
    """Undo the last of one's own acts on a testimony."""
    undone = undoing.undo(db.session, testimony_id, by=current_user.id)
    db.session.commit()
    if undone is None:
        return news.reply(testimony_id, NOTHING)
    is_there = undone.coding_id != testimony_id and undone.after is not None
    coding_id = undone.coding_id if is_there else None
    return news.reply(testimony_id, _undone(undone), coding_id=coding_id)


def _undone(undone: CodingChange) -> str:
    if undone.act == CodingAct.MEMO:
        return "Annulé\u00a0: votre mémo est comme avant."
    stood = undone.after or undone.before or {}
    return f"Annulé\u00a0: {news.theme_words(stood['theme'])} est comme avant votre acte."


@blueprint.get("/suivant")
def following() -> AnyResponse:
    """Lead to the next testimony of the list that has something to decide."""
    filters = address.read()
    here = _here()
    found = progress.next_to_review(db.session, filters, after=here)
    narrowed: dict[str, Any] = {**address.arguments(filters)}
    if found is not None:
        return redirect(url_for("testimonies.show", testimony_id=found, **narrowed))
    flash(ALL_DECIDED.format(" dans cette liste" if narrowed else ""), "info")
    if here is not None:
        return redirect(url_for("testimonies.show", testimony_id=here.id, **narrowed))
    return redirect(url_for("testimonies.index", **narrowed))


def _here() -> Testimony | None:
    asked = request.args.get("apres", "")
    if not asked:
        return None
    try:
        return testimonies.get(db.session, uuid.UUID(asked))
    except ValueError:
        raise address.BadFilter("Ce témoignage n’existe pas.") from None
