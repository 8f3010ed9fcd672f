"""Links by which somebody chooses a password: made once, kept as a hash, over when they served."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.models import Account, AccountLink, LinkPurpose
from app.models.base import now
from app.services import accounts

LASTS = {LinkPurpose.INVITATION: timedelta(days=7), LinkPurpose.RECOVERY: timedelta(hours=1)}
MOST_AN_HOUR = 3  # asked for one account by whoever types its address: a mailbox is not flooded


def make(session: Session, account: Account, purpose: LinkPurpose) -> str:
    """Return the token of a new link; those of the same purpose that the account had are over."""
    session.execute(
        delete(AccountLink).where(
            (AccountLink.expires_at <= now())
            | ((AccountLink.account_id == account.id) & (AccountLink.purpose == purpose))
        )
    )
    return add(session, account, purpose)


def add(session: Session, account: Account, purpose: LinkPurpose) -> str:
    """Return the token of a link beside those that the account has."""
    token = secrets.token_urlsafe(32)
    link = AccountLink(
        account_id=account.id,
        purpose=purpose,
        token_hash=_hash(token),
        expires_at=now() + LASTS[purpose],
    )
    session.add(link)
    session.flush()
    return token


def asked_too_often(session: Session, account: Account) -> bool:
    """Say whether enough links of recovery wait in the mailbox of an account."""
    waiting = select(func.count()).where(
        AccountLink.account_id == account.id,
        AccountLink.purpose == LinkPurpose.RECOVERY,
        AccountLink.expires_at > now(),
    )
    return (session.scalar(waiting) or 0) >= MOST_AN_HOUR


def find(session: Session, token: str) -> AccountLink | None:
    """Return the link of a token, while it may serve: not over, its account not closed."""
    query = select(AccountLink).where(
        AccountLink.token_hash == _hash(token), AccountLink.expires_at > now()
    )
    link = session.scalar(query)
    return link if link is not None and link.account.active else None


def use(session: Session, token: str, password_hash: str) -> Account | None:
    """Give an account the password chosen by its link, and end its sessions and its links.

    None when the link may not serve, or has served at this very moment: of two, one wins.
    """
    link = find(session, token)
    if link is None:
        return None
    account = link.account
    taken = session.execute(
        delete(AccountLink)
        .where(AccountLink.token_hash == _hash(token))
        .execution_options(synchronize_session=False)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        return None
    end_all(session, account)
    account.password = password_hash
    account.must_change_password = False
    accounts.end_sessions(account)
    session.flush()
    return account


def end_all(session: Session, account: Account) -> None:
    """End every link that an account has."""
    session.flush()
    session.execute(
        delete(AccountLink)
        .where(AccountLink.account_id == account.id)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def invitations(session: Session) -> dict[int, AccountLink]:
    """Return the invitations that wait or are over without having served, by account."""
    query = select(AccountLink).where(AccountLink.purpose == LinkPurpose.INVITATION)
    return {each.account_id: each for each in session.scalars(query)}


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
