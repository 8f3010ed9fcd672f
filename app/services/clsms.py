"""The directory of CLSMs: offered where one has to be named, completed by what contacts bring."""

import unicodedata
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.folding import fold
from app.models import Clsm, Contact
from app.services.territories import REGION_OF

NAME_LENGTH = 200


def names(session: Session) -> list[str]:
    """Return every known name, in the order of a French index."""
    return sorted(session.scalars(select(Clsm.name)), key=fold)


def public_names(session: Session) -> list[str]:
    """Return the names that a public page may offer: those of the directory, not of contacts."""
    return sorted(session.scalars(select(Clsm.name).where(Clsm.is_public)), key=fold)


@dataclass(frozen=True)
class Listed:
    """A CLSM as the team's page lists it, and how many contacts are attached to it."""

    clsm: Clsm
    contacts: int


def matching(session: Session, *, words: str = "", region: str = "") -> list[Listed]:
    """Return the CLSMs of this region (INSEE code) whose name holds every word, by name."""
    attached = (
        select(func.count()).where(Contact.clsm_id == Clsm.id).correlate(Clsm).scalar_subquery()
    )
    query = select(Clsm, attached)
    if region:
        query = query.where(Clsm.region == region)
    wanted = fold(words).split()
    found = [
        Listed(clsm, count)
        for clsm, count in session.execute(query)
        if all(word in fold(clsm.name) for word in wanted)
    ]
    return sorted(found, key=lambda each: (fold(each.clsm.name), each.clsm.id))


def count(session: Session) -> int:
    """Return how many CLSMs are known."""
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
            self.session.add(clsm)
        if clsm.region in (None, region):
            clsm.region = region
            clsm.departement = clsm.departement or departement
        return clsm

    def publish(self, name: str, *, region: str | None, departement: str | None) -> Clsm | None:
        """Enter a CLSM of the public directory: what it says replaces what was guessed."""
        clsm = self.entry(name)
        if clsm is None:
            return None
        clsm.name, clsm.is_public = tidy(name), True
        clsm.region = region or clsm.region
        clsm.departement = departement or clsm.departement
        if clsm.departement and REGION_OF.get(clsm.departement) != clsm.region:
            clsm.departement = departement  # what was known of another region is no longer true
        return clsm
