"""What the worker does, one short task at a time, after the commit that made it necessary.

A task takes ids, reads the rows again and acts only if they still wait: running it twice changes
nothing. What was never queued, or was lost with a queue, a periodic sweep finds in the database.
"""

import logging
import uuid
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app

from analysis.codebook import Codebook
from app import mail, postman
from app.extensions import db, queue
from app.services import codings, drafts, imports, notices, outbox, testimonies

if TYPE_CHECKING:
    from analysis.pipeline import Tagger

log = logging.getLogger(__name__)


class PipelineError(RuntimeError):
    """The pipeline that SPACY_MODEL names cannot be loaded; `str()` gives one French line."""


@lru_cache(maxsize=1)
def _load_tagger(codebook: Path, model: str) -> "Tagger":
    # Inside the function: the web process imports this module and must never load spaCy.
    from analysis import pipeline  # noqa: PLC0415

    try:
        return pipeline.load(Codebook.read(codebook), model)
    except pipeline.ModelError as error:
        raise PipelineError(f"SPACY_MODEL : {error}") from None


def tagger() -> "Tagger":
    """Return the pipeline of this configuration, loaded once a process. Raises PipelineError."""
    return _load_tagger(current_app.config["CODEBOOK_PATH"], current_app.config["SPACY_MODEL"])


@queue.task(retries=3, retry_delay=30)
def suggest_codings(testimony_id: str) -> None:
    """Have the pipeline read one testimony."""
    added = codings.suggest(db.session, tagger(), uuid.UUID(testimony_id))
    db.session.commit()
    log.info("testimony read: %d suggestions", added)


@queue.every("*/5")
def sweep_untagged() -> None:
    """Queue the testimonies that no pipeline has read."""
    for testimony_id in testimonies.waiting_for_tags(db.session):
        suggest_codings.enqueue(str(testimony_id))


@queue.every("17")
def purge_drafts() -> None:
    """Erase the drafts whose time is over."""
    erased = drafts.purge_expired(db.session)
    db.session.commit()
    log.info("expired drafts erased: %d", erased)


@queue.every("23")
def purge_imports() -> None:
    """Erase the files that were sent to be imported more than a day ago."""
    erased = imports.purge_expired(db.session)
    db.session.commit()
    log.info("files sent a day ago erased: %d", erased)


@queue.task()
def deliver_campaigns() -> None:
    """Give the mail server what campaigns have waiting, then make room for the other tasks."""
    if _round().make():
        deliver_campaigns.enqueue()


@queue.every("*")
def sweep_campaigns() -> None:
    """Make a round each minute: what was put off, what a crash or a limit left waiting."""
    if outbox.is_waiting(db.session):
        deliver_campaigns.enqueue()


def _round() -> postman.Round:
    config = current_app.config
    limits = postman.Limits(
        a_minute=config["MAIL_PER_MINUTE"] or None,
        a_minute_for_one_domain=config["MAIL_PER_DOMAIN_PER_MINUTE"] or None,
        lasting=timedelta(seconds=config["MAIL_LEASE_SECONDS"]),
    )
    return postman.Round(db.engine, limits)


@queue.task()
def deliver_notice(notice_id: str) -> None:
    """Send one message of the outbox, once: marked `sending` before the server hears of it."""
    id_ = uuid.UUID(notice_id)
    waiting = notices.get(db.session, id_)
    letter = mail.notice_letter(waiting) if waiting is not None else None
    is_mine = letter is not None and notices.claim(db.session, id_)
    db.session.commit()
    if letter is None or not is_mine:
        return
    try:
        mail.send(letter)
    except mail.NotYetError as reason:
        notices.record_delay(db.session, id_, str(reason))
    except mail.BrokenOffError:
        notices.record_uncertain(db.session, id_, notices.INTERRUPTED)
    except mail.SendingError as reason:
        notices.record_failure(db.session, id_, str(reason))
    else:
        notices.record_sent(db.session, id_)
    db.session.commit()


@queue.every("*")
def sweep_notices() -> None:
    """Queue what waits in the outbox, and set aside what a crash interrupted."""
    interrupted = notices.interrupt_stuck(db.session)
    db.session.commit()
    for notice_id in notices.due(db.session):
        deliver_notice.enqueue(str(notice_id))
    if interrupted:
        log.warning("messages interrupted, to be checked by hand: %d", interrupted)
