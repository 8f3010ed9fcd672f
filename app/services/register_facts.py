"""What this installation is, for the register and the impact analysis: measured, never promised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import (
    Account,
    Act,
    Base,
    Contact,
    Draft,
    Inquiry,
    Recontact,
    Referral,
    Role,
    RoleName,
    Testimony,
)
from app.services import audit_searches
from settings.organisation import Organisation

COUNTED: dict[str, tuple[type[Base], str]] = {
    "testimonies": (Testimony, "Témoignages gardés"),
    "drafts": (Draft, "Questionnaires commencés"),
    "contacts": (Contact, "Contacts"),
    "recontacts": (Recontact, "Personnes à joindre"),
    "referrals": (Referral, "Personnes proposées, sans réponse encore"),
    "inquiries": (Inquiry, "Questions"),
    "accounts": (Account, "Comptes de l’équipe"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """One entry of the register, as this call says it; `rules` are those of services.retention."""

    name: str
    purposes: tuple[str, ...]
    basis: tuple[str, ...]
    people: tuple[str, ...]
    data: tuple[str, ...]
    sensitive: tuple[str, ...]
    sources: tuple[str, ...]
    recipients: tuple[str, ...]
    rules: tuple[str, ...]
    counted: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What a page of this very application is served with, and how it is set."""

    is_https: bool
    has_hsts: bool
    has_policy: bool
    has_secure_cookies: bool
    is_production: bool
    keys: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is known; what is not is none or empty, and is to be completed by a person."""

    organisation: Organisation
    treatments: Sequence[Treatment]
    served: Served
    database: str
    counts: Mapping[str, int]
    roles: Mapping[RoleName, int]
    second_step: (
        frozenset[RoleName] | None
    )  # of whom it is asked; none where there is no such thing
    last_backup: datetime | None
    last_check: datetime | None
    is_whole: bool


def treatments(path: Path) -> list[Treatment]:
    """Return the entries that this call says. Raises ValueError for a file of another shape."""
    names = {each.name for each in fields(Treatment)}
    read: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    for each in read:
        if each.keys() != names:
            raise ValueError(f"{path.name}: {sorted(each.keys() ^ names)}")
    return [Treatment(**{name: _frozen(value) for name, value in each.items()}) for each in read]


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def gather(
    session: Session,
    organisation: Organisation,
    entries: Sequence[Treatment],
    served: Served,
) -> Facts:
    """Return what is known now."""
    backup = audit_searches.last(session, Act.BACKUP_MADE)
    check = audit_searches.last(session, Act.JOURNAL_VERIFIED, Act.JOURNAL_BROKEN)
    return Facts(
        organisation=organisation,
        treatments=entries,
        served=served,
        database=session.get_bind().dialect.name,
        counts={name: _count(session, model) for name, (model, _) in COUNTED.items()},
        roles=_roles(session),
        second_step=_second_step(session),
        last_backup=backup.moment if backup else None,
        last_check=check.moment if check else None,
        is_whole=check is not None and check.act is Act.JOURNAL_VERIFIED,
    )


def _count(session: Session, model: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def _roles(session: Session) -> dict[RoleName, int]:
    query = select(Role.name, func.count().label("number")).join(Account.roles).group_by(Role.name)
    found = {row.name: row.number for row in session.execute(query)}
    return {role: found.get(role.value, 0) for role in RoleName}


def _second_step(session: Session) -> frozenset[RoleName] | None:
    column = Role.__table__.columns.get("needs_second_step")
    if column is None:
        return None
    asked = set(session.scalars(select(Role.name).where(column)))
    return frozenset(role for role in RoleName if role.value in asked)
