"""A memo, beside a coding or of a whole testimony: one's own is written, others' are read."""

import uuid

from flask import Blueprint, render_template, request
from flask_security import current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.extensions import db
from app.models import RoleName
from app.services import memos, readings, testimonies
from app.services.decisions import NoSuchCodingError
from app.views import workbench_news as news
from app.views.access import only_for
from app.views.decisions import GONE
from app.views.testimonies import NoSuchTestimony, missing

Page = str | Response | tuple[str, int]

blueprint = Blueprint("memos", __name__, url_prefix="/recherche/temoignages/<uuid:testimony_id>")
only_for(blueprint, RoleName.RESEARCHER)
blueprint.register_error_handler(NoSuchTestimony, missing)

TOO_LONG = f"Un mémo tient en {memos.LONGEST} caractères."
ELSEWHERE = (
    "Votre mémo a changé dans une autre fenêtre\u00a0: il disait «\u00a0{}\u00a0». Rien n’est "
    "enregistré. Enregistrez à nouveau pour mettre ces mots-ci à la place."
)
ERASED = (
    "Votre mémo a été effacé dans une autre fenêtre. Enregistrez à nouveau pour garder ces mots-ci."
)


@blueprint.get("/memo")
def edit(testimony_id: uuid.UUID) -> Page:
    """Show one's own memo of the whole testimony."""
    return _edit(testimony_id, None)


@blueprint.post("/memo")
def save(testimony_id: uuid.UUID) -> Page:
    """Keep one's own memo of the whole testimony; without words, it goes."""
    return _save(testimony_id, None)


@blueprint.get("/suggestions/<uuid:coding_id>/memo")
def edit_beside(testimony_id: uuid.UUID, coding_id: uuid.UUID) -> Page:
    """Show one's own memo beside a coding."""
    return _edit(testimony_id, coding_id)


@blueprint.post("/suggestions/<uuid:coding_id>/memo")
def save_beside(testimony_id: uuid.UUID, coding_id: uuid.UUID) -> Page:
    """Keep one's own memo beside a coding; without words, it goes."""
    return _save(testimony_id, coding_id)


def _edit(testimony_id: uuid.UUID, coding_id: uuid.UUID | None) -> Page:
    own = memos.own(db.session, testimony_id, coding_id, current_user.id)
    return _show(testimony_id, coding_id, own.words if own else "", memos.sight(own))


def _save(testimony_id: uuid.UUID, coding_id: uuid.UUID | None) -> Page:
    words, seen = request.form.get("memo", ""), request.form.get("vu")
    try:
        written = memos.write(
            db.session, testimony_id, coding_id, words, by=current_user.id, seen=seen
        )
    except NoSuchCodingError:
        db.session.rollback()
        return news.reply(testimony_id, GONE, status=410)
    except memos.MemoTooLongError:
        db.session.rollback()
        return _show(testimony_id, coding_id, words, seen or "", error=TOO_LONG, status=422)
    except memos.MemoChangedError as error:
        told = ELSEWHERE.format(error.memo.words) if error.memo else ERASED
        now = memos.sight(error.memo)
        db.session.rollback()
        return _show(testimony_id, coding_id, words, now, error=told, status=409)
    message = "Mémo enregistré." if written else "Mémo effacé."
    db.session.commit()
    return news.reply(testimony_id, message, coding_id=coding_id)


def _show(
    testimony_id: uuid.UUID,
    coding_id: uuid.UUID | None,
    words: str,
    seen: str,
    *,
    error: str = "",
    status: int = 200,
) -> Page:
    testimony = testimonies.get(db.session, testimony_id)
    if testimony is None:
        raise NoSuchTestimony
    rows = readings.laid(db.session, testimony_id, [coding_id]) if coding_id else []
    if coding_id and not rows:
        raise NotFound
    told = readings.told(db.session, rows)
    context = {
        "testimony": testimony,
        "coding_id": coding_id,
        "told": told[coding_id] if coding_id else None,
        "words": words,
        "seen": seen,
        "error": error,
        "longest": memos.LONGEST,
        "theme_words": news.theme_words,
        "back": news.page_of(testimony_id, coding_id),
        "narrowed": news.narrowed(),
        "is_panel": "panneau" in request.values,
    }
    if news.wants_json():
        form = render_template("testimonies/memo_form.html", **context)
        return news.as_json({"formulaire": form}, status)
    return render_template("testimonies/memo.html", **context), status
