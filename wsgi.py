"""The web application, for gunicorn (`wsgi:app`) and for `flask`; what is wrong stops the start."""

import gc
import os

gc.disable()  # nothing that starts is garbage: looking for some takes a fifth of the start

from analysis.codebook import CodebookError
from app import create_app
from app.observation import journal
from app.task_queue import QueueUnreachableError
from config import ConfigError
from forms.loader import DefinitionError

os.umask(0o077)  # the database and the queue hold what only this service may read

try:
    app = create_app()
    journal.configure(app.config)
except (ConfigError, DefinitionError, CodebookError, QueueUnreachableError) as error:
    raise SystemExit(f"Recueil ne démarre pas. {error}") from None

# What was made at the start stays: the collector no longer walks through it at each turn, and
# processes that are forked from this one go on sharing it.
gc.collect()
gc.freeze()
gc.enable()
