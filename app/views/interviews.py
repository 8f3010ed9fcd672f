"""The personal page of somebody who agreed to an exchange: choose a slot, move it, cancel, leave.

Opening it changes nothing and names nobody: mail scanners follow links, and others may read them.
Who erased themselves and who never was are answered alike.
"""

from typing import NoReturn

from flask import Blueprint, abort, make_response, redirect, render_template
from werkzeug.wrappers import Response

from app.extensions import csrf, db
from app.mail.rendezvous import By
from app.models import Act, Recontact
from app.services import audit, bookings, recontacts, slots
from app.views import booking_words, places
from app.views.access import for_holders
from app.views.booking_forms import ButtonForm, CallBackForm, ChoiceForm
from app.views.slot_words import moment_of, place_of
from app.views.telling import commit_and_tell

Page = str | Response | tuple[str, int]

blueprint = Blueprint("interviews", __name__, url_prefix="/entretien")
for_holders(blueprint)
csrf.exempt(blueprint)  # each form checks its own token, and shows itself again when it is too old


@blueprint.get("/<token>")
def show(token: str) -> Page:
    """Show one's rendezvous, and the slots that are free."""
    return _page(_person(token))


@blueprint.get("/<token>/<any(choisir, annuler, rappel, effacer):_act>")
def back(token: str, _act: str) -> Response:
    """Lead an address that was typed again to the page: only its buttons act."""
    return _there(token)


@blueprint.post("/<token>/choisir")
def choose(token: str) -> Page:
    """Book a slot, or move to it: the one before is kept until the new one is had."""
    person = _person(token)
    form = _choice(person)
    if not form.validate():
        return _page(person, choice=form), 422
    try:
        change = bookings.take(db.session, person.id, form.slot_id, phone=form.number)
    except bookings.ErasedError:
        _nobody()
    except bookings.PhoneNeededError:
        db.session.rollback()
        return _page(person, choice=_choice(person).ask_number()), 422
    except (bookings.SlotFullError, slots.SlotGoneError) as lost:
        db.session.rollback()  # what was booked before still is
        return _page(person, choice=_choice(person).refuse(lost)), 409
    if change is not None:
        audit.record(db.session, Act.RECONTACT_BOOKED, person.id)
    commit_and_tell([change], by=By.PERSON)
    moved = change is not None and change.before is not None
    booking_words.tell(booking_words.MOVED if moved else booking_words.FIXED)
    return _there(token)


@blueprint.post("/<token>/annuler")
def cancel(token: str) -> Page:
    """Cancel one's rendezvous; a second press changes nothing."""
    person = _person(token)
    if not ButtonForm().validate():
        return _too_late(token)
    try:
        change = bookings.give_up(db.session, person.id)
    except bookings.ErasedError:
        _nobody()
    if change is not None:
        audit.record(db.session, Act.RECONTACT_CANCELLED, person.id)
    commit_and_tell([change], by=By.PERSON)
    booking_words.tell(booking_words.CANCELLED)
    return _there(token)


@blueprint.post("/<token>/rappel")
def ask_call(token: str) -> Page:
    """Leave a number: the team will call to settle the day."""
    person = _person(token)
    form = CallBackForm.to(person)
    if not form.validate():
        return _page(person, call=form), 422
    try:
        bookings.ask_call(
            db.session, person.id, phone=form.phone.data or "", hours=form.hours.data or ""
        )
    except bookings.ErasedError:
        _nobody()
    audit.record(db.session, Act.RECONTACT_ASKED_CALL, person.id)
    db.session.commit()
    booking_words.tell(booking_words.CALLED)
    return _there(token)


@blueprint.post("/<token>/effacer")
def erase(token: str) -> Page:
    """Erase oneself, and cancel what was booked."""
    person_id = _person(token).id
    if not ButtonForm().validate():
        return _too_late(token)
    try:
        change = bookings.withdraw(db.session, person_id)
    except bookings.ErasedError:
        _nobody()
    audit.record(db.session, Act.RECONTACT_ERASED, person_id)
    commit_and_tell([change], by=By.ERASURE)
    return render_template(
        "interviews/erased.html", had_booking=change is not None, easy=places.is_easy()
    )


def _there(token: str) -> Response:
    return redirect(places.onward("interviews.show", token=token))


def _person(token: str) -> Recontact:
    return recontacts.find(db.session, token) or _nobody()


def _nobody() -> NoReturn:
    abort(make_response(render_template("interviews/unknown.html"), 404))


def _too_late(token: str) -> Response:
    booking_words.tell(booking_words.STALE, "warning")
    return _there(token)


def _choice(person: Recontact, **options: object) -> ChoiceForm:
    booking = bookings.of(db.session, person)
    kept = booking.slot_id if booking else None
    offered = [each for each in slots.free(db.session) if each.id != kept]
    return ChoiceForm.offering(offered, person, **options)


def _page(
    person: Recontact, *, choice: ChoiceForm | None = None, call: CallBackForm | None = None
) -> str:
    booking = bookings.of(db.session, person)
    choice = choice or _choice(person, formdata=None)
    call = call or CallBackForm.to(person, formdata=None)
    for form in (choice, call):
        booking_words.eased(form)
    return render_template(
        "interviews/easy.html" if places.is_easy() else "interviews/show.html",
        token=person.token,
        slot=booking.slot if booking else None,
        is_over=booking is not None and not slots.is_open(booking.slot),
        moment_of=moment_of,
        place_of=place_of,
        choice=choice,
        call=call,
        has_number=bool(person.phone),
        asks_call=person.asks_call,
        has_email=bool(person.email),
    )
