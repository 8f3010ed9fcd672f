"""What a page of tallies is asked to count, read from the address, and what it calls each thing."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from flask import current_app, request

from analysis.chart_text import MONTHS, NBSP
from analysis.tally import NOBODY, OTHERS, CrossTab, Measure
from app.services.excerpts import State
from app.services.filters import UNSAID, Filters
from app.views import active_filters
from app.views import filters as address
from app.views.active_filters import Active
from app.views.filters import BadFilter, Choices

MEASURES: dict[str, Measure] = {"temoignages": "testimonies", "extraits": "excerpts"}
MEASURE_WORDS = {"temoignages": "Témoignages", "extraits": "Extraits"}
PERCENTS = {"colonne": "Par colonne", "ligne": "Par ligne", "aucun": "Aucun"}
OUTSIDE = "Hors de la grille actuelle"
# What pages have of their own in the address, where nothing is asked.
USUAL = {"niveau": "temoignage", "pas": "mois", "base": "4", "suite": "2", "seuil": "5"} | {
    "doublons": "toujours",
    "de": "themes",
}


@dataclass(frozen=True)
class By:
    """What testimonies are crossed by: a field of `Filters`, or a period."""

    key: str
    label: str
    article: str  # « le profil », « la région »


BY = {
    "profil": By("audience", "Profil", "le profil"),
    "region": By("region", "Région", "la région"),
    "departement": By("department", "Département", "le département"),
    "territoire": By("territory", "Type de territoire", "le type de territoire"),
    "qpv": By("priority", "Quartiers prioritaires", "la présence de quartiers prioritaires"),
    "clsm": By("clsm", "CLSM", "le CLSM"),
    "questionnaire": By("questionnaire", "Questionnaire", "le questionnaire"),
    "canal": By("channel", "Voie de recueil", "la voie de recueil"),
    "mois": By("month", "Mois", "le mois"),
    "semaine": By("week", "Semaine", "la semaine"),
}


@dataclass(frozen=True)
class Asked:
    """What the address asks to count; `more` are the arguments that only one page has."""

    filters: Filters
    choices: Choices
    by_name: str = "profil"
    measure_name: str = "temoignages"
    percent: str = "colonne"
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def by(self) -> By:
        return BY[self.by_name]

    @property
    def measure(self) -> Measure:
        return MEASURES[self.measure_name]

    def arguments(self, **replaced: str) -> dict[str, str]:
        """Return the address's arguments that ask for the same, but for what is replaced."""
        same = self._own() | address.arguments(self.filters) | replaced
        return {name: value for name, value in same.items() if value}

    def active(self) -> list[Active]:
        """Return the filters that narrow, each with the address of the same page without it."""
        every = active_filters.of(self.filters, self.choices)
        return [replace(each, without=self._own() | dict(each.without)) for each in every]

    def _own(self) -> dict[str, str]:
        own = {"par": self.by_name, "mesure": self.measure_name, "pourcent": self.percent}
        usual = {"par": "profil", "mesure": "temoignages", "pourcent": "colonne"} | USUAL
        every = own | dict(self.more)
        return {name: value for name, value in every.items() if value != usual.get(name, "")}

    def opened(self, theme: str, column: str | None) -> dict[str, str] | None:
        """Return the arguments of the list of what a figure counts; none where no list can be."""
        wanted: dict[str, str] = {"theme": theme} if theme else {}
        if theme and self.filters.theme and theme != self.filters.theme:
            wanted = {"theme": self.filters.theme, "beside": theme}
        is_third = self.filters.beside and theme not in ("", *self.filters.themes)
        if column == OTHERS or is_third:  # a list is narrowed by two themes at most
            return None
        if column is not None:
            wanted |= self._of(column)
        return address.arguments(self.filters, **wanted)

    def opened_sum(self, column: str | None) -> dict[str, str] | None:
        """Return the arguments of the list of whoever bears any theme; none where no list can be.

        Where a theme is asked for, a list shows the excerpts of this one alone.
        """
        if self.filters.themes or column == OTHERS:
            return None
        wanted = {} if column is None else self._of(column)
        state = self.filters.state or State.STANDING
        return address.arguments(self.filters, state=state, **wanted)

    def opened_base(self, column: str | None) -> dict[str, str] | None:
        """Return the arguments of the list of all that a column counts in; none for many in one.

        A state alone narrows no tally.
        """
        if column == OTHERS:
            return None
        wanted = {} if column is None else self._of(column)
        state = self.filters.state if self.filters.themes else ""
        return address.arguments(self.filters, state=state, **wanted)

    def _of(self, column: str) -> dict[str, str]:
        if self.by.key not in ("month", "week"):
            return {self.by.key: UNSAID if column == NOBODY else column}
        first, last = span(self.by.key, column)
        first = max(first, self.filters.since or first)
        last = min(last, self.filters.until or last)
        return {"since": first.isoformat(), "until": last.isoformat()}


def read(**more: str) -> Asked:
    """Return what the address asks for. Raises BadFilter."""
    return Asked(
        address.read(),
        address.choices(),
        one_of("par", BY, "On ne peut pas croiser par «\u00a0{}\u00a0»."),
        one_of("mesure", MEASURES, "On compte les témoignages ou les extraits, rien d’autre."),
        one_of("pourcent", PERCENTS, "Un pourcentage est par ligne ou par colonne."),
        more,
    )


def one_of(name: str, known: Mapping[str, object], sentence: str) -> str:
    """Return a word of the address among those known, the first where none is given."""
    asked = request.args.get(name) or next(iter(known))
    if asked not in known:
        raise BadFilter(sentence.format(asked[: address.LONGEST]))
    return asked


def least() -> int:
    """Return the number of testimonies under which a count is hidden."""
    return int(current_app.config["SMALLEST_COUNT"])


def span(period: str, value: str) -> tuple[date, date]:
    """Return the first day and the last of a month (« 2026-11 ») or of a week (its Monday)."""
    if period == "week":
        first = date.fromisoformat(value)
        return first, first + timedelta(days=6)
    year, month = map(int, value.split("-"))
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def column_names(asked: Asked, columns: tuple[str, ...]) -> dict[str, str]:
    """Return what each column is called."""
    key = asked.by.key
    if key in ("month", "week"):
        return {column: period_name(key, column) for column in columns}
    known = asked.choices.known(key)
    others = {NOBODY: address.NOT_SAID, OTHERS: "Tous les autres"}
    return {column: str(others.get(column) or known.get(column, column)) for column in columns}


def period_name(period: str, value: str) -> str:
    """Return how a month or a week is written in a heading: « nov. 2026 », « 16 nov. 2026 »."""
    day, _ = span(period, value)
    month = f"{MONTHS[day.month - 1]}{NBSP}{day.year}"
    return month if period == "month" else f"{'1er' if day.day == 1 else day.day}{NBSP}{month}"


def column_heads(asked: Asked, names: Mapping[str, str]) -> dict[str, str]:
    """Return columns in short, for a figure: the code of a département, a month, a region."""
    if asked.by.key == "department":
        return {value: value if value.isalnum() else name for value, name in names.items()}
    return dict(names)


def columns_of(asked: Asked) -> list[str]:
    """Return the columns that the definitions know, in their order."""
    return [] if asked.by.key in ("month", "week") else list(asked.choices.known(asked.by.key))


def percentage(table: CrossTab, row: str, column: str | None, asked: Asked) -> float | None:
    """Return the part, 0 to 1, that the page asks to show of a figure; none where none is told.

    By column, testimonies are told of all those of the column, excerpts of all its excerpts.
    """
    if asked.percent == "aucun":
        return None
    if asked.percent == "ligne":
        return None if column is None else table.part(row, column, asked.measure)
    if asked.measure == "testimonies":
        return table.row_share(row) if column is None else table.share(row, column)
    whole = table.total if column is None else table.column_total(column)
    if not whole.excerpts or not table.veil.has_sums:
        return None
    count = table.row_total(row) if column is None else table.cell(row, column)
    return count.excerpts / whole.excerpts


def theme_names(asked: Asked, themes: tuple[str, ...]) -> dict[str, str]:
    """Return each theme's code and label, or its id where the codebook has it no more."""
    known = {theme.id: f"{theme.code} {theme.label}" for theme in asked.choices.themes.values()}
    return {theme: known.get(theme, theme) for theme in themes}


def families(asked: Asked, themes: tuple[str, ...]) -> dict[str, str]:
    """Return the title of each theme's family: all of the codebook's, which fixes their looks."""
    known = {theme.id: theme.family.title for theme in asked.choices.themes.values()}
    return known | {theme: OUTSIDE for theme in themes if theme not in known}


def groups(table: CrossTab, of: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the rows of each family, in the order of the codebook."""
    grouped: dict[str, list[str]] = {}
    for row in table.rows:
        grouped.setdefault(of[row], []).append(row)
    return grouped
