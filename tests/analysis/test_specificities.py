"""Specificities: the published figures, and those of another implementation (scipy)."""

from math import comb, log10

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, hypergeom

from analysis.specificities import adjusted, kept, log10_probability, specificities

# « peuple » in Robespierre's discourses: T = 61,449 words, f = 296 (P. Lafon, « Sur la variabilité
# de la fréquence des formes dans un corpus », Mots 1, 1980, p. 127-165; p. 140-141 and 149 for D9
# and D4). Each discourse: t, k, and what TXM's own package publishes, the probability under a minus
# where under-used (textometry 0.1.3 on CRAN, tests/specificities.probabilities.Rout), then the
# score (tests/specificities.Rout).
T, PEUPLE = 61_449, 296
LAFON = {
    "D1": (8395, 45, 2.420638e-01, 0.6161),
    "D2": (2558, 18, 0.071347218, 1.1466),
    "D3": (3920, 15, -0.2133715, -0.6709),
    "D4": (6903, 14, -6.693709e-05, -4.1743),
    "D5": (7896, 53, 0.007723489, 2.1122),
    "D6": (4555, 30, 0.05121782, 1.2906),
    "D8": (2063, 16, 0.04332825, 1.3632),
    "D9": (1084, 4, -0.4001917, -0.3977),
}


@pytest.mark.parametrize("discourse", LAFON)
def test_the_figures_of_lafon_and_txm(discourse):
    size, here, published, score = LAFON[discourse]
    whole = {"peuple": PEUPLE, "autres": T - PEUPLE}
    part = {"peuple": here, "autres": size - here}
    (found,) = [
        each for each in specificities(part, whole, sizes=(size, T)) if each.form == "peuple"
    ]
    assert found.p == pytest.approx(abs(published), rel=2e-7)
    assert round(found.score, 4) == score
    assert found.expected == pytest.approx(PEUPLE * size / T)


def numbers():
    totals = st.integers(1, 4_000)
    return totals.flatmap(
        lambda total: st.tuples(st.just(total), st.integers(0, total), st.integers(0, total))
    ).flatmap(
        lambda three: st.tuples(
            *map(st.just, three),
            st.integers(max(0, three[1] + three[2] - three[0]), min(three[1], three[2])),
        )
    )


@given(numbers())
def test_the_figures_of_scipy(given):
    total, form, part, here = given
    law = hypergeom(total, form, part)
    tail = law.sf(here - 1) if here * total >= form * part else law.cdf(here)
    if tail > 1e-250:
        assert 10 ** log10_probability(*given) == pytest.approx(tail, rel=1e-8)


def test_what_is_beyond_what_a_float_holds_has_a_score():
    found = log10_probability(2_000_000, 1_000, 1_000, 1_000)
    assert found == pytest.approx(-log10(comb(2_000_000, 1_000)), rel=1e-9)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_many_tests_are_held_as_scipy_does(probabilities):
    assert adjusted(probabilities) == pytest.approx(list(false_discovery_control(probabilities)))


def test_what_a_part_uses_more_and_less():
    whole = {"maire": 60, "peur": 60, "clsm": 300, "rare": 1}
    part = {"maire": 45, "peur": 2, "clsm": 100}
    found = specificities(part, whole, sizes=(150, 450), least=2)
    assert [each.form for each in found] == ["maire", "clsm", "peur"]
    assert [each.form for each in kept(found, is_over=True)] == ["maire"]
    assert [each.form for each in kept(found, is_over=False)] == ["peur"]
    (peur,) = kept(found, is_over=False)
    assert peur.score == pytest.approx(log10(hypergeom.cdf(2, 450, 60, 150)))


@pytest.mark.parametrize("given", [(10, 11, 5, 0), (10, 5, 11, 0), (10, 5, 5, 6), (10, 8, 8, 5)])
def test_what_cannot_be_is_refused(given):
    with pytest.raises(ValueError, match="cannot be"):
        log10_probability(*given)


def test_nothing_to_tell():
    assert specificities({}, {}, sizes=(0, 0)) == []
    assert adjusted([]) == []
