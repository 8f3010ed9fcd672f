"""Ranges of testimonies that wait: shared out, handed on, taken over from who has died."""

import itertools
import subprocess
import sys
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Lease, Testimony
from app.models.base import now
from app.services import tagging
from tests.tagging import waiting


def test_ranges_are_all_ids_each_once() -> None:
    found = [tagging.bounds(number) for number in range(tagging.RANGES)]
    assert (found[0][0].int, found[-1][1].int) == (0, 2**128 - 1)
    pairs = itertools.pairwise(found)
    assert all(before[1].int + 1 == after[0].int for before, after in pairs)


_ranks = itertools.count()


def testimony(number: int) -> Testimony:
    """One of the range of this number, each after those made before."""
    rank = next(_ranks)
    return Testimony(
        id=uuid.UUID(int=tagging.bounds(number)[0].int + rank),
        reference=f"R{rank}",
        questionnaire_slug="elu",
        questionnaire_version=1,
        audience="elu",
        submission_key=f"k{rank}",
    )


def marked(session: Session) -> list[bool]:
    """Which testimonies are marked, in the order of their ids."""
    session.expire_all()
    return list(session.scalars(select(Testimony.is_stale).order_by(Testimony.id)))


def test_what_waits_is_found_range_by_range(session: Session) -> None:
    made = [testimony(number) for number in (63, 0, 0, 17)]
    session.add_all(made)
    made[2].tagged_by = "essai 1"
    session.flush()
    assert tagging.ranges(session) == [0, 17, 63]
    assert waiting(session) == [made[1].id, made[3].id, made[0].id]
    assert tagging.waiting(session, 0, made[1].id) == []
    tagging.read_again(session, 0)
    assert tagging.waiting(session, 0) == [made[1].id, made[2].id]
    assert tagging.count_waiting(session) == 4


def test_all_are_read_again_a_range_at_a_time(session: Session) -> None:
    tagging.ask_again(session)  # of nothing
    assert tagging.ranges(session) == []
    few = [testimony(number) for number in (3, 3, 40)]
    for each in few:
        each.tagged_by = "essai 1"
    session.add_all(few)
    session.flush()
    assert (tagging.mark(session, 3), tagging.ranges(session)) == (False, [])
    tagging.ask_again(session)
    # No testimony was written to yet, and all are said to wait.
    assert marked(session) == [False, False, False]
    assert tagging.ranges(session) == [3, 40]
    assert (tagging.count_waiting(session), tagging.count_to_read_again(session)) == (3, 3)
    assert tagging.mark(session, 3) is True
    assert marked(session) == [True, True, False]
    assert tagging.ranges(session) == [3, 40]
    tagging.ask_again(session)  # asked anew while it is done
    assert [tagging.mark(session, number) for number in (40, 3, 3)] == [True, True, False]
    assert marked(session) == [True, True, True]
    assert (tagging.count_waiting(session), tagging.count_to_read_again(session)) == (3, 3)


def test_one_chain_a_range(session: Session) -> None:
    chain = tagging.begin(session, 7)
    assert chain is not None
    assert tagging.begin(session, 7) is None
    assert tagging.begin(session, 8) is not None
    assert tagging.go_on(session, chain)
    assert tagging.begin(session, 7) is None
    tagging.finish(session, chain)
    assert not tagging.go_on(session, chain)
    assert tagging.begin(session, 7) is not None


@pytest.mark.parametrize("host", ["this machine", "another"])
def test_a_range_is_taken_over_from_a_process_that_is_gone(session: Session, host: str) -> None:
    chain = tagging.begin(session, 7)
    assert chain is not None
    assert tagging.go_on(session, chain)
    lease = session.get_one(Lease, chain.name)
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    name = lease.incarnation.rpartition(" ")[0] if host == "this machine" else "ailleurs"
    lease.incarnation = f"{name} {gone}"
    session.flush()
    if host == "another":  # nobody here can tell: its lease must end by itself
        assert tagging.begin(session, 7) is None
        lease.until = now() - timedelta(seconds=1)
        session.flush()
    session.expunge(lease)
    other = tagging.begin(session, 7)
    assert other is not None
    assert not tagging.go_on(session, chain)
    tagging.finish(session, chain)
    assert tagging.go_on(session, other)
