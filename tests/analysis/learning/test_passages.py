"""Labelled passages as a judge learns from them."""

import numpy as np

from analysis.learning.passages import joined
from tests.analysis.learning.samples import example, words


def test_the_answers_of_a_testimony_as_one() -> None:
    one = example("t", [("un deux", [True])], question="moyens", audience="elu", vectors=[[1]])
    two = example(
        "t",
        [("trois", [False]), ("quatre", [True])],
        question="portage",
        audience="elu",
        known=[[False], [True]],
        cues=[[0.5], [0]],
        vectors=[[2], [3]],
    )
    both = joined([one, two])
    assert (both.testimony, both.question, both.audience) == ("t", None, "elu")
    assert both.sentences == (words("un deux"), words("trois"), words("quatre"))
    assert both.given.tolist() == [[True], [False], [True]]
    assert both.known.tolist() == [[True], [False], [True]]
    assert both.cues.tolist() == [[0], [0.5], [0]]
    assert np.array_equal(both.vectors, [[1], [2], [3]])
