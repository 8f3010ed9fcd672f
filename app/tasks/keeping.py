"""What is erased when its time is over, and whether the log of acts is whole."""

import logging

from app.extensions import db, queue
from app.services import audit_checks, clocks, imports, project_files, retention
from app.services.retention_rules import Rule

log = logging.getLogger(__name__)


@queue.every("17")
def enforce_retention() -> None:
    """Erase what has been kept long enough: every hour, for a machine that sleeps at night."""
    for rule in retention.rules():
        enforce_rule.enqueue(rule.name)


@queue.task(retries=2, retry_delay=600)
def enforce_rule(name: str) -> None:
    """Enforce one rule: what another cannot erase keeps nothing of this one."""
    if not clocks.is_steady(db.session):
        log.warning("the clock jumped: nothing is erased yet")
        return
    erased = erase_due(retention.find(name))
    if erased:
        log.info("kept long enough, erased: %s %d", name, erased)


def erase_due(rule: Rule) -> int:
    """Erase all that is due by a rule, a batch a transaction; return how many."""
    erased = 0
    while batch := retention.erase_batch(db.session, rule):
        db.session.commit()
        erased += batch
    return erased


@queue.every("53")
def check_journal() -> None:
    """Read the whole log of acts, once a day; say in this log, kept elsewhere, how far it goes."""
    if not audit_checks.is_due(db.session):
        return
    report = audit_checks.check(db.session)
    db.session.commit()
    if report.fault is not None:
        log.error("the log of acts is broken: %s %d", report.fault.why, report.fault.sequence)
    else:
        log.info("the log of acts is whole: %s", audit_checks.head(db.session))


@queue.every("23")
def purge_imports() -> None:
    """Erase the files that were sent to be imported more than a day ago."""
    erased = imports.purge_expired(db.session) + project_files.purge_expired(db.session)
    db.session.commit()
    log.info("files sent a day ago erased: %d", erased)
