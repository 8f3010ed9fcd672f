"""Two people want the last place at the same instant: one has it, the other is told kindly."""

import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.extensions import db
from app.models import Booking, Recontact, Slot, SlotPlace
from app.services import bookings, slots
from tests import interviews

TIMES, OVER_HTTP = 100, 15
Attempt = Callable[[Recontact, Slot], str]


def at_once(acts: list[Callable[[], str]]) -> list[str]:
    """Run these acts in threads that start together."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], str]) -> str:
        gate.wait(30)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def pairs(session: Session, times: int) -> list[tuple[uuid.UUID, list[tuple[uuid.UUID, str]]]]:
    """Slots of two places, one of which is taken, each with two people who want the other."""
    made = []
    for _ in range(times):
        slot = interviews.slot(session, capacity=2)
        bookings.take(session, interviews.person(session).id, slot.id)
        people = [interviews.person(session) for _ in range(2)]
        made.append((slot.id, [(who.id, who.token) for who in people]))
    session.commit()
    return made


def app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]


def seats(session: Session, slot_id: uuid.UUID) -> list[int]:
    session.rollback()
    query = select(Booking.seat).where(Booking.slot_id == slot_id).order_by(Booking.seat)
    return list(session.scalars(query))


def test_one_wins_each_time(session: Session) -> None:
    site = app()

    def take(slot_id: uuid.UUID, who: uuid.UUID) -> str:
        with site.app_context():
            try:
                bookings.take(db.session, who, slot_id)
            except bookings.SlotFullError:
                db.session.rollback()
                return "full"
            db.session.commit()
            return "booked"

    outcomes: Counter[tuple[str, ...]] = Counter()
    for slot_id, people in pairs(session, TIMES - OVER_HTTP):
        told = at_once([lambda s=slot_id, w=who: take(s, w) for who, _ in people])
        outcomes[tuple(sorted(told))] += 1
        assert seats(session, slot_id) == [1, 2]
    assert outcomes == {("booked", "full"): TIMES - OVER_HTTP}


def test_on_the_page_the_other_is_told_kindly(session: Session) -> None:
    site = app()
    site.config["WTF_CSRF_ENABLED"] = False
    session.add(interviews.slot(session, conductor_email="libre@centre.example", capacity=100))
    just_taken = "Une autre personne vient de prendre la dernière place de ce créneau."

    def post(slot_id: uuid.UUID, token: str) -> str:
        path = f"/entretien/{token}/choisir"
        reply = site.test_client().post(path, data={"slot": str(slot_id)})
        return f"{reply.status_code} {just_taken in reply.text}"

    for slot_id, people in pairs(session, OVER_HTTP):
        told = at_once([lambda s=slot_id, t=token: post(s, t) for _, token in people])
        assert sorted(told) == ["302 False", "409 True"]
        assert seats(session, slot_id) == [1, 2]


def test_two_clicks_of_one_person_book_once(session: Session) -> None:
    site = app()

    def take(slot_id: uuid.UUID, who: uuid.UUID) -> str:
        with site.app_context():
            change = bookings.take(db.session, who, slot_id)
            db.session.commit()
            return "nothing" if change is None else "moved" if change.before else "booked"

    for same in (True, False):
        first = interviews.slot(session, capacity=5)
        second = first if same else interviews.slot(session, capacity=5)
        who = interviews.person(session)
        session.commit()
        told = at_once([lambda s=each, w=who.id: take(s, w) for each in (first.id, second.id)])
        assert sorted(told) == (["booked", "nothing"] if same else ["booked", "moved"])
        session.rollback()
        assert (
            len(session.scalars(select(Booking).where(Booking.recontact_id == who.id)).all()) == 1
        )


def test_booking_while_the_slot_is_cancelled(session: Session) -> None:
    site = app()

    def take(slot_id: uuid.UUID, who: uuid.UUID) -> str:
        with site.app_context():
            try:
                bookings.take(db.session, who, slot_id)
            except slots.SlotGoneError:
                db.session.rollback()
                return "gone"
            db.session.commit()
            return "booked"

    def cancel(slot_id: uuid.UUID) -> str:
        with site.app_context():
            changes = slots.cancel(db.session, slot_id)
            db.session.commit()
            return f"told {len(changes)}"

    for _ in range(10):
        slot, who = interviews.slot(session), interviews.person(session)
        session.commit()
        ids = (slot.id, who.id)
        told = at_once([lambda i=ids: take(*i), lambda i=ids: cancel(i[0])])
        assert told in (["booked", "told 1"], ["gone", "told 0"])
        assert seats(session, ids[0]) == []


def test_moving_while_the_first_slot_is_cancelled(session: Session) -> None:
    """Each once had what the other waited for: PostgreSQL broke one of them off."""
    site = app()

    def move(slot_id: uuid.UUID, who: uuid.UUID) -> str:
        with site.app_context():
            bookings.take(db.session, who, slot_id)
            db.session.commit()
            return "has a place"

    def cancel(slot_id: uuid.UUID) -> str:
        with site.app_context():
            changes = slots.cancel(db.session, slot_id)
            db.session.commit()
            return f"told {len(changes)}"

    for _ in range(25):
        first, second = interviews.slot(session), interviews.slot(session)
        who = interviews.person(session, email="", phone="06 12 34 56 78")
        bookings.take(session, who.id, first.id)
        session.commit()
        ids = (first.id, second.id, who.id)
        told = at_once([lambda i=ids: move(*i[1:]), lambda i=ids: cancel(i[0])])
        assert told in (["has a place", "told 0"], ["has a place", "told 1"])
        assert [seats(session, each) for each in ids[:2]] == [[], [1]]


def test_whoever_books_just_before_the_slot_is_locked_is_told(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, slot, who = app(), interviews.slot(session), interviews.person(session)
    session.commit()
    ids, real, late = (slot.id, who.id), slots.bookings, [True]

    def looked_at_too_soon(asked: Session, slot_id: uuid.UUID) -> Sequence[Booking]:
        seen = real(asked, slot_id)
        if late:
            late.clear()
            asked.rollback()
            with site.app_context():
                bookings.take(db.session, ids[1], ids[0])
                db.session.commit()
        return seen

    monkeypatch.setattr(slots, "bookings", looked_at_too_soon)
    changes = slots.cancel(session, ids[0])
    assert [each.before and each.before.person.id for each in changes] == [ids[1]]
    session.commit()
    assert seats(session, ids[0]) == []


def test_published_twice_at_once_is_published_once(session: Session) -> None:
    site = app()

    def publish(moment: datetime) -> str:
        with site.app_context():
            terms = slots.Terms(
                duration_minutes=60,
                place=SlotPlace.PHONE,
                where="",
                conducted_by="Claire Morvan",
                conductor_email="c.morvan@centre.example",
                capacity=1,
            )
            try:
                slots.publish(db.session, [moment], terms)
            except slots.OverlapError:
                db.session.rollback()
                return "refused"
            db.session.commit()
            return "published"

    for day in range(10):
        first = interviews.FIRST + timedelta(days=day)
        both = (first, first + timedelta(minutes=30 * (day % 2)))
        told = at_once([lambda m=each: publish(m) for each in both])
        assert sorted(told) == ["published", "refused"]
        session.rollback()
        assert len(slots.free(session)) == day + 1
