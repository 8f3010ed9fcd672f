"""The outbox of campaigns: who may move a row, and to where."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.extensions import db
from app.models import Invitation, InvitationState, Lease, Reminder, ReminderState
from app.models.base import now, today
from app.services import invitations, outbox, outcomes
from app.services.outbox import Waiting
from tests import factories

State = InvitationState


def invited(state: State = State.QUEUED, *, email: str | None = None) -> Invitation:
    contact = factories.contact(db.session, email=email)
    campaign = factories.campaign(db.session)
    campaign.launched_at = now()
    made = factories.invitation(db.session, campaign=campaign, contact=contact, state=state)
    db.session.commit()
    return made


def reminded(made: Invitation) -> Reminder:
    reminder = Reminder(invitation_id=made.id, number=1)
    db.session.add(reminder)
    db.session.commit()
    return reminder


def seen(row: Invitation | Reminder) -> Waiting:
    found = outbox.find(db.session, type(row), row.id)
    assert found is not None
    return found


def hold() -> None:
    db.session.merge(Lease(name="l", holder="h", until=now() + timedelta(minutes=1)))
    db.session.commit()


def begun(row: Invitation | Reminder) -> bool:
    """Take and begin a row, as the holder of the lease does."""
    hold()
    if not outbox.take(db.session, [seen(row)]):
        return False
    is_begun = outbox.begin(db.session, seen(row), lease="l", holder="h")
    db.session.commit()
    db.session.refresh(row)
    return is_begun


def waiting() -> list[object]:
    return [one.id for one in outbox.waiting(db.session)]


def told(row: Invitation | Reminder) -> tuple[str, str | None]:
    db.session.commit()
    db.session.refresh(row)
    return row.state.value, row.last_error


def test_of_two_processes_one_takes(app: Flask) -> None:
    one = seen(invited())
    assert [outbox.take(db.session, [one]) for _ in range(2)] == [[one], []]


@pytest.mark.parametrize("state", [state for state in State if state is not State.QUEUED])
def test_only_what_waits_is_taken(app: Flask, state: State) -> None:
    made = invited(state)
    assert (waiting(), begun(made), made.state) == ([], False, state)


def test_a_message_taken_is_begun_once(app: Flask) -> None:
    made = invited()
    assert begun(made)
    assert (made.state, made.attempts, made.sending_at is None) == (State.SENDING, 1, False)
    assert not outbox.begin(db.session, seen(made), lease="l", holder="h")


def test_whoever_lost_the_lease_begins_nothing(app: Flask) -> None:
    made = invited()
    hold()
    outbox.take(db.session, [seen(made)])
    assert not outbox.begin(db.session, seen(made), lease="l", holder="another")


@pytest.mark.parametrize(
    "stop",
    ["paused_at", "stopped_at", "opted_out_at", "bounced_at", "ends_on", "launched_at"],
)
def test_what_must_not_leave_is_not_begun(app: Flask, stop: str) -> None:
    made = invited()
    hold()
    outbox.take(db.session, [seen(made)])
    values = {"ends_on": today() - timedelta(days=1), "launched_at": None}
    owner = made.contact if hasattr(made.contact, stop) else made.campaign
    setattr(owner, stop, values.get(stop, now()))
    db.session.commit()
    assert not outbox.begin(db.session, seen(made), lease="l", holder="h")
    outbox.put_back(db.session, [seen(made)])
    assert told(made) == ("queued", None)
    assert waiting() == []


def test_what_is_put_off_waits_longer_each_time_then_is_given_up(app: Flask) -> None:
    made = invited()
    for attempt, delay in enumerate(outcomes.RETRY_DELAYS, start=1):
        assert begun(made)
        outcomes.record_delay(db.session, _before(made), "plus tard")
        assert told(made) == ("queued", "plus tard")
        assert made.attempts == attempt
        assert delay - timedelta(seconds=9) < made.due_at - now() <= delay
        assert waiting() == []
        made.due_at = now()
        db.session.commit()
        assert waiting() == [made.id]
    assert begun(made)
    outcomes.record_delay(db.session, _before(made), "plus tard")
    assert told(made) == ("failed", "plus tard")


def _before(made: Invitation) -> Waiting:
    """What the postman read of a row before it began it."""
    one = seen(made)
    return Waiting(
        **{name: getattr(one, name) for name in one.__slots__} | {"attempts": one.attempts - 1}
    )


def test_a_refused_address_is_not_written_to_again(app: Flask) -> None:
    made = invited()
    assert begun(made)
    outcomes.record_bounce(db.session, seen(made), "550 inconnue")
    assert told(made) == ("bounced", "550 inconnue")
    db.session.refresh(made.contact)
    assert made.contact.bounced_at is not None


@pytest.mark.parametrize(("is_precise", "unbegun"), [(True, "queued"), (False, "uncertain")])
def test_what_a_crash_left_is_set_aside(app: Flask, is_precise: bool, unbegun: str) -> None:
    being_sent, only_taken = invited(), invited()
    assert begun(being_sent)
    outbox.take(db.session, [seen(only_taken)])
    found = outcomes.set_aside_interrupted(db.session, is_precise=is_precise)
    assert found == (1 if is_precise else 2)
    assert told(being_sent) == ("uncertain", outcomes.INTERRUPTED)
    assert told(only_taken)[0] == unbegun
    assert waiting() == ([only_taken.id] if is_precise else [])
    assert outcomes.retry(db.session, Invitation, [being_sent.id]) == 1
    assert being_sent.id in waiting()


def test_an_answer_that_was_thought_lost_is_written(app: Flask) -> None:
    made = invited()
    assert begun(made)
    outcomes.set_aside_interrupted(db.session, is_precise=True)
    outcomes.record_sent(db.session, seen(made))
    assert told(made) == ("sent", None)


@pytest.mark.parametrize("failed", [State.FAILED, State.BOUNCED, State.UNCERTAIN])
def test_a_second_click_does_not_take_back_what_is_being_sent(
    session: Session, failed: State
) -> None:
    made = invited(failed)
    assert outcomes.retry(session, Invitation, [made.id]) == 1
    session.commit()
    assert begun(made)
    assert outcomes.retry(session, Invitation, [made.id]) == 0
    assert told(made) == ("sending", None)


def test_a_no_said_during_the_sending_holds(app: Flask) -> None:
    made = invited()
    assert begun(made)
    assert invitations.decline(db.session, made.token)
    outcomes.record_sent(db.session, seen(made))
    assert told(made) == ("declined", None)
    assert made.sent_at is not None


def test_a_reminder_leaves_only_while_it_has_a_reason_to(app: Flask) -> None:
    silent, answered = invited(State.SENT), invited(State.SENT)
    first, second = reminded(silent), reminded(answered)
    assert set(waiting()) == {first.id, second.id}
    invitations.mark_answered(db.session, answered.token)
    db.session.commit()
    assert waiting() == [first.id]
    hold()
    outbox.take(db.session, [seen(second)])
    assert not outbox.begin(db.session, seen(second), lease="l", holder="h")
    outbox.put_back(db.session, [seen(second)])
    outbox.drop_settled(db.session)
    assert (told(second)[0], told(first)[0]) == (ReminderState.DROPPED, ReminderState.QUEUED)


def test_an_invitation_to_somebody_who_said_no_since_is_declined(app: Flask) -> None:
    made = invited()
    made.contact.opted_out_at = now()
    db.session.commit()
    outbox.drop_settled(db.session)
    assert told(made) == ("declined", None)
    assert made.declined_on == today()


def test_an_address_refused_elsewhere_is_said_and_waits_for_nobody(app: Flask) -> None:
    made = invited(State.QUEUED)
    other = invited(State.SENT, email="b@exemple.fr")
    reminder = reminded(other)
    for each in (made, other):
        each.contact.bounced_at = now()
    db.session.commit()
    outbox.drop_settled(db.session)
    assert told(made) == ("bounced", outbox.REFUSED_BEFORE)
    assert told(reminder) == ("bounced", outbox.REFUSED_BEFORE)
    assert outcomes.retry(db.session, Invitation, [made.id]) == 1
    db.session.commit()
    outbox.drop_settled(db.session)
    assert (told(made), waiting()) == (("queued", outbox.REFUSED_BEFORE), [made.id])


def test_pages_give_each_message_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "PAGE", 2)
    rows = [invited() for _ in range(5)]
    moment = now() - timedelta(minutes=1)
    for row in rows[:4]:
        row.due_at = moment
    later = invited()
    later.due_at = now() + timedelta(hours=1)
    db.session.commit()
    assert waiting() == [*sorted(row.id for row in rows[:4]), rows[4].id]


def test_what_left_lately_is_known_by_domain(app: Flask) -> None:
    assert begun(invited(email="a@Mairie.exemple.fr"))
    assert begun(invited(email="b@autre.fr"))
    found = outbox.sent_since(db.session, now() - timedelta(minutes=1))
    assert [domain for _, domain in found] == ["mairie.exemple.fr", "autre.fr"]
    assert outbox.sent_since(db.session, now()) == []
