"""Labelled passages as a judge learns from them, and what their learning may be told."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analysis.learning.linear import Floats, Reading
from analysis.learning.words import Words

Booleans = NDArray[np.bool_]
NEVER = -9.0  # log-odds of a theme of which there is no example


@dataclass(frozen=True, slots=True)
class Example:
    """A passage to learn from: a row a sentence in the tables, a column a theme.

    ``known``: where somebody said yes or no; what nobody judged teaches nothing either way.
    ``vectors``: a trained model's, without any column when there is none.
    """

    testimony: str
    question: str | None
    audience: str | None
    sentences: tuple[Words, ...]
    cues: Floats
    given: Booleans
    known: Booleans
    vectors: Floats


def joined(examples: Sequence[Example]) -> Example:
    """The answers of one testimony as one passage, of which nobody says what was asked."""
    return Example(
        examples[0].testimony,
        None,
        examples[0].audience,
        tuple(sentence for example in examples for sentence in example.sentences),
        np.concatenate([example.cues for example in examples]),
        np.concatenate([example.given for example in examples]),
        np.concatenate([example.known for example in examples]),
        np.concatenate([example.vectors for example in examples]),
    )


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the learning may be told. Regularisation is scikit-learn's C: small is strong."""

    reading: Reading = field(default_factory=Reading)
    words_c: float = 3.0
    setting_c: float = 1.0
    combination_c: float = 0.3
    folds: int = 5
    seed: int = 1
