"""What is read of testimonies: their themes, their words, what is counted of them."""

import logging
import uuid

from app import pipelines
from app.extensions import db, queue
from app.services import (
    agreement_rounds,
    codebook_drafts,
    digest_sweeps,
    digests,
    search_index,
    tagging,
    testimonies,
    theme_versions,
)

log = logging.getLogger(__name__)


@queue.task(retries=3, retry_delay=30, priority=5)
def suggest_codings(testimony_id: str) -> None:
    """Have the pipeline read one testimony."""
    pipelines.read(uuid.UUID(testimony_id))
    log.info("testimony read")  # how much was found would tell which, and so when it was sent


@queue.every("*")
def sweep_untagged() -> None:
    """Have the testimonies read that no pipeline has read, or that another one is to read again.

    Each range where some wait is left to a chain of tasks, unless one is at it already.
    """
    for number in tagging.ranges(db.session):
        chain = tagging.begin(db.session, number)
        db.session.commit()
        if chain is not None:
            read_range.enqueue(chain.number, chain.token)


@queue.task()
def read_range(number: int, token: str, after: str | None = None) -> None:
    """Have the pipeline read what waits in a range, a few seconds; the rest is another task's."""
    chain = tagging.Chain(number, token)
    reached = pipelines.read_range(chain, uuid.UUID(after) if after else None)
    if reached is not None:
        read_range.enqueue(number, token, str(reached))


@queue.every("*/5")
def sweep_unindexed() -> None:
    """Index the words of testimonies from before there was an index, or of an older one."""
    for testimony_id in search_index.missing(db.session):
        if testimonies.hold(db.session, testimony_id):
            search_index.write(db.session, testimony_id)
        db.session.commit()


@queue.every("*/5")
def sweep_digests() -> None:
    """Draw what tallies are counted from, where it is missing."""
    drawn = draw_missing_digests()
    if drawn:
        log.info("digests drawn: %d", drawn)


def draw_missing_digests() -> int:
    """Draw the digests that are missing, a batch a transaction; return how many were."""
    drawn = 0
    while batch := digest_sweeps.draw_missing(db.session):
        db.session.commit()
        drawn += batch
    db.session.rollback()
    return drawn


@queue.every("29")
def forget_orphan_facets() -> None:
    """Erase the words that no testimony bears any more, which tallies gave a number."""
    erased = digests.forget_orphans(db.session)
    db.session.commit()
    if erased:
        log.info("facets without testimony erased: %d", erased)


@queue.task()
def train_themes(version_id: int) -> None:
    """Train a version that was asked for."""
    if pipelines.train(version_id):
        log.info("a version of the themes was trained")


@queue.every("*/5")
def sweep_trainings() -> None:
    """Queue the trainings that nobody is at: never begun, or cut short by a crash."""
    for version_id in theme_versions.waiting(db.session):
        train_themes.enqueue(version_id)


@queue.task(priority=10)
def try_cues(draft_id: str) -> None:
    """Count what cues would tag, for somebody who waits: before what nobody waits for."""
    pipelines.try_cues(uuid.UUID(draft_id))


@queue.every("*")
def sweep_trials() -> None:
    """Queue the cues whose count somebody still waits for, and forget what is a day old."""
    for draft_id in codebook_drafts.unanswered(db.session):
        try_cues.enqueue(str(draft_id))
    codebook_drafts.purge(db.session)
    db.session.commit()


@queue.task(retries=3, retry_delay=30)
def cut_round(round_id: str) -> None:
    """Cut the sample of a round of blind coding into sentences."""
    if pipelines.cut(uuid.UUID(round_id)):
        log.info("a round of coding was cut")


@queue.every("*/5")
def sweep_rounds() -> None:
    """Queue the rounds that wait to be cut."""
    for round_id in agreement_rounds.waiting(db.session):
        cut_round.enqueue(str(round_id))
