"""Figures with their intervals, what is told where there is none, and answers out of sentences."""

import time

import numpy as np
import pytest

from analysis.agreement import ABSENT, Estimate, gather, measure
from analysis.agreement.measuring import Agreement


def ratings(*coders: str) -> np.ndarray:
    """One question: what each coder said of the units, « . » for what they did not see."""
    table = [[{"1": 1, "0": 0, ".": ABSENT}[said] for said in coder] for coder in coders]
    return np.array(table).T[:, :, None]


def one(*coders: str, testimonies: list[int] | None = None, seed: int = 1) -> Agreement:
    table = ratings(*coders)
    clusters = np.array(testimonies or range(len(table)))
    measured = measure(table, clusters, seed=seed)
    assert measured.questions == [measured.overall]
    return measured.overall


def reasons(found: Agreement) -> list[str | None]:
    every = (found.observed, found.positive, found.kappa, found.alpha, found.ac2)
    return [each.reason for each in every]


def test_figures_of_two_coders() -> None:
    found = one("1100100000" * 4, "1010100001" * 4)
    assert (found.units, found.testimonies, found.given) == (40, 40, (12, 16))
    values = [each.value for each in (found.observed, found.positive, found.kappa)]
    assert values == [pytest.approx(0.7), pytest.approx(4 / 7), pytest.approx(0.34782609)]
    for each in (found.observed, found.positive, found.kappa, found.alpha, found.ac2):
        assert each.value is not None
        assert each.low is not None
        assert each.high is not None
        assert each.low < each.value < each.high
        assert each.reason is None


def test_the_interval_of_a_share_is_near_that_of_the_binomial_law() -> None:
    # 400 units in as many testimonies, observed agreement 0.7: ± 1.96 √(0.7 × 0.3 / 400)
    found = one("1" * 400, "1" * 280 + "0" * 120).observed
    assert (found.low, found.high) == (
        pytest.approx(0.655, abs=0.01),
        pytest.approx(0.745, abs=0.01),
    )


def test_sentences_of_one_hand_widen_the_interval() -> None:
    coders = "1" * 400, "1" * 280 + "0" * 120
    together = one(*coders, testimonies=[rank // 40 for rank in range(400)]).observed
    assert together.value == 0.7
    assert together.high is not None
    assert together.low is not None
    assert together.high - together.low > 0.4


def test_the_seed_alone_decides_what_is_drawn() -> None:
    coders = "1100100101", "1010100001"
    assert one(*coders) == one(*coders)
    assert one(*coders).observed != one(*coders, seed=2).observed
    swapped = one(*coders[::-1])
    assert (swapped.kappa, swapped.alpha, swapped.ac2) == (
        one(*coders).kappa,
        one(*coders).alpha,
        one(*coders).ac2,
    )


def test_what_is_not_defined_says_why() -> None:
    alone = "il faut au moins deux codages"
    assert reasons(one("1100")) == [alone] * 5
    assert reasons(one("11..", "..11")) == ["aucune unité n’a été codée deux fois"] * 5
    never = one("0000", "0000")
    assert never.positive == Estimate(None, reason="personne n’a posé ce thème")
    no_choice = "chacun répond toujours de même\u00a0: rien ne distingue l’accord du hasard"
    assert (never.kappa.reason, never.alpha.reason) == (no_choice, no_choice)
    assert (never.ac2.value, never.ac2.reason) == (1.0, "aucun écart dans l’échantillon")
    assert reasons(one("1100", "1010", testimonies=[0] * 4)) == ["un seul témoignage"] * 5
    rare = one("1" + "0" * 99, "0" * 100)
    assert (rare.positive.value, rare.positive.low) == (0.0, None)
    assert rare.positive.reason == "le thème est trop rare dans l’échantillon"


def test_no_unit_at_all() -> None:
    measured = measure(np.zeros((0, 2, 3), int), np.zeros(0, int), seed=1)
    assert [each.units for each in [*measured.questions, measured.overall]] == [0] * 4


def test_all_together_counts_each_unit_of_each_question() -> None:
    table = np.concatenate([ratings("1100", "1010"), ratings("0001", "0001")], axis=2)
    first, second, overall = (lambda found: [*found.questions, found.overall])(
        measure(table, np.arange(4), seed=1)
    )
    assert (first.given, second.given, overall.given) == ((2, 2), (1, 1), (3, 3))
    assert (overall.units, overall.testimonies) == (8, 4)
    assert overall.positive.value == pytest.approx(4 / 6)


def test_an_answer_bears_what_one_of_its_sentences_does() -> None:
    table = ratings("100.10", "0000.0")
    gathered = gather(table, np.array([0, 0, 1, 1, 2, 2]))
    assert gathered[:, :, 0].tolist() == [[1, 0], [ABSENT, 0], [1, ABSENT]]
    assert gather(table[:0], np.zeros(0, int)).shape == (0, 2, 1)


def test_twenty_thousand_units_of_twenty_five_themes_take_seconds() -> None:
    drawn = np.random.default_rng(1)
    table = (drawn.random((20_000, 3, 25)) < 0.05).astype(np.int8)
    began = time.process_time()
    measured = measure(table, np.arange(20_000) // 40, seed=1)
    assert time.process_time() - began < 20
    assert measured.overall.units == 500_000
    assert measured.overall.kappa.value == pytest.approx(0, abs=0.01)
