"""The messages about a proposal: one, one reminder, and how far each has come."""

import pytest
from sqlalchemy.orm import Session

from app.models import NoticeState
from app.models.base import now
from app.services import invitations, referral_messages, retention
from app.services.periods import periods
from app.services.referral_messages import Progress
from settings.periods import Period
from settings.retention import Retention
from tests import factories, interviews
from tests.app.services.test_referrals import DAY, JEANNE, PAUL, rows, settle


def test_whoever_agreed_since_then_is_not_reminded(session: Session) -> None:
    for email in (JEANNE, PAUL):
        referral = factories.referral(session, email=email)
        settle(session, referral, NoticeState.SENT)
        referral.proposed_at -= 15 * DAY
    interviews.person(session, email=JEANNE)
    assert list(referral_messages.to_remind(session)) == [referral.id]


@pytest.mark.parametrize(("days", "is_due"), [(13, False), (14, True), (29, True), (31, False)])
def test_a_reminder_is_due_after_two_weeks(session: Session, days: int, is_due: bool) -> None:
    referral = factories.referral(session)
    settle(session, referral, NoticeState.SENT)
    referral.proposed_at -= days * DAY
    referral.expires_at = referral.proposed_at + 30 * DAY
    session.flush()
    assert list(referral_messages.to_remind(session)) == [referral.id] * is_due


@pytest.mark.parametrize(("days", "after"), [(1, 1), (2, 1), (10, 5), (30, 14), (90, 14)])
def test_the_reminder_comes_before_the_end(
    monkeypatch: pytest.MonkeyPatch, days: int, after: int
) -> None:
    monkeypatch.setattr(periods, "of", Retention(referrals=Period(days)))
    assert referral_messages.remind_after() == after * DAY


@pytest.mark.parametrize("state", [each for each in NoticeState if each is not NoticeState.SENT])
def test_nobody_is_reminded_of_what_did_not_arrive(session: Session, state: NoticeState) -> None:
    referral = factories.referral(session)
    settle(session, referral, state)
    referral.proposed_at -= 20 * DAY
    session.flush()
    assert list(referral_messages.to_remind(session)) == []


def test_one_reminder_once(session: Session) -> None:
    referral = factories.referral(session)
    settle(session, referral, NoticeState.SENT)
    referral.proposed_at -= 15 * DAY
    session.flush()
    claimed = [referral_messages.claim_reminder(session, referral.id) for _ in range(2)]
    assert claimed == [referral, None]
    assert list(referral_messages.to_remind(session)) == []


def test_whoever_said_no_since_then_is_not_reminded(session: Session) -> None:
    referral = factories.referral(session, email=JEANNE)
    invitations.decline_all(session, factories.contact(session, email=JEANNE))
    assert referral_messages.claim_reminder(session, referral.id) is None
    assert rows(session) == {"Contact": 1, "Opposition": 1}


def test_a_message_that_has_been_purged_was_sent(session: Session) -> None:
    referral = factories.referral(session)
    settle(session, referral, NoticeState.SENT)
    assert referral.notice is not None
    referral.notice.settled_at = now() - 40 * DAY
    session.flush()
    assert retention.erase_batch(session, retention.find("notices")) == 1
    assert referral_messages.progress(referral) is Progress.SENT
    referral.proposed_at -= 15 * DAY
    session.flush()
    assert list(referral_messages.to_remind(session)) == [referral.id]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (NoticeState.QUEUED, Progress.LEAVING),
        (NoticeState.SENDING, Progress.LEAVING),
        (NoticeState.SENT, Progress.SENT),
        (NoticeState.FAILED, Progress.FAILED),
        (NoticeState.UNCERTAIN, Progress.UNCERTAIN),
    ],
)
def test_how_far_a_message_has_come(
    session: Session, state: NoticeState, expected: Progress
) -> None:
    referral = factories.referral(session)
    settle(session, referral, state)
    assert referral_messages.progress(referral) is expected
    is_stuck = expected in (Progress.FAILED, Progress.UNCERTAIN)
    assert referral_messages.in_trouble(session, referral.id) is (referral if is_stuck else None)


def test_a_reminder_that_left(session: Session) -> None:
    referral = factories.referral(session)
    settle(session, referral, NoticeState.SENT)
    referral.reminded_at = now()
    assert referral_messages.progress(referral) is Progress.REMINDED


def test_what_failed_is_tried_again_once(session: Session) -> None:
    referral = factories.referral(session)
    settle(session, referral, NoticeState.FAILED, "550 inconnue")
    assert [referral_messages.retry(session, referral) for _ in range(2)] == [
        referral.notice_id,
        None,
    ]
    assert referral_messages.progress(referral) is Progress.LEAVING


def test_what_is_over_is_not_tried_again(session: Session) -> None:
    referral = factories.referral(session)
    settle(session, referral, NoticeState.FAILED)
    referral.expires_at = now()
    assert referral_messages.retry(session, referral) is None


def test_giving_up_says_no_no(session: Session) -> None:
    referral = factories.referral(session)
    settle(session, referral, NoticeState.FAILED)
    referral_messages.give_up(session, referral)
    assert rows(session) == {}
