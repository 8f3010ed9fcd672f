"""Figures in words: French numbers, and the text alternative of a tally. No matplotlib here."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from analysis.tally import CrossTab, Measure

NBSP = "\N{NO-BREAK SPACE}"
MONTHS = (
    *("janv.", "févr.", "mars", "avr.", "mai", "juin"),
    *("juil.", "août", "sept.", "oct.", "nov.", "déc."),
)
HIDDEN = "masqué"
_UNIT: dict[Measure, str] = {"testimonies": "témoignage", "excerpts": "extrait"}


def clean(text: str) -> str:
    """*text* on one line, without what XML cannot carry; no-break spaces stay."""
    spaced = re.sub(r"[ \t\r\n\f\v]+", " ", text).strip(" ")
    return "".join(
        c for c in spaced if unicodedata.category(c) not in ("Cc", "Cs") and c not in "\ufffe\uffff"
    )


def number(value: int) -> str:
    """*value* with French thousands: « 1 234 », its space narrow and no-break."""
    return f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def percent(share: float) -> str:
    """*share*, 0 to 1, as « 62 % », its space no-break; « < 1 % » for little but not nothing."""
    whole = int(100 * share + 0.5)
    text = f"<{NBSP}1" if share > 0 and not whole else str(whole)
    return f"{text}{NBSP}%"


def counted(value: int, measure: Measure) -> str:
    """*value* and its unit, agreed: « 1 témoignage », « 24 extraits »."""
    return f"{number(value)}{NBSP}{_UNIT[measure]}{'s' if value > 1 else ''}"


def describe(
    crosstab: CrossTab,
    labels: Mapping[str, str],
    *,
    measure: Measure = "testimonies",
    column_labels: Mapping[str, str] | None = None,
) -> str:
    """What the figure shows, in French sentences: what is counted, the first themes and the last.

    With *column_labels*, also the first theme of each profile. An empty tally gives the sentence
    that says there is no figure. ``KeyError`` for a row or column without a label.
    """
    if not crosstab.total.excerpts:
        return f"Aucun thème n’est codé ici{NBSP}: il n’y a pas de figure à montrer."
    names = {row: clean(labels[row]) for row in crosstab.rows}
    shown = [row for row in names if not crosstab.hides(row, None)]
    totals = [(names[row], crosstab.row_total(row).of(measure)) for row in shown]
    sentences = [note(crosstab, measure)]
    if any(value for _, value in totals):
        sentences += _extremes(totals, measure)
    heads = {} if column_labels is None else {c: column_labels[c] for c in crosstab.columns}
    for column, head in heads.items():
        values = [
            (names[row], crosstab.cell(row, column).of(measure))
            for row in names
            if not crosstab.hides(row, column)
        ]
        if len(values) < len(names) and not any(value for _, value in values):
            continue  # what is shown of it says nothing
        has_base = crosstab.bases and column not in crosstab.veil.bases
        base = f" ({counted(crosstab.bases[column], 'testimonies')})" if has_base else ""
        sentences.append(f"{clean(head)}{base}{NBSP}: {_first(values, measure)}.")
    if crosstab.veil.cells:
        sentences.append("Des effectifs trop petits sont masqués.")
    return " ".join(sentences)


def note(crosstab: CrossTab, measure: Measure) -> str:
    """What the numbers count, and out of how many."""
    total, base = crosstab.total, crosstab.base
    where = counted(base or total.testimonies, "testimonies")
    if None in crosstab.veil.bases or (not base and crosstab.hides(None, None)):
        where = "très peu de témoignages"
    elif not base:
        where += " où un thème est codé"
    if measure == "testimonies":
        return f"Nombre de témoignages où chaque thème apparaît au moins une fois, sur {where}."
    is_told = not crosstab.hides(None, None, "excerpts")
    all_of_them = f", {number(total.excerpts)} en tout," if is_told else ""
    return f"Nombre d’extraits codés pour chaque thème{all_of_them} dans {where}."


def _extremes(values: Sequence[tuple[str, int]], measure: Measure) -> list[str]:
    levels = _levels(values, measure)
    absent = [name for name, value in values if not value]
    is_plural = len(values) - len(absent) > 1
    sentences = [_ranked("plus", _joined(levels[:3]), is_plural=is_plural)]
    if len(levels) > 3:
        is_plural = sum(value == _least(values) for _, value in values) > 1
        sentences.append(_ranked("moins", levels[-1], is_plural=is_plural))
    if absent:
        sentences.append(f"Absent{'s' if len(absent) > 1 else ''}{NBSP}: {_named(absent)}.")
    return sentences


def _least(values: Sequence[tuple[str, int]]) -> int:
    return min(value for _, value in values if value)


def _ranked(how: str, names: str, *, is_plural: bool) -> str:
    return f"{'Les' if is_plural else 'Le'} {how} présent{'s' * is_plural}{NBSP}: {names}."


def _levels(values: Sequence[tuple[str, int]], measure: Measure) -> list[str]:
    """The names present, from the greatest value down, those of equal value told together."""
    levels: dict[int, list[str]] = {}
    for name, value in sorted(values, key=lambda pair: -pair[1]):
        if value:
            levels.setdefault(value, []).append(name)
    each = {value: " chacun" if len(names) > 1 else "" for value, names in levels.items()}
    return [f"{_named(names)} ({counted(v, measure)}{each[v]})" for v, names in levels.items()]


def _first(values: Sequence[tuple[str, int]], measure: Measure) -> str:
    levels = _levels(values, measure)
    return f"d’abord {levels[0]}" if levels else "aucun thème"


def _named(names: Sequence[str]) -> str:
    return _joined(names) if len(names) <= 4 else f"{len(names)}{NBSP}thèmes"


def _joined(parts: Sequence[str]) -> str:
    return " et ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
