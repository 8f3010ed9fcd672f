"""Interviews: a transcript or notes, read, checked, stored as a testimony, its code handed over."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_wtf import FlaskForm
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from app.extensions import csrf, db
from app.models import RoleName, Testimony
from app.models.base import today
from app.services import clsms, receipts, testimonies, transcript_files, transcripts
from app.services import voices as speaking
from app.services.transcripts import Transcript
from app.tasks import suggest_codings
from app.views import transcript_forms, transcript_sittings
from app.views.access import only_for
from app.views.consents import told
from app.views.errors import Explanation, explained
from app.views.transcript_forms import VOICES, Change, StartForm
from forms.fields import SuggestedAnswer
from forms.schema import Library, Questionnaire, UnknownQuestionnaire

Page = str | Response | tuple[str, int]

blueprint = Blueprint("transcripts", __name__, url_prefix="/recherche/entretiens")
only_for(blueprint, RoleName.RESEARCHER)
# Each form here checks its own token, so that an old one shows the page again with what was typed.
csrf.exempt(blueprint)

MEGABYTE = 1024 * 1024
MOST_SENT = 32 * MEGABYTE  # a file a little too big is refused in its form, nothing else lost
MOST_TYPED = 6 * MEGABYTE  # the longest text in the widest letters, and some
TOO_BIG = Explanation(
    "Ce fichier est trop gros",
    "Un fichier compte dix mégaoctets au plus. Enlevez-en les images et les sons, ou copiez "
    "seulement son texte. Ce que vous aviez écrit est encore dans la page précédente.",
)
WHEN_NEW = "Laissez vide si l’accord a été donné le jour de l’entretien."
WHEN_CHANGED = "Seulement si un accord change. Laissez vide si c’est aujourd’hui."
NEW_VOICES = (
    "Ce texte nomme des voix qui n’étaient pas proposées. Dites lesquelles sont celles de l’équipe."
)
ALREADY_STORED = (
    "Cet entretien était déjà enregistré\u00a0: rien n’a été changé. Pour le corriger, ouvrez le "
    "témoignage."
)


@blueprint.before_request
def receive_files() -> None:
    """Let these pages receive what no other does; whoever may not enter is already gone."""
    request.max_content_length = MOST_SENT
    request.max_form_memory_size = MOST_TYPED


@blueprint.errorhandler(RequestEntityTooLarge)
def too_big(_error: RequestEntityTooLarge) -> tuple[str, int]:
    """Say how big a file may be."""
    return explained(413, TOO_BIG)


@blueprint.get("/nouveau")
def new() -> Page:
    """Ask who was met, and for the text."""
    return _show_start(_start_form())


@blueprint.post("/nouveau")
def read() -> Page:
    """Read the file, or take the words, and show everything to be checked."""
    form = _start_form()
    if not form.validate():
        return _show_start(form), 422
    try:
        file = form.file.data
        text = transcript_files.read(file.read()) if file else form.text.data
    except transcript_files.UnreadableTranscriptError as error:
        form.file.errors = [str(error)]
        return _show_start(form), 422
    if transcript_sittings.is_full():
        form.text.data = text  # a browser does not keep the file that was chosen
        return _show_start(form, is_refused=True), 422
    asking = [voice.name for voice in speaking.find(text) if voice.seems_to_ask]
    interview = _interview(form.audience.data)
    data = {
        "sitting": transcript_sittings.begin().id,
        "kind": transcripts.kinds(interview)[0].id,
        "text": text,
        VOICES: asking,
    }
    return _show_check(transcript_forms.form_of(interview, data=data))


@blueprint.get("/relire/<audience>")
def begin_again(audience: str) -> Response:
    """Nothing is kept before it is stored: lead to the beginning."""
    return redirect(url_for(".new"))


@blueprint.post("/relire/<audience>")
def store(audience: str) -> Page:
    """Store the interview, once, however often this is asked."""
    form = transcript_forms.form_of(_interview(audience))
    if (refused := _refused(form)) is not None:
        return refused
    sitting = transcript_sittings.find(form.sitting.data)
    if (sitting is None or sitting.testimony is None) and transcript_sittings.is_full():
        return _show_check(form, is_refused=True), 422
    sitting = sitting or transcript_sittings.begin()
    if sitting.testimony is not None:
        flash(ALREADY_STORED, "warning")
    else:
        testimony = transcripts.store(db.session, _transcript(form), code=sitting.code)
        db.session.commit()
        suggest_codings.enqueue(str(testimony.id))
        transcript_sittings.remember(sitting, testimony.id)
    return redirect(url_for(".sheet", sitting=sitting.id))


@blueprint.get("/remise/<sitting>")
def sheet(sitting: str) -> Page:
    """Show the sheet to hand over, with the code, until it is handed over."""
    kept, testimony = transcript_sittings.find(sitting), transcript_sittings.stored(sitting)
    if kept is None or testimony is None:
        return render_template("transcripts/handed.html"), 404
    return render_template(
        "transcripts/sheet.html",
        testimony=testimony,
        groups=receipts.grouped(kept.code),
        agreements=told(testimony),
        sitting=sitting,
        form=FlaskForm(formdata=None),
    )


@blueprint.post("/remise/<sitting>")
def hand_over(sitting: str) -> Response:
    """The sheet is handed over: nothing here keeps the code any longer."""
    testimony = transcript_sittings.stored(sitting)
    if not FlaskForm().validate():
        flash("La page était restée ouverte trop longtemps. Recommencez.", "warning")
        return redirect(url_for(".sheet", sitting=sitting))
    transcript_sittings.forget(sitting)
    if testimony is None:
        return redirect(url_for("testimonies.index"))
    return redirect(url_for("testimonies.show", testimony_id=testimony.id))


@blueprint.get("/<uuid:testimony_id>/corriger")
def edit(testimony_id: uuid.UUID) -> Page:
    """Show an interview that is stored, to be corrected."""
    testimony, interview = _told(testimony_id)
    held = transcripts.held(testimony, interview)
    return _show_check(transcript_forms.correction_of(interview, held), testimony)


@blueprint.post("/<uuid:testimony_id>/corriger")
def correct(testimony_id: uuid.UUID) -> Page:
    """Correct an interview; what it said before is kept for the record, and it is read again.

    What changed since the page was shown is not undone: it is shown first.
    """
    testimony, interview = _told(testimony_id)
    form = transcript_forms.form_of(interview)
    if (refused := _refused(form, testimony)) is not None:
        return refused
    told = _transcript(form, default_agreement=today())
    try:
        transcripts.correct(db.session, testimony, told, seen=form.seen.data or "")
    except transcripts.ChangedMeanwhileError as error:
        db.session.rollback()
        held = transcripts.held(testimony, interview)
        form, changes = transcript_forms.merged(form, held, error.fields)
        return _show_check(form, testimony, changes=changes), 409
    except transcripts.WithdrawnMeanwhileError:
        db.session.rollback()
        abort(404)
    db.session.commit()
    suggest_codings.enqueue(str(testimony.id))
    flash("L’entretien est corrigé. Ses thèmes sont cherchés à nouveau.", "success")
    return redirect(url_for("testimonies.show", testimony_id=testimony.id))


def _library() -> Library:
    library: Library = current_app.extensions["questionnaires"]
    return library


def _interview(audience: str) -> Questionnaire:
    found = [each for each in _library().interviews if each.audience.id == audience]
    return found[0] if found else abort(404)


def _told(testimony_id: uuid.UUID) -> tuple[Testimony, Questionnaire]:
    """Return an interview and its definition; 404 where there is none, or none any more."""
    testimony = testimonies.get(db.session, testimony_id)
    if testimony is None or not transcripts.is_interview(testimony):
        abort(404)
    try:
        version = testimony.questionnaire_version
        return testimony, _library().get(testimony.questionnaire_slug, version)
    except UnknownQuestionnaire:
        abort(404)


def _start_form() -> StartForm:
    form = StartForm()
    form.audience.choices = [
        (each.audience.id, each.audience.label) for each in _library().interviews
    ]
    return form


def _refused(form: Any, testimony: Testimony | None = None) -> Page | None:
    """Return the page again where something is to be mended, or voices to be looked for again."""
    form.offer_voices(form.text.data or "")
    if "voices" in request.form and request.form.get("text", "").strip():
        return _show_check(form, testimony)
    is_valid = form.validate()
    transcript_forms.soften(form)
    if is_valid and not form.has_new_voices():
        return None
    if form.has_new_voices():
        form[VOICES].errors = [NEW_VOICES]
    return _show_check(form, testimony), 422


def _transcript(form: Any, *, default_agreement: date | None = None) -> Transcript:
    return Transcript(
        questionnaire=form.asked,
        values=transcript_forms.values_of(form),
        held_on=form.held_on.data,
        agreed_on=form.agreed_on.data or default_agreement or form.held_on.data,
    )


def _show_start(form: StartForm, *, is_refused: bool = False) -> str:
    return render_template(
        "transcripts/start.html",
        form=form,
        waiting=transcript_sittings.waiting(),
        most=transcript_sittings.MOST_STORED,
        is_refused=is_refused,
    )


def _show_check(
    form: Any,
    testimony: Testimony | None = None,
    *,
    is_refused: bool = False,
    changes: Sequence[Change] = (),
) -> str:
    form.offer_voices(form.text.data or "")
    form.remember_voices()
    form.agreed_on.description = WHEN_CHANGED if testimony else WHEN_NEW
    for field in form:
        if isinstance(field, SuggestedAnswer):
            field.suggestions = clsms.public_names(db.session)
    return render_template(
        "transcripts/check.html",
        form=form,
        testimony=testimony,
        changes=changes,
        waiting=transcript_sittings.waiting() if is_refused else {},
        most=transcript_sittings.MOST_STORED,
        is_refused=is_refused,
        audience=form.asked.audience,
        voices=form[VOICES],
        consents=transcript_forms.consents_of(form),
        landmarks=transcript_forms.landmarks_of(form),
    )
