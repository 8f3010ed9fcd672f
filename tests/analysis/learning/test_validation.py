"""Cross-validation: what would be said of testimonies never seen."""

from collections.abc import Sequence

import numpy as np
import pytest

from analysis.corpus import CorpusError
from analysis.learning.evaluation import Judged
from analysis.learning.judge import Judge
from analysis.learning.passages import Example, Parameters
from analysis.learning.training import folds_of
from analysis.learning.validation import Held, folds, judged_by, part
from tests.analysis.learning.samples import example

pytestmark = pytest.mark.xdist_group("learning")


def passages(count: int) -> list[Example]:
    """Two answers of each testimony."""
    return [example(f"t{number // 2}", [("a", [True])]) for number in range(2 * count)]


def test_folds_never_part_a_testimony_and_are_not_learning_s() -> None:
    examples, parameters = passages(20), Parameters(folds=4)
    found = list(folds(examples, parameters))
    assert sorted(each for _, rest in found for each in rest) == list(range(40))
    for learn, rest in found:
        assert {examples[n].testimony for n in learn} & {
            examples[n].testimony for n in rest
        } == set()
    assert found != list(folds_of(examples, parameters, parameters.seed))
    assert found == list(folds(examples, parameters))


def test_too_few_testimonies() -> None:
    with pytest.raises(CorpusError, match="au moins 5 témoignages"):
        list(folds(passages(4), Parameters()))


@pytest.mark.parametrize(("share", "kept"), [(0.25, 5), (0.5, 10), (1.0, 20)])
def test_a_part_is_of_whole_testimonies(share: float, kept: int) -> None:
    examples = passages(20)
    found = part(examples, share, 1)
    testimonies = {each.testimony for each in found}
    assert (len(testimonies), len(found)) == (kept, 2 * kept)
    assert [id(each) for each in found] == [
        id(each) for each in examples if each.testimony in testimonies
    ]
    assert [each.testimony for each in part(examples, share, 1)] == [e.testimony for e in found]


def test_parts_grow() -> None:
    examples = passages(20)
    small, large = ({e.testimony for e in part(examples, share, 1)} for share in (0.25, 0.75))
    assert small < large


def test_counts_what_was_judged_only() -> None:
    held = Held(
        example("t", [("a", [True, False]), ("b", [True, True])], known=[[1, 1], [1, 0]]),
        np.array([[0.5, 0.6], [0.2, 0.9]], np.float32),
        np.array([0.5, 0.7], np.float32),
    )
    one, two = held.judged(["x", "y"])
    assert one == Judged("t", frozenset("x"), frozenset("x"), one.scores)
    assert one.scores == pytest.approx({"x": 0.5, "y": 0.6})
    assert two == Judged("t", frozenset("x"), frozenset(), two.scores)
    assert two.scores == pytest.approx({"x": 0.2})


def test_judges_as_it_is_told(judge: Judge, examples: Sequence[Example]) -> None:
    passage = next(each for each in examples if each.question == "moyens" and len(each.given) > 1)
    told = judged_by(judge, passage, passage.question, passage.audience)
    untold = judged_by(judge, passage, None, None)
    logits = judge.level.logits(passage.sentences, passage.vectors)
    expected = judge.weigh(logits, passage.cues, "moyens", passage.audience)
    assert np.array_equal(told.scores, expected.scores)
    assert np.array_equal(told.thresholds, judge.asked.thresholds)
    assert np.array_equal(untold.thresholds, judge.unasked.thresholds)
    assert not np.array_equal(told.scores, untold.scores)
