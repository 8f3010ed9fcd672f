"""A CLSM entered, corrected, retired or brought back by hand; each act is written down."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.folding import fold
from app.models import Clsm, ClsmAct, ClsmKind, Contact
from app.models.base import now
from app.services import clsm_histories
from app.services.clsms import Directory, tidy


class ClsmExistsError(ValueError):
    """Another CLSM already has this name, but for capitals and accents."""


class ClsmInUseError(ValueError):
    """Contacts belong to this CLSM: it may be retired, not erased."""


@dataclass(frozen=True, kw_only=True)
class NewClsm:
    """What is said of a CLSM; region and département (INSEE codes) agree."""

    name: str
    region: str | None = None
    departement: str | None = None
    kind: ClsmKind | None = None
    tags: tuple[str, ...] = ()
    is_public: bool = True


def get(session: Session, clsm_id: int) -> Clsm | None:
    """Return one CLSM, or none."""
    return session.get(Clsm, clsm_id) if 0 < clsm_id < 2**31 else None


def count_contacts(session: Session, clsm: Clsm) -> int:
    """Return how many contacts belong to it."""
    query = select(func.count()).select_from(Contact).where(Contact.clsm_id == clsm.id)
    return session.scalar(query) or 0


def add(session: Session, wanted: NewClsm, *, account_id: int | None) -> Clsm:
    """Enter a CLSM. Raises ClsmExistsError."""
    directory = Directory(session)
    _refuse_taken(directory, wanted.name, but=None)
    clsm = Clsm(name=tidy(wanted.name))
    session.add(clsm)
    _write(directory, clsm, wanted)
    clsm_histories.note(session, clsm, ClsmAct.ADDED, account_id=account_id)
    session.flush()
    return clsm


def correct(session: Session, clsm: Clsm, wanted: NewClsm, *, account_id: int | None) -> bool:
    """Replace what is known of a CLSM; say whether anything changed. Raises ClsmExistsError."""
    directory = Directory(session)
    _refuse_taken(directory, wanted.name, but=clsm)
    before = clsm_histories.facts(clsm)
    _write(directory, clsm, wanted)
    if not clsm_histories.changes(before, clsm_histories.facts(clsm)):
        return False
    clsm_histories.note(session, clsm, ClsmAct.CORRECTED, account_id=account_id, before=before)
    session.flush()
    return True


def retire(session: Session, clsm: Clsm, *, account_id: int | None) -> None:
    """Offer a CLSM nowhere any more; the contacts that it has keep it. Twice is once."""
    if clsm.retired_at is None:
        clsm.retired_at = now()
        clsm_histories.note(session, clsm, ClsmAct.RETIRED, account_id=account_id)
    session.flush()


def restore(session: Session, clsm: Clsm, *, account_id: int | None) -> None:
    """Bring back a CLSM that was retired."""
    if clsm.retired_at is not None:
        clsm.retired_at = None
        clsm_histories.note(session, clsm, ClsmAct.RESTORED, account_id=account_id)
    session.flush()


def erase(session: Session, clsm: Clsm) -> None:
    """Erase an entry that was a mistake. Raises ClsmInUseError while contacts belong to it."""
    if count_contacts(session, clsm):
        raise ClsmInUseError(clsm.id)
    session.delete(clsm)
    session.flush()


def _refuse_taken(directory: Directory, name: str, *, but: Clsm | None) -> None:
    found = directory.entries.get(fold(tidy(name)))
    if found is not None and found is not but:
        raise ClsmExistsError(name)


def _write(directory: Directory, clsm: Clsm, wanted: NewClsm) -> None:
    clsm.name, clsm.is_public, clsm.kind = tidy(wanted.name), wanted.is_public, wanted.kind
    clsm.region, clsm.departement = wanted.region, wanted.departement
    directory.tag(clsm, wanted.tags)
