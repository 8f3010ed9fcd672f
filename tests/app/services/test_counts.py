"""Counts that forget themselves, in each place where they may be kept."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import redis
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.extensions import db
from app.models import DailySalt, RateCount
from app.models.base import now, today
from app.services import counts
from app.services.counts import PREFIX, Count, Counts, RedisCounts, TableCounts
from tests import servers

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def redis_server() -> Iterator[str]:
    with servers.redis() as address:
        yield address


@pytest.fixture
def client(redis_server: str) -> Iterator[redis.Redis]:
    with counts.open_redis(redis_server) as client:
        client.flushdb()
        yield client


@pytest.fixture(params=["tables", "redis"])
def kept(request: pytest.FixtureRequest, session: Session) -> Counts:
    """Counts in the tables of each kind of database, and in Redis."""
    if request.param == "tables":
        return TableCounts(session)
    return RedisCounts(request.getfixturevalue("client"), otherwise=TableCounts(session))


def is_near(count: Count, expected: int, *, left: int) -> bool:
    """Say whether a count is this one, a few seconds later at most."""
    return count.count == expected and left - 30 < count.left <= left


def rows(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_each_addition_is_counted(kept: Counts) -> None:
    assert [kept.add("a", HOUR) for _ in range(3)] == [1, 2, 3]
    assert kept.add("b", HOUR) == 1
    assert is_near(kept.read("a"), 3, left=3600)
    assert kept.read("nothing") == Count(0, 0)


def test_what_is_given_back_is_not_counted(kept: Counts) -> None:
    kept.add("a", HOUR)
    assert kept.add("a", HOUR, amount=-1) == 0
    assert kept.add("a", HOUR, amount=-1) == -1
    assert kept.read("a").count == 0


def test_an_hour_begins_with_the_first_unless_it_is_renewed(kept: Counts) -> None:
    kept.add("a", timedelta(minutes=10))
    kept.add("a", HOUR)
    assert is_near(kept.read("a"), 2, left=600)
    kept.add("a", HOUR, renew=True)
    assert is_near(kept.read("a"), 3, left=3600)


def test_what_is_over_begins_again(session: Session) -> None:
    kept = TableCounts(session)
    kept.add("a", HOUR)
    session.execute(update(RateCount).values(expires_at=now()))
    assert kept.read("a") == Count(0, 0)
    assert kept.add("a", HOUR) == 1
    assert is_near(kept.read("a"), 1, left=3600)


def test_redis_forgets_by_itself(app: Flask, client: redis.Redis) -> None:
    kept = RedisCounts(client, otherwise=TableCounts(db.session))
    kept.add("a", HOUR)
    kept.salt(make=True)
    salt = f"{PREFIX}salt:{today().isoformat()}"
    assert sorted(client.keys()) == sorted([f"{PREFIX}a".encode(), salt.encode()])
    assert 3590 < client.ttl(f"{PREFIX}a") <= 3600
    assert 0 < client.ttl(salt) <= 24 * 3600
    assert (rows(RateCount), rows(DailySalt)) == (0, 0)


def test_of_many_at_once_none_is_lost(client: redis.Redis) -> None:
    with ThreadPoolExecutor(8) as pool:
        done = pool.map(lambda _: RedisCounts(client, otherwise=None).add("a", HOUR), range(200))  # type: ignore[arg-type]
    assert sorted(done) == list(range(1, 201))


def test_the_salt_is_the_days_own(kept: Counts) -> None:
    assert kept.salt(make=False) is None
    salt = kept.salt(make=True)
    assert salt is not None
    assert len(salt) == 32
    assert (kept.salt(make=True), kept.salt(make=False)) == (salt, salt)


def test_yesterdays_salt_is_erased_when_todays_is_drawn(session: Session) -> None:
    session.add(DailySalt(day=today() - timedelta(days=1), salt=b"hier"))
    session.flush()
    TableCounts(session).salt(make=True)
    assert session.scalars(select(DailySalt.day)).all() == [today()]


def test_the_tables_count_while_redis_is_down(app: Flask) -> None:
    down = counts.open_redis(f"redis://127.0.0.1:{servers.free_port()}/0")
    kept = RedisCounts(down, otherwise=TableCounts(db.session))
    assert [kept.add("a", HOUR) for _ in range(2)] == [1, 2]
    assert is_near(kept.read("a"), 2, left=3600)
    assert kept.salt(make=True) == db.session.scalars(select(DailySalt.salt)).one()
