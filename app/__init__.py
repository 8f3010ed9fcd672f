"""The Flask application: it knows both libraries, and puts everything in its place."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, request

import config
from analysis.codebook import Codebook
from app import cli, presentation
from app.database import engine_options
from app.extensions import accounts, babel, bootstrap, csrf, db, queue, security
from app.extensions import mail as carrier  # `app.mail` is the module that writes messages
from app.models.encryption import key_ring
from app.services.periods import periods
from app.views import BLUEPRINTS, access, errors, gate, signing
from forms.loader import load_directory


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
    app.config["SQLALCHEMY_ENGINES"] = {"default": engine_options(settings["DATABASE_URL"])}
    key_ring.configure(settings["DATA_KEYS"])
    periods.configure(settings["RETENTION"])
    app.extensions["questionnaires"] = load_directory(settings["DEFINITIONS_PATH"])
    app.extensions["codebook"] = Codebook.read(settings["CODEBOOK_PATH"])
    _bind_extensions(app)
    for part in (presentation, access, gate, signing, errors, cli):
        part.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def _bind_extensions(app: Flask) -> None:
    for extension in (db, csrf, carrier, babel, bootstrap):
        extension.init_app(app)
    security.init_app(app, accounts, login_form=signing.SignInForm)
    queue.init_app(app)
