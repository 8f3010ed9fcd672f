"""Small cells hidden, so that no figure of a table points at somebody.

Own method, in the manner of statistical secrecy (a frequency rule, then complementary suppression).
A cell of fewer testimonies than the set size is hidden; zero is shown. A row adds up to its total,
since a testimony stands in one column: other cells of the row are hidden too, the smallest first,
until what is hidden may each be as great as the set size by what the total tells. Whoever knows
this rule must learn nothing by it: equal cells are hidden together, so that the hidden values could
as well stand in each other's places, and hidden values that are all alike are hidden with another
one. A total under the set size hides its whole row.
"""

from collections.abc import Sequence
from dataclasses import replace

from analysis.tally import Count, CrossTab, Place, Veil


def veiled(crosstab: CrossTab, least: int) -> CrossTab:
    """The same table, with what must not be shown under *least* testimonies; 1 hides nothing."""
    places: set[Place] = set()
    for row in (*crosstab.rows, None):
        places |= _places(crosstab, row, least)
    bases = _bases(crosstab, least)
    for column, base in crosstab.bases.items():
        if 0 < base < least:  # even a zero would say something of each of so few
            places |= {(row, column) for row in (*crosstab.rows, None)}
    veil = Veil(frozenset(places), frozenset(bases), has_sums=not places)
    return replace(crosstab, veil=veil)


def hidden_in(values: Sequence[int], total: int, least: int) -> tuple[set[int], bool]:
    """Which of *values*, that add up to *total*, are not to be shown; whether the total is.

    Each hidden value but zero may be any number from 1 to *least* or more, for all that is shown.
    """
    if 0 < total < least:
        return set(range(len(values))), True
    hidden = {rank for rank, value in enumerate(values) if 0 < value < least}
    others = sorted({value for value in values if value >= least}, reverse=True)
    while hidden and not _is_ambiguous([values[rank] for rank in hidden], least):
        if not others:
            return set(range(len(values))), False  # with the zeros: how many they are is not told
        smallest = others.pop()
        hidden |= {rank for rank, value in enumerate(values) if value == smallest}
    return hidden, False


def _is_ambiguous(values: Sequence[int], least: int) -> bool:
    """Whether each value may be as great as *least*, the others being one at least.

    As many values of one under *least* are told by their sum: with a greater one among them, the
    rule would have shown another.
    """
    are_greatest = all(value == least - 1 for value in values)
    return len(values) > 1 and not are_greatest and sum(values) - (len(values) - 1) >= least


def _places(crosstab: CrossTab, row: str | None, least: int) -> set[Place]:
    counts = crosstab.counts
    values = [_testimonies(counts.get((row, column))) for column in crosstab.columns]
    hidden, is_total_hidden = hidden_in(values, _testimonies(counts.get((row, None))), least)
    places: set[Place] = {(row, crosstab.columns[rank]) for rank in hidden}
    return places | {(row, None)} if is_total_hidden else places


def _bases(crosstab: CrossTab, least: int) -> set[str | None]:
    if not crosstab.bases:
        return set()
    columns = list(crosstab.bases)
    hidden, is_total_hidden = hidden_in(list(crosstab.bases.values()), crosstab.base or 0, least)
    bases: set[str | None] = {columns[rank] for rank in hidden}
    return bases | {None} if is_total_hidden else bases


def _testimonies(count: Count | None) -> int:
    return count.testimonies if count else 0
