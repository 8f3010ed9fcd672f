"""Who was asked and what came of it: by profile, by region, by CLSM, and over time.

Counts of invitations only: an invitation knows that it was answered, and the day, never what.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.models import Clsm, Contact, Invitation, Reminder
from app.models import InvitationState as State
from app.models.base import PARIS
from app.services import contact_places
from app.services.outgoing import STATES

By: TypeAlias = Literal["profile", "region", "clsm"]
COLUMNS: dict[By, ColumnElement[Any]] = {
    "profile": Contact.audience.expression,
    "region": contact_places.REGION,
    "clsm": Clsm.name.expression,
}
# An invitation that left, whatever came of it since.
LEFT = (State.SENT, State.ANSWERED, State.DECLINED)
# Declined while it waited: the person said no to another message, or by telephone.
UNSENT = func.count().filter(
    Invitation.state == State.DECLINED,
    Invitation.sending_at.is_(None),
    Invitation.sent_at.is_(None),
)
WRONG = (State.FAILED, State.BOUNCED, State.UNCERTAIN)
ADDRESS = re.compile(r"<?[^\s<>]+@[^\s<>]+>?")


@dataclass
class Line:
    """What came of the invitations of one profile, region or CLSM (`key`; none: not known)."""

    key: str | None
    states: Counter[State] = field(default_factory=Counter)
    started: int = 0
    unsent: int = 0  # of those who declined: the no came before the message left

    def take(self, states: Mapping[State, int], *, started: int = 0, unsent: int = 0) -> None:
        """Count more invitations."""
        self.states.update(states)
        self.started += started
        self.unsent += unsent

    @property
    def invited(self) -> int:
        return self.states.total()

    @property
    def answered(self) -> int:
        return self.states[State.ANSWERED]

    @property
    def reached(self) -> int:
        """Return how many messages arrived, as far as one can tell."""
        return sum(self.states[state] for state in LEFT) - self.unsent

    @property
    def rate(self) -> float | None:
        """Return the share of those reached who answered; none when nobody was."""
        return self.answered / self.reached if self.reached else None


@dataclass(frozen=True)
class Day:
    """Invitations that had left and answers that had come by the end of a day (of Paris)."""

    day: date
    left: int
    answered: int


@dataclass(frozen=True)
class Reason:
    """Why messages did not arrive (`state`: failed, bounced or uncertain), and how many."""

    state: State
    words: str
    invitations: int
    reminders: int


@dataclass(frozen=True)
class Silent:
    """A region and a profile in which people were reached, and none has answered."""

    region: str | None
    profile: str
    reached: int


def total(session: Session, campaign_id: int | None = None) -> Line:
    """Return what came of every invitation, of one campaign or of all."""
    whole = Line(None)
    for line in by(session, "profile", campaign_id):
        whole.take(line.states, started=line.started, unsent=line.unsent)
    return whole


def by(session: Session, what: By, campaign_id: int | None = None) -> list[Line]:
    """Return a line for each profile, region or CLSM, the most invited first, the unknown last."""
    column = COLUMNS[what]
    query = (
        select(column, Invitation.state, func.count(), func.count(Invitation.started_on), UNSENT)
        .join(Invitation.contact)
        .outerjoin(Clsm, Clsm.id == Contact.clsm_id)
        .group_by(column, Invitation.state)
    )
    if campaign_id is not None:
        query = query.where(Invitation.campaign_id == campaign_id)
    lines: dict[str | None, Line] = {}
    for key, state, count, started, unsent in session.execute(query):
        lines.setdefault(key, Line(key)).take({state: count}, started=started, unsent=unsent)
    return sorted(lines.values(), key=lambda each: (each.key is None, -each.invited, each.key))


def reasons(session: Session, campaign_id: int | None = None) -> list[Reason]:
    """Return why messages did not arrive, in the servers' own words, the commonest first.

    Addresses are taken out of these words: the same answer about two people is one reason.
    """
    counted: dict[tuple[State, str], Counter[type]] = {}
    for kind in (Invitation, Reminder):
        query = select(kind.state, kind.last_error, func.count()).select_from(kind)
        if kind is Reminder:
            query = query.join(Reminder.invitation)
        if campaign_id is not None:
            query = query.where(Invitation.campaign_id == campaign_id)
        wrong = kind.state.in_([STATES[kind](state.value) for state in WRONG])
        for state, words, count in session.execute(
            query.where(wrong).group_by(kind.state, kind.last_error)
        ):
            key = State(state.value), ADDRESS.sub("…", words or "").strip()
            counted.setdefault(key, Counter())[kind] += count
    found = [
        Reason(state, words, kinds[Invitation], kinds[Reminder])
        for (state, words), kinds in counted.items()
    ]
    return sorted(found, key=lambda each: (-each.invitations - each.reminders, each.words))


def silent(session: Session, campaign_id: int | None = None) -> list[Silent]:
    """Return the regions and profiles that were asked, and of which some answer may still come."""
    query = (
        select(contact_places.REGION, Contact.audience, Invitation.state, func.count(), UNSENT)
        .join(Invitation.contact)
        .outerjoin(Clsm, Clsm.id == Contact.clsm_id)
        .group_by(contact_places.REGION, Contact.audience, Invitation.state)
    )
    if campaign_id is not None:
        query = query.where(Invitation.campaign_id == campaign_id)
    lines: dict[tuple[str | None, str], Line] = {}
    for region, profile, state, count, unsent in session.execute(query):
        line = lines.setdefault((region, profile), Line(region))
        line.take({state: count}, unsent=unsent)
    found = [
        Silent(region, profile, line.reached)
        for (region, profile), line in lines.items()
        if line.states[State.SENT] and not line.answered  # to those who declined, nobody writes
    ]
    return sorted(found, key=lambda each: (-each.reached, each.region or "", each.profile))


def over_time(session: Session, campaign_id: int | None = None) -> list[Day]:
    """Return, from the first day to the last, what had left and what had been answered.

    Messages that came back are left out, as they are of the rate.
    """
    mine = [] if campaign_id is None else [Invitation.campaign_id == campaign_id]
    is_dated = or_(Invitation.sent_at.is_not(None), Invitation.answered_on.is_not(None))
    query = select(Invitation.sent_at, Invitation.answered_on).where(
        is_dated, Invitation.state.in_(LEFT), *mine
    )
    left, answered = Counter[date](), Counter[date]()
    for sent_at, answered_on in session.execute(query):
        day = _day(sent_at) if sent_at else answered_on
        if day:
            left[day] += 1
        if answered_on:
            answered[answered_on] += 1
    return _cumulated(left, answered)


def _cumulated(left: Counter[date], answered: Counter[date]) -> list[Day]:
    days: Sequence[date] = sorted({*left, *answered})
    if not days:
        return []
    found: list[Day] = []
    sent = received = 0
    for offset in range((days[-1] - days[0]).days + 1):
        day = days[0] + timedelta(days=offset)
        sent, received = sent + left[day], received + answered[day]
        found.append(Day(day, sent, received))
    return found


def _day(moment: datetime) -> date:
    return moment.astimezone(PARIS).date()
