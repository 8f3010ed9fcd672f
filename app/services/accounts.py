"""Accounts and their roles. A password is given once, and kept as the hash the edge chooses."""

import secrets
import uuid
from collections.abc import Callable, Iterable, Sequence

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.models import Account, Role, RoleName

PASSWORD_BYTES = 12
MAX_ID = 2**31


class AccountExistsError(ValueError):
    """The address already has an account."""


class UnusableAddressError(ValueError):
    """Nobody could sign in with this address."""


class UnknownAccountError(LookupError):
    """No account bears this address."""


class LastAdministratorError(ValueError):
    """Nobody would be left to give rights."""


def ensure_roles(session: Session) -> None:
    """Create the roles that are missing."""
    known = set(session.scalars(select(Role.name)))
    session.add_all(Role(name=role.value) for role in RoleName if role.value not in known)
    session.flush()


def all_accounts(session: Session) -> Sequence[Account]:
    """Return every account, by address, with its roles."""
    query = select(Account).options(selectinload(Account.roles)).order_by(Account.email)
    return session.scalars(query).all()


def has_administrator(session: Session) -> bool:
    """Say whether somebody can already give rights."""
    query = select(Account.id).where(Account.roles.any(Role.name == RoleName.ADMINISTRATOR.value))
    return session.scalar(query.limit(1)) is not None


def create(
    session: Session,
    *,
    email: str,
    name: str = "",
    roles: Iterable[RoleName] = (),
    hash_password: Callable[[str], str],
) -> str:
    """Open an account; return its one-time password, to be changed at the first sign-in.

    Raises UnusableAddressError, AccountExistsError.
    """
    address = _usable(email)
    if find(session, address) is not None:
        raise AccountExistsError(address)
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    account = Account(
        email=address,
        name=name.strip(),
        password=hash_password(password),
        fs_uniquifier=uuid.uuid4().hex,
        must_change_password=True,
    )
    session.add(account)
    session.flush()
    grant(session, address, roles)
    return password


def _usable(email: str) -> str:
    """Return an address as it is kept, if it is one by the rule of the sign-in page."""
    try:
        return validate_email(email.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise UnusableAddressError(email) from None


def renew_password(session: Session, email: str, *, hash_password: Callable[[str], str]) -> str:
    """Replace a lost password by a one-time one, returned, and end the account's sessions.

    Raises UnknownAccountError.
    """
    account = find(session, email)
    if account is None:
        raise UnknownAccountError(email)
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    account.password = hash_password(password)
    account.must_change_password = True
    account.fs_uniquifier = uuid.uuid4().hex
    session.flush()
    return password


def find(session: Session, email: str) -> Account | None:
    """Return the account of this address, capitals indifferent, or none."""
    return session.scalar(select(Account).where(Account.email == email.strip().lower()))


def grant(session: Session, email: str, roles: Iterable[RoleName]) -> Account:
    """Give roles to the account of this address; those it has stay. Raises UnknownAccountError."""
    account = find(session, email)
    if account is None:
        raise UnknownAccountError(email)
    ensure_roles(session)
    wanted = {role.value for role in roles}
    for role in session.scalars(select(Role).where(Role.name.in_(wanted))):
        if role not in account.roles:
            account.roles.append(role)
    session.flush()
    return account


def set_roles(session: Session, account_id: int, roles: Iterable[RoleName]) -> Account:
    """Give an account these roles and no other.

    Raises UnknownAccountError, LastAdministratorError.
    """
    account = session.get(Account, account_id) if account_id < MAX_ID else None
    if account is None:
        raise UnknownAccountError(account_id)
    ensure_roles(session)
    wanted = {role.value for role in roles}
    account.roles = list(session.scalars(select(Role).where(Role.name.in_(wanted))))
    session.flush()
    if not has_administrator(session):
        raise LastAdministratorError
    return account
