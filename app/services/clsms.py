"""The directory of CLSMs: offered where one has to be named, completed by what contacts bring."""

import unicodedata

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.folding import fold
from app.models import Clsm


def names(session: Session) -> list[str]:
    """Return every known name, in the order of a French index."""
    return sorted(session.scalars(select(Clsm.name)), key=fold)


def public_names(session: Session) -> list[str]:
    """Return the names that a public page may offer: those of the directory, not of contacts."""
    return sorted(session.scalars(select(Clsm.name).where(Clsm.is_public)), key=fold)


def tidy(name: str) -> str:
    """Return a name as it is kept: one spelling of each accent, single spaces."""
    visible = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", name))
    return " ".join(visible.split())


class Directory:
    """The CLSMs by name, read once, for whoever names many; case and accents are ignored."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.entries = {fold(clsm.name): clsm for clsm in session.scalars(select(Clsm))}

    def entry(self, name: str, *, region: str | None = None) -> Clsm | None:
        """Return the CLSM of this name, added when it is new; none when the name is empty.

        A region (INSEE code) completes an entry that has none, and never replaces one.
        """
        if not (kept := tidy(name)):
            return None
        clsm = self.entries.get(fold(kept))
        if clsm is None:
            clsm = self.entries[fold(kept)] = Clsm(name=kept)
            self.session.add(clsm)
        clsm.region = clsm.region or region
        return clsm

    def publish(self, name: str, *, region: str | None, departement: str | None) -> Clsm | None:
        """Enter a CLSM of the public directory: what it says replaces what was guessed."""
        clsm = self.entry(name)
        if clsm is not None:
            clsm.name, clsm.is_public = tidy(name), True
            clsm.region, clsm.departement = region or clsm.region, departement or clsm.departement
        return clsm
