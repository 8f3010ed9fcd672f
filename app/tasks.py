"""What the worker does, one short task at a time, after the commit that made it necessary.

A task takes ids, reads the rows again and acts only if they still wait: running it twice changes
nothing. What was never queued, or was lost with a queue, a periodic sweep finds in the database.
"""

import logging
import uuid
from datetime import timedelta
from urllib.parse import urlsplit

from flask import current_app

from app import mail, pipelines, postman
from app.extensions import db, queue
from app.mail import mailboxes, rendezvous
from app.mail import referrals as referral_mail
from app.services import (
    bookings,
    bounces,
    imports,
    notices,
    outbox,
    referrals,
    reminders,
    retention,
    testimonies,
    theme_versions,
)

log = logging.getLogger(__name__)


@queue.task(retries=3, retry_delay=30)
def suggest_codings(testimony_id: str) -> None:
    """Have the pipeline read one testimony."""
    log.info("testimony read: %d suggestions", pipelines.read(uuid.UUID(testimony_id)))


@queue.every("*/5")
def sweep_untagged() -> None:
    """Queue the testimonies that no pipeline has read, or that another one is to read again."""
    for testimony_id in testimonies.waiting_for_tags(db.session):
        suggest_codings.enqueue(str(testimony_id))


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


@queue.every("17")
def enforce_retention() -> None:
    """Erase what has been kept long enough: every hour, for a machine that sleeps at night."""
    for rule in retention.rules():
        enforce_rule.enqueue(rule.name)


@queue.task(retries=2, retry_delay=600)
def enforce_rule(name: str) -> None:
    """Enforce one rule: what another cannot erase keeps nothing of this one."""
    erased = erase_due(retention.find(name))
    if erased:
        log.info("kept long enough, erased: %s %d", name, erased)


def erase_due(rule: retention.Rule) -> int:
    """Erase all that is due by a rule, a batch a transaction; return how many."""
    erased = 0
    while batch := retention.erase_batch(db.session, rule):
        db.session.commit()
        erased += batch
    return erased


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


@queue.every("7")
def plan_reminders() -> None:
    """Make the reminders that campaigns ask for today, and let them leave."""
    planned = reminders.plan(db.session)
    db.session.commit()
    if planned:
        deliver_campaigns.enqueue()
        log.info("reminders planned: %d", planned)


@queue.every("*/10")
def read_bounces() -> None:
    """Read what came back to the mailbox of refusals, when there is one."""
    url = current_app.config["BOUNCE_MAILBOX"]
    if not url:
        return
    ours = {
        "bounce_address": current_app.config["BOUNCE_ADDRESS"],
        "host": str(urlsplit(current_app.config["BASE_URL"]).hostname),
    }
    known = 0
    try:
        with mailboxes.visiting(url) as box:
            for key, message in box.unread():
                report = bounces.read(message, **ours)
                known += report is not None and bounces.record(db.session, report)
                db.session.commit()
                box.settle(key)
    except mailboxes.MailboxError as trouble:
        log.error("%s", trouble)
    log.info("reports of messages that came back: %d", known)


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


@queue.every("41")
def remind_referrals() -> None:
    """Write a second and last time to whoever was proposed and has not decided."""
    for referral_id in referrals.to_remind(db.session):
        referral = referrals.claim_reminder(db.session, referral_id)
        posted = referral and referrals.write_to(
            db.session, referral, referral_mail.reminder(referral)
        )
        db.session.commit()
        if posted is not None:
            deliver_notice.enqueue(str(posted))


@queue.every("7,37")
def remind_rendezvous() -> None:
    """Write to whoever has a rendezvous tomorrow, once."""
    posted = [rendezvous.remind(db.session, each) for each in bookings.remind(db.session)]
    db.session.commit()
    for notice_id in posted:
        deliver_notice.enqueue(str(notice_id))
