"""The directory of CLSMs: listed, looked through, imported."""

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from app.extensions import csrf, db
from app.models import ImportKind, RoleName
from app.services import clsm_files, clsm_imports, clsms
from app.services.clsm_files import Entry
from app.services.columns import Choices
from app.services.import_plans import Fate, Plan
from app.services.spreadsheets import Sheet
from app.services.territories import DEPARTEMENTS, REGIONS
from app.views import imports
from app.views.access import only_for
from app.views.paging import paged

blueprint = Blueprint("clsms", __name__, url_prefix="/equipe/clsm")
only_for(blueprint, RoleName.STAFF)
csrf.exempt(blueprint)  # each form checks its own token, as in the contacts room

LONGEST = 100


def _plan(session: Session, sheet: Sheet, choices: Choices) -> Plan[Entry]:
    return clsm_imports.plan(session, clsm_files.rows(sheet, choices))


imports.add_pages(
    blueprint,
    imports.Importing(
        kind=ImportKind.CLSMS,
        columns=clsm_files.COLUMNS,
        plan=_plan,
        carry_out=clsm_imports.carry_out,
        title="Importer l’annuaire des CLSM",
        room="CLSM",
        one="CLSM",
        many="CLSM",
        who=("CLSM", "Territoire"),
        folder="clsms",
        fates=imports.FATES
        | {
            Fate.COMPLETED: imports.Told(
                "À mettre à jour", "À mettre à jour", "Mis à jour", "state-fixed"
            )
        },
    ),
)


@blueprint.get("/")
def index() -> str:
    """List the CLSMs, by region and by words."""
    words = clsms.tidy(request.args.get("q", ""))[:LONGEST]
    region = request.args.get("region", "")
    region = region if region in REGIONS else ""
    return render_template(
        "clsms/index.html",
        page=paged(clsms.matching(db.session, words=words, region=region)),
        total=clsms.count(db.session),
        regions=REGIONS,
        departements=DEPARTEMENTS,
        chosen={"region": region or None, "q": words or None},
    )
