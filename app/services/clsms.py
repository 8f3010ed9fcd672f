"""The directory of CLSMs: offered where one has to be named, completed by what contacts bring."""

import enum
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from analysis.folding import fold
from app.models import Clsm, ClsmAct, ClsmEvent, ClsmKind, ClsmTag, Contact
from app.services.spellings import Spelling
from app.services.territories import REGION_OF

NAME_LENGTH = 200
_IN_USE = Clsm.retired_at.is_(None)


class State(enum.StrEnum):
    """Whether an entry is in use; the words are those of addresses."""

    OFFERED = "proposes"
    NOT_OFFERED = "non-proposes"
    RETIRED = "retires"


STATES = {
    State.OFFERED: _IN_USE & Clsm.is_public,
    State.NOT_OFFERED: _IN_USE & Clsm.is_public.is_(False),
    State.RETIRED: Clsm.retired_at.is_not(None),
}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What is looked for; empty: all that is in use. A region is an INSEE code."""

    words: str = ""
    region: str = ""
    kind: ClsmKind | None = None
    tag: str = ""
    state: State | None = None


def names(session: Session) -> list[str]:
    """Return every name that is not retired, in the order of a French index."""
    return sorted(session.scalars(select(Clsm.name).where(_IN_USE)), key=fold)


def public_names(session: Session) -> list[str]:
    """Return the names that a public page may offer: those of the directory, not of contacts."""
    query = select(Clsm.name).where(Clsm.is_public, _IN_USE)
    return sorted(session.scalars(query), key=fold)


@dataclass(frozen=True)
class Listed:
    """A CLSM as the team's page lists it, and how many contacts are attached to it."""

    clsm: Clsm
    contacts: int


def matching(session: Session, filters: Filters | None = None) -> list[Listed]:
    """Return the CLSMs that are looked for, by name; the retired ones only when asked for."""
    filters = filters or Filters()
    attached = (
        select(func.count()).where(Contact.clsm_id == Clsm.id).correlate(Clsm).scalar_subquery()
    )
    wanted = fold(filters.words).split()
    found = [
        Listed(clsm, count)
        for clsm, count in session.execute(select(Clsm, attached).where(*_conditions(filters)))
        if all(word in fold(clsm.name) for word in wanted)
    ]
    return sorted(found, key=lambda each: (fold(each.clsm.name), each.clsm.id))


def attached(session: Session) -> list[Listed]:
    """Return the CLSMs that contacts can be looked for by: those in use, and of the retired ones
    those that still have some."""
    retired = matching(session, Filters(state=State.RETIRED))
    found = [*matching(session), *(each for each in retired if each.contacts)]
    return sorted(found, key=lambda each: fold(each.clsm.name))


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [STATES[filters.state] if filters.state else _IN_USE]
    if filters.region:
        conditions.append(Clsm.region == filters.region)
    if filters.kind:
        conditions.append(Clsm.kind == filters.kind)
    if filters.tag:
        conditions.append(Clsm.tags.any(ClsmTag.tag == filters.tag))
    return conditions


def tags(session: Session) -> list[str]:
    """Return every tag in use, in the order of a French index."""
    return sorted(session.scalars(select(ClsmTag.tag).distinct()), key=fold)


def count(session: Session) -> int:
    """Return how many CLSMs are known, the retired ones too."""
    return session.scalar(select(func.count()).select_from(Clsm)) or 0


def tidy(name: str) -> str:
    """Return a name as it is kept: one spelling of each accent, single spaces."""
    visible = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", name))
    return " ".join(visible.split())


class Directory:
    """The CLSMs by name, read once, for whoever names many; case and accents are ignored."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.entries = {fold(clsm.name): clsm for clsm in session.scalars(select(Clsm))}
        self.spelling = Spelling(session, ClsmTag.tag)

    def find(self, name: str) -> Clsm | None:
        """Return the CLSM of this name, or none."""
        return self.entries.get(fold(tidy(name)))

    def entry(
        self, name: str, *, region: str | None = None, departement: str | None = None
    ) -> Clsm | None:
        """Return the CLSM of this name, added when it is new; none when the name is empty.

        A region and a département (INSEE codes) complete an entry that has none, as long as they
        agree with what it has, and never replace anything.
        """
        if not (kept := tidy(name)):
            return None
        clsm = self.entries.get(fold(kept))
        if clsm is None:
            clsm = self.entries[fold(kept)] = Clsm(name=kept)
            self.session.add_all([clsm, ClsmEvent(clsm=clsm, act=ClsmAct.NAMED)])
        if clsm.region in (None, region):
            clsm.region = region
            clsm.departement = clsm.departement or departement
        return clsm

    def publish(
        self,
        name: str,
        *,
        region: str | None,
        departement: str | None,
        kind: ClsmKind | None = None,
        tags: Iterable[str] = (),
    ) -> Clsm | None:
        """Enter a CLSM of the public directory: what it says replaces what was guessed.

        Tags are added to those it has.
        """
        if not (kept := tidy(name)):
            return None
        clsm = self.entries.get(fold(kept))
        if clsm is None:
            clsm = self.entries[fold(kept)] = Clsm(name=kept)
            self.session.add(clsm)
        clsm.name, clsm.is_public = kept, True
        clsm.region, clsm.kind = region or clsm.region, kind or clsm.kind
        clsm.departement = departement or clsm.departement
        if clsm.departement and REGION_OF.get(clsm.departement) != clsm.region:
            clsm.departement = departement  # what was known of another region is no longer true
        self.tag(clsm, [*(each.tag for each in clsm.tags), *tags])
        return clsm

    def tag(self, clsm: Clsm, tags: Iterable[str]) -> None:
        """Give a CLSM these tags and no other."""
        wanted = {self.spelling.of(tag) for tag in tags}
        kept = [each for each in clsm.tags if each.tag in wanted]
        new = wanted - {each.tag for each in kept}
        clsm.tags = sorted([*kept, *(ClsmTag(tag=tag) for tag in new)], key=lambda each: each.tag)
