"""Which testimony a source is, whatever another program made of its GUID.

QualCoder gives new ones to sources, cases and codes at each export; it keeps their names and what
cases say. So a source is known by its GUID, else by the id that its case bears, else by the
reference in its name: its words, compared elsewhere, prove it.
"""

import re
import uuid

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, selectinload

from analysis.exchange import guids
from analysis.exchange import project as qda
from app.models import Testimony
from app.services.exported_sources import IDENTIFIER, Values, fact
from app.services.testimonies import REFERENCE_LETTERS

REFERENCE = re.compile(rf"(?<!\w)[{REFERENCE_LETTERS}]{{6}}(?!\w)")
OURS = ("reference", "questionnaire", "recu_le", "empreinte", IDENTIFIER)


class Identities:
    """What the sources of a project are called, and what their cases say."""

    def __init__(self, project: qda.Project) -> None:
        self._cases = {guid: case for case in project.cases for guid in case.sources}
        self._by_name = {case.name.strip(): case for case in project.cases}
        self._named = {each.guid: each.name for each in project.head.variables}

    def values(self, source: qda.Source) -> tuple[Values, dict[str, qda.Value]]:
        """Return what the case of a source says, by variables' GUIDs and by their names."""
        case = self._cases.get(source.guid) or self._by_name.get(self.reference(source))
        values = case.values if case else {}
        return values, {self._named.get(each, ""): value for each, value in values.items()}

    def facts(self, source: qda.Source) -> dict[str, qda.Value]:
        """Return the facts of a source's case, by their names, whatever the GUIDs became."""
        values, named = self.values(source)
        ours = {fact(name): name for name in OURS}
        return named | {name: values[each] for each, name in ours.items() if each in values}

    def id(self, source: qda.Source) -> uuid.UUID:
        """Return the id of the testimony that a source was, or is."""
        return guids.read(str(self.facts(source).get(IDENTIFIER, ""))) or source.guid

    def reference(self, source: qda.Source) -> str:
        """Return the reference that a source's name bears; nothing where it bears none."""
        found = REFERENCE.search(source.name)
        return found[0] if found else ""

    def ids(self, session: Session, sources: tuple[qda.Source, ...]) -> set[uuid.UUID]:
        """Return the ids of what sources are, and of what they may be by their names."""
        references = {self.reference(each) for each in sources} - {""}
        found = session.scalars(select(Testimony.id).where(Testimony.reference.in_(references)))
        return {*map(self.id, sources), *found}

    def named(self, session: Session, source: qda.Source) -> Testimony | None:
        """Return the testimony of here whose reference a source's name bears."""
        return _loaded(session, Testimony.reference == self.reference(source))

    def known(self, session: Session, source: qda.Source) -> Testimony | None:
        """Return the testimony of here whose id a source bears."""
        return _loaded(session, Testimony.id == self.id(source))


def _loaded(session: Session, condition: ColumnElement[bool]) -> Testimony | None:
    query = select(Testimony).where(condition)
    return session.scalar(
        query.options(selectinload(Testimony.answers), selectinload(Testimony.consents))
    )
