"""The messages that leave, those that come back, and who is to be written to again."""

import logging
import uuid
from datetime import timedelta
from urllib.parse import urlsplit

from flask import current_app

from app import mail, postman
from app.extensions import db, queue
from app.mail import mailboxes, rendezvous
from app.mail import referrals as referral_mail
from app.services import bookings, bounces, notices, outbox, referral_messages, reminders

log = logging.getLogger(__name__)


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
    for referral_id in referral_messages.to_remind(db.session):
        referral = referral_messages.claim_reminder(db.session, referral_id)
        posted = referral and referral_messages.write_to(
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
