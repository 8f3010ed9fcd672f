"""What importing a project would do, said before it is done: codes, coders, sources, codings."""

import uuid
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from analysis.codebook import Codebook
from analysis.exchange import guids
from analysis.exchange import project as qda
from app.models import Account, Answer, Coding
from app.services.qdpx_grounds import TWICE, Ground, Newcomers, NoGroundError, of_testimony
from app.services.qdpx_identities import Identities
from app.services.qdpx_layings import Laying
from app.services.qdpx_plans import Act, Choices, Coming, Fate, OpenCode, Plan
from app.services.words import fold
from forms.schema import Library


def plan(
    session: Session,
    project: qda.Project,
    library: Library,
    codebook: Codebook,
    choices: Choices | None = None,
) -> Plan:
    """Return what importing a project would do."""
    chosen = choices or Choices()
    planner = _Planner(session, project, library, codebook, chosen)
    coming = [planner.coming(each) for each in project.sources]
    themes, counted = planner.themes, Counter(planner.open_codes)
    listed = project.codes
    return Plan(
        coming,
        [
            OpenCode(guid, listed[guid].name if guid in listed else "", count)
            for guid, count in counted.items()
            if guid not in themes
        ],
        coders(session, project),
        planner.clipped,
    )


def coders(session: Session, project: qda.Project) -> dict[uuid.UUID, int | None]:
    """Return the accounts of those who coded there: by their address, or by their name."""
    accounts = session.scalars(select(Account).where(Account.active).order_by(Account.id)).all()
    by_guid = {guids.coder(each.email): each.id for each in accounts}
    by_name = {fold(each.name): each.id for each in reversed(accounts) if each.name}
    by_email = {each.email.lower(): each.id for each in accounts}
    return {
        each.guid: by_guid.get(each.guid)
        or by_email.get(each.name.strip().lower())
        or by_name.get(fold(each.name))
        for each in project.coders
    }


def _themes(project: qda.Project, codebook: Codebook, choices: Choices) -> dict[uuid.UUID, str]:
    """Return the theme of each code that has one: by its GUID, or by its name."""
    former = {guids.theme(id_): codebook.resolve(id_) for id_ in codebook.merged}
    by_guid = former | {guids.theme(theme.id): theme.id for theme in codebook.themes}
    by_name = {
        fold(name): theme.id
        for theme in codebook.themes
        for name in (theme.id, f"{theme.code} {theme.label}", theme.label)
    }
    found: dict[uuid.UUID, str] = {}
    for guid, code in project.codes.items():
        theme = choices.codes.get(str(guid)) or by_guid.get(guid)
        if not theme and str(guid) not in choices.codes:
            theme = by_name.get(fold(code.name))
            if theme is None and guids.theme(code.name) == guid:
                theme = code.name  # ours, of another time: the codebook does not have it any more
        if theme:
            found[guid] = theme
    return found


class _Planner:
    """Says of each source what becomes of it."""

    def __init__(
        self,
        session: Session,
        project: qda.Project,
        library: Library,
        codebook: Codebook,
        choices: Choices,
    ) -> None:
        self._session, self._library = session, library
        self.themes = _themes(project, codebook, choices)
        self.open_codes: Counter[uuid.UUID] = Counter()
        self.clipped = 0
        self._seen: set[uuid.UUID] = set()
        self._identities = Identities(project)
        self._newcomers = Newcomers(
            session,
            library,
            self._identities,
            has_consent=choices.has_consent,
            questionnaire=choices.questionnaire,
        )

    def coming(self, source: qda.Source) -> Coming:
        try:
            ground = self._ground(source)
        except NoGroundError as error:
            acts = [Act(Fate.NO_SOURCE, coding) for coding in source.codings]
            return Coming(source, None, str(error), acts)
        here = [] if ground.is_new else codings_of(self._session, ground.testimony_id)
        laying = Laying(ground, here, self.themes)
        acts = list(laying.acts(source.codings))
        self.open_codes += laying.open_codes
        self.clipped += laying.clipped
        return Coming(source, ground, "", acts)

    def _ground(self, source: qda.Source) -> Ground:
        id_ = self._identities.id(source)
        if id_ in self._seen:
            raise NoGroundError(TWICE)
        self._seen.add(id_)
        if (known := self._identities.known(self._session, source)) is not None:
            return of_testimony(self._session, known, self._library, source.text)
        if (named := self._identities.named(self._session, source)) is not None:
            with suppress(NoGroundError):  # another's reference may be the same
                return of_testimony(self._session, named, self._library, source.text)
        return self._newcomers.ground(source)


def codings_of(session: Session, testimony_id: uuid.UUID) -> Sequence[Coding]:
    """Return all the codings of a testimony, as the database has them now."""
    query = (
        select(Coding)
        .join(Coding.answer)
        .where(Answer.testimony_id == testimony_id)
        .options(joinedload(Coding.decision))
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()
