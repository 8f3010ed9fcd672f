"""The web application, for gunicorn (`wsgi:app`) and for `flask`; what is wrong stops the start."""

import os

from analysis.codebook import CodebookError
from app import create_app
from app.task_queue import QueueUnreachableError
from config import ConfigError
from forms.loader import DefinitionError

os.umask(0o077)  # the database and the queue hold what only this service may read

try:
    app = create_app()
except (ConfigError, DefinitionError, CodebookError, QueueUnreachableError) as error:
    raise SystemExit(f"Recueil ne démarre pas. {error}") from None
