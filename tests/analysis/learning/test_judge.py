"""A judge kept on disk, and how it weighs what it is told."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.learning.combination import COLUMNS, Combination
from analysis.learning.judge import FirstLevel, Judge
from analysis.learning.passages import Example
from analysis.learning.setting import Setting
from tests.analysis.learning.samples import linear, words

pytestmark = pytest.mark.xdist_group("learning")
CUES = np.zeros((2, 2), dtype=np.float32)


def combination(bias: float) -> Combination:
    """One that adds up all that it is told, from *bias*."""
    return Combination(
        np.ones((2, COLUMNS), np.float32), np.full(2, bias, np.float32), np.full(2, 0.5, np.float32)
    )


def made(dense: Sequence[Sequence[float]] = ()) -> Judge:
    setting = Setting({"moyen": 0}, np.array([[1, 2]], np.float32), np.array([0, 0], np.float32))
    level = FirstLevel(linear(["maire"]), np.array(dense, np.float32).reshape(-1, 2))
    return Judge(("t", "u"), "1", level, setting, combination(-1), combination(-2), combination(-3))


def bias_of(judge: Judge, sentences: int, question: str | None) -> float:
    """The bias of the combination that was used, from what it says."""
    logits = np.zeros((sentences, 2), np.float32)
    verdict = judge.weigh(logits, np.zeros_like(logits), question, None)
    odds = np.log(verdict.scores / (1 - verdict.scores)) - verdict.terms.sum(axis=2)
    return round(float(odds[0, 0]), 3)


def test_weighs_by_what_is_known_of_the_passage() -> None:
    assert bias_of(made(), 2, "Les moyens") == -1
    assert bias_of(made(), 2, "La météo") == bias_of(made(), 2, None) == -2
    assert bias_of(made(), 1, "Les moyens") == bias_of(made(), 1, None) == -3


def test_the_setting_speaks_for_lone_sentences_too() -> None:
    logits = np.zeros((1, 2), np.float32)
    told = made().weigh(logits, CUES[:1], "Les moyens", None).terms[0, :, -1]
    assert told.tolist() == [1, 2]


def test_no_sentence_no_verdict() -> None:
    verdict = made().weigh(CUES[:0], CUES[:0], None, None)
    assert verdict.scores.shape == (0, 2)
    assert verdict.terms.shape == (0, 2, COLUMNS)


def test_says_of_which_themes_it_learnt() -> None:
    judge = made()
    judge.unasked.weights[1] = 0
    assert judge.weigh(CUES, CUES, None, None).taught.tolist() == [True, False]
    assert judge.weigh(CUES, CUES, "Les moyens", None).taught.tolist() == [True, True]


def test_vectors_add_to_words() -> None:
    level = made([[1, 0], [0, 10]]).level
    sentences = [words("maire"), words("autre")]
    vectors = np.array([[3, 0], [0, 1]], np.float32)
    expected = level.linear.logits(sentences) + np.array([[3, 0], [0, 10]])
    np.testing.assert_allclose(level.logits(sentences, vectors), expected, rtol=1e-6)


@pytest.mark.parametrize("columns", [0, 1, 3])
def test_vectors_of_another_size_are_left_out(columns: int) -> None:
    level = made([[1, 0], [0, 10]]).level
    sentences = [words("maire"), words("autre")]
    found = level.logits(sentences, np.ones((2, columns), np.float32))
    assert np.array_equal(found, level.linear.logits(sentences))


def test_read_back_it_says_the_same(
    judge: Judge, examples: Sequence[Example], tmp_path: Path
) -> None:
    judge.to_disk(tmp_path / "juge")
    again = Judge.from_disk(tmp_path / "juge")
    assert (again.themes, again.version) == (judge.themes, judge.version)
    assert again.level.linear.features.numbers == judge.level.linear.features.numbers
    assert again.level.linear.features.reading == judge.level.linear.features.reading
    assert again.setting.numbers == judge.setting.numbers
    for each in examples:
        for told in ((each.question, each.audience), (None, None)):
            one, other = (
                known.weigh(known.level.logits(each.sentences, each.vectors), each.cues, *told)
                for known in (judge, again)
            )
            np.testing.assert_allclose(other.scores, one.scores, atol=4e-3)
            assert np.array_equal(other.taught, one.taught)
    again.to_disk(tmp_path / "encore")  # halves do not wear out
    assert [path.read_bytes() for path in sorted((tmp_path / "encore").iterdir())] == [
        path.read_bytes() for path in sorted((tmp_path / "juge").iterdir())
    ]


def test_keeps_odd_names(tmp_path: Path) -> None:
    """A feature may be any character that is a letter, a profile any line."""
    judge = made()
    names = ["\x85", "ª", "à b", "😀", "\u2028x", "# é "]
    setting = Setting({"@élue de lyon": 0, "\u2028": 1}, np.ones((2, 2)), np.zeros(2))
    odd = replace(judge, level=FirstLevel(linear(names), judge.level.dense), setting=setting)
    odd.to_disk(tmp_path)
    again = Judge.from_disk(tmp_path)
    assert list(again.level.linear.features.numbers) == names
    assert list(again.setting.numbers) == ["@élue de lyon", "\u2028"]


def test_a_judge_of_nothing(tmp_path: Path) -> None:
    nothing = Setting({}, np.zeros((0, 2)), np.zeros(2))
    replace(made(), level=FirstLevel(linear([]), np.zeros((0, 2))), setting=nothing).to_disk(
        tmp_path
    )
    again = Judge.from_disk(tmp_path)
    assert (again.level.linear.features.numbers, again.setting.numbers) == ({}, {})


@pytest.mark.parametrize("name", ["features.txt.gz", "weights.npz", "about.json", "settings.txt"])
def test_says_what_is_missing_or_spoilt(name: str, tmp_path: Path) -> None:
    made().to_disk(tmp_path)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).unlink()
    with pytest.raises(FileNotFoundError):
        Judge.from_disk(tmp_path)
    if name != "settings.txt":
        (tmp_path / name).write_bytes(whole[: len(whole) // 2])
        with pytest.raises((ValueError, OSError)):
            Judge.from_disk(tmp_path)


def test_a_judge_without_one_of_its_parts_is_spoilt(tmp_path: Path) -> None:
    made().to_disk(tmp_path)
    (tmp_path / "about.json").write_text('{"themes": ["t", "u"]}')
    with pytest.raises(ValueError, match=r"fichiers abîmés \(KeyError\)"):
        Judge.from_disk(tmp_path)
