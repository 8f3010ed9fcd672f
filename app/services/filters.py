"""What testimonies are narrowed by, and what a testimony must be to pass, in SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import ColumnElement, exists, false

from app.models import CaseVariable, Channel, Testimony
from app.services import excerpts, searches
from app.services.queries import Query, parse
from forms.schema import Channel as Way

# A field of `Filters` → the case variable that it is compared with.
VARIABLES: Mapping[str, str] = {
    "region": "region",
    "department": "departement",
    "territory": "type_territoire",
    "priority": "quartiers_prioritaires",
    "clsm": "clsm",
}

# A field of `Filters` → its name, in addresses and commands.
NAMES = {
    "audience": "profil",
    "channel": "canal",
    "region": "region",
    "department": "departement",
    "territory": "territoire",
    "priority": "qpv",
    "clsm": "clsm",
    "questionnaire": "questionnaire",
    "since": "du",
    "until": "au",
    "theme": "theme",
    "beside": "avec",
    "state": "etat",
    "words": "mots",
    "order": "tri",
}

BY_RELEVANCE = "pertinence"
UNSAID = "non-precise"  # of a field of VARIABLES: nothing is known of it


@dataclass(frozen=True)
class Filters:
    """What a researcher looks for; an empty field does not filter, all the others must hold.

    Words are read as `queries.parse` says, and looked for in all the free words of a testimony.
    With themes, a testimony bears each of them; with a state, by excerpts in that state; without
    one, by excerpts that nobody rejected.
    """

    audience: str = ""
    channel: str = ""  # a word of `forms.schema.Channel`
    region: str = ""
    department: str = ""
    territory: str = ""
    priority: str = ""  # "oui" or "non"
    clsm: str = ""
    questionnaire: str = ""  # its slug, whatever its version
    since: date | None = None
    until: date | None = None  # that day too
    theme: str = ""
    beside: str = ""  # a second theme, borne by the same testimony
    state: str = ""  # a word of `excerpts.State`
    words: str = ""
    order: str = ""  # BY_RELEVANCE, or the newest first

    @property
    def themes(self) -> Sequence[str]:
        """The themes looked for, each once."""
        return list(dict.fromkeys(theme for theme in (self.theme, self.beside) if theme))

    @cached_property
    def query(self) -> Query:
        """What is asked of words. Raises UnreadableQueryError."""
        return parse(self.words)

    @property
    def is_by_relevance(self) -> bool:
        """Whether what speaks most of the words comes first; without words, nothing can."""
        return self.order == BY_RELEVANCE and bool(self.query.terms)

    @property
    def chooses_excerpts(self) -> bool:
        """Whether only some excerpts of a testimony are looked for."""
        return bool(self.themes or self.state)


def conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """Return what a testimony must be to pass `filters`. Raises UnreadableQueryError."""
    wanted = [
        _is_said(name, getattr(filters, field))
        for field, name in VARIABLES.items()
        if getattr(filters, field)
    ]
    if filters.audience:
        wanted.append(Testimony.audience == filters.audience)
    if filters.channel:
        wanted.append(_came_by(filters.channel))
    if filters.questionnaire:
        wanted.append(Testimony.questionnaire_slug == filters.questionnaire)
    if filters.since:
        wanted.append(Testimony.received_on >= filters.since)
    if filters.until:
        wanted.append(Testimony.received_on <= filters.until)
    wanted.extend(_bears([theme], filters.state) for theme in filters.themes)
    if filters.state and not filters.themes:
        wanted.append(_bears([], filters.state))
    if filters.query:
        wanted.append(searches.condition(filters.query))
    return wanted


def _is_said(name: str, value: str) -> ColumnElement[bool]:
    if value != UNSAID:
        return has_variable(name, value)
    return ~_has(CaseVariable.testimony_id == Testimony.id, CaseVariable.name == name)


def _came_by(word: str) -> ColumnElement[bool]:
    named = [channel.name for channel in Way if channel == word]
    return Testimony.channel == Channel[named[0]] if named else false()


def has_variable(name: str, value: str) -> ColumnElement[bool]:
    """Return the condition that a testimony's case variable has this value."""
    return _has(
        CaseVariable.testimony_id == Testimony.id,
        CaseVariable.name == name,
        CaseVariable.value == value,
    )


def _bears(themes: Sequence[str], state: str) -> ColumnElement[bool]:
    # Asked once for all testimonies: asked of each, SQLite reads all the theme's codings each time.
    return Testimony.id.in_(excerpts.bearing(themes, state))


def _has(*wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that such rows exist, whatever else the query around it reads."""
    return exists().where(*wanted).correlate(Testimony)
