"""Slots: hours that exist, nobody in two places at once, and nothing taken from who booked."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.models import Slot, SlotPlace
from app.models.base import now
from app.services import bookings, slots
from app.services.slots import Terms
from tests import interviews

FIRST = datetime(2099, 12, 3, 13, tzinfo=UTC)
HOUR = timedelta(hours=1)
PAST = datetime(2026, 1, 5, 9, tzinfo=UTC)


def terms(**more: Any) -> Terms:
    kept: dict[str, Any] = {
        "duration_minutes": 60,
        "place": SlotPlace.VIDEO,
        "where": "https://visio.exemple.fr/salle",
        "conducted_by": "Claire Morvan",
        "conductor_email": "c.morvan@centre.example",
        "capacity": 1,
    }
    return Terms(**kept | more)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2027, 3, 27), datetime(2027, 3, 27, 13, tzinfo=UTC)),
        (date(2027, 3, 28), datetime(2027, 3, 28, 12, tzinfo=UTC)),
        (date(2027, 10, 31), datetime(2027, 10, 31, 13, tzinfo=UTC)),
    ],
)
def test_an_hour_is_that_of_paris(day: date, expected: datetime) -> None:
    assert slots.instant(day, time(14)) == expected


@pytest.mark.parametrize(
    ("day", "is_skipped"), [(date(2027, 3, 28), True), (date(2027, 10, 31), False)]
)
def test_an_hour_that_does_not_exist_or_exists_twice(day: date, is_skipped: bool) -> None:
    with pytest.raises(slots.ImpossibleHourError) as refused:
        slots.instant(day, time(2, 30))
    assert (refused.value.day, refused.value.is_skipped) == (day, is_skipped)


def test_days_that_come_again() -> None:
    found = slots.days(date(2027, 3, 3), date(2027, 3, 10), [0, 2])
    assert found == [date(2027, 3, 3), date(2027, 3, 8), date(2027, 3, 10)]
    assert slots.days(date(2027, 3, 3), date(2027, 3, 3), []) == [date(2027, 3, 3)]


def test_published_in_order(session: Session) -> None:
    made = slots.publish(session, [FIRST + HOUR, FIRST], terms())
    assert [each.starts_at for each in made] == [FIRST, FIRST + HOUR]
    assert slots.upcoming(session) == made
    assert slots.free(session) == made


def test_a_past_moment_publishes_nothing(session: Session) -> None:
    with pytest.raises(slots.SlotGoneError):
        slots.publish(session, [FIRST, PAST], terms())
    assert slots.upcoming(session) == []


@pytest.mark.parametrize("shift", [timedelta(), HOUR / 2, -HOUR / 2])
def test_nobody_conducts_two_slots_at_once(session: Session, shift: timedelta) -> None:
    slots.publish(session, [FIRST], terms())
    with pytest.raises(slots.OverlapError) as refused:
        slots.publish(session, [FIRST + 5 * HOUR, FIRST + shift], terms())
    assert refused.value.starts_at == FIRST
    slots.publish(session, [FIRST + shift], terms(conductor_email="autre@centre.example"))


def test_slots_published_together_do_not_overlap(session: Session) -> None:
    with pytest.raises(slots.OverlapError):
        slots.publish(session, [FIRST, FIRST + HOUR / 2], terms())
    assert slots.upcoming(session) == []


def test_what_is_over_is_apart(session: Session) -> None:
    over = interviews.slot(session, starts_at=PAST)
    going_on = interviews.slot(session, starts_at=now() - timedelta(minutes=10))
    to_come = interviews.slot(session)
    assert slots.upcoming(session) == [going_on, to_come]
    assert slots.past(session) == [over]
    assert slots.free(session) == [to_come]


def test_a_full_or_cancelled_slot_is_not_free(session: Session) -> None:
    full, cancelled = (
        interviews.slot(session, conductor_email=f"{each}@centre.example") for each in "ab"
    )
    bookings.take(session, interviews.person(session).id, full.id)
    slots.cancel(session, cancelled.id)
    assert slots.free(session) == []
    assert slots.upcoming(session) == sorted([full, cancelled], key=lambda each: each.id.hex)


def booked_slot(session: Session, **more: Any) -> Slot:
    slot = interviews.slot(session, **more)
    bookings.take(session, interviews.person(session).id, slot.id)
    return slot


def test_cancelling_ends_each_booking_and_says_so(session: Session) -> None:
    slot = booked_slot(session, capacity=2)
    without_email = interviews.person(session, email="", phone="06 12 34 56 78")
    bookings.take(session, without_email.id, slot.id)
    changes = slots.cancel(session, slot.id)
    told = [(each.before and each.before.sequence, each.after) for each in changes]
    assert told == [(1, None), (1, None)]
    assert slots.bookings(session, slot.id) == []
    assert without_email.asks_call is True
    assert slots.cancel(session, slot.id) == []


def test_a_past_slot_is_not_cancelled(session: Session) -> None:
    slot = interviews.slot(session, starts_at=PAST)
    with pytest.raises(slots.SlotGoneError):
        slots.cancel(session, slot.id)
    assert slot.cancelled_at is None


def test_a_slot_that_nobody_booked_changes_freely(session: Session) -> None:
    slot = interviews.slot(session)
    wanted = terms(place=SlotPlace.PHONE, where="", duration_minutes=30, capacity=3)
    assert slots.rewrite(session, slot.id, FIRST + HOUR, wanted) == []
    assert (slot.starts_at, slot.place, slot.capacity) == (FIRST + HOUR, SlotPlace.PHONE, 3)


def test_who_booked_is_told_of_a_new_address(session: Session) -> None:
    slot = booked_slot(session)
    (change,) = slots.rewrite(session, slot.id, FIRST, terms(where="https://autre.exemple.fr"))
    assert change.before is not None
    assert change.after is not None
    assert (change.before.where, change.before.sequence) == ("https://visio.exemple.fr/salle", 0)
    assert (change.after.where, change.after.sequence) == ("https://autre.exemple.fr", 1)
    assert change.after.uid == change.before.uid


def test_more_places_concern_nobody(session: Session) -> None:
    slot = booked_slot(session)
    assert slots.rewrite(session, slot.id, FIRST, terms(capacity=4)) == []
    (booking,) = slots.bookings(session, slot.id)
    assert booking.sequence == 0


@pytest.mark.parametrize(
    ("moment", "wanted", "error"),
    [
        (FIRST + HOUR, terms(), slots.BookedError),
        (FIRST, terms(duration_minutes=90), slots.BookedError),
        (FIRST, terms(place=SlotPlace.PHONE), slots.BookedError),
        (FIRST, terms(capacity=1), slots.TooFewPlacesError),
        (PAST, terms(), slots.SlotGoneError),
    ],
)
def test_what_hurts_who_booked_is_refused(
    session: Session, moment: datetime, wanted: Terms, error: type[Exception]
) -> None:
    slot = booked_slot(session, capacity=2)
    bookings.take(session, interviews.person(session).id, slot.id)
    session.commit()
    with pytest.raises(error):
        slots.rewrite(session, slot.id, moment, wanted)
    session.rollback()
    assert (slot.starts_at, slot.duration_minutes, slot.capacity) == (FIRST, 60, 2)
