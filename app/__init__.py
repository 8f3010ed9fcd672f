"""The Flask application: it knows both libraries, and puts everything in its place."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, request
from itsdangerous import Serializer

import config
from analysis.codebook import Codebook
from app import cli, headers, presentation
from app.database import engine_options
from app.extensions import accounts, babel, bootstrap, csrf, db, queue, security
from app.extensions import mail as carrier  # `app.mail` is the module that writes messages
from app.models.encryption import key_ring
from app.observation import slow_queries
from app.services import look_up_keys
from app.services.audit_anchors import anchor_file
from app.services.periods import periods
from app.sessions import Sessions
from app.views import BLUEPRINTS, access, acting, errors, gate, numbering, sessions, sheet, signing
from forms.loader import load_directory
from guides.loader import load_directory as load_guides


class Site(Flask):
    """Flask, whose log of an exception names the page but not its address: a link is personal."""

    def log_exception(self, exc_info: Any) -> None:
        page = request.url_rule.rule if request.url_rule else "no page"
        self.logger.error("Exception on %s [%s]", page, request.method, exc_info=exc_info)


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Return the application for these settings (those of the environment when none are given).

    Raises ConfigError, DefinitionError or CodebookError: what is wrong stops the start.
    """
    settings = config.load() if settings is None else settings
    app = Site(__name__, instance_path=str(settings["INSTANCE_PATH"]))
    app.config.from_mapping(settings)
    app.session_interface = Sessions()
    app.config["SQLALCHEMY_ENGINES"] = {"default": engine_options(settings["DATABASE_URL"])}
    key_ring.configure(settings["DATA_KEYS"], lambda: _look_up_keys(app))
    periods.configure(settings["RETENTION"])
    anchor_file.configure(Path(settings["INSTANCE_PATH"]) / "journal.anchor")
    app.extensions["questionnaires"] = load_directory(settings["DEFINITIONS_PATH"])
    app.extensions["codebook"] = Codebook.read(settings["CODEBOOK_PATH"])
    app.extensions["guides"] = load_guides(settings["GUIDES_PATH"])
    _bind_extensions(app)
    with app.app_context():
        slow_queries.watch(db.engine, milliseconds=settings["SLOW_QUERY_MILLISECONDS"])
    for part in (
        numbering,
        presentation,
        headers,
        sheet,
        acting,
        access,
        gate,
        signing,
        sessions,
        errors,
        cli,
    ):
        part.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def _look_up_keys(app: Flask) -> list[bytes] | None:
    with app.app_context():
        return look_up_keys.read(db.engine)


def _bind_extensions(app: Flask) -> None:
    for extension in (db, csrf, carrier, babel, bootstrap):
        extension.init_app(app)
    security.init_app(
        app, accounts, login_form=signing.SignInForm, change_password_form=signing.OwnPasswordForm
    )
    for serializer in vars(security).values():
        if isinstance(serializer, Serializer):
            # Flask-Security gives the newest first: itsdangerous would sign with the oldest.
            serializer.secret_keys = [key.encode() for key in app.config["SIGNING_KEYS"]]
    queue.init_app(app)
