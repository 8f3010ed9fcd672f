"""Answering: one page after the other, each saved when left, read over, then sent."""

import uuid
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, request
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from app.extensions import csrf, db
from app.models import ConsentPurpose, Draft, Testimony
from app.services import consents, drafts, invitations, receipts, sights, testimonies
from app.tasks import suggest_codings
from app.views import draft_session, gate, opened, places, question_words, saving
from app.views.access import for_holders
from app.views.answering_pages import SendForm, is_stale, show_place, show_review
from app.views.draft_session import Sitting
from forms import build

Page = str | Response | tuple[str, int]

blueprint = Blueprint("answering", __name__, url_prefix="/temoigner/<slug>")
for_holders(blueprint)
# Each form here checks its own token, so that an old one shows the page again with the words typed.
csrf.exempt(blueprint)
blueprint.add_app_template_global(question_words.written, "question_words")
blueprint.add_app_template_global(question_words.boxes, "question_boxes")

CHANGES_ERASED = "Vos changements sont effacés\u00a0; votre témoignage reste tel qu’il était."
CHANGES_GONE = (
    "Ce témoignage a été retiré. Vos changements n’ont pas été envoyés, et sont effacés aussi."
)


@dataclass(frozen=True)
class Sent:
    """What is told of a testimony, read before its author may have withdrawn it elsewhere."""

    id: uuid.UUID
    reference: str
    may_contact: bool


class WithdrawnError(LookupError):
    """A testimony was withdrawn while its author was amending it: changes bring nothing back."""


@blueprint.get("/")
def start(slug: str) -> Response:
    """Lead to the first page that is not yet saved."""
    return redirect(places.next_page(draft_session.sit(slug)))


@blueprint.get("/rubrique/<section_id>")
def section(slug: str, section_id: str) -> Page:
    """Show one section, or one question of it in easy French, with what was already answered."""
    sitting = draft_session.sit(slug)
    place = places.here(sitting, section_id)
    is_door = place.is_first and place.whole is sitting.questionnaire.sections[0]
    if sitting.draft is None and not is_door:
        return redirect(places.beginning(sitting))
    if places.is_easy() and place.question is None:
        return redirect(places.address(sitting, places.waiting(sitting, place.whole)))
    return show_place(sitting, place, place.asked, saving.make_form(sitting, place.asked))


@blueprint.post("/rubrique/<section_id>")
def save(slug: str, section_id: str) -> Page:
    """Save one page. What is right is kept even when something beside it must be mended."""
    sitting = draft_session.sit(slug)
    place = places.here(sitting, section_id)
    asked = place.asked if sitting.draft else saving.with_consent(sitting, place.asked)
    if build.foreign_fields(asked, request.form.keys()):
        abort(400)
    form = saving.make_form(sitting, asked)
    is_valid, is_whole = form.validate(), saving.is_whole(form)
    if is_stale(form):
        # Nothing is compared nor saved: what this page has seen stays what it had.
        return show_place(sitting, place, asked, form, seen=request.form.get("seen")), 422
    if not (sitting.draft or saving.is_agreed(asked, form)):
        return show_place(sitting, place, asked, form), 422
    if sitting.draft is None and gate.check("temoigner"):
        return show_place(sitting, place, asked, form), gate.status()
    sent = saving.read_page(asked, form)
    finished = is_valid and is_whole and place.is_last and _is_over(sent)
    try:
        elsewhere = saving.keep(sitting, sent, section=place.whole.id if finished else None)
    except saving.DraftGoneError:
        return save(slug, section_id)  # as a page that comes after its draft
    if elsewhere:
        return show_place(sitting, place, asked, form, elsewhere=elsewhere), 409
    if not is_valid or not is_whole:
        refused = 422 if is_whole else 400
        return show_place(sitting, place, asked, form, is_whole=is_whole), refused
    return redirect(places.away(sitting, place))


@blueprint.get("/relire")
def review(slug: str) -> Page:
    """Show everything once more before it is sent."""
    sitting = draft_session.sit(slug)
    if sitting.draft is None:
        return redirect(places.onward("answering.start", slug=slug))
    return show_review(sitting, SendForm())


@blueprint.post("/relire")
def send(slug: str) -> Page:
    """Send: the draft becomes a testimony, once, however often this is asked.

    What is sent is what was read over: a page saved elsewhere since then is shown first.
    """
    sitting = draft_session.sit(slug)
    if sitting.draft is None:
        return _already_sent(sitting)
    form = SendForm()
    if not form.validate() or build.missing(sitting.questionnaire, sitting.answers):
        return show_review(sitting, form), 422
    if request.form.get("seen", _seen(sitting)) != _seen(sitting):
        return show_review(sitting, form, has_changed=True), 409
    try:
        sent = _submit(sitting)
    except WithdrawnError:
        db.session.commit()  # the changes leave after the testimony that they were for
        sitting.forget()
        flash(CHANGES_GONE, "info")
        return redirect(places.call())
    except StaleDataError:  # saved elsewhere at this very instant
        db.session.rollback()
        sitting = draft_session.sit(slug)
        if sitting.draft is None:
            return _already_sent(sitting)
        return show_review(sitting, form, has_changed=True), 409
    _finish(sitting, sent)
    return redirect(places.onward("recontacts.thanks", slug=slug))


@blueprint.post("/effacer")
def erase(slug: str) -> Page:
    """Erase the draft; a testimony that it amends stays."""
    sitting = draft_session.sit(slug)
    if not SendForm().validate():
        flash(
            "La page était restée ouverte trop longtemps. Appuyez à nouveau pour effacer.",
            "warning",
        )
        return redirect(places.onward("answering.start", slug=slug))
    if sitting.key is not None:
        drafts.erase(db.session, sitting.key)
        db.session.commit()
    sitting.forget()
    if sitting.key and testimonies.find_sent(db.session, drafts.key_hash(sitting.key)):
        flash(CHANGES_ERASED, "success")
        is_open = opened.is_open(sitting.key)
        return redirect(places.onward("receipts.read") if is_open else places.call())
    draft_session.forget_code(sitting.key)
    flash("Votre brouillon est effacé. Il n’en reste rien.", "success")
    return redirect(places.call())


def _is_over(sent: drafts.Page) -> bool:
    """Say whether somebody is done with a page: they go on, or leave it with an answer.

    Who pauses, or reads it in other words, will find it again.
    """
    way, _ = places.leaving()
    return not way or (way in (places.BEFORE, places.SECTION) and bool(sent.given))


def _seen(sitting: Sitting) -> str:
    return sights.write_all(sitting.answers)


def _already_sent(sitting: Sitting) -> Response:
    """Lead a form that was sent twice, or too late, to where its author now stands."""
    key = drafts.key_hash(sitting.key) if sitting.key else None
    testimony = testimonies.find_sent(db.session, key) if key else None
    if testimony is not None:
        _finish(sitting, _told(testimony))
    if testimony is not None or draft_session.sent(sitting.slug):
        return redirect(places.onward("recontacts.thanks", slug=sitting.slug))
    return redirect(places.onward("answering.start", slug=sitting.slug))


def _submit(sitting: Sitting) -> Sent:
    assert sitting.key is not None
    if sitting.draft is not None and sitting.draft.amends:
        testimony = _amend(sitting, sitting.draft)
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
    sent = _told(testimony)
    db.session.commit()
    suggest_codings.enqueue(str(sent.id))
    return sent


def _amend(sitting: Sitting, draft: Draft) -> Testimony:
    answers, key_hash = sitting.answers, draft.key_hash
    drafts.discard(db.session, draft)  # first: of two that send it at once, one goes on
    sent = testimonies.find_sent(db.session, key_hash)
    if sent is None:
        raise WithdrawnError
    receipts.amend(db.session, sent, sitting.questionnaire, answers)
    return sent


def _told(testimony: Testimony) -> Sent:
    contact = consents.of(testimony, ConsentPurpose.CONTACT)
    return Sent(
        id=testimony.id,
        reference=testimony.reference,
        may_contact=contact is not None and contact.is_given,
    )


def _finish(sitting: Sitting, sent: Sent) -> None:
    token = draft_session.invitation_of(sitting.slug)
    sitting.forget()
    draft_session.remember_sent(
        sitting.slug, sent.reference, key=sitting.key, may_contact=sent.may_contact
    )
    if token is not None:
        # After the testimony's own commit: nothing about the invitation may cost an answer.
        invitations.mark_answered(db.session, token)
        db.session.commit()
