"""How far coders agree on each question and on all together, each figure with its interval.

Intervals are percentile bootstraps over testimonies (Efron & Tibshirani, *An Introduction to the
Bootstrap*, 1993, ch. 13): the sentences of one testimony come from one hand and resemble each
other, so that Gwet's own variance, which takes units for independent, would be too small.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from analysis.agreement import coefficients
from analysis.agreement.counting import Numbers, Ratings, Sums, count, weights

RESAMPLES, SHARE = 1_000, 0.95
LEAST_DEFINED = 0.9  # of the draws: with more of them undefined, an interval would be of the rest
ALONE = "il faut au moins deux codages"
NOT_SHARED = "aucune unité n’a été codée deux fois"
NO_YES = "personne n’a posé ce thème"
NO_CHOICE = "chacun répond toujours de même\u00a0: rien ne distingue l’accord du hasard"
ONE_TESTIMONY = "un seul témoignage"
SELDOM_DEFINED = "le thème est trop rare dans l’échantillon"
ALWAYS_SAME = "aucun écart dans l’échantillon"

Coefficient: TypeAlias = Callable[[Sums], Numbers]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A coefficient, its interval, and why there is none, in French, where one is missing."""

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far coders agree on one question, or on all.

    ``units``: those that two coders at least have seen, of ``testimonies``. ``given``: how many
    units each coder said yes of, among all that each has seen.
    """

    units: int
    testimonies: int
    given: tuple[int, ...]
    observed: Estimate
    positive: Estimate
    kappa: Estimate
    alpha: Estimate
    ac2: Estimate


class Measured(NamedTuple):
    """Agreement on each question, in order, and on all: each unit × question counts for one."""

    questions: Sequence[Agreement]
    overall: Agreement


def measure(
    ratings: Ratings,
    testimonies: npt.NDArray[np.integer[Any]],
    *,
    seed: int,
    resamples: int = RESAMPLES,
) -> Measured:
    """Measure the agreement of yes-or-no ratings (units × coders × questions).

    *testimonies*: the rank of each unit's testimony, from 0: what is drawn again, *resamples*
    times, from *seed*. The same table, in any order of coders, gives the same figures.
    """
    sums = _with_overall(count(ratings, testimonies))
    given = (ratings == 1).sum(axis=0).T  # questions × coders
    drawn = sums.each(lambda part: np.tensordot(_draws(len(part), seed, resamples), part, axes=1))
    whole = sums.each(lambda part: part.sum(axis=0))
    found = [
        _agreement(whole, sums, drawn, rank, tuple(map(int, yes)))
        for rank, yes in enumerate([*given, given.sum(axis=0)])
    ]
    return Measured(found[:-1], found[-1])


def _draws(clusters: int, seed: int, resamples: int) -> Numbers:
    """How many times each cluster is drawn, resamples × clusters."""
    if not clusters:
        return np.zeros((resamples, 0))
    chances = np.full(clusters, 1 / clusters)
    return np.random.default_rng(seed).multinomial(clusters, chances, resamples).astype(float)


def _with_overall(sums: Sums) -> Sums:
    """The sums of each question, then of all of them together."""
    return sums.each(lambda part: np.concatenate([part, part.sum(axis=1, keepdims=True)], axis=1))


def _agreement(
    whole: Sums, clusters: Sums, drawn: Sums, rank: int, given: tuple[int, ...]
) -> Agreement:
    here, again = whole.each(lambda part: part[rank]), drawn.each(lambda part: part[:, rank])
    testimonies = int((clusters.shared[:, rank] > 0).sum())
    if len(given) < 2 or not here.shared:
        why = ALONE if len(given) < 2 else NOT_SHARED
        missing = Estimate(None, reason=why)
        return Agreement(0, 0, given, missing, missing, missing, missing, missing)

    def estimate(coefficient: Coefficient, undefined: str) -> Estimate:
        value = float(coefficient(here))
        if np.isnan(value):
            return Estimate(None, reason=undefined)
        return _interval(value, coefficient(again), testimonies)

    return Agreement(
        units=int(here.shared),
        testimonies=testimonies,
        given=given,
        observed=estimate(coefficients.observed, NOT_SHARED),
        positive=estimate(coefficients.specific, NO_YES),
        kappa=estimate(coefficients.cohen, NO_CHOICE),
        alpha=estimate(coefficients.krippendorff, NO_CHOICE),
        ac2=estimate(lambda each: coefficients.gwet(each, weights("identity", 2)), NOT_SHARED),
    )


def _interval(value: float, again: Numbers, testimonies: int) -> Estimate:
    if testimonies < 2:
        return Estimate(value, reason=ONE_TESTIMONY)
    defined = again[np.isfinite(again)]
    if len(defined) < LEAST_DEFINED * len(again):
        return Estimate(value, reason=SELDOM_DEFINED)
    if np.ptp(defined) < 1e-9:  # as many draws as one likes say nothing of what was not seen
        return Estimate(value, reason=ALWAYS_SAME)
    low, high = np.quantile(defined, ((1 - SHARE) / 2, (1 + SHARE) / 2))
    return Estimate(value, float(low), float(high))
