"""The register and the impact analysis, for the data protection officer: read, then taken away."""

from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, Response, current_app, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse

from app.extensions import csrf, db
from app.models import RoleName
from app.models.base import today
from app.services import guide_drafts, impact_analyses, register_facts, registers
from app.services.register_facts import Facts, Served
from app.views.access import only_for
from guides.document import Document

blueprint = Blueprint("register", __name__, url_prefix="/dpo")
only_for(blueprint, RoleName.DPO)
csrf.exempt(blueprint)  # each form checks its own token, and leads back to the page when it is old

FORMS = {"docx": "Word (.docx)", "odt": "LibreOffice (.odt)", "md": "Markdown (.md)"}
TOO_LATE = "La page était restée ouverte trop longtemps. Recommencez."
OURS = Path(__file__).resolve().parent.parent / "templates" / "call" / "register.yml"
Compose = Callable[..., Document]


@blueprint.get("/registre")
def show() -> str:
    """Show the entry of the register."""
    return _page(registers.compose, ".take")


@blueprint.post("/registre.<any(docx, odt, md):form>")
def take(form: str) -> AnyResponse:
    """Give the entry of the register as a file."""
    return _file(registers.compose, ".show", "registre", form)


@blueprint.get("/analyse-d-impact")
def impact() -> str:
    """Show the support of the impact analysis."""
    return _page(impact_analyses.compose, ".take_impact")


@blueprint.post("/analyse-d-impact.<any(docx, odt, md):form>")
def take_impact(form: str) -> AnyResponse:
    """Give the support of the impact analysis as a file."""
    return _file(impact_analyses.compose, ".impact", "analyse-d-impact", form)


def _page(compose: Compose, endpoint: str) -> str:
    return render_template(
        "register/show.html",
        document=compose(_facts(), made_on=today()),
        kind_of=lambda block: type(block).__name__,
        take=endpoint,
        forms=FORMS,
    )


def _file(compose: Compose, back: str, name: str, form: str) -> AnyResponse:
    if not FlaskForm().validate():
        flash(TOO_LATE, "warning")
        return redirect(url_for(back), 303)
    data = guide_drafts.write(compose(_facts(), made_on=today()), form)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}-{today().isoformat()}.{form}"',
        "Cache-Control": "no-store",
    }
    return Response(data, content_type=guide_drafts.TYPES[form], headers=headers)


def _facts() -> Facts:
    entries = register_facts.treatments(OURS)
    return register_facts.gather(db.session, current_app.config["ORGANISATION"], entries, _served())


def _served() -> Served:
    """Ask this application for a page, as a visitor does, and look at how it comes."""
    config = current_app.config
    address = config["BASE_URL"]
    headers = current_app.test_client().get("/healthz", base_url=address).headers
    return Served(
        is_https=address.startswith("https://"),
        has_hsts="Strict-Transport-Security" in headers,
        has_policy="Content-Security-Policy" in headers,
        has_secure_cookies=config["SESSION_COOKIE_SECURE"],
        is_production=config["IS_PRODUCTION"],
        keys=len(config["DATA_KEYS"]),
    )
