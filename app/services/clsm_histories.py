"""What was done to an entry of the directory: who, when, and what it changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Account, Clsm, ClsmAct, ClsmEvent

FACTS = ("name", "region", "departement", "kind", "tags", "is_public")


@dataclass(frozen=True, kw_only=True)
class Event:
    """One act; `who` did it: none when nobody did by hand, or when their account is gone."""

    act: ClsmAct
    moment: datetime
    who: str | None = None
    changes: Mapping[str, list[Any]] = field(default_factory=dict)


def facts(clsm: Clsm) -> dict[str, Any]:
    """Return what is known of a CLSM, to be compared later."""
    known = {name: getattr(clsm, name) for name in FACTS}
    return known | {"tags": [each.tag for each in clsm.tags]}


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return what is no longer the same: what it was, what it is."""
    return {
        name: [before.get(name), after.get(name)]
        for name in FACTS
        if (before.get(name) or None) != (after.get(name) or None)
    }


def note(
    session: Session,
    clsm: Clsm,
    act: ClsmAct,
    *,
    account_id: int | None = None,
    before: Mapping[str, Any] | None = None,
) -> None:
    """Write down an act, and what it changed since `before` (nothing is compared when none)."""
    changed = {} if before is None else changes(before, facts(clsm))
    session.add(ClsmEvent(clsm=clsm, act=act, account_id=account_id, changes=changed))


def of(session: Session, clsm: Clsm) -> list[Event]:
    """Return what was done to a CLSM, the latest first."""
    query = (
        select(ClsmEvent, Account)
        .outerjoin(Account, Account.id == ClsmEvent.account_id)
        .where(ClsmEvent.clsm_id == clsm.id)
        .order_by(ClsmEvent.happened_at.desc(), ClsmEvent.id.desc())
    )
    return [
        Event(
            act=event.act,
            moment=event.happened_at,
            who=(account.name or account.email) if account else None,
            changes=event.changes,
        )
        for event, account in session.execute(query)
    ]
