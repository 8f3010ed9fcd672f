"""What stays of an export: who, when, which kind, how many. Never which testimonies, nor a word."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Account, Act, ResearchExport
from app.services import audit
from app.services.exports import Tally, Wanted

LISTED = 30


@dataclass(frozen=True)
class Trace:
    """One export: who took it (none: their account is gone), when, what, how many."""

    who: str | None
    moment: datetime
    kind: str
    is_raw: bool
    testimonies: int
    codings: int
    left_out: int


def record(session: Session, wanted: Wanted, tally: Tally, *, account_id: int | None) -> None:
    """Write down that this leaves."""
    session.add(
        ResearchExport(
            account_id=account_id,
            kind=wanted.kind.value,
            is_raw=wanted.is_raw,
            testimonies=tally.testimonies,
            codings=tally.codings,
            left_out=tally.left_out,
        )
    )
    detail = f"{wanted.kind.value}:{'raw' if wanted.is_raw else 'pseudonymised'}"
    count = tally.testimonies
    audit.record(session, Act.RESEARCH_EXPORTED, count=count, detail=detail, by=account_id)
    session.flush()


def latest(session: Session) -> list[Trace]:
    """Return the last exports, the latest first."""
    query = (
        select(ResearchExport, Account)
        .outerjoin(Account, Account.id == ResearchExport.account_id)
        .order_by(ResearchExport.exported_at.desc(), ResearchExport.id)
        .limit(LISTED)
    )
    return [
        Trace(
            (account.name or account.email) if account else None,
            each.exported_at,
            each.kind,
            each.is_raw,
            each.testimonies,
            each.codings,
            each.left_out,
        )
        for each, account in session.execute(query)
    ]
