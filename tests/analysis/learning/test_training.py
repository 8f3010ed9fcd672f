"""Learning a judge whole: folds by testimony, progress, the same seed the same judge."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.corpus import CorpusError
from analysis.learning.judge import Judge
from analysis.learning.making import Plan
from analysis.learning.passages import Example, Parameters
from analysis.learning.training import folds_of, train
from tests.analysis.learning.samples import THEMES, UNTAUGHT, example

pytestmark = pytest.mark.xdist_group("learning")


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_seed_writes_the_same_bytes(
    examples: Sequence[Example], plan: Plan, judge: Judge, tmp_path: Path
) -> None:
    again = train(examples, judge.themes, plan.wordings, plan.parameters, "0.1")
    judge.to_disk(tmp_path / "one")
    again.to_disk(tmp_path / "two")
    assert files(tmp_path / "one") == files(tmp_path / "two")
    other = replace(plan.parameters, seed=2)
    train(examples, judge.themes, plan.wordings, other, "0.1").to_disk(tmp_path / "three")
    assert files(tmp_path / "one")["weights.npz"] != files(tmp_path / "three")["weights.npz"]


def test_learns_what_it_was_taught(examples: Sequence[Example], judge: Judge) -> None:
    right = suggested = given = 0
    for each in examples:
        logits = judge.level.logits(each.sentences, each.vectors)
        verdict = judge.weigh(logits, each.cues, each.question, each.audience)
        said = verdict.scores >= verdict.thresholds
        right += int((said & each.given).sum())
        suggested, given = suggested + int(said.sum()), given + int(each.given.sum())
        assert verdict.taught.tolist() == [theme in THEMES for theme in judge.themes]
        assert not said[:, judge.themes.index(UNTAUGHT)].any()
    assert 2 * right / (suggested + given) > 0.85


def test_tells_how_far_it_is(plan: Plan) -> None:
    told: list[float] = []
    passages = [example(f"t{n}", [("a", [n % 2 == 0]), ("b", [True])]) for n in range(6)]
    train(passages, ["t"], {}, replace(plan.parameters, folds=3), "1", told.append)
    assert told == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])


def test_folds_never_part_a_testimony(examples: Sequence[Example]) -> None:
    parameters = Parameters(folds=4)
    kept_apart: list[int] = []
    for learn, rest in folds_of(examples, parameters, 1):
        assert sorted([*learn, *rest]) == list(range(len(examples)))
        testimonies = [{examples[each].testimony for each in part} for part in (learn, rest)]
        assert testimonies[0] & testimonies[1] == set()
        kept_apart += rest
    assert sorted(kept_apart) == list(range(len(examples)))


def test_too_few_testimonies() -> None:
    passages = [example("t", [("a", [True])]), example("u", [("b", [False])])] * 3
    with pytest.raises(CorpusError) as caught:
        train(passages, ["t"], {}, Parameters(folds=3), "1")
    assert str(caught.value) == "il faut au moins 3 témoignages pour apprendre."
    with pytest.raises(CorpusError, match="au moins 5 témoignages"):
        train([], ["t"], {}, Parameters(), "1")


def test_a_corpus_that_says_nothing_of_who_asked_whom() -> None:
    """No question, no profile, no cue: what never varies must not spoil the judge."""
    texts = ["le maire préside", "dix euros de budget", "il pleut"]
    passages = [
        example(f"t{n}", [(text, [index == 0, index == 1]) for index, text in enumerate(texts)])
        for n in range(9)
    ]
    judge = train(passages, ["portage", "moyens"], {}, Parameters(folds=3), "1")
    for told in ((None, None), ("moyens", "elu")):
        logits = judge.level.logits(passages[0].sentences, passages[0].vectors)
        verdict = judge.weigh(logits, passages[0].cues, *told)
        assert np.isfinite(verdict.scores).all()
        assert (verdict.scores >= verdict.thresholds).tolist() == [
            [True, False],
            [False, True],
            [False, False],
        ]
