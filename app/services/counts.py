"""How often something was tried: counts that forget themselves, in the database or in Redis.

A count says nothing of whom it counts: its key holds at most a hash salted with the day's salt,
which is random and erased when the day is over.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import case, delete, literal, select
from sqlalchemy.orm import Session

from app.models import DailySalt, RateCount
from app.models.base import PARIS, UtcDateTime, now, today
from app.services.inserting import insert_into

log = logging.getLogger(__name__)
PREFIX = "recueil:gate:"
REDIS_TIMEOUT_SECONDS = 0.5
Given = TypeVar("Given")


@dataclass(frozen=True)
class Count:
    """How many, and for how many more seconds it is remembered."""

    count: int = 0
    left: int = 0


class Counts(Protocol):
    """Where counts are kept."""

    def add(self, key: str, lasts: timedelta, *, amount: int = 1, renew: bool = False) -> int:
        """Count once more, and return how many that makes.

        A count is remembered for `lasts` after its first addition; after the last, with `renew`.
        """

    def read(self, key: str) -> Count:
        """Return a count; nought when it was never begun, or is forgotten."""

    def salt(self, *, make: bool) -> bytes | None:
        """Return the day's salt; drawn when there is none yet and `make` says so."""


class TableCounts:
    """Counts in the tables `rate_counts` and `daily_salts`; whoever calls commits."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, key: str, lasts: timedelta, *, amount: int = 1, renew: bool = False) -> int:
        is_over = RateCount.expires_at <= now()
        ends = literal(now() + lasts, UtcDateTime)
        statement = insert_into(self.session, RateCount).values(
            key=key, count=amount, expires_at=ends
        )
        statement = statement.on_conflict_do_update(
            index_elements=[RateCount.key],
            set_={
                "count": case((is_over, amount), else_=RateCount.count + amount),
                "expires_at": ends if renew else case((is_over, ends), else_=RateCount.expires_at),
            },
        )
        return int(self.session.execute(statement.returning(RateCount.count)).scalar_one())

    def read(self, key: str) -> Count:
        columns = (RateCount.count, RateCount.expires_at)
        row = self.session.execute(
            select(*columns).where(RateCount.key == key, RateCount.expires_at > now())
        ).first()
        return Count(max(row[0], 0), _seconds_until(row[1])) if row else Count()

    def salt(self, *, make: bool) -> bytes | None:
        query = select(DailySalt.salt).where(DailySalt.day == today())
        kept = self.session.scalar(query)
        if kept is not None or not make:
            return kept
        self.session.execute(delete(DailySalt).where(DailySalt.day < today()))
        drawn = insert_into(self.session, DailySalt).values(
            day=today(), salt=secrets.token_bytes(32)
        )
        self.session.execute(drawn.on_conflict_do_nothing())
        return self.session.scalar(query)


def open_redis(url: str) -> redis.Redis:
    """Return a client that gives up at once: the tables count just as well."""
    return redis.Redis.from_url(
        url,
        retry=Retry(NoBackoff(), 0),
        socket_timeout=REDIS_TIMEOUT_SECONDS,
        socket_connect_timeout=REDIS_TIMEOUT_SECONDS,
    )


class RedisCounts:
    """Counts in Redis, which forgets by itself; in the tables while Redis does not answer."""

    def __init__(self, client: redis.Redis, *, otherwise: Counts) -> None:
        self.client = client
        self.otherwise = otherwise

    def add(self, key: str, lasts: timedelta, *, amount: int = 1, renew: bool = False) -> int:
        def ask() -> int:
            pipe, name = self.client.pipeline(transaction=True), PREFIX + key
            pipe.set(name, 0, ex=lasts, nx=True)
            pipe.incrby(name, amount)
            if renew:
                pipe.expire(name, lasts)
            return int(pipe.execute()[1])

        return self._ask(ask, lambda: self.otherwise.add(key, lasts, amount=amount, renew=renew))

    def read(self, key: str) -> Count:
        def ask() -> Count:
            pipe = self.client.pipeline(transaction=True)
            pipe.get(PREFIX + key)
            pipe.pttl(PREFIX + key)
            value, left = pipe.execute()
            return Count() if value is None else Count(max(int(value), 0), -(-int(left) // 1000))

        return self._ask(ask, lambda: self.otherwise.read(key))

    def salt(self, *, make: bool) -> bytes | None:
        name = f"{PREFIX}salt:{today().isoformat()}"

        def ask() -> bytes | None:
            if make:
                self.client.set(name, secrets.token_bytes(32), ex=_until_midnight(), nx=True)
            kept = self.client.get(name)
            return kept if isinstance(kept, bytes) else None

        return self._ask(ask, lambda: self.otherwise.salt(make=make))

    def _ask(self, ask: Callable[[], Given], otherwise: Callable[[], Given]) -> Given:
        """Nobody who testifies must suffer from a Redis that is down."""
        try:
            return ask()
        except redis.RedisError as error:
            log.warning("Redis does not count, the tables do: %s", type(error).__name__)
            return otherwise()


def _seconds_until(moment: datetime) -> int:
    return max(1, -int((now() - moment).total_seconds() // 1))


def _until_midnight() -> int:
    """Return the seconds left of the day in Paris; at least one."""
    here = now().astimezone(PARIS)
    midnight = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(1, int(midnight.timestamp() - here.timestamp()))
