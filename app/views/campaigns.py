"""The campaigns room: one message written, read over, tried, sent, and followed."""

import uuid
from collections import Counter
from datetime import datetime, timedelta

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_security import current_user
from werkzeug.wrappers import Response

from analysis.folding import fold
from app import mail
from app.extensions import csrf, db
from app.models import Campaign, Contact, RoleName
from app.models.base import now
from app.services import (
    audiences,
    campaigns,
    clsms,
    contacts,
    invitations,
    outbox,
    reminders,
)
from app.tasks import deliver_campaigns
from app.views import campaign_ends
from app.views.access import only_for
from app.views.campaign_forms import CampaignForm
from app.views.campaign_offer import labels, narrowing, offer
from app.views.invitation_states import GROUPS, STATES, find_group, strip
from app.views.paging import paged
from app.views.reminder_states import to_mend

Page = str | Response | tuple[str, int]
READERS = 200  # as whom a message can be read over
GONE = "Cette campagne est partie\u00a0: son texte, déjà reçu, ne change plus."
SCHEDULED = "Cette campagne est programmée\u00a0: revenez d’abord à sa préparation."

blueprint = Blueprint("campaigns", __name__, url_prefix="/equipe")
only_for(blueprint, RoleName.STAFF)


@blueprint.get("/")
def index() -> str:
    """List the campaigns, the newest first, with what came of each."""
    return render_template(
        "campaigns/index.html",
        campaigns=campaigns.all_campaigns(db.session),
        counts=invitations.counts(db.session),
        labels=labels(),
        groups=GROUPS,
        to_mend=to_mend(reminders.counts(db.session)),
        has_contacts=contacts.count(db.session) > 0,
    )


@blueprint.get("/campagnes/nouvelle")
def new() -> str:
    """Show a form with a first draft of the message in it."""
    subject, _, body = render_template("campaigns/first_draft.txt").partition("\n")
    form = CampaignForm.empty(
        offer(),
        subject=subject,
        body=body.strip(),
        audience=request.args.get("profil", ""),
        regions=request.args.getlist("region"),
    )
    return _show_form(form, None)


@blueprint.post("/campagnes/nouvelle")
@csrf.exempt  # the form checks its own token, so that an old one loses nothing that was typed
def create() -> Page:
    """Keep a campaign; nothing leaves yet."""
    form = CampaignForm.sent(offer())
    if not form.validate():
        return _show_form(form, None), 422
    campaign = campaigns.create(db.session, form.message(), created_by_id=current_user.id)
    db.session.commit()
    return redirect(url_for(".show", campaign_id=campaign.id))


@blueprint.post("/campagnes/compte")
def count() -> Response:
    """Say how many people a choice speaks to, while it is being made. Nothing is changed."""
    form = CampaignForm.sent(offer())
    return jsonify(count=audiences.count(db.session, form.chosen()).total())


@blueprint.get("/campagnes/<int:campaign_id>/modifier")
def edit(campaign_id: int) -> Page:
    """Show the text of a campaign that has not left."""
    campaign = _find(campaign_id)
    if campaign.launched_at:
        return _too_late(campaign)
    return _show_form(CampaignForm.of(campaign, offer()), campaign)


@blueprint.post("/campagnes/<int:campaign_id>/modifier")
@csrf.exempt  # as above
def rewrite(campaign_id: int) -> Page:
    """Replace the text of a campaign that has not left."""
    campaign, form = _find(campaign_id), CampaignForm.sent(offer())
    if not form.validate():
        return _show_form(form, campaign), 422
    try:
        campaigns.rewrite(db.session, campaign, form.message())
    except campaigns.AlreadyLaunchedError:
        return _too_late(campaign)
    db.session.commit()
    return redirect(url_for(".show", campaign_id=campaign.id))


@blueprint.get("/campagnes/<int:campaign_id>")
def show(campaign_id: int) -> str:
    """Show the message to read over or, once it has left, what comes of it."""
    campaign = _find(campaign_id)
    return _show_progress(campaign) if campaign.launched_at else _show_preparation(campaign)


@blueprint.post("/campagnes/<int:campaign_id>/essai")
def try_out(campaign_id: int) -> Response:
    """Send the message to whoever asks, at once, and say what the mail server answered."""
    campaign = _find(campaign_id)
    letter = mail.sample_letter(campaign, contact=_first(campaign), to=current_user.email)
    try:
        mail.send(letter)
    except mail.SendingError as reason:
        flash(f"L’essai n’est pas parti : {reason}. Votre texte est gardé.", "error")
    else:
        flash(f"L’essai est parti vers {current_user.email}.", "success")
    return redirect(url_for(".show", campaign_id=campaign.id))


@blueprint.get("/campagnes/<int:campaign_id>/envoi")
def confirm(campaign_id: int) -> Page:
    """Say to whom the message would leave, and ask once more."""
    campaign = _find(campaign_id)
    if campaign_ends.is_told(campaign):
        return _back(campaign)
    return render_template(
        "campaigns/confirm.html",
        campaign=campaign,
        letter=_sample(campaign),
        recipients=campaigns.count_recipients(db.session, campaign),
        refusals=campaigns.count_refusals(db.session, campaign),
        labels=labels(),
        narrowed=narrowing(campaign),
        a_minute=current_app.config["MAIL_PER_MINUTE"],
    )


@blueprint.post("/campagnes/<int:campaign_id>/envoi")
def launch(campaign_id: int) -> Response:
    """Invite whoever is not invited yet. Asked twice, it invites nobody twice."""
    campaign = _find(campaign_id)
    if not campaigns.count_recipients(db.session, campaign).total():
        flash("Il n’y avait plus personne à inviter : rien n’est parti.", "info")
        return _back(campaign)
    try:
        campaigns.launch(db.session, campaign)
    except campaigns.ErasedError:
        abort(404)
    except campaigns.OverError:
        db.session.rollback()
        campaign_ends.is_told(campaign)
        return _back(campaign)
    db.session.commit()
    deliver_campaigns.enqueue()
    return _back(campaign)


def _find(campaign_id: int) -> Campaign:
    return campaigns.get(db.session, campaign_id) or abort(404)


def _back(campaign: Campaign) -> Response:
    return redirect(url_for(".show", campaign_id=campaign.id))


def _too_late(campaign: Campaign) -> Response:
    flash(SCHEDULED if campaign.is_scheduled else GONE, "info")
    return _back(campaign)


def _first(campaign: Campaign) -> Contact | None:
    first: Contact | None = db.session.scalar(campaigns.recipients(campaign).limit(1))
    return first


def _sample(campaign: Campaign, contact: Contact | None = None, *, number: int = 0) -> mail.Letter:
    read_by = contact or _first(campaign)
    return mail.sample_letter(campaign, contact=read_by, to=current_user.email, number=number)


def _chosen_reader() -> Contact | None:
    """Return the contact as whom the message is to be read, when the address names one."""
    try:
        return contacts.get(db.session, uuid.UUID(request.args.get("comme", "")))
    except ValueError:
        return None


def _show_form(form: CampaignForm, campaign: Campaign | None) -> str:
    return render_template(
        "campaigns/form.html",
        form=form,
        campaign=campaign,
        counted=audiences.count(db.session, form.chosen()).total(),
    )


def _show_preparation(campaign: Campaign) -> str:
    reader = _chosen_reader() or _first(campaign)
    return render_template(
        "campaigns/prepare.html",
        campaign=campaign,
        letter=_sample(campaign, reader),
        reminder=_sample(campaign, reader, number=1) if campaign.remind_after_days else None,
        reader=reader,
        readers=db.session.scalars(campaigns.recipients(campaign).limit(READERS)).all(),
        recipients=campaigns.count_recipients(db.session, campaign),
        labels=labels(),
        narrowed=narrowing(campaign),
    )


def _show_progress(campaign: Campaign) -> str:
    counted = invitations.counts(db.session).get(campaign.id, Counter())
    group = find_group(request.args.get("etat", ""))
    words = clsms.tidy(request.args.get("q", ""))
    found = invitations.of_campaign(db.session, campaign.id, group.states if group else ())
    listed = [each for each in found if contacts.has_words(each.contact, words)]
    return render_template(
        "campaigns/show.html",
        campaign=campaign,
        counted=counted,
        groups=GROUPS,
        states=STATES,
        letter=_sample(campaign),
        bars=strip(counted),
        page=paged(sorted(listed, key=lambda each: (fold(each.contact.name), each.id))),
        chosen={"etat": group.key if group else None, "q": words or None},
        labels=labels(),
        narrowed=narrowing(campaign),
        newcomers=campaigns.count_recipients(db.session, campaign).total(),
        is_leaving=bool(GROUPS[2].count(counted)) and _leaves(campaign),
        **_sending(campaign),
    )


def _leaves(campaign: Campaign) -> bool:
    return not (campaign.paused_at or campaign.is_scheduled or campaign.is_over)


def _sending(campaign: Campaign) -> dict[str, object]:
    """Return what the page says of the sending that goes on, or of what holds it up."""
    postponed = invitations.postponed(db.session, campaign.id)
    return {
        "postponed": postponed,
        "next_attempt": postponed[0].due_at if postponed else None,
        "ends_at": _ends_at(campaign),
        "reminded": reminders.count_sent(db.session, campaign.id),
        "to_mend": to_mend(reminders.counts(db.session)).get(campaign.id, 0),
        "to_retry": len(invitations.failed_for_sure(db.session, campaign.id)),
    }


def _ends_at(campaign: Campaign) -> datetime | None:
    """Return when the last message will have left at the pace that is set; none within a minute."""
    a_minute = current_app.config["MAIL_PER_MINUTE"]
    waiting = outbox.counts_before(db.session, campaign.id)
    if not a_minute or waiting <= a_minute:
        return None
    return now() + timedelta(minutes=-(-waiting // a_minute))
