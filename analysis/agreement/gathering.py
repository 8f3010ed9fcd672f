"""From sentences to answers: an answer bears a theme as soon as one of its sentences does."""

from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.agreement.counting import ABSENT, Ratings


def gather(ratings: Ratings, groups: npt.NDArray[np.integer[Any]]) -> Ratings:
    """The ratings of groups of units, from those of units: the highest of each group.

    *groups*: the rank of each unit's group, from 0. What a coder has not seen whole is ``ABSENT``:
    a yes may wait in the rest.
    """
    number = int(groups.max()) + 1 if len(groups) else 0
    shape = (number, *ratings.shape[1:])
    highest = np.full(shape, ABSENT, dtype=ratings.dtype)
    lowest = np.full(shape, np.iinfo(ratings.dtype).max, dtype=ratings.dtype)
    np.maximum.at(highest, groups, ratings)
    np.minimum.at(lowest, groups, ratings)
    return np.where(lowest == ABSENT, ABSENT, highest).astype(ratings.dtype)
