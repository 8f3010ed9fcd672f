"""The versions that learn from decisions: asked for, followed, compared, put into use, undone."""

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_security import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from app import pipelines
from app.extensions import db
from app.models import RoleName, ThemeVersion, VersionState
from app.services import decisions, tagging, testimonies, theme_versions
from app.tasks import sweep_untagged, train_themes
from app.views.access import only_for

blueprint = Blueprint("theme_versions", __name__, url_prefix="/recherche/apprentissage")
only_for(blueprint, RoleName.RESEARCHER)

UNDER_WAY = "Un apprentissage est déjà en cours\u00a0: attendez qu’il finisse."
MISSING = (
    "Les fichiers de cette version manquent sur le serveur\u00a0: elle ne peut pas servir. "
    "L’administration peut les remettre en place."
)


@blueprint.get("")
def index() -> str:
    """Say which version is in use, what there is to learn, and how others compare."""
    versions = theme_versions.every(db.session)
    using = next((each for each in versions if each.is_in_use), None)
    counted = decisions.count(db.session)
    return render_template(
        "theme_versions/index.html",
        versions=versions,
        using=using,
        training=next((each for each in versions if each.state == VersionState.TRAINING), None),
        counted=counted,
        since=decisions.count_since(db.session, using.made_at if using else None),
        lacks=theme_versions.lacks(counted),
        stale=tagging.count_to_read_again(db.session),
        total=testimonies.count(db.session),
    )


@blueprint.post("/apprendre")
def train() -> Response:
    """Ask for a new version: the worker trains it."""
    try:
        version = theme_versions.ask(db.session, decisions.count(db.session), by=current_user.id)
    except theme_versions.TooFewDecisionsError as error:
        flash(str(error), "warning")
    except theme_versions.AlreadyTrainingError:
        flash(UNDER_WAY, "warning")
    else:
        db.session.commit()
        train_themes.enqueue(version.id)
        flash("L’apprentissage commence. Il prend quelques minutes.", "success")
    return _back()


@blueprint.get("/<int(max=2147483647):version_id>/avancement")
def progress(version_id: int) -> Response:
    """Give how far a training is, for the page to follow it without being loaded again."""
    version = theme_versions.get(db.session, version_id) or abort(404)
    is_going = version.state == VersionState.TRAINING
    waiting = max(1, 100 - round(100 * version.progress)) if is_going else 0
    return jsonify(total=100, waiting=waiting, counts={})


@blueprint.post("/arreter")
def stop() -> Response:
    """Stop the training under way."""
    stopped = theme_versions.stop(db.session)
    db.session.commit()
    flash("L’apprentissage est arrêté." if stopped else "Aucun apprentissage en cours.", "info")
    return _back()


@blueprint.post("/usage")
def use() -> Response:
    """Put a version into use, the one named or the shipped one, and have all read again."""
    version = _named(request.form.get("version", ""))
    if version is not None and not pipelines.version_folder(version.name).is_dir():
        flash(MISSING, "error")
        return _back()
    try:
        changed = theme_versions.use(db.session, version, by=current_user.id)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        flash("Quelqu’un vient de changer la version en usage. Regardez, puis choisissez.", "error")
        return _back()
    if changed:
        sweep_untagged.enqueue()
        flash(
            "C’est fait. Tous les témoignages vont être relus en arrière-plan\u00a0; "
            "ce qui a été décidé ne change pas.",
            "success",
        )
    return _back()


def _named(number: str) -> ThemeVersion | None:
    """Return the version of this number, none for the shipped one; 404 for what is not ready."""
    if number == "origine":
        return None
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        abort(404)
    version = theme_versions.get(db.session, int(number))
    if version is None or version.state != VersionState.READY:
        abort(404)
    return version


def _back() -> Response:
    return redirect(url_for(".index"))
