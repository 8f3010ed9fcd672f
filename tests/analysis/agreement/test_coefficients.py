"""Each coefficient: published examples, a second implementation, and what must always hold."""

from itertools import combinations

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from analysis.agreement import ABSENT, Sums, coefficients, count, weights

OBSERVERS = """
    1 2 3 3 2 1 4 1 2 . . .
    1 2 3 3 2 2 4 1 2 5 . 3
    . 3 3 3 2 3 4 2 2 5 1 .
    1 2 3 3 2 4 4 1 2 5 1 .
"""
"""Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section C: four observers,
twelve units. Gwet (2014) takes the same for AC1: `cac.raw4raters` of his R package irrCAC."""


def sums(*coders: str, kind: str = "identity", categories: str = "") -> Sums:
    """The sums of what each coder said of units; « . » for one that they did not see."""
    every = categories or "".join(sorted(set("".join(coders)) - {" ", "."}))
    table = [[every.find(said) for said in coder.split()] for coder in coders]
    ratings = np.array(table).T[:, :, None]
    counted = count(ratings, np.zeros(len(ratings), int), weights(kind, len(every)))  # type: ignore[arg-type]
    return counted.each(lambda part: part[0, 0])


def crossed(*rows: tuple[int, ...]) -> Sums:
    """The sums of two coders, from how often the first said one category and the second another."""
    units = [
        (first, second)
        for first, row in enumerate(rows)
        for second, number in enumerate(row)
        for _ in range(number)
    ]
    counted = count(
        np.array(units)[:, :, None], np.zeros(len(units), int), weights("identity", len(rows))
    )
    return counted.each(lambda part: part[0, 0])


def test_alpha_of_krippendorff_2011() -> None:
    # section A, binary, and section B, five categories: two observers, nothing missing
    meg, owen = "0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0"
    assert coefficients.krippendorff(sums(meg, owen)) == pytest.approx(0.095, abs=5e-4)
    ben, gerry = "a a b b d c c c e d d a", "b a b b b c c c e d d d"
    assert coefficients.krippendorff(sums(ben, gerry)) == pytest.approx(0.692, abs=5e-4)
    four = OBSERVERS.strip().splitlines()
    assert coefficients.krippendorff(sums(*four)) == pytest.approx(0.743, abs=5e-4)


def test_ac1_and_ac2_of_gwet_2014() -> None:
    # as printed in the documentation of irrCAC, and worked out in the Handbook (4th ed.)
    four = OBSERVERS.strip().splitlines()
    identity, quadratic = weights("identity", 5), weights("quadratic", 5)
    assert coefficients.gwet(sums(*four), identity) == pytest.approx(0.77544, abs=5e-6)
    assert coefficients.observed(sums(*four)) == pytest.approx(0.81818, abs=5e-6)
    weighed = coefficients.gwet(sums(*four, kind="quadratic"), quadratic)
    assert weighed == pytest.approx(0.914, abs=5e-4)


def test_kappa_of_cohen() -> None:
    # "Weighted kappa", Psychological Bulletin 70, 1968, Table 1: 200 cases, two judges; κ = .492
    table = crossed((88, 14, 18), (10, 40, 10), (2, 6, 12))
    assert coefficients.observed(table) == pytest.approx(0.70)
    assert coefficients.cohen(table) == pytest.approx(0.492, abs=5e-4)


def test_the_paradox_of_feinstein_and_cicchetti() -> None:
    # 1990, I and II: the same observed agreement, and what κ and specific agreements make of it
    even, uneven = crossed((45, 6), (9, 40)), crossed((5, 5), (10, 80))
    found = [
        [
            round(float(value), 2)
            for value in (
                coefficients.observed(each),
                coefficients.cohen(each),
                coefficients.specific(each),
                coefficients.specific(each, 0),
            )
        ]
        for each in (even, uneven)
    ]
    assert found == [[0.85, 0.7, 0.84, 0.86], [0.85, 0.32, 0.91, 0.4]]


def test_two_categories_weigh_the_same_in_every_way() -> None:
    every = [weights(kind, 2).tolist() for kind in ("identity", "linear", "quadratic")]
    assert every == [[[1, 0], [0, 1]]] * 3
    assert weights("linear", 3).tolist() == [[1, 0.5, 0], [0.5, 1, 0.5], [0, 0.5, 1]]


UNHURRIED = settings(deadline=None)  # a busy machine is no fault
Table = list[list[int]]
MARKS = st.sampled_from([0, 0, 0, 1, 1, ABSENT])


@st.composite
def tables(draw: st.DrawFn, *, missing: bool = True, coders: int | None = None) -> Table:
    width = coders or draw(st.integers(2, 4))
    mark = MARKS if missing else st.integers(0, 1)
    return draw(st.lists(st.lists(mark, min_size=width, max_size=width), min_size=2, max_size=25))


def summed(table: Table) -> Sums:
    ratings = np.array(table)[:, :, None]
    return count(ratings, np.arange(len(table))).each(lambda part: part.sum(axis=0)[0])


def every(table: Table) -> list[float]:
    here = summed(table)
    return [
        float(value)
        for value in (
            coefficients.observed(here),
            coefficients.specific(here),
            coefficients.cohen(here),
            coefficients.krippendorff(here),
            coefficients.gwet(here, weights("identity", 2)),
        )
    ]


def same(found: list[float], expected: list[float]) -> bool:
    return bool(np.allclose(found, expected, atol=1e-12, equal_nan=True))


@UNHURRIED
@given(tables())
def test_alpha_is_that_of_the_package_krippendorff(table: Table) -> None:
    data = [
        [np.nan if mark == ABSENT else mark for mark in coder] for coder in zip(*table, strict=True)
    ]
    pairable = [
        mark
        for row in table
        for mark in row
        if mark != ABSENT and sum(m != ABSENT for m in row) > 1
    ]
    found = float(coefficients.krippendorff(summed(table)))
    if len(set(pairable)) < 2:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(krippendorff.alpha(data, level_of_measurement="nominal"))


@UNHURRIED
@given(tables(missing=False))
def test_kappa_is_the_mean_of_those_of_scikit_learn(table: Table) -> None:
    coders = list(zip(*table, strict=True))
    pairs = [pair for pair in combinations(coders, 2) if len({*pair[0], *pair[1]}) > 1]
    expected = [cohen_kappa_score(*pair) for pair in pairs]
    found = float(coefficients.cohen(summed(table)))
    assert np.isnan(found) if not pairs else found == pytest.approx(np.mean(expected))


def by_definition(table: Table) -> list[float]:
    """Observed and positive agreement and AC1 by the words of their definitions, pair by pair."""
    both = [
        [(a, b) for a, b in combinations([mark for mark in row if mark != ABSENT], 2)]
        for row in table
    ]
    shares = [np.mean([a == b for a, b in pairs]) for pairs in both if pairs]
    if not shares:
        return [np.nan] * 3
    of_yes = [(a, b) for pairs in both for a, b in pairs if a or b]
    yes = 2 * sum(a and b for a, b in of_yes)
    positive = yes / sum(a + b for a, b in of_yes) if of_yes else np.nan
    seen = [[mark for mark in row if mark != ABSENT] for row in table]
    used = np.mean([np.mean(row) for row in seen if row])
    chance = 2 * used * (1 - used)
    return [float(np.mean(shares)), positive, float((np.mean(shares) - chance) / (1 - chance))]


@UNHURRIED
@given(tables())
def test_agreements_and_ac1_are_what_their_definitions_say(table: Table) -> None:
    observed, positive, _, _, ac = every(table)
    assert same([observed, positive, ac], by_definition(table))


@UNHURRIED
@given(tables())
def test_bounds_and_symmetry(table: Table) -> None:
    found = every(table)
    bounds = [(0, 1), (0, 1), (-1, 1), (-1, 1), (-1, 1)]
    for value, (least, most) in zip(found, bounds, strict=True):
        assert np.isnan(value) or least - 1e-9 <= value <= most + 1e-9
    assert same(every([row[::-1] for row in table]), found)
    assert same(every(table[::-1]), found)


@UNHURRIED
@given(tables(coders=1))
def test_coders_who_say_the_same_agree_wholly(table: Table) -> None:
    found = every([row * 3 for row in table])
    said = {mark for row in table for mark in row} - {ABSENT}
    assert found[0] == pytest.approx(1) if said else np.isnan(found[0])
    defined = [1.0 if 1 in said else np.nan, *[1.0 if len(said) == 2 else np.nan] * 2]
    assert same(found[1:4], defined)
    assert same(found[4:], [1.0 if said else np.nan])


def test_what_is_no_table_of_ratings_is_refused() -> None:
    with pytest.raises(ValueError, match="units × coders × questions"):
        count(np.zeros((3, 2), int), np.zeros(3, int))
    with pytest.raises(ValueError, match="clusters one a unit"):
        count(np.zeros((3, 2, 1), int), np.zeros(2, int))
    for wrong in (2, -2):
        with pytest.raises(ValueError, match="rank of a category"):
            count(np.full((3, 2, 1), wrong), np.zeros(3, int))
