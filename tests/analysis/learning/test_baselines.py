"""What the judge is compared with."""

from collections.abc import Sequence

import pytest

from analysis.codebook import Codebook
from analysis.learning.baselines import baselines
from analysis.learning.evaluation import Judged, micro
from analysis.learning.making import Plan
from analysis.learning.passages import Example

pytestmark = pytest.mark.xdist_group("learning")


@pytest.fixture(scope="module")
def found(examples: Sequence[Example], codebook: Codebook, plan: Plan) -> dict[str, list[Judged]]:
    themes = [theme.id for theme in codebook.themes]
    return dict(baselines(examples, themes, codebook, plan.parameters))


def test_every_one_judges_every_sentence_once(
    found: dict[str, list[Judged]], examples: Sequence[Example]
) -> None:
    assert list(found) == [
        "Indices de la grille seuls",
        "TF-IDF et régression logistique",
        "Toujours le thème le plus fréquent",
    ]
    sentences = sum(len(each.given) for each in examples)
    given = sum(int(each.given.sum()) for each in examples)
    for judged in found.values():
        assert len(judged) == sentences
        assert micro(judged).given == given


def test_cues_alone_are_the_codebook_s(
    found: dict[str, list[Judged]], examples: Sequence[Example], codebook: Codebook
) -> None:
    themes = [theme.id for theme in codebook.themes]
    cues = [row for each in examples for row in each.cues]
    for judged, row in zip(found["Indices de la grille seuls"], cues, strict=True):
        strong = [
            theme for theme, score in zip(themes, row, strict=True) if score >= codebook.threshold
        ]
        assert judged.suggested == set(strong)


def test_the_most_frequent_theme_is_always_the_same_in_a_fold(
    found: dict[str, list[Judged]],
) -> None:
    suggested = [each.suggested for each in found["Toujours le thème le plus fréquent"]]
    assert {len(each) for each in suggested} == {1}
    assert len(set(suggested)) <= 3  # as many folds
