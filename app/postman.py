"""The postman's round: one process at a time gives the mail server what campaigns have waiting.

Any number of workers may try; a lease lets one in. It keeps one line open to the server, takes what
waits a batch at a time, and for each message commits once: what became of the last one, and that
this one is begun. Whoever dies leaves at most one row of which the answer was awaited, and the
next postman sets it aside (see `services.outbox`). The batch is on the disk before it leaves; the
commits within it need not be: a slow disk would make them a hundred times slower. Limits a minute,
in all and for one domain, hold over all processes.
"""

import logging
import secrets
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app import mail
from app.database import incarnation, quick_commits
from app.models import Campaign
from app.models.base import now
from app.services import leases, outbox, outcomes
from app.services.outbox import Waiting

log = logging.getLogger(__name__)

LEASE = "postman"
BATCH = 50
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How many messages a minute, in all and for one domain (none: no limit).

    `lasting` is how long the lease outlives a process that dies, `round_lasts` when a round makes
    room for the worker's other tasks.
    """

    a_minute: int | None = None
    a_minute_for_one_domain: int | None = None
    lasting: timedelta = timedelta(minutes=2)
    round_lasts: timedelta = timedelta(seconds=20)


@dataclass
class Pace:
    """What left in the last minute, and what may still leave."""

    limits: Limits
    given: deque[tuple[datetime, str]] = field(default_factory=deque)

    def note(self, domain: str) -> None:
        """A message is being given to the server."""
        if self.is_watched:
            self.given.append((now(), domain))

    @property
    def is_watched(self) -> bool:
        return bool(self.limits.a_minute or self.limits.a_minute_for_one_domain)

    def room(self, most: int) -> int:
        """Return how many messages may leave now, at most `most`."""
        self._forget()
        if self.limits.a_minute is None:
            return most
        return max(0, min(most, self.limits.a_minute - len(self.given)))

    def spares(self, domain: str, chosen: int) -> bool:
        """Say whether this domain has had enough for now, `chosen` more being about to leave."""
        most = self.limits.a_minute_for_one_domain
        if most is None:
            return False
        self._forget()
        return chosen + sum(each == domain for _, each in self.given) >= most

    def _forget(self) -> None:
        before = now() - MINUTE
        while self.given and self.given[0][0] <= before:
            self.given.popleft()


class LeaseLostError(RuntimeError):
    """Another process took over: this one was thought dead. What it was sending is settled."""


@dataclass
class Round:
    """One round of one process, on a connection to the database that is its own."""

    engine: Engine
    limits: Limits
    holder: str = field(default_factory=lambda: secrets.token_hex(8))
    campaigns: dict[int, Campaign] = field(default_factory=dict)
    extended_at: datetime = field(default_factory=now)

    def make(self) -> bool:
        """Give the server what may leave; say whether more waits that may leave at once."""
        with self.engine.connect() as self.connection, Session(self.connection) as self.session:
            if not self._take_lease():
                return False
            with mail.Line() as self.line:
                try:
                    return self._deliver()
                finally:
                    # Before the goodbye, which a server may be slow to answer.
                    self.session.rollback()
                    leases.release(self.session, LEASE, self.holder)
                    self.session.commit()

    def _take_lease(self) -> bool:
        here = incarnation(self.connection)
        self.connection.rollback()
        before = leases.take(
            self.session, LEASE, self.holder, lasting=self.limits.lasting, incarnation=here
        )
        if before is None:
            self.session.rollback()
            return False
        is_precise = before in ("", here)
        outbox.drop_settled(self.session)
        outcomes.withdraw(self.session)
        set_aside = outcomes.set_aside_interrupted(self.session, is_precise=is_precise)
        self.session.commit()
        if set_aside:
            log.warning("messages interrupted, to be settled by hand: %d", set_aside)
        return True

    def _deliver(self) -> bool:
        self.pace = Pace(self.limits)
        if self.pace.is_watched:
            self.pace.given.extend(outbox.sent_since(self.session, now() - MINUTE))
        ends_at = now() + self.limits.round_lasts
        while batch := self._take_batch():
            self.session.commit()  # on the disk: a machine that dies leaves no doubt on others
            if not self._give_batch(batch):
                return False
            if now() >= ends_at:
                return True
        return False

    def _take_batch(self) -> list[Waiting]:
        """Take what may leave next, within what the limits allow."""
        if not leases.extend(self.session, LEASE, self.holder, lasting=self.limits.lasting):
            raise LeaseLostError
        room = self.pace.room(BATCH)
        given = Counter[str]()
        chosen: list[Waiting] = []
        for one in outbox.waiting(self.session) if room else ():
            if self.pace.spares(one.domain, given[one.domain]):
                continue
            given[one.domain] += 1
            chosen.append(one)
            if len(chosen) == room:
                break
        return outbox.take(self.session, chosen)

    def _give_batch(self, batch: Sequence[Waiting]) -> bool:
        """Give a batch to the server; say whether another is worth giving."""
        settle: Settle | None = None
        is_there = True
        with quick_commits(self.connection):
            try:
                for one in batch:
                    letter = self._write(one)
                    if self._begin(one, settle):
                        settle = None
                        self.pace.note(one.domain)
                        settle, is_there = self._give(one, letter)
                        self._extend()
                    else:
                        settle = None
                    if not is_there:
                        break
            finally:
                self.session.rollback()
                if settle is not None:
                    settle(self.session)
                outbox.put_back(self.session, batch)
                outcomes.withdraw(self.session)  # stopped while the batch was leaving
                self.session.commit()
        return is_there

    def _begin(self, one: Waiting, settle: "Settle | None") -> bool:
        """Write what became of the last message, and that this one is being given: one commit."""
        if settle is not None:
            settle(self.session)
        is_begun = outbox.begin(self.session, one, lease=LEASE, holder=self.holder)
        self.session.commit()
        return is_begun

    def _extend(self) -> None:
        """Keep the lease while a batch is slow to leave."""
        if now() < self.extended_at + self.limits.lasting / 4:
            return
        if not leases.extend(self.session, LEASE, self.holder, lasting=self.limits.lasting):
            raise LeaseLostError
        self.extended_at = now()

    def _write(self, one: Waiting) -> mail.Letter:
        if one.campaign_id not in self.campaigns:
            campaign = self.session.get(Campaign, one.campaign_id)
            assert campaign is not None
            self.session.expunge(campaign)  # read once: commits would have it read again
            self.campaigns[one.campaign_id] = campaign
            self.session.rollback()
        return mail.campaign_letter(self.campaigns[one.campaign_id], one)

    def _give(self, one: Waiting, letter: mail.Letter) -> "tuple[Settle, bool]":
        """Give one message to the server; return what to write of it, and whether to go on."""
        try:
            self.line.send(letter)
        except mail.NotYetError as trouble:
            is_there = not isinstance(trouble, mail.ServerAwayError)
            return partial(outcomes.record_delay, one=one, error=str(trouble)), is_there
        except mail.AddressRefusedError as trouble:
            return partial(outcomes.record_bounce, one=one, error=str(trouble)), True
        except mail.BrokenOffError:
            return partial(outcomes.record_uncertain, one=one), True
        except mail.SendingError as trouble:
            return partial(outcomes.record_failure, one=one, error=str(trouble)), True
        return partial(outcomes.record_sent, one=one), True


Settle = Callable[[Session], None]
