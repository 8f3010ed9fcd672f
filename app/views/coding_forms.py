"""Correcting a coding, and laying one by hand: a theme, and the words of the passage.

The words are typed, pasted, selected in the text, or moved a word at a time by buttons; nothing is
kept before the last button.
"""

import uuid

from flask import Blueprint, current_app, render_template, request
from flask_security import current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.extensions import db
from app.models import Answer, RoleName, Testimony
from app.services import bounds, corrections, decisions, hand_codings, readings, testimonies
from app.services.bounds import BadBoundsError
from app.services.corrections import Done, Outcome
from app.views import filters as address
from app.views import workbench_news as news
from app.views.access import only_for
from app.views.decisions import GONE, changed
from app.views.editors import GESTURES, Editor, sent_span
from app.views.testimonies import NoSuchTestimony, missing
from forms.schema import UnknownQuestionnaire

Page = str | Response | tuple[str, int] | tuple[Response, int]

blueprint = Blueprint(
    "coding_forms", __name__, url_prefix="/recherche/temoignages/<uuid:testimony_id>"
)
only_for(blueprint, RoleName.RESEARCHER)
blueprint.register_error_handler(NoSuchTestimony, missing)

TAKEN = (
    "Ce thème était proposé sur exactement ces mots, et cette suggestion a été corrigée depuis. "
    "Remettez-la à décider d’abord, ou prenez d’autres mots."
)
ANSWER_GONE = "Cette réponse n’est plus là\u00a0: le témoignage a changé. Rien n’est enregistré."
SAID = {
    Outcome.CORRECTED: "Corrigé\u00a0: {}.",
    Outcome.ADDED: "Ajouté\u00a0: {}.",
    Outcome.ACCEPTED: "{} était déjà proposé sur ces mots\u00a0: c’est accepté.",
    Outcome.ALREADY: "{} est déjà là sur ces mots\u00a0: rien n’a changé.",
    Outcome.JOINED: (
        "{} était déjà sur ces mots\u00a0: cet extrait-là est accepté, celui que vous corrigiez "
        "est rejeté."
    ),
}


@blueprint.get("/suggestions/<uuid:coding_id>/corriger")
def correct(testimony_id: uuid.UUID, coding_id: uuid.UUID) -> Page:
    """Show a coding's theme and passage, to be corrected."""
    return _show(_of_coding(_testimony(testimony_id), coding_id))


@blueprint.post("/suggestions/<uuid:coding_id>/corriger")
def save_correction(testimony_id: uuid.UUID, coding_id: uuid.UUID) -> Page:
    """Keep a correction, or move the passage's bounds by a word."""
    testimony = _testimony(testimony_id)
    try:
        editor = _of_coding(testimony, coding_id)
    except NotFound:
        return news.reply(testimony_id, GONE, status=410)
    editor.seen = request.form.get("vu", editor.seen)
    editor.read()
    if editor.errors or editor.gesture in GESTURES or editor.span is None:
        return _show(editor)
    try:
        done = corrections.correct(
            db.session,
            testimony_id,
            coding_id,
            theme=editor.theme,
            span=editor.span,
            by=current_user.id,
            seen=editor.seen,
        )
    except decisions.NoSuchCodingError:
        db.session.rollback()
        return news.reply(testimony_id, GONE, status=410)
    except decisions.ChangedMeanwhileError as error:
        return _late(editor, changed(error.coding))
    return _done(testimony_id, done, editor.theme)


def _late(editor: Editor, told: str) -> Page:
    """Show the form again with what was chosen; pressed again, it goes over what it now says."""
    testimony_id, coding_id = editor.testimony.id, editor.coding_id
    assert coding_id is not None
    db.session.rollback()
    now = _of_coding(_testimony(testimony_id), coding_id)
    now.theme, now.span, now.passage = editor.theme, editor.span, editor.passage
    now.is_late = told
    return _show(now, 409)


@blueprint.get("/coder")
def add(testimony_id: uuid.UUID) -> Page:
    """Show what to lay by hand on an answer: on the words of the address, if it says which."""
    editor = _of_answer(_testimony(testimony_id))
    span = sent_span("debut", "fin")
    if span is not None:
        try:
            editor.span = bounds.checked(editor.text, span)
        except BadBoundsError:
            raise address.BadFilter("Ces mots ne sont pas dans la réponse.") from None
        editor.passage = editor.inside
    return _show(editor)


@blueprint.post("/coder")
def save_addition(testimony_id: uuid.UUID) -> Page:
    """Lay a theme by hand, or move the passage's bounds by a word."""
    editor = _of_answer(_testimony(testimony_id))
    editor.read()
    if editor.errors or editor.gesture in GESTURES or editor.span is None:
        return _show(editor)
    try:
        done = hand_codings.add(
            db.session,
            testimony_id,
            editor.answer.position,
            theme=editor.theme,
            span=editor.span,
            by=current_user.id,
        )
    except hand_codings.NoSuchAnswerError:
        db.session.rollback()
        return news.reply(testimony_id, ANSWER_GONE, status=410)
    except hand_codings.CorrectedElsewhereError:
        db.session.rollback()
        editor = _of_answer(_testimony(testimony_id))
        editor.read()
        editor.errors["theme"] = TAKEN
        return _show(editor)
    return _done(testimony_id, done, editor.theme)


def _done(testimony_id: uuid.UUID, done: Done, theme: str) -> Page:
    coding_id = done.coding.id
    db.session.commit()
    message = SAID[done.outcome].format(news.theme_words(theme))
    return news.reply(testimony_id, message, coding_id=coding_id)


def _testimony(testimony_id: uuid.UUID) -> Testimony:
    testimony = testimonies.get(db.session, testimony_id)
    if testimony is None:
        raise NoSuchTestimony
    return testimony


def _of_coding(testimony: Testimony, coding_id: uuid.UUID) -> Editor:
    rows = readings.laid(db.session, testimony.id, [coding_id])
    if not rows:
        raise NotFound
    (laid,) = rows
    answer = next(each for each in testimony.answers if each.position == laid.position)
    editor = Editor(
        testimony=testimony,
        answer=answer,
        wording=_wording(testimony, answer),
        theme=laid.theme,
        passage="",
        span=laid.span,
        coding_id=coding_id,
        seen=laid.seen,
    )
    editor.passage = editor.inside
    return editor


def _of_answer(testimony: Testimony) -> Editor:
    position = request.values.get("reponse", type=int)
    found = [each for each in testimony.answers if each.text and each.position == position]
    if not found:
        raise NotFound
    return Editor(
        testimony=testimony,
        answer=found[0],
        wording=_wording(testimony, found[0]),
        theme=request.args.get("code", ""),
        passage="",
        span=None,
    )


def _wording(testimony: Testimony, answer: Answer) -> str:
    library = current_app.extensions["questionnaires"]
    slug, version = testimony.questionnaire_slug, testimony.questionnaire_version
    try:
        questions = library.get(slug, version).questions
    except UnknownQuestionnaire:
        return answer.question_id
    found = [each.label for each in questions if each.id == answer.question_id]
    return found[0] if found else answer.question_id


def _show(editor: Editor, status: int | None = None) -> Page:
    """Show the form, whole or for the workbench to put in its place."""
    status = status or (422 if editor.errors else 200)
    context = {
        "editor": editor,
        "choices": address.choices(),
        "gestures": GESTURES,
        "back": news.page_of(editor.testimony.id, editor.coding_id),
        "narrowed": news.narrowed(),
        "is_panel": "panneau" in request.values,
        "is_fragment": news.wants_json(),
    }
    if news.wants_json():
        form = render_template("testimonies/editor.html", **context)
        return news.as_json({"formulaire": form}, status)
    return render_template("testimonies/coding.html", **context), status
