"""What a list or a tally is narrowed by: read from the address, written back into it, in French."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from flask import Blueprint, current_app, render_template, request
from werkzeug.exceptions import BadRequest

from analysis.codebook import Codebook, Family, Theme
from app.extensions import db
from app.services import testimonies
from app.services.testimonies import Filters
from forms.schema import Channel, Library

NAMES = {
    "audience": "profil",
    "channel": "canal",
    "region": "region",
    "theme": "theme",
    "words": "mots",
}
CHANNELS = {Channel.QUESTIONNAIRE: "Questionnaires", Channel.INTERVIEW: "Entretiens"}
LONGEST = 100
UNKNOWN = {
    "audience": "Aucun profil ne s’appelle «\u00a0{}\u00a0».",
    "channel": "Aucun témoignage ne vient par «\u00a0{}\u00a0».",
    "region": "Aucune région n’a le code «\u00a0{}\u00a0».",
    "theme": "Aucun thème ne s’appelle «\u00a0{}\u00a0».",
}


class BadFilter(BadRequest):
    """The address asks for what cannot be; the description says what, in French."""


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
        return {
            option.value: option.label
            for questionnaire in self.library.questionnaires
            for question in questionnaire.questions
            if question.variable == "region"
            for option in question.options
        }

    @cached_property
    def themes(self) -> Mapping[str, Theme]:
        return {theme.id: theme for theme in self.codebook.themes}

    @cached_property
    def by_family(self) -> Mapping[Family, Sequence[Theme]]:
        families: dict[Family, list[Theme]] = {family: [] for family in self.codebook.families}
        for theme in self.codebook.themes:
            families[theme.family].append(theme)
        return families

    def known(self, field: str) -> Mapping[str, Any]:
        """Return what `field` of a filter can be."""
        return {
            "audience": self.audiences,
            "channel": self.channels,
            "region": self.regions,
            "theme": self.themes,
        }[field]


def choices() -> Choices:
    """Return what this application's definitions offer."""
    return Choices(current_app.extensions["questionnaires"], current_app.extensions["codebook"])


def read() -> Filters:
    """Return the filters of the address. Raises BadFilter.

    What no definition knows any more can still be looked for, as long as a testimony bears it.
    """
    given = {field: request.args.get(name, "").strip() for field, name in NAMES.items()}
    if any(len(value) > LONGEST or "\0" in value for value in given.values()):
        raise BadFilter(f"Une recherche tient en {LONGEST} caractères.")
    offered = choices()
    for field, sentence in UNKNOWN.items():
        value = given[field]
        if value and value not in offered.known(field) and not _is_borne(field, value):
            raise BadFilter(sentence.format(value))
    return Filters(**given)


def _is_borne(field: str, value: str) -> bool:
    return testimonies.count(db.session, Filters(**{field: value})) > 0


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
    return {name: values[field] for field, name in NAMES.items() if values[field]}


def explain_in(blueprint: Blueprint) -> None:
    """Have the pages of `blueprint` say what is wrong with an address, and the way back."""

    @blueprint.errorhandler(BadFilter)
    def explain(error: BadFilter) -> tuple[str, int]:
        return render_template("testimonies/bad_filter.html", sentence=error.description), 400
