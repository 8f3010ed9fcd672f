"""What a list or a tally is narrowed by: read from the address, written back into it, in French."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from typing import Any

from flask import Blueprint, current_app, render_template, request
from werkzeug.exceptions import BadRequest

from analysis.codebook import Codebook, Family, Theme
from app import pipelines
from app.extensions import db
from app.services import testimonies
from app.services.excerpts import State
from app.services.filters import BY_RELEVANCE, UNSAID, VARIABLES, Filters
from app.services.filters import NAMES as NAMES
from app.services.queries import UnreadableQueryError, parse
from forms.schema import Channel, Library

CHANNELS = {Channel.QUESTIONNAIRE: "Questionnaires", Channel.INTERVIEW: "Entretiens"}
STATES: Mapping[str, str] = {
    State.STANDING: "Proposés ou gardés, un au moins",
    State.PROPOSED: "Proposés, à décider",
    State.KEPT: "Gardés (acceptés ou corrigés)",
    State.REJECTED: "Rejetés",
}
_COUNTED = (State.PROPOSED, State.KEPT, State.REJECTED)
NOT_SAID = "Non précisé"
YES_NO = {"oui": "Oui", "non": "Non"}
LONGEST = 100
LONGEST_CLSM = 200
UNKNOWN = {
    "state": "Un extrait est proposé, gardé ou rejeté, pas «\u00a0{}\u00a0».",
    "audience": "Aucun profil ne s’appelle «\u00a0{}\u00a0».",
    "channel": "Aucun témoignage ne vient par «\u00a0{}\u00a0».",
    "region": "Aucune région n’a le code «\u00a0{}\u00a0».",
    "department": "Aucun département n’a le code «\u00a0{}\u00a0».",
    "territory": "Aucun territoire n’est dit «\u00a0{}\u00a0».",
    "priority": "«\u00a0Quartiers prioritaires\u00a0» se dit oui ou non, pas «\u00a0{}\u00a0».",
    "clsm": "Aucun témoignage ne parle du CLSM «\u00a0{}\u00a0».",
    "questionnaire": "Aucun questionnaire ne s’appelle «\u00a0{}\u00a0».",
    "theme": "Aucun thème ne s’appelle «\u00a0{}\u00a0».",
    "beside": "Aucun thème ne s’appelle «\u00a0{}\u00a0».",
}
NOT_A_DAY = "«\u00a0{}\u00a0» n’est pas un jour\u00a0: écrivez-le comme «\u00a02026-11-22\u00a0»."
UNKNOWN_ORDER = "On range par date ou par pertinence, pas par «\u00a0{}\u00a0»."
BACKWARDS = "La période finit avant de commencer\u00a0: changez l’un des deux jours."


class BadFilter(BadRequest):
    """The address asks for what cannot be; the description says what, in French."""


class UnreadableWords(BadFilter):
    """The words looked for have no meaning; the rest of the address has."""

    def __init__(self, filters: Filters, sentence: str) -> None:
        super().__init__(sentence)
        self.filters = filters


@dataclass(frozen=True)
class Choices:
    """All that can be chosen, id → what it is called."""

    library: Library
    codebook: Codebook

    @property
    def channels(self) -> Mapping[str, str]:
        return {channel.value: words for channel, words in CHANNELS.items()}

    @cached_property
    def audiences(self) -> Mapping[str, str]:
        present = {audience.id: audience.label for audience in self.library.audiences}
        every = {q.audience.id: q.audience.label for q in self.library.questionnaires}
        return present | every | present  # the present ones first, under their present names

    @cached_property
    def regions(self) -> Mapping[str, str]:
        return self.options_of("region")

    @cached_property
    def departments(self) -> Mapping[str, str]:
        return self.options_of("departement")

    @cached_property
    def territories(self) -> Mapping[str, str]:
        return self.options_of("type_territoire")

    def options_of(self, variable: str) -> Mapping[str, str]:
        """Return what can be answered to the questions that feed a case variable."""
        return {
            option.value: option.label
            for questionnaire in self.library.questionnaires
            for question in questionnaire.questions
            if question.variable == variable
            for option in question.options
        }

    @cached_property
    def questionnaires(self) -> Mapping[str, str]:
        """The titles of all questionnaires, by slug, each in its last version."""
        ordered = sorted(self.library.questionnaires, key=lambda each: each.version)
        titles = {each.slug: each.title for each in ordered}
        return {slug: titles[slug] for slug in [*self.library.slugs, *titles]}

    @cached_property
    def themes(self) -> Mapping[str, Theme]:
        return {theme.id: theme for theme in self.codebook.themes}

    @cached_property
    def by_family(self) -> Mapping[Family, Sequence[Theme]]:
        families: dict[Family, list[Theme]] = {family: [] for family in self.codebook.families}
        for theme in self.codebook.themes:
            families[theme.family].append(theme)
        return families

    def counted(self, state: str) -> Mapping[str, str]:
        """Return the states that a tally can be asked to count; without any, all that stands."""
        return {each: said for each, said in STATES.items() if each in (*_COUNTED, state)}

    def offered(self, field: str) -> Mapping[str, Any]:
        """Return what `field` can be looked for by: what it can be, or that it is not said."""
        return {**self.known(field), **({UNSAID: NOT_SAID} if field in VARIABLES else {})}

    def known(self, field: str) -> Mapping[str, Any]:
        """Return what `field` of a filter can be, value → what it is called, or its theme."""
        known: dict[str, Mapping[str, Any]] = {
            "audience": self.audiences,
            "channel": self.channels,
            "region": self.regions,
            "department": self.departments,
            "territory": self.territories,
            "priority": YES_NO,
            "clsm": {},
            "questionnaire": self.questionnaires,
            "theme": self.themes,
            "beside": self.themes,
            "state": STATES,
        }
        return known[field]


def choices() -> Choices:
    """Return what this application's definitions offer."""
    return Choices(current_app.extensions["questionnaires"], pipelines.codebook())


def read() -> Filters:
    """Return the filters of the address. Raises BadFilter.

    What no definition knows any more can still be looked for, as long as a testimony bears it.
    """
    given = {field: request.args.get(name, "").strip() for field, name in NAMES.items()}
    for field, value in given.items():
        longest = LONGEST_CLSM if field == "clsm" else LONGEST
        if len(value) > longest or "\0" in value:
            raise BadFilter(f"Une recherche tient en {longest} caractères.")
    offered = choices()
    for field in ("theme", "beside"):  # an address outlives a theme that was merged
        given[field] = offered.codebook.resolve(given[field])
    since, until = _day(given.pop("since")), _day(given.pop("until"))
    if since and until and since > until:
        raise BadFilter(BACKWARDS)
    filters = Filters(**given, since=since, until=until)
    if filters.order not in ("", BY_RELEVANCE):
        raise BadFilter(UNKNOWN_ORDER.format(filters.order))
    try:
        parse(filters.words)
    except UnreadableQueryError as error:
        raise UnreadableWords(filters, str(error)) from None
    for field, sentence in UNKNOWN.items():
        value = given[field]
        if value and value not in offered.offered(field) and not _is_borne(field, filters):
            raise BadFilter(sentence.format(value))
    return filters


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise BadFilter(NOT_A_DAY.format(written)) from None


def _is_borne(field: str, filters: Filters) -> bool:
    """Say whether a testimony bears a value; no definition need know it."""
    if field == "state":
        return False
    alone = Filters(**{field: getattr(filters, field)}, state=filters.state)
    return testimonies.count(db.session, alone) > 0


def page_number(last: int) -> int:
    """Return the page asked for, from 1 to `last`. Raises BadFilter."""
    asked = request.args.get("page", "1")
    if not (asked.isascii() and asked.isdigit() and len(asked) <= len(str(last))):
        raise BadFilter(f"La liste n’a pas de page «\u00a0{asked[:LONGEST]}\u00a0».")
    if not 1 <= int(asked) <= last:
        raise BadFilter(f"La liste n’a pas de page {int(asked)}\u00a0: elle s’arrête à {last}.")
    return int(asked)


def arguments(filters: Filters, **replaced: str) -> dict[str, str]:
    """Return the address's arguments for `filters`, those left empty left out."""
    values = asdict(filters) | replaced
    return {name: str(values[field]) for field, name in NAMES.items() if values[field]}


def explain_in(blueprint: Blueprint) -> None:
    """Have the pages of `blueprint` say what is wrong with an address, and the way back."""

    @blueprint.errorhandler(BadFilter)
    def explain(error: BadFilter) -> tuple[str, int]:
        if isinstance(error, UnreadableWords):
            kept = arguments(error.filters, words="")
            return render_template(
                "testimonies/unreadable_words.html",
                sentence=error.description,
                words=error.filters.words,
                kept=kept,
                without=kept | (request.view_args or {}),
            ), 400
        return render_template("testimonies/bad_filter.html", sentence=error.description), 400
