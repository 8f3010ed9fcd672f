"""The slots of temps d'échange, for staff: publish, read who booked, change, cancel."""

import uuid
from collections.abc import Sequence
from itertools import groupby

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from app.extensions import csrf, db
from app.mail.rendezvous import By
from app.models import Act, RoleName, Slot
from app.models.base import PARIS
from app.presentation import clock, long_day, plural
from app.services import audit, slots
from app.services.appointments import PLACES
from app.views.access import only_for
from app.views.booking_forms import ButtonForm
from app.views.slot_forms import PublishForm, SlotForm, kept
from app.views.slot_words import moment_of
from app.views.telling import commit_and_tell

Page = str | Response | tuple[str, int]

blueprint = Blueprint("slots", __name__, url_prefix="/equipe/creneaux")
only_for(blueprint, RoleName.STAFF)
csrf.exempt(blueprint)  # each form checks its own token, and shows itself again when it is too old

FEWER = "Plus de personnes ont réservé\u00a0: donnez au moins leur nombre."
BOOKED = "Quelqu’un a réservé\u00a0: le jour, l’heure, la durée et le lieu ne changent plus."


@blueprint.get("")
def index() -> str:
    """List what is to come, day by day, with who booked."""
    return _list("slots/index.html", slots.upcoming(db.session))


@blueprint.get("/passes")
def past() -> str:
    """List what is over."""
    return _list("slots/past.html", slots.past(db.session))


@blueprint.get("/nouveau")
def new() -> str:
    """Show an empty form, for oneself."""
    form = PublishForm(
        formdata=None,
        data={"conducted_by": current_user.name, "conductor_email": current_user.email},
    )
    return render_template("slots/publish.html", form=form)


@blueprint.post("/nouveau")
def publish() -> Page:
    """Open the slots asked for: all of them, or none."""
    form = PublishForm()
    if form.validate() and (moments := form.moments()):
        try:
            made = slots.publish(db.session, moments, form.terms())
        except slots.OverlapError as error:
            db.session.rollback()  # the next who publishes for the same person need not wait
            form.hours.errors = [_overlap(error)]
        else:
            audit.record(db.session, Act.SLOTS_PUBLISHED, count=len(made))
            db.session.commit()
            flash(f"{plural(len(made), 'créneau publié', 'créneaux publiés')}.", "success")
            return redirect(url_for(".index"))
    return render_template("slots/publish.html", form=form), 422


@blueprint.get("/<uuid:slot_id>")
def edit(slot_id: uuid.UUID) -> str:
    """Show one slot, to change it or cancel it."""
    slot = _slot(slot_id)
    return _show(SlotForm(formdata=None, data=kept(slot)), slot)


@blueprint.post("/<uuid:slot_id>")
def rewrite(slot_id: uuid.UUID) -> Page:
    """Change a slot; whoever booked is told of what concerns them."""
    slot, form = _slot(slot_id), SlotForm()
    if form.validate() and (moment := form.moment()):
        try:
            changes = slots.rewrite(db.session, slot_id, moment, form.terms())
        except slots.BookedError:
            form.day.errors = [BOOKED]
        except slots.TooFewPlacesError:
            form.capacity.errors = [
                "Plus de personnes ont réservé\u00a0: donnez au moins leur nombre."
            ]
        except slots.OverlapError as error:
            form.hour.errors = [_overlap(error)]
        except slots.SlotGoneError:
            abort(404)
        else:
            audit.record(db.session, Act.SLOT_CHANGED, slot_id, count=len(changes))
            commit_and_tell(changes, by=By.TEAM)
            told = f" {_told(len(changes))}" if changes else ""
            flash(f"Le créneau est corrigé.{told}", "success")
            return redirect(url_for(".index"))
        db.session.rollback()
    return _show(form, slot), 422


@blueprint.get("/<uuid:slot_id>/annuler")
def ask_cancel(slot_id: uuid.UUID) -> str:
    """Say who would be told, before a slot is cancelled."""
    return render_template("slots/cancel.html", slot=_slot(slot_id), moment_of=moment_of)


@blueprint.post("/<uuid:slot_id>/annuler")
def cancel(slot_id: uuid.UUID) -> Response:
    """Cancel a slot: everybody who booked is told, or is to be called."""
    if not ButtonForm().validate():
        flash("La page était restée ouverte trop longtemps. Appuyez à nouveau.", "warning")
        return redirect(url_for(".ask_cancel", slot_id=slot_id))
    try:
        changes = slots.cancel(db.session, slot_id)
    except slots.SlotGoneError:
        abort(404)
    audit.record(db.session, Act.SLOT_CANCELLED, slot_id, count=len(changes))
    commit_and_tell(changes, by=By.TEAM)
    to_call = sum(not change.before.person.email for change in changes if change.before)
    flash(f"Le créneau est annulé. {_told(len(changes) - to_call)}".rstrip(), "success")
    if to_call:
        who = plural(to_call, "personne n’a", "personnes n’ont")
        flash(f"{who} pas d’adresse\u00a0: appelez, voir «\u00a0À rappeler\u00a0».", "warning")
    return redirect(url_for(".index"))


def _told(count: int) -> str:
    return f"{plural(count, 'personne est prévenue', 'personnes sont prévenues')}." if count else ""


def _slot(slot_id: uuid.UUID) -> Slot:
    slot = slots.get(db.session, slot_id)
    return slot if slot is not None and slots.is_open(slot) else abort(404)


def _overlap(error: slots.OverlapError) -> str:
    when = f"{long_day(error.starts_at)} à {clock(error.starts_at)}"
    return f"Deux créneaux de la même personne se chevauchent\u00a0: celui du {when}, et un autre."


def _list(template: str, listed: Sequence[Slot]) -> str:
    by_day = groupby(listed, key=lambda slot: slot.starts_at.astimezone(PARIS).date())
    return render_template(
        template, days=[(day, list(each)) for day, each in by_day], places=PLACES
    )


def _show(form: SlotForm, slot: Slot) -> str:
    return render_template("slots/edit.html", form=form, slot=slot, moment_of=moment_of)
