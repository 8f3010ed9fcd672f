"""What every coefficient is made of: sums over units, so that drawing units again is only adding.

A unit rated by one coder alone tells nothing of agreement; it still says how often each category is
used, which is all that Gwet's coefficient takes from it.
"""

from collections.abc import Callable
from itertools import combinations
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

ABSENT = -1

Ratings: TypeAlias = npt.NDArray[np.integer[Any]]
Numbers: TypeAlias = npt.NDArray[np.float64]
Kind: TypeAlias = Literal["identity", "linear", "quadratic"]


class Sums(NamedTuple):
    """Sums over units; ``…`` stands for the axes that are not summed (clusters, questions).

    With r coders who rated a unit, r_k of them k. *Shared* units are those with r ≥ 2.
    """

    seen: Numbers  # (…) units with r ≥ 1
    shares: Numbers  # (…, categories) r_k / r, of the units seen
    shared: Numbers  # (…) units with r ≥ 2
    agreed: Numbers  # (…) the share of a unit's pairs of coders that agree, by the weights
    marks: Numbers  # (…, categories) r_k, of the shared units
    matched: Numbers  # (…, categories) r_k (r_k − 1) / (r − 1)
    alike: Numbers  # (…, categories) r_k (r_k − 1)
    possible: Numbers  # (…, categories) r_k (r − 1)
    crossed: Numbers  # (…, pairs of coders, categories, categories) what the two said

    def each(self, change: Callable[[Numbers], Numbers]) -> "Sums":
        """Every sum changed in the same way: drawn again, or added up."""
        return Sums(*map(change, self))


def weights(kind: Kind, categories: int) -> Numbers:
    """How far two categories agree, from 0 to 1: Gwet (2014), *Handbook of Inter-Rater
    Reliability*, ch. 3. Of two categories alone, every kind is the identity.
    """
    apart = np.abs(np.subtract.outer(np.arange(categories), np.arange(categories)))
    far: Numbers = apart / max(1, categories - 1)
    if kind == "identity":
        far = np.ceil(far)
    return 1 - (far**2 if kind == "quadratic" else far)


def count(
    ratings: Ratings, clusters: npt.NDArray[np.integer[Any]], weighing: Numbers | None = None
) -> Sums:
    """The sums of each cluster and question: leading axes (clusters, questions).

    *ratings*: units × coders × questions, ranks of categories or ``ABSENT``. *clusters*: the rank
    of each unit's cluster, from 0. *weighing*: categories × categories; the identity of yes and no
    by default. ``ValueError`` if the shapes or the values do not fit.
    """
    matrix = weights("identity", 2) if weighing is None else weighing
    if ratings.ndim != 3 or clusters.shape != ratings.shape[:1]:
        raise ValueError("ratings are units × coders × questions, clusters one a unit")
    if ratings.size and not ABSENT <= ratings.min() <= ratings.max() < len(matrix):
        raise ValueError("a rating is the rank of a category, or ABSENT")
    number = int(clusters.max()) + 1 if len(clusters) else 0
    counted = [
        _of_question(ratings[:, :, rank], clusters, number, matrix)
        for rank in range(ratings.shape[2])
    ]
    return Sums(*(np.stack(parts, axis=1) for parts in zip(*counted, strict=True)))


def _of_question(
    ratings: Ratings, clusters: npt.NDArray[np.integer[Any]], number: int, matrix: Numbers
) -> Sums:
    categories = len(matrix)
    rated = np.stack([(ratings == k).sum(axis=1) for k in range(categories)], axis=1).astype(float)
    raters = rated.sum(axis=1)
    shared = raters >= 2
    others = np.where(shared, raters - 1, 1.0)
    kept = rated * shared[:, None]
    alike = kept * (kept - 1)
    agreeing = (kept * (kept @ matrix - 1)).sum(axis=1)

    def added(values: Numbers) -> Numbers:
        total = np.zeros((number, *values.shape[1:]))
        np.add.at(total, clusters, values)
        return total

    return Sums(
        seen=added((raters >= 1).astype(float)),
        shares=added(rated / np.maximum(raters, 1)[:, None]),
        shared=added(shared.astype(float)),
        agreed=added(np.where(shared, agreeing / (np.maximum(raters, 1) * others), 0.0)),
        marks=added(kept),
        matched=added(alike / others[:, None]),
        alike=added(alike),
        possible=added(kept * (raters - 1)[:, None]),
        crossed=_crossed(ratings, clusters, number, categories),
    )


def _crossed(
    ratings: Ratings, clusters: npt.NDArray[np.integer[Any]], number: int, categories: int
) -> Numbers:
    pairs = list(combinations(range(ratings.shape[1]), 2))
    tables = np.zeros((number, len(pairs), categories, categories))
    for rank, (one, other) in enumerate(pairs):
        both = (ratings[:, one] != ABSENT) & (ratings[:, other] != ABSENT)
        places = (clusters[both], rank, ratings[both, one], ratings[both, other])
        np.add.at(tables, places, 1.0)
    return tables
