"""What a question and a profile tell, before an answer is read."""

import numpy as np
import pytest

from analysis.components.keys import Keys
from analysis.learning.setting import Setting, features_of

KEYS = Keys()


def setting() -> Setting:
    weights = np.array([[1, 0], [0, 2], [4, 4], [8, 0]], dtype=np.float32)
    numbers = {"moyen": 0, "@elu": 1, "@elu moyen": 2, "frein": 3}
    return Setting(numbers, weights, np.array([-1, -2], dtype=np.float32))


def test_reads_the_question_s_words_alone_and_with_the_profile() -> None:
    assert features_of("moyens_moyens", "elu", KEYS) == ["@elu", "moyen", "@elu moyen"]
    assert features_of("Les moyens ?", None, KEYS) == ["le", "moyen"]
    assert features_of(None, "elu", KEYS) == ["@elu"]


@pytest.mark.parametrize("question", [None, "", " ", "?!", "___"])
@pytest.mark.parametrize("audience", [None, "", " \n"])
def test_nothing_is_known(question: str | None, audience: str | None) -> None:
    assert features_of(question, audience, KEYS) == []
    assert setting().logits(question, audience).tolist() == [-1, -2]
    assert not setting().knows(question)


def test_a_profile_keeps_to_one_line() -> None:
    assert features_of(None, " Élue\n de  Lyon ", KEYS) == ["@élue de lyon"]


def test_an_endless_question_is_read_at_its_beginning() -> None:
    assert len(features_of("mot " * 100_000 + "fin", None, KEYS)) == 1
    assert max(map(len, features_of("z" * 5_000, "p" * 5_000, KEYS))) <= 82


def test_adds_up_what_is_known() -> None:
    root = np.sqrt(3)
    np.testing.assert_allclose(
        setting().logits("Quels moyens", "elu"), [-1 + 5 / root, -2 + 6 / root], rtol=1e-6
    )


def test_an_unknown_question_tells_what_its_profile_tells() -> None:
    assert setting().logits("Météo", "elu").tolist() == [-1, 0]
    assert not setting().knows("Météo")


def test_an_unknown_profile_tells_what_its_question_tells() -> None:
    assert setting().logits("moyens", "marin").tolist() == [0, -2]
    assert setting().knows("moyens")


def test_remembers_without_end_nor_mistake() -> None:
    told = setting()
    before = told.logits("frein", None).tolist()
    for number in range(2_500):
        told.logits(f"question {number}", "elu")
    assert told.logits("frein", None).tolist() == before == [7, -2]
