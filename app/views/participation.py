"""Following the call: who was asked and what came of it, in all or in one campaign."""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, render_template, request

from analysis import charts
from analysis.charts import Point
from app.extensions import db
from app.models import Campaign, RoleName
from app.services import campaigns, contact_places, participation
from app.services.participation import By
from app.views.access import only_for
from app.views.campaign_offer import labels, region_names
from app.views.invitation_states import STATES

blueprint = Blueprint("participation", __name__, url_prefix="/equipe/suivi")
only_for(blueprint, RoleName.STAFF)

TABLES: dict[By, str] = {"profile": "profil", "region": "région", "clsm": "CLSM"}
UNKNOWN = "non précisé"


@dataclass(frozen=True)
class Table:
    """One way to cut the figures: what the lines are, and what each is called."""

    by: By
    title: str
    lines: list[participation.Line]
    names: dict[str | None, str]


@blueprint.get("")
def index() -> str:
    """Show the figures, the curve, and the places from which nothing came."""
    campaign = _campaign()
    id_ = campaign.id if campaign else None
    return render_template(
        "participation/index.html",
        campaign=campaign,
        campaigns=[each for each in campaigns.all_campaigns(db.session) if each.launched_at],
        whole=participation.total(db.session, id_),
        tables=[_table(by, title, id_) for by, title in TABLES.items()],
        reasons=participation.reasons(db.session, id_),
        states=STATES,
        silent=participation.silent(db.session, id_),
        labels=labels(),
        regions=region_names(),
        unknown=contact_places.UNKNOWN,
        curve=_curve(id_),
    )


@blueprint.get("/courbe.png")
def curve() -> Response:
    """Give the curve as an image to keep."""
    campaign = _campaign()
    chart = _chart(campaign.id if campaign else None)
    if chart is None:
        abort(404)
    headers = {"Content-Disposition": 'attachment; filename="recueil-reponses.png"'}
    return Response(charts.to_png(chart), mimetype="image/png", headers=headers)


def _campaign() -> Campaign | None:
    asked = request.args.get("campagne", "")
    if not asked:
        return None
    is_id = asked.isascii() and asked.isdigit() and len(asked) < 10
    return (campaigns.get(db.session, int(asked)) if is_id else None) or abort(404)


def _table(by: By, title: str, campaign_id: int | None) -> Table:
    known = {"profile": labels(), "region": region_names(), "clsm": {}}[by]
    lines = participation.by(db.session, by, campaign_id)
    names = {line.key: known.get(line.key or "", line.key or UNKNOWN) for line in lines}
    return Table(by, title, lines, names)


def _chart(campaign_id: int | None) -> charts.Chart | None:
    days = participation.over_time(db.session, campaign_id)
    points = [Point(day.day, day.left, day.answered) for day in days]
    return charts.answers_over_time(points) if points else None


def _curve(campaign_id: int | None) -> str | None:
    chart = _chart(campaign_id)
    return charts.to_svg(chart, prefix="reponses") if chart else None
