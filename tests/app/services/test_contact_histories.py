"""What happened with a contact, in order, and never what was answered."""

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from app.models import InvitationState, Reminder, ReminderState
from app.services import contact_histories
from app.services.contact_histories import What
from tests import factories


def moment(day: int) -> datetime:
    return datetime(2026, 5, day, 8, tzinfo=UTC)


def test_a_whole_life(session: Session) -> None:
    contact = factories.contact(session)
    contact.created_at = moment(1)
    contact.opted_out_at, contact.bounced_at = moment(9), moment(8)
    campaign = factories.campaign(session, title="Premier appel")
    sent = factories.invitation(session, campaign=campaign, contact=contact)
    sent.state, sent.sent_at = InvitationState.DECLINED, moment(2)
    sent.started_on, sent.declined_on = date(2026, 5, 2), date(2026, 5, 9)
    for number, state, day in (
        (1, ReminderState.SENT, 4),
        (2, ReminderState.BOUNCED, 8),
        (3, ReminderState.DROPPED, 9),
    ):
        reminder = Reminder(invitation_id=sent.id, number=number, state=state)
        reminder.sending_at = moment(day)
        reminder.sent_at = moment(day) if state is ReminderState.SENT else None
        reminder.last_error = "550 inconnu" if state is ReminderState.BOUNCED else None
        session.add(reminder)
    session.commit()
    told = contact_histories.of(session, contact)
    assert [(event.day.day, event.what, event.number, event.detail) for event in told] == [
        (9, What.DECLINED, 0, ""),
        (9, What.SAID_NO, 0, ""),
        (8, What.ADDRESS_REFUSED, 0, ""),
        (8, What.BOUNCED, 2, "550 inconnu"),
        (4, What.REMINDED, 1, ""),
        (2, What.STARTED, 0, ""),
        (2, What.INVITED, 0, ""),
        (1, What.TYPED, 0, ""),
    ]
    assert {event.campaign for event in told} == {"", "Premier appel"}


def test_what_waits_and_what_went_wrong(session: Session) -> None:
    contact = factories.contact(session)
    contact.created_at = moment(1)
    for day, state in enumerate(
        (
            InvitationState.QUEUED,
            InvitationState.FAILED,
            InvitationState.UNCERTAIN,
            InvitationState.ANSWERED,
        ),
        start=2,
    ):
        campaign = factories.campaign(session, title=str(day))
        made = factories.invitation(session, campaign=campaign, contact=contact, state=state)
        made.queued_at = moment(day)
        made.last_error = "pas de réponse"
        made.answered_on = date(2026, 5, day) if state is InvitationState.ANSWERED else None
    session.commit()
    told = contact_histories.of(session, contact)
    assert [(event.campaign, event.what, event.detail) for event in told] == [
        ("5", What.ANSWERED, ""),
        ("4", What.UNCERTAIN, "pas de réponse"),
        ("3", What.FAILED, "pas de réponse"),
        ("2", What.WAITING, ""),
        ("", What.TYPED, ""),
    ]
