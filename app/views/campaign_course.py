"""A campaign under way: its dates and reminders, paused, resumed, stopped, and watched."""

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_security import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from app import mail
from app.extensions import csrf, db
from app.models import Campaign, RoleName
from app.services import campaigns, invitations, reminders
from app.services.audiences import Audience
from app.tasks import deliver_campaigns
from app.views import campaign_ends
from app.views.access import only_for
from app.views.invitation_states import GROUPS
from app.views.plan_forms import PlanForm

Page = str | Response | tuple[str, int]
NOT_RECALLED = (
    "Cette campagne n’est pas programmée, ou l’envoi a commencé\u00a0: rien n’est changé."
)
RECALLED = "La campagne est de nouveau en préparation. Rien ne partira sans que vous confirmiez."

blueprint = Blueprint("campaign_course", __name__, url_prefix="/equipe/campagnes/<int:campaign_id>")
only_for(blueprint, RoleName.STAFF)


@blueprint.get("/dates")
def plan(campaign_id: int) -> Page:
    """Show when a campaign leaves, ends and reminds."""
    campaign = _find(campaign_id)
    first_draft = render_template("campaigns/first_reminder.txt").strip()
    return _show_plan(campaign, PlanForm.of(campaign, body=first_draft))


@blueprint.post("/dates")
@csrf.exempt  # the form checks its own token, so that an old one loses nothing that was typed
def schedule(campaign_id: int) -> Page:
    """Set when a campaign leaves, ends and reminds."""
    campaign, form = _find(campaign_id), PlanForm()
    if not form.validate():
        return _show_plan(campaign, form), 422
    campaigns.schedule(db.session, campaign, form.plan(campaign))
    db.session.commit()
    flash("Les dates et les relances sont enregistrées.", "success")
    return redirect(url_for("campaigns.show", campaign_id=campaign.id))


@blueprint.post("/pause")
def pause(campaign_id: int) -> Response:
    """Hold back what has not left."""
    campaign = _find(campaign_id)
    campaigns.pause(db.session, campaign)
    db.session.commit()
    return _back(campaign)


@blueprint.post("/poursuivre")
def resume(campaign_id: int) -> Response:
    """Let a paused campaign go on."""
    campaign = _find(campaign_id)
    campaigns.resume(db.session, campaign)
    db.session.commit()
    deliver_campaigns.enqueue()
    return _back(campaign)


@blueprint.post("/preparer")
def recall(campaign_id: int) -> Response:
    """Bring a scheduled campaign back to its preparation, if nothing of it has left."""
    campaign = _find(campaign_id)
    try:
        campaigns.recall(db.session, campaign)
    except campaigns.BegunError:
        db.session.rollback()
        flash(NOT_RECALLED, "info")
        return _back(campaign)
    db.session.commit()
    flash(RECALLED, "success")
    return _back(campaign)


@blueprint.get("/arreter")
def ask_stop(campaign_id: int) -> Page:
    """Ask once more before a campaign ends for good."""
    return render_template("campaigns/stop.html", campaign=_find(campaign_id))


@blueprint.post("/arreter")
def stop(campaign_id: int) -> Response:
    """End a campaign for good."""
    campaign = _find(campaign_id)
    taken_back = campaigns.stop(db.session, campaign)
    db.session.commit()
    flash(f"La campagne est arrêtée. Invitations qui ne partiront pas : {taken_back}.", "success")
    return _back(campaign)


@blueprint.get("/avancement")
def progress(campaign_id: int) -> Response:
    """Give the counts, for the page to follow the sending without being loaded again."""
    campaign = _find(campaign_id)
    counted = invitations.counts_of(db.session, campaign.id)
    return jsonify(
        total=counted.total(),
        waiting=GROUPS[2].count(counted),
        counts={group.key: group.count(counted) for group in GROUPS},
    )


@blueprint.get("/relancer")
def ask_reminder(campaign_id: int) -> Page:
    """Say to whom a reminder would leave now, show it, and ask once more."""
    campaign = _find(campaign_id)
    if campaign_ends.is_told(campaign):
        return _back(campaign)
    letter = mail.sample_letter(campaign, contact=None, to=current_user.email, number=1)
    audience = _asked()
    return render_template(
        "campaigns/remind.html",
        campaign=campaign,
        letter=letter,
        count=reminders.count_silent(db.session, campaign, audience),
        chosen={"profil": audience.profile, "region": list(audience.regions) or None},
    )


@blueprint.post("/relancer")
def remind(campaign_id: int) -> Response:
    """Remind whoever has not answered. Asked twice, it writes once."""
    campaign = _find(campaign_id)
    try:
        count = reminders.remind_now(db.session, campaign, _asked())
    except campaigns.OverError:
        db.session.rollback()
        campaign_ends.is_told(campaign)
        return _back(campaign)
    db.session.commit()
    deliver_campaigns.enqueue()
    flash(_reminded(campaign, count), "info")
    return _back(campaign)


def _reminded(campaign: Campaign, count: int) -> str:
    if not count:
        return "Il n’y a personne à relancer."
    if campaign.paused_at:
        return f"Relances prêtes\u00a0: {count}. Elles partiront quand vous reprendrez l’envoi."
    return f"Relances en route\u00a0: {count}."


def _find(campaign_id: int) -> Campaign:
    return campaigns.get(db.session, campaign_id) or abort(404)


def _asked() -> Audience:
    """Return the part of the campaign that the address names: everybody when it names none."""
    profile, regions = request.args.get("profil"), request.args.getlist("region")
    return Audience(profile=profile or None, regions=tuple(filter(None, regions)))


def _back(campaign: Campaign) -> Response:
    return redirect(url_for("campaigns.show", campaign_id=campaign.id))


def _show_plan(campaign: Campaign, form: FlaskForm) -> str:
    return render_template("campaigns/plan.html", campaign=campaign, form=form)
