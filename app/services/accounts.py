"""Accounts and their roles. A password is given once, and kept as the hash the edge chooses."""

import secrets
import uuid
from collections.abc import Callable, Iterable, Sequence

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.models import Account, Act, Role, RoleName
from app.services import audit

PASSWORD_BYTES = 12
MAX_ID = 2**31


class AccountExistsError(ValueError):
    """The address already has an account."""


class UnusableAddressError(ValueError):
    """Nobody could sign in with this address."""


class UnknownAccountError(LookupError):
    """No account bears this address."""


class AlreadyOpenError(ValueError):
    """Somebody has already chosen a password for this account."""


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
    """Say whether somebody can give rights now: with a password, and not closed."""
    query = select(Account.id).where(
        Account.active,
        Account.password.is_not(None),
        Account.roles.any(Role.name == RoleName.ADMINISTRATOR.value),
    )
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
    account = invite(session, email=email, name=name, roles=roles)
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    account.password, account.must_change_password = hash_password(password), True
    session.flush()
    return password


def invite(
    session: Session, *, email: str, name: str = "", roles: Iterable[RoleName] = ()
) -> Account:
    """Open an account without password: a link of `account_links` lets its owner choose one.

    Raises UnusableAddressError, AccountExistsError.
    """
    address = _usable(email)
    if find(session, address) is not None:
        raise AccountExistsError(address)
    account = Account(email=address, name=name.strip(), fs_uniquifier=uuid.uuid4().hex)
    session.add(account)
    session.flush()
    audit.record(session, Act.ACCOUNT_CREATED, account.id)
    return grant(session, address, roles)


def withdraw(session: Session, account: Account) -> None:
    """Take back an invitation that nobody has answered: the account goes with it.

    Raises AlreadyOpenError.
    """
    if account.password is not None:
        raise AlreadyOpenError(account.id)
    session.delete(account)
    session.flush()


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
    end_sessions(account)
    audit.record(session, Act.PASSWORD_GIVEN, account.id)
    session.flush()
    return password


def end_sessions(account: Account) -> None:
    """Sign an account out everywhere: every cookie that refers to it is worth nothing."""
    account.fs_uniquifier = uuid.uuid4().hex


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
    if wanted:
        _note_roles(session, account)
    session.flush()
    return account


def get(session: Session, account_id: int) -> Account:
    """Return an account. Raises UnknownAccountError."""
    account = session.get(Account, account_id) if account_id < MAX_ID else None
    if account is None:
        raise UnknownAccountError(account_id)
    return account


def set_roles(session: Session, account_id: int, roles: Iterable[RoleName]) -> Account:
    """Give an account these roles and no other; who loses one is signed out.

    Raises UnknownAccountError, LastAdministratorError.
    """
    account = get(session, account_id)
    ensure_roles(session)
    wanted = {role.value for role in roles}
    if {role.name for role in account.roles} - wanted:
        end_sessions(account)
    account.roles = list(session.scalars(select(Role).where(Role.name.in_(wanted))))
    session.flush()
    _check_somebody_administers(session)
    _note_roles(session, account)
    return account


def set_active(session: Session, account: Account, *, is_active: bool) -> None:
    """Close an account, which keeps what it did, or open it again; either ends its sessions.

    Raises LastAdministratorError.
    """
    account.active = is_active
    end_sessions(account)
    session.flush()
    _check_somebody_administers(session)


def _check_somebody_administers(session: Session) -> None:
    if not has_administrator(session):
        raise LastAdministratorError


def _note_roles(session: Session, account: Account) -> None:
    names = ",".join(sorted(role.name for role in account.roles))
    audit.record(session, Act.ROLES_SET, account.id, detail=names)
