"""Whom a campaign speaks to: one profile or all, narrowed by region, département or tag."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from app.models import Campaign, Clsm, Contact, ContactTag
from app.services import contact_places

NARROWING = ("regions", "departements", "tags")


@dataclass(frozen=True, kw_only=True)
class Audience:
    """What contacts are chosen by; within one kind any value will do, an empty one narrows nothing.

    Regions and départements are INSEE codes, those of the contact's CLSM, else the contact's own; a
    region may be `contact_places.UNKNOWN`.
    """

    profile: str | None = None
    regions: tuple[str, ...] = ()
    departements: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @classmethod
    def of(cls, campaign: Campaign) -> Self:
        """Return whom a campaign speaks to."""
        kept: Mapping[str, Sequence[str]] = campaign.filters or {}
        chosen = {name: tuple(kept.get(name, ())) for name in NARROWING}
        return cls(profile=campaign.audience, **chosen)

    def filters(self) -> dict[str, list[str]] | None:
        """Return what a campaign keeps of it, beside the profile."""
        kept = {name: list(getattr(self, name)) for name in NARROWING if getattr(self, name)}
        return kept or None


EVERYBODY = Audience()


def conditions(audience: Audience) -> list[ColumnElement[bool]]:
    """Return what makes a contact one of the audience, whether or not they may be written to."""
    found: list[ColumnElement[bool]] = []
    if audience.profile:
        found.append(Contact.audience == audience.profile)
    if audience.regions:
        found.append(contact_places.in_regions(audience.regions))
    if audience.departements:
        found.append(contact_places.in_departements(audience.departements))
    if audience.tags:
        tagged = exists().where(
            ContactTag.contact_id == Contact.id, ContactTag.tag.in_(audience.tags)
        )
        found.append(tagged)
    return found


def may_be_written_to() -> ColumnElement[bool]:
    """Return the condition that a contact has not said no, and that their address takes mail."""
    return Contact.opted_out_at.is_(None) & Contact.bounced_at.is_(None)


def count(session: Session, audience: Audience) -> Counter[str]:
    """Return how many contacts of an audience may be written to, profile by profile."""
    query = select(Contact.audience, func.count()).where(may_be_written_to(), *conditions(audience))
    return Counter(dict(session.execute(query.group_by(Contact.audience)).all()))


def tags(session: Session) -> list[str]:
    """Return every tag in use, in order."""
    return list(session.scalars(select(ContactTag.tag).distinct().order_by(ContactTag.tag)))


@dataclass(frozen=True, kw_only=True)
class Places:
    """Codes (INSEE) of the regions and départements where some contact is.

    `has_unknown`: there are contacts of whom no region is known.
    """

    regions: set[str]
    departements: set[str]
    has_unknown: bool


def places(session: Session) -> Places:
    """Return where contacts are."""
    query = select(contact_places.REGION, contact_places.DEPARTEMENT).select_from(Contact)
    query = query.outerjoin(Clsm, Clsm.id == Contact.clsm_id)
    rows = session.execute(query.distinct()).all()
    return Places(
        regions={region for region, _ in rows if region},
        departements={departement for _, departement in rows if departement},
        has_unknown=any(region is None for region, _ in rows),
    )
