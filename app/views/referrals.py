"""Mises en contact: proposing people, deciding by one's own link, and what staff see of it.

Opening a link changes nothing (mail scanners click) and does not say whose it is. The answer to a
proposal is the same whether an address was new, known, waiting or opposed.
"""

import uuid

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from app.extensions import csrf, db
from app.mail import referrals as mail
from app.mail.rendezvous import By
from app.models import Referral, RoleName
from app.services import clsms, recontacts, referral_messages, referrals
from app.tasks import deliver_notice
from app.views import gate, referral_forms
from app.views.access import for_holders, only_for
from app.views.referral_forms import PersonForm, ProposerForm, YesForm
from app.views.referral_states import STATES, counts
from app.views.telling import commit_and_tell
from forms.schema import Audience, Library

Page = str | Response | tuple[str, int]
PROPOSED = "proposed"  # this browser has just proposed somebody

blueprint = Blueprint("referrals", __name__)
for_holders(blueprint)
csrf.exempt(blueprint)  # its form checks its own token; a decision is covered by its secret link
desk = Blueprint("referrals_desk", __name__, url_prefix="/equipe/mises-en-contact")
only_for(desk, RoleName.STAFF)


@blueprint.get("/proposer-un-contact")
def ask() -> str:
    """Ask who is proposed, and by whom."""
    first = referral_forms.person(1, _audiences(), is_new=True)
    return _show_form(ProposerForm(formdata=None), [first])


@blueprint.post("/proposer-un-contact")
def propose() -> Page:
    """Keep every proposal, or none and say what is to mend; or make room for one person more."""
    proposer, people = ProposerForm(), referral_forms.people(_audiences())
    if "ajouter" in request.form:
        if len(people) < referral_forms.MOST:
            more = referral_forms.person(len(people) + 1, _audiences(), is_new=True)
            people.append(more)
        return _show_form(proposer, people)
    filled = [person for person in people if not person.is_blank] or people[:1]
    forms: list[FlaskForm] = [proposer, *filled]
    are_right = [form.validate() for form in forms]
    if not all(are_right) or gate.check("contact"):
        return _show_form(proposer, people), gate.status()
    _write_to(
        referrals.propose(
            db.session, [person.proposal() for person in filled], by=proposer.proposer()
        )
    )
    session[PROPOSED] = True
    return redirect(url_for(".proposed"))


@blueprint.get("/proposer-un-contact/merci")
def proposed() -> Page:
    """Say what happens now."""
    if PROPOSED not in session:
        return redirect(url_for(".ask"))
    return render_template("referrals/proposed.html", **_periods())


@blueprint.get("/contact/<token>")
def decide(token: str) -> Page:
    """Say who proposes and what for, with the three ways to answer."""
    referral = _find(token)
    return _show_decision(referral, YesForm(formdata=None)) if referral else _closed(token)


@blueprint.post("/contact/<token>")
def answer(token: str) -> Page:
    """Note a yes, a no or « erase me »; whichever came first holds."""
    referral = _find(token)
    if referral is None:
        return _closed(token)
    decision = request.form.get("decision")
    if decision == "oui":
        return _accept(referral)
    if decision not in ("non", "effacer"):
        return redirect(url_for(".decide", token=token))
    is_erased = decision == "effacer"
    if is_erased:
        ended = referrals.erase(db.session, referral)
    else:
        ended = [] if referrals.decline(db.session, referral) else None
    commit_and_tell(ended or [], by=By.ERASURE)
    if ended is None:
        return _closed(token)
    return render_template("referrals/ended.html", is_erased=is_erased)


def _accept(referral: Referral) -> Page:
    form, token = YesForm(), referral.token
    if not form.validate():
        return _show_decision(referral, form), 422
    accepted = referrals.accept(db.session, referral, form.coordinates())
    db.session.commit()
    if accepted is None:
        return _closed(token)
    flash("Merci. Votre accord et vos coordonnées sont bien arrivés.", "success")
    return redirect(_next(token))


def _find(token: str) -> Referral | None:
    referral = referrals.find(db.session, token)
    return referral if referral is not None and not referrals.is_over(referral) else None


def _closed(token: str) -> Page:
    """Answer a link that has nothing left to decide: its yes leads on, the rest is told kindly."""
    if recontacts.find(db.session, token) is not None:
        return redirect(_next(token))
    status = 410 if referrals.find(db.session, token) is not None else 404
    return render_template("referrals/closed.html", status=status, **_periods()), status


def _next(token: str) -> str:
    return url_for("interviews.show", token=token)


def _audiences() -> list[Audience]:
    """Return the profiles that may be proposed: not those of the people who propose."""
    library: Library = current_app.extensions["questionnaires"]
    proposers = {each.audience.id for each in library if each.offers_referral}
    return [each for each in library.audiences if each.id not in proposers]


def _write_to(made: list[Referral]) -> None:
    """Write to each person, once the proposals are kept."""
    ids = [referral_messages.write_to(db.session, each, mail.proposal(each)) for each in made]
    db.session.commit()
    for id_ in ids:
        deliver_notice.enqueue(str(id_))


def _periods() -> dict[str, object]:
    """Return how long a proposal waits, and after how many days its reminder leaves."""
    return {
        "lifetime": current_app.config["RETENTION"].referrals,
        "remind_after": referral_messages.remind_after().days,
    }


def _show_form(proposer: ProposerForm, people: list[PersonForm]) -> str:
    return render_template(
        "referrals/propose.html",
        form=proposer,
        people=people,
        most=referral_forms.MOST,
        names=clsms.public_names(db.session),
        **_periods(),
    )


def _show_decision(referral: Referral, form: YesForm) -> str:
    return render_template(
        "referrals/decide.html", referral=referral, origin=mail.origin(referral), form=form
    )


@desk.get("")
def index() -> str:
    """Count the proposals that wait, and say what became of each message: nobody is named."""
    library: Library = current_app.extensions["questionnaires"]
    waiting = referrals.waiting(db.session)
    return render_template(
        "referrals/index.html",
        waiting=[(each, referral_messages.progress(each)) for each in waiting],
        counts=counts(waiting),
        accepted=referrals.count_accepted(db.session),
        states=STATES,
        labels={each.id: each.label for each in library.audiences},
        **_periods(),
    )


@desk.post("/<uuid:referral_id>/reprendre")
def retry(referral_id: uuid.UUID) -> Response:
    """Put back in the queue a message that did not leave."""
    referral = referral_messages.in_trouble(db.session, referral_id)
    notice_id = referral_messages.retry(db.session, referral) if referral else None
    db.session.commit()
    if notice_id is None:
        flash("Il n’y avait plus rien à reprendre.", "info")
    else:
        deliver_notice.enqueue(str(notice_id))
        flash("Le message est remis à l’envoi.", "success")
    return redirect(url_for(".index"))


@desk.post("/<uuid:referral_id>/effacer")
def erase(referral_id: uuid.UUID) -> Response:
    """Erase a proposal whose message could not leave."""
    referral = referral_messages.in_trouble(db.session, referral_id) or abort(404)
    referral_messages.give_up(db.session, referral)
    db.session.commit()
    flash("Cette proposition est effacée.", "success")
    return redirect(url_for(".index"))
