"""The second step of signing in: a code of six digits, a passkey, or a code kept on paper.

The arithmetic is `cryptography`'s (RFC 6238) and `webauthn`'s (W3C). Keys are encrypted, codes kept
as hashes; a code serves once, even within its thirty seconds.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.models import Account, Act, Passkey, RecoveryCode, Role, RoleName
from app.models.base import now
from app.services import audit

STEP_SECONDS = 30
DIGITS = 6
CODES = 8
CODE_BYTES = 10  # eighty bits: sixteen letters and digits


def is_needed(account: Account) -> bool:
    """Say whether one of the account's roles must sign in in two steps."""
    return any(role.needs_second_step for role in account.roles)


def is_set(session: Session, account: Account) -> bool:
    """Say whether an account has a second step: an application's key, or a passkey."""
    return account.totp_key is not None or bool(passkeys(session, account))


def passkeys(session: Session, account: Account) -> Sequence[Passkey]:
    """Return the passkeys of an account, the first made first."""
    query = select(Passkey).where(Passkey.account_id == account.id).order_by(Passkey.made_at)
    return session.scalars(query).all()


def needing(session: Session) -> set[RoleName]:
    """Return the roles that must sign in in two steps."""
    names = session.scalars(select(Role.name).where(Role.needs_second_step))
    return {RoleName(name) for name in names}


def need(session: Session, names: set[RoleName]) -> None:
    """Have these roles sign in in two steps, and no other."""
    for role in session.scalars(select(Role)):
        role.needs_second_step = role.name in names
    session.flush()


def new_key() -> str:
    """Return a key to share with an application: a hundred and sixty bits in base 32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def address_of_key(key: str, account: str, issuer: str) -> str:
    """Return the address that an application reads from a drawing (otpauth://totp/…)."""
    return _totp(key).get_provisioning_uri(account, issuer)


def code_at(key: str, step: int) -> str:
    """Return the six digits of a step of thirty seconds, counted since 1970."""
    return _totp(key).generate(step * STEP_SECONDS).decode()


def step_of_code(key: str, code: str, *, after: int = 0) -> int | None:
    """Return the step whose code was given: this one, the one before, the one to come.

    None when it is no code of these, or when its step is not past `after`.
    """
    given, here = re.sub(r"\s", "", code), int(now().timestamp()) // STEP_SECONDS
    if not re.fullmatch(rf"[0-9]{{{DIGITS}}}", given):
        return None
    steps = [each for each in (here - 1, here, here + 1) if each > after]
    found = [each for each in steps if hmac.compare_digest(code_at(key, each), given)]
    return found[0] if found else None


def share(session: Session, account: Account, key: str, code: str) -> bool:
    """Keep the key that an application shares, proved by a code; say whether the code is right."""
    step = step_of_code(key, code)
    if step is None:
        return False
    account.totp_key, account.totp_step = key, step
    session.flush()
    return True


def passes(session: Session, account: Account, code: str) -> bool:
    """Say whether a code is right, and use it: of the same sent twice at once, one passes."""
    step = None
    if account.totp_key is not None:
        step = step_of_code(account.totp_key, code, after=account.totp_step)
    if step is not None:
        used = session.execute(
            update(Account)
            .where(Account.id == account.id, Account.totp_step < step)
            .values(totp_step=step)
        )
    else:
        used = session.execute(
            delete(RecoveryCode).where(
                RecoveryCode.account_id == account.id, RecoveryCode.code_hash == _hash(code)
            )
        )
    return bool(used.rowcount)  # type: ignore[attr-defined]


def new_codes(session: Session, account: Account) -> list[str]:
    """Return codes to keep on paper, shown once; those given before are worth nothing any more."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    drawn = [base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode() for _ in range(CODES)]
    session.add_all(RecoveryCode(account_id=account.id, code_hash=_hash(each)) for each in drawn)
    session.flush()
    return ["-".join(re.findall("....", each)).lower() for each in drawn]


def codes_left(session: Session, account: Account) -> int:
    """Return how many codes kept on paper have not served."""
    query = select(RecoveryCode.id).where(RecoveryCode.account_id == account.id)
    return len(session.scalars(query).all())


def stop_sharing(session: Session, account: Account) -> None:
    """Forget the application's key; the codes kept on paper too when nothing else is left."""
    account.totp_key, account.totp_step = None, 0
    session.flush()
    _forget_useless_codes(session, account)


def remove_passkey(session: Session, account: Account, passkey: Passkey) -> None:
    """Forget a passkey; the codes kept on paper too when nothing else is left."""
    session.delete(passkey)
    session.flush()
    _forget_useless_codes(session, account)


def reset(session: Session, account: Account) -> None:
    """Forget every second step of an account, for somebody who has lost them all."""
    account.totp_key, account.totp_step = None, 0
    for table in (Passkey, RecoveryCode):
        session.execute(delete(table).where(table.account_id == account.id))
    audit.record(session, Act.FACTOR_CHANGED, account.id, detail="reset")
    session.flush()


def _forget_useless_codes(session: Session, account: Account) -> None:
    if not is_set(session, account):
        session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def _totp(key: str) -> TOTP:
    return TOTP(base64.b32decode(key), DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303


def _hash(code: str) -> str:
    bare = re.sub(r"[\s-]", "", code).upper()
    return hashlib.sha256(bare.encode()).hexdigest()
