"""The pipeline that ships: any text, valid places; and learnt from exactly what ships beside it."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis import models, pipeline
from analysis.codebook import Codebook
from analysis.components.sentences import sentence_spans
from analysis.corpus import Passage
from analysis.learning import making
from analysis.models import Model
from analysis.pieces import legible
from analysis.pipeline import Tagger
from analysis.suggestions import Suggestion

pytestmark = pytest.mark.xdist_group("learning")
SAID = [
    "Le maire regarde sa montre dès qu’on parle de psychiatrie.",
    "On attend six mois au CMP.",
    "jai jamais osé parlé devant eux",
    "- le café du GEM, le mardi",
    "Ma sœur porte tout, la nuit surtout…",
    "L’ARS finance la moitié du poste de coordinatrice !",
    "Il pleut.",
    "Élu·es et usager(e)s : « autour de la table ».",
]
TOLD = [None, "", "moyens", "Qu’est-ce qui vous freine ?", "\ud800", "🙂", "a" * 3_000]
WHO = [None, "", "elu", "usager", "marin\n"]
PASSAGES = st.builds(
    Passage,
    st.integers(),
    st.lists(st.sampled_from(SAID) | st.text(max_size=30), max_size=5).map("\n".join)
    | st.text(alphabet=st.characters(), max_size=60),
    st.sampled_from(TOLD) | st.text(max_size=12),
    st.sampled_from(WHO) | st.text(max_size=8),
)
BRIEF = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def model() -> Model:
    return models.open_model(models.BUILT_IN)


@pytest.fixture(scope="module")
def shipped(model: Model) -> Tagger:
    return Tagger(Codebook.read(), model)


def alone(tagger: Tagger, passage: Passage) -> list[Suggestion]:
    ((_, found),) = tagger.suggest([passage])
    return found


@BRIEF
@given(passage=PASSAGES)
def test_always_holds(shipped: Tagger, passage: Passage) -> None:
    check(shipped, passage, alone(shipped, passage))


def check(tagger: Tagger, passage: Passage, found: list[Suggestion]) -> None:
    """What always holds of the suggestions for a passage."""
    assert [(each.start, each.end) for each in found] == sorted((e.start, e.end) for e in found)
    assert len({(each.theme, each.start, each.end) for each in found}) == len(found)
    spans = {(start, end) for _, _, start, end in sentence_spans(tagger.nlp(legible(passage.text)))}
    themes = {theme.id for theme in tagger.codebook.themes}
    for each in found:
        assert (each.start, each.end) in spans
        assert 0 <= each.start < each.end <= len(passage.text)
        assert each.theme in themes
        assert 0 < each.score <= 1
        assert each.score >= least_threshold(tagger)
        assert each.evidence
        places = [(one.start, one.end) for one in each.evidence]
        assert places == sorted(set(places))
        for one in each.evidence:
            assert each.start <= one.start < one.end <= each.end
            assert one.reason
            assert "\n" not in one.reason


def least_threshold(tagger: Tagger) -> float:
    """The least of the judge's, as scores are rounded."""
    judge = tagger._model.judge
    assert judge is not None
    ways = (judge.asked, judge.unasked, judge.alone)
    return round(min(float(each.thresholds.min()) for each in ways), 4) - 0.0001


@settings(BRIEF, max_examples=20)
@given(passages=st.lists(PASSAGES, max_size=6))
def test_a_batch_is_its_passages_one_by_one(shipped: Tagger, passages: list[Passage]) -> None:
    found = list(shipped.suggest(passages))
    assert [passage for passage, _ in found] == passages
    assert [suggestions for _, suggestions in found] == [alone(shipped, each) for each in passages]


def test_says_the_same_after_a_thousand_others(shipped: Tagger) -> None:
    passage = Passage(0, "\n".join(SAID), "moyens", "elu")
    before = alone(shipped, passage)
    assert len(before) >= 3

    def others() -> Iterator[Passage]:
        for number in range(1_000):
            yield Passage(number, f"mot{number} {SAID[number % len(SAID)]}")

    assert sum(len(found) for _, found in shipped.suggest(others())) > 500
    assert alone(shipped, passage) == before


def test_signs_with_its_version(shipped: Tagger, model: Model) -> None:
    assert model.name == models.BUILT_IN
    assert model.judge is not None
    assert model.judge.version == model.version
    assert shipped.info()["Classifieur"] == f"version {model.version}"


def test_knows_every_theme_of_the_codebook(shipped: Tagger, model: Model) -> None:
    assert model.judge is not None
    assert list(model.judge.themes) == [theme.id for theme in shipped.codebook.themes]
    ways = (model.judge.asked, model.judge.unasked, model.judge.alone)
    assert all(each.weights.any(axis=1).all() for each in ways)


def test_learnt_exactly_what_ships() -> None:
    """Where this fails, `make train` makes the pipeline anew from what has changed."""
    meta = json.loads((models.OWN / "meta.json").read_text(encoding="utf-8"))
    assert meta[making.SOURCES] == making.sources_of(making.read_plan())


def test_weighs_a_few_megabytes() -> None:
    files = [path for path in models.OWN.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 6_000_000


def test_a_tagger_needs_no_more_than_its_name() -> None:
    assert pipeline.load(model="integre").origin.startswith("intégré ")
