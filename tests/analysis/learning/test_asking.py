"""Learning what a question and a profile tell."""

import numpy as np
import pytest

from analysis.components.keys import Keys
from analysis.learning.asking import setting_of, ways
from analysis.learning.passages import NEVER, Parameters
from analysis.learning.setting import Setting
from tests.analysis.learning.samples import example

WORDINGS = {"moyens": ["Avec quel argent ?"]}


def learnt(known: list[list[bool]] | None = None, *, unjudged: bool = False) -> Setting:
    """What two sentences an answer teach; *known*: which of them somebody judged."""
    passages = [
        example(
            f"t{number}",
            [("a", [asked == "moyens", False]), ("b", [unjudged or number % 4 == 0, False])],
            question=asked,
            audience=audience,
            known=known,
        )
        for number, (asked, audience) in enumerate(
            [("moyens", "elu"), ("portage", "elu"), ("moyens", "coordinateur")] * 6
        )
    ]
    return setting_of(passages, WORDINGS, Parameters(), Keys())


def test_every_way_to_ask_a_question() -> None:
    assert ways("moyens", WORDINGS) == ["moyens", "Avec quel argent ?"]
    assert ways("portage", WORDINGS) == ["portage"]
    assert ways(None, WORDINGS) == ways("", WORDINGS) == []


def test_a_question_tells_its_theme_however_it_is_asked() -> None:
    setting = learnt()
    by_key, otherwise = (
        setting.logits("moyens", None)[0],
        setting.logits(WORDINGS["moyens"][0], "elu")[0],
    )
    unknown = setting.logits(None, None)[0]
    assert min(by_key, otherwise) > unknown > setting.logits("portage", None)[0]
    assert setting.knows("argent")
    assert not setting.knows("lune")


def test_a_theme_without_example_is_never() -> None:
    assert learnt().logits("moyens", "elu")[1] == NEVER


def test_what_nobody_judged_teaches_nothing() -> None:
    known = [[True, True], [False, False]]
    assert np.array_equal(learnt(known).weights, learnt(known, unjudged=True).weights)
    assert not np.array_equal(learnt().weights, learnt(unjudged=True).weights)
    assert learnt([[False, True]] * 2).logits("moyens", "elu").tolist() == [NEVER, NEVER]


@pytest.mark.parametrize("audience", [None, "elu"])
def test_no_question_at_all(audience: str | None) -> None:
    passages = [example(f"t{n}", [("a", [n % 2 == 0])], audience=audience) for n in range(6)]
    setting = setting_of(passages, WORDINGS, Parameters(), Keys())
    assert list(setting.numbers) == (["@elu"] if audience else [])
    assert np.isfinite(setting.logits("moyens", "elu")).all()
