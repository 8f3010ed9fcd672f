"""Answering: one section a page, each saved when left, read over, then sent."""

from dataclasses import replace

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from app.extensions import csrf, db
from app.models import ConsentPurpose, Testimony
from app.services import drafts, invitations, receipts, testimonies
from app.tasks import suggest_codings
from app.views import draft_session
from app.views.answering_pages import SendForm, is_easy, is_stale, show_review, show_section
from app.views.draft_session import Sitting
from forms import build
from forms.fields import Asked
from forms.schema import Purpose, Section

Page = str | Response | tuple[str, int]

blueprint = Blueprint("answering", __name__, url_prefix="/temoigner/<slug>")
# Each form here checks its own token, so that an old one shows the page again with the words typed.
csrf.exempt(blueprint)

SAVE_ATTEMPTS = 5


@blueprint.get("/")
def start(slug: str) -> Response:
    """Lead to the first page that is not yet saved."""
    return redirect(_next_page(draft_session.sit(slug)))


@blueprint.get("/rubrique/<section_id>")
def section(slug: str, section_id: str) -> Page:
    """Show one section, with what was already answered."""
    sitting = draft_session.sit(slug)
    asked = _section(sitting, section_id)
    if sitting.draft is None and asked is not sitting.questionnaire.sections[0]:
        return redirect(url_for(".start", slug=slug))
    return show_section(sitting, asked, _form(sitting, asked))


@blueprint.post("/rubrique/<section_id>")
def save(slug: str, section_id: str) -> Page:
    """Save one section. What is right is kept even when something beside it must be mended."""
    sitting = draft_session.sit(slug)
    asked = _section(sitting, section_id)
    if sitting.draft is None:
        asked = _with_consent(sitting, asked)
    if build.foreign_fields(asked, request.form.keys()):
        abort(400)
    form = _form(sitting, asked)
    is_valid = form.validate()
    if is_stale(form) or not (sitting.draft or _is_agreed(asked, form)):
        return show_section(sitting, asked, form), 422
    is_whole = _is_whole(form)
    _keep(sitting, asked, form, is_finished=is_valid and is_whole)
    if not is_valid or not is_whole:
        return show_section(sitting, asked, form, is_whole=is_whole), 422 if is_whole else 400
    if "pause" in request.form:
        return redirect(url_for("receipts.pause", slug=slug))
    return redirect(_next_page(sitting, after=asked))


@blueprint.get("/relire")
def review(slug: str) -> Page:
    """Show everything once more before it is sent."""
    sitting = draft_session.sit(slug)
    if sitting.draft is None:
        return redirect(url_for(".start", slug=slug))
    return show_review(sitting, SendForm())


@blueprint.post("/relire")
def send(slug: str) -> Page:
    """Send: the draft becomes a testimony, once, however often this is asked."""
    sitting = draft_session.sit(slug)
    if sitting.draft is None:
        return _already_sent(sitting)
    form = SendForm()
    if not form.validate() or build.missing(sitting.questionnaire, sitting.answers):
        return show_review(sitting, form), 422
    testimony = _submit(sitting)
    _finish(sitting, testimony)
    return redirect(url_for("recontacts.thanks", slug=slug))


@blueprint.post("/effacer")
def erase(slug: str) -> Page:
    """Erase the draft."""
    sitting = draft_session.sit(slug)
    if not SendForm().validate():
        flash(
            "La page était restée ouverte trop longtemps. Appuyez à nouveau pour effacer.",
            "warning",
        )
        return redirect(url_for(".start", slug=slug))
    if sitting.draft is not None:
        drafts.discard(db.session, sitting.draft)
        db.session.commit()
    sitting.forget()
    draft_session.forget_code(slug)
    flash("Votre brouillon est effacé. Il n’en reste rien.", "success")
    return redirect(url_for("public.call"))


def _section(sitting: Sitting, section_id: str) -> Section:
    try:
        return sitting.questionnaire.section(section_id)
    except KeyError:
        abort(404)


def _with_consent(sitting: Sitting, asked: Section) -> Section:
    """Return the section with the consent to take part, when it is not one of its questions.

    So comes back a page whose draft is gone: with its words, and stored only if it is agreed to.
    """
    consent = sitting.questionnaire.consent(Purpose.PARTICIPATION)
    if consent is None or consent in asked.questions:
        return asked
    return replace(asked, questions=(consent, *asked.questions))


def _form(sitting: Sitting, asked: Section) -> FlaskForm:
    form_class = build.form_class(asked, base=FlaskForm, easy=is_easy())
    return form_class(data=build.form_data(asked, sitting.answers))


def _is_whole(form: FlaskForm) -> bool:
    """Say whether every field that a browser always sends has come."""
    expected = {f.name for f in form if isinstance(f, Asked) and f.keeps_when_absent}
    return expected <= set(request.form.keys())


def _is_agreed(asked: Section, form: FlaskForm) -> bool:
    """Say whether the consent to take part was given on this page."""
    given = build.values(form)
    return any(
        given.get(q.id) is True for q in asked.questions if q.purpose is Purpose.PARTICIPATION
    )


def _keep(sitting: Sitting, asked: Section, form: FlaskForm, *, is_finished: bool) -> None:
    """Save the page and commit; of two tabs that save at once, each keeps its own section."""
    given = build.values(form)
    refused = {question.id for question in asked.questions if question.purpose} - set(given)
    for attempt in range(SAVE_ATTEMPTS):
        draft = sitting.open_draft()
        try:
            drafts.save(
                db.session,
                draft,
                asked=build.settled(form) | refused,
                given=given,
                section=asked.id if is_finished else None,
            )
            db.session.commit()
        except StaleDataError:
            db.session.rollback()
            sitting.draft = drafts.find(db.session, sitting.key)
            if attempt == SAVE_ATTEMPTS - 1:
                raise
        else:
            return


def _next_page(sitting: Sitting, after: Section | None = None) -> str:
    """Return the address of what comes next: the consent first, then in order, the review last."""
    first, *others = sitting.questionnaire.sections
    if first.id not in sitting.saved:
        return _address(sitting, first)
    if after is None:
        waiting = [section for section in others if section.id not in sitting.saved]
    elif request.args.get("retour") == "relire":
        waiting = []
    else:
        waiting = others[[first, *others].index(after) :]
    return _address(sitting, waiting[0] if waiting else None)


def _address(sitting: Sitting, asked: Section | None) -> str:
    """Return the address of a section, or of the review, in the wording that was chosen."""
    easy = "1" if is_easy() else None
    if asked is None:
        return url_for(".review", slug=sitting.slug, facile=easy)
    return url_for(".section", slug=sitting.slug, section_id=asked.id, facile=easy)


def _already_sent(sitting: Sitting) -> Response:
    """Lead a form that was sent twice, or too late, to where its author now stands."""
    key = drafts.key_hash(sitting.key) if sitting.key else None
    testimony = testimonies.find_sent(db.session, key) if key else None
    if testimony is not None:
        _finish(sitting, testimony)
    if testimony is not None or draft_session.sent(sitting.slug):
        return redirect(url_for("recontacts.thanks", slug=sitting.slug))
    return redirect(url_for(".start", slug=sitting.slug))


def _submit(sitting: Sitting) -> Testimony:
    assert sitting.key is not None
    sent = testimonies.find_sent(db.session, drafts.key_hash(sitting.key))
    if sent is not None and sitting.draft is not None and sitting.draft.amends:
        receipts.amend(db.session, sent, sitting.questionnaire, sitting.answers)
        testimony = sent
    else:
        testimony = testimonies.submit(
            db.session,
            sitting.questionnaire,
            sitting.answers,
            submission_key=drafts.key_hash(sitting.key),
        )
    draft = drafts.find(db.session, sitting.key)
    if draft is not None:
        drafts.discard(db.session, draft)
    db.session.commit()
    suggest_codings.enqueue(str(testimony.id))
    return testimony


def _finish(sitting: Sitting, testimony: Testimony) -> None:
    may_contact = any(
        c.purpose is ConsentPurpose.CONTACT and c.is_given for c in testimony.consents
    )
    token = draft_session.invitation_of(sitting.slug)
    sitting.forget()
    draft_session.remember_sent(sitting.slug, testimony.reference, may_contact=may_contact)
    if token is not None:
        # After the testimony's own commit: nothing about the invitation may cost an answer.
        invitations.mark_answered(db.session, token)
        db.session.commit()
