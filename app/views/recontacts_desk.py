"""People to reach, for staff: send them their link, book for them by telephone, erase them."""

import uuid

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import tasks
from app.extensions import csrf, db
from app.mail import rendezvous
from app.mail.rendezvous import By
from app.models import Act, Recontact, RecontactSource, RecontactWish, RoleName
from app.services import audit, bookings, recontacts, slots
from app.services.appointments import Change
from app.views.access import only_for
from app.views.acting import looked
from app.views.booking_forms import STALE, ButtonForm, ChoiceForm
from app.views.slot_words import moment_of, place_of
from app.views.telling import commit_and_tell
from forms.schema import Library

Page = str | Response | tuple[str, int]

desk = Blueprint("recontacts_desk", __name__, url_prefix="/equipe/a-rappeler")
only_for(desk, RoleName.STAFF)
csrf.exempt(desk)  # each form checks its own token, so that an old one loses nothing

SOURCES = {
    RecontactSource.TESTIMONY: "après un témoignage",
    RecontactSource.REFERRAL: "mise en contact acceptée",
    RecontactSource.CALL: "a demandé qu’on l’appelle",
    RecontactSource.TYPED: "ajoutée par l’équipe",
}
WISHES = {
    RecontactWish.INTERVIEW: "un temps d’échange",
    RecontactWish.CALL: "témoigner par téléphone",
}
DECIDED_BY = "par"  # the button by which a rendezvous is cancelled: the person's wish, or ours
WITHOUT_ADDRESS = "Cette personne n’a pas d’adresse électronique\u00a0: "


@desk.get("")
def index() -> str:
    """List who agreed to be reached, how, and what is settled with them."""
    library: Library = current_app.extensions["questionnaires"]
    left = recontacts.all_left(db.session)
    looked(Act.RECONTACTS_LISTED, count=len(left))
    return render_template(
        "recontacts/index.html",
        recontacts=left,
        booked=bookings.by_person(db.session),
        audiences={audience.id: audience.label for audience in library.audiences},
        sources=SOURCES,
        wishes=WISHES,
        moment_of=moment_of,
        is_open=slots.is_open,
        has_slots=bool(slots.free(db.session)),
    )


@desk.post("/<uuid:recontact_id>/lien")
def send_link(recontact_id: uuid.UUID) -> Response:
    """Mail somebody the link by which they choose a slot."""
    if not ButtonForm().validate():
        return _too_late()
    person = recontacts.lock(db.session, recontact_id)
    if person is None or not person.email:
        abort(404)
    posted = rendezvous.send_link(db.session, person)
    audit.record(db.session, Act.RECONTACT_WRITTEN, person.id)
    db.session.commit()
    tasks.deliver_notice.enqueue(str(posted))
    flash("Le lien est parti.", "success")
    return redirect(url_for(".index"))


@desk.get("/<uuid:recontact_id>/creneau")
def ask_slot(recontact_id: uuid.UUID) -> str:
    """Show the free slots, to book for somebody."""
    person = _person(recontact_id)
    return _slots_page(person, _choice(person, formdata=None))


@desk.post("/<uuid:recontact_id>/creneau")
def book(recontact_id: uuid.UUID) -> Page:
    """Book for somebody, or move what they had."""
    person = _person(recontact_id)
    form = _choice(person)
    if not form.validate():
        return _slots_page(person, form), 422
    try:
        change = bookings.take(db.session, person.id, form.slot_id, phone=form.number)
    except bookings.ErasedError:
        abort(404)
    except bookings.PhoneNeededError:
        db.session.rollback()
        return _slots_page(person, _choice(person).ask_number()), 422
    except (bookings.SlotFullError, slots.SlotGoneError) as lost:
        db.session.rollback()
        return _slots_page(person, _choice(person).refuse(lost)), 409
    audit.record(db.session, Act.RECONTACT_BOOKED, person.id)
    commit_and_tell([change], by=By.TEAM)
    _say_booked(change)
    return redirect(url_for(".index"))


@desk.post("/<uuid:recontact_id>/annuler")
def cancel(recontact_id: uuid.UUID) -> Response:
    """Cancel somebody's rendezvous, at their request by telephone or as the team decided."""
    person = _person(recontact_id)
    if not ButtonForm().validate():
        return _too_late()
    by = By.PERSON if request.form.get(DECIDED_BY) == By.PERSON else By.TEAM
    try:
        change = bookings.give_up(db.session, person.id, is_ours=by is By.TEAM)
    except bookings.ErasedError:
        abort(404)
    audit.record(db.session, Act.RECONTACT_CANCELLED, person.id)
    commit_and_tell([change], by=by)
    flash("Le rendez-vous est annulé.", "success")
    if change and change.before and not change.before.person.email:
        flash(f"{WITHOUT_ADDRESS}dites-lui que c’est annulé.", "warning")
    return redirect(url_for(".index"))


@desk.post("/<uuid:recontact_id>/effacer")
def erase(recontact_id: uuid.UUID) -> Response:
    """Erase somebody's coordinates: the exchange took place, or they no longer want it."""
    person = _person(recontact_id)
    if not ButtonForm().validate():
        return _too_late()
    try:
        change = bookings.withdraw(db.session, person.id)
    except bookings.ErasedError:
        abort(404)
    audit.record(db.session, Act.RECONTACT_ERASED, recontact_id)
    commit_and_tell([change], by=By.ERASURE)
    flash("Ces coordonnées sont effacées.", "success")
    return redirect(url_for(".index"))


def _say_booked(change: Change | None) -> None:
    """Say who reads a message, and who is still to be told."""
    if change is None or change.after is None:
        flash("Ce rendez-vous était déjà fixé.", "info")
    elif change.after.person.email:
        flash("Le rendez-vous est fixé, et les deux côtés sont prévenus par courriel.", "success")
    else:
        flash(
            f"Le rendez-vous est fixé. Un courriel prévient {change.after.conducted_by}.",
            "success",
        )
        flash(f"{WITHOUT_ADDRESS}dites-lui le jour, l’heure et le nom.", "warning")


def _person(recontact_id: uuid.UUID) -> Recontact:
    return recontacts.get(db.session, recontact_id) or abort(404)


def _too_late() -> Response:
    flash(STALE, "warning")
    return redirect(url_for(".index"))


def _choice(person: Recontact, **options: object) -> ChoiceForm:
    booking = bookings.of(db.session, person)
    kept = booking.slot_id if booking else None
    offered = [each for each in slots.free(db.session) if each.id != kept]
    made = ChoiceForm.offering(offered, person, **options)
    if made.phone is not None:
        made.phone.render_kw = {"autocomplete": "off"}  # not the number of who types it
    return made


def _slots_page(person: Recontact, form: ChoiceForm) -> str:
    booking = bookings.of(db.session, person)
    return render_template(
        "recontacts/slots.html",
        person=person,
        slot=booking.slot if booking and slots.is_open(booking.slot) else None,
        form=form,
        moment_of=moment_of,
        place_of=place_of,
    )
