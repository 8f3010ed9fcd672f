"""Where contacts are: the place of their CLSM or, when it has none, their own (INSEE codes)."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, case, exists, func, or_
from sqlalchemy.orm import aliased

from app.models import Clsm, Contact

UNKNOWN = "inconnue"  # the region of those of whom none is known
# For a query that joins contacts to their CLSM, if they have one.
REGION: ColumnElement[str | None] = func.coalesce(Clsm.region, Contact.region)
DEPARTEMENT: ColumnElement[str | None] = case(
    (Clsm.region.is_not(None), Clsm.departement), else_=Contact.departement
)


def region_of(contact: Contact) -> str | None:
    """Return the region of a contact, or none."""
    return (contact.clsm.region if contact.clsm else None) or contact.region


def departement_of(contact: Contact) -> str | None:
    """Return the département of a contact, or none."""
    has_place = contact.clsm is not None and contact.clsm.region is not None
    return contact.clsm.departement if has_place and contact.clsm else contact.departement


def in_regions(regions: Collection[str]) -> ColumnElement[bool]:
    """Return the condition that a contact is in one of these regions (« inconnue »: in none)."""
    clsm = aliased(Clsm)
    belongs = clsm.id == Contact.clsm_id
    has_place = exists().where(belongs, clsm.region.is_not(None)).correlate(Contact)
    found = [
        exists().where(belongs, clsm.region.in_(regions)).correlate(Contact),
        Contact.region.in_(regions) & ~has_place,
    ]
    if UNKNOWN in regions:
        found.append(Contact.region.is_(None) & ~has_place)
    return or_(*found)


def in_departements(departements: Collection[str]) -> ColumnElement[bool]:
    """Return the condition that a contact is in one of these départements."""
    clsm = aliased(Clsm)
    belongs = clsm.id == Contact.clsm_id
    has_place = exists().where(belongs, clsm.region.is_not(None)).correlate(Contact)
    return or_(
        exists().where(belongs, clsm.departement.in_(departements)).correlate(Contact),
        Contact.departement.in_(departements) & ~has_place,
    )
