"""From what was read to suggestions, each with its reasons."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from analysis import models
from analysis.codebook import Codebook
from analysis.corpus import Passage
from analysis.folding import FUNCTION_WORDS, fold
from analysis.learning.combination import CUES, WORDS, Combination
from analysis.learning.judge import Judge
from analysis.models import Model
from analysis.pipeline import Tagger
from analysis.suggestions import Evidence, Suggestion
from analysis.weighing import cue_scores

pytestmark = pytest.mark.xdist_group("learning")
Suggest = Callable[..., list[Suggestion]]
LEARNT = re.compile(r"« (?P<word>.+) » \(appris des témoignages étiquetés\)")
AROUND = "qui parle, ce qui se dit autour, et la question posée"
TEXT = (
    "Le maire regarde sa montre dès qu’on parle de psychiatrie. Puisqu’il faut bien rire. "
    "Lorsqu’on attend six mois au CMP, jusqu’à l’automne, on appelle chez soi.\n"
    "Ma sœur porte tout pour moi, et moi aussi j’ai eu peur avec eux. "
    "Personne ne paie le poste, ni l’ARS ni la ville. Quelqu’un est-il venu, dit-elle, me voir ?"
)


@pytest.fixture(scope="module")
def own() -> Model:
    return models.open_model(models.BUILT_IN)


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return Codebook.read()


def weighing(judge: Judge, *columns: int, least: float) -> Judge:
    """*judge*, listening to *columns* alone, which suggests from the score *least*."""

    def deaf(combination: Combination) -> Combination:
        weights = np.zeros_like(combination.weights)
        weights[:, list(columns)] = 1
        return Combination(
            weights, np.zeros_like(combination.bias), np.full_like(combination.bias, least)
        )

    return replace(
        judge, asked=deaf(judge.asked), unasked=deaf(judge.unasked), alone=deaf(judge.alone)
    )


def said(model: Model, codebook: Codebook, text: str = TEXT, **about: str) -> list[Suggestion]:
    ((_, found),) = Tagger(codebook, model).suggest([Passage(1, text, **about)])
    return found


def places(text: str, suggestions: list[Suggestion]) -> Iterator[tuple[str, str]]:
    """The words shown as learnt, in the text and in the reason."""
    for suggestion in suggestions:
        for one in suggestion.evidence:
            if found := LEARNT.fullmatch(one.reason):
                yield text[one.start : one.end], found["word"]


def test_reasons_are_telling_words_where_they_stand(own: Model, codebook: Codebook) -> None:
    judge = own.judge
    assert judge is not None
    everything = replace(own, judge=weighing(judge, WORDS, least=0.0))
    found = list(places(TEXT, said(everything, codebook)))
    assert len(found) > 100
    little = {"par", "pour", "avec", "chez", "moi", "eux", "puisqu'", "lorsqu'", "jusqu'", "aussi"}
    little |= {"faut", "six", "dit", "-il", "-elle"}
    for in_text, shown in found:
        assert in_text == shown
        assert len(shown) > 2
        assert fold(shown) not in FUNCTION_WORDS | little
        assert any(character.isalnum() for character in shown)


def test_at_most_three_learnt_words_each_once(own: Model, codebook: Codebook) -> None:
    assert own.judge is not None
    text = "montre montre psychiatrie maire maire argent budget poste"
    everything = replace(own, judge=weighing(own.judge, WORDS, least=0.0))
    for suggestion in said(everything, codebook, text):
        words = [word for word, _ in places(text, [suggestion])]
        assert len(words) == len(set(words)) <= 3
        starts = [one.start for one in suggestion.evidence]
        assert starts == sorted(starts)
        spans = [(one.start, one.end) for one in suggestion.evidence]
        for (_, end), (start, _) in pairwise(spans):
            assert end <= start  # a learnt word is no cue's


def test_what_is_only_around_shows_the_whole_sentence(own: Model, codebook: Codebook) -> None:
    assert own.judge is not None
    model = replace(own, judge=weighing(own.judge, least=0.5))
    found = said(model, codebook, "Il le fut.\nOui.")
    assert found == []  # of what no column speaks for, nothing was learnt
    model = replace(own, judge=weighing(own.judge, 3, 4, least=0.0))
    shown = {
        (one.start - each.start, one.end - each.end, one.reason)
        for each in said(model, codebook, "Et.\nOu.")
        for one in each.evidence
    }
    assert shown == {(0, 0, AROUND)}


def test_cues_are_reasons_where_they_weigh(
    own: Model, codebook: Codebook, suggest: Suggest
) -> None:
    assert own.judge is not None
    text = "Le maire préside la plénière."
    (by_cues,) = suggest(text)
    assert own.judge is not None
    model = replace(own, judge=weighing(own.judge, CUES, least=0.6))
    found = {each.theme: each for each in said(model, codebook, text)}
    assert found[by_cues.theme].evidence == by_cues.evidence
    assert list(found) == [by_cues.theme]


def test_a_pronoun_alone_is_no_reason(own: Model, codebook: Codebook) -> None:
    """« On » (élues et élus) tells nobody anything; beside another word it does."""
    assert own.judge is not None
    text = "On nous le fut.\nJ’ai mal répondu."
    lenient = replace(codebook, threshold=0.01)
    judged = replace(own, judge=weighing(own.judge, CUES, least=0.505))
    for model in (models.open_model(models.CUES), judged):
        found = said(model, lenient, text, audience="elu")
        first = [each for each in found if each.start == 0]
        assert first
        assert {one for each in first for one in each.evidence} == {Evidence(0, 15, AROUND)}
        (beside,) = [each for each in found if each.theme == "freins_elus" and each.start]
        assert {one.reason for one in beside.evidence} >= {
            "« J’ » (élues et élus) + « mal » (manque ou difficulté) + « répondu »"
        }


def test_scores_are_probabilities_in_four_decimals(own: Model, codebook: Codebook) -> None:
    found = said(own, codebook, question="moyens", audience="elu")
    assert found
    for each in found:
        assert 0 < each.score <= 1
        assert each.score == round(each.score, 4)
    assert own.judge is not None
    low = replace(own.judge, unasked=replace_bias(own.judge.unasked, -99.0))
    (one, *_) = said(replace(own, judge=low), codebook)
    assert one.score == 0.0001


def replace_bias(combination: Combination, bias: float) -> Combination:
    """One that finds everything nearly impossible, and suggests it all."""
    low = np.full_like(combination.bias, bias)
    return Combination(combination.weights, low, np.zeros_like(low))


def test_thresholds_are_respected(own: Model, codebook: Codebook) -> None:
    judge = own.judge
    assert judge is not None
    every = replace(judge, unasked=with_threshold(judge.unasked, 0.0))
    scores = sorted(each.score for each in said(replace(own, judge=every), codebook))
    assert len(scores) == 22 * 6
    for least in (0.1, 0.3, 0.6):
        strict = replace(judge, unasked=with_threshold(judge.unasked, least))
        found = said(replace(own, judge=strict), codebook)
        assert sorted(each.score for each in found) == [one for one in scores if one >= least]


def with_threshold(combination: Combination, least: float) -> Combination:
    return replace(combination, thresholds=np.full_like(combination.thresholds, least))


def test_a_retired_theme_is_never_suggested(own: Model, codebook: Codebook) -> None:
    kept = replace(codebook, themes=codebook.themes[::2])
    assert own.judge is not None
    every = replace(own, judge=weighing(own.judge, WORDS, least=0.0))
    whole, part = (said(every, grid) for grid in (codebook, kept))
    themes = {theme.id for theme in kept.themes}
    assert part == [each for each in whole if each.theme in themes] != []


def test_what_was_learnt_of_a_merged_theme_speaks_for_the_one_that_stands(
    own: Model, codebook: Codebook
) -> None:
    former, into = codebook.theme("moyens_financements"), codebook.theme("effets_elus")
    rest = tuple(replace(theme, cues=()) for theme in codebook.themes)
    kept = tuple(theme for theme in rest if theme.id != former.id)
    one = replace(codebook, themes=kept, merged={former.id: into.id})
    assert own.judge is not None
    words_alone = replace(own, judge=weighing(own.judge, WORDS, least=0.5))
    before, after = said(words_alone, replace(codebook, themes=rest)), said(words_alone, one)
    best: dict[tuple[str, int], float] = {}
    for each in before:
        place = (one.resolve(each.theme), each.start)
        best[place] = max(best.get(place, 0.0), each.score)
    assert {(each.theme, each.start): each.score for each in after} == best
    assert former.id in {each.theme for each in before}
    assert into.id in {each.theme for each in after} - {each.theme for each in before}


def test_a_theme_that_the_judge_does_not_know_goes_by_its_cues(
    own: Model, codebook: Codebook, suggest: Suggest
) -> None:
    text = "Le maire préside la plénière. Les élu·es n’ont pas le temps."
    by_cues = suggest(text)
    assert [each.theme for each in by_cues] == ["portage_politique", "freins_elus"]
    judge = own.judge
    assert judge is not None
    renamed = tuple("ancien" if each == "freins_elus" else each for each in judge.themes)
    found = said(replace(own, judge=replace(judge, themes=renamed)), codebook, text)
    assert [each for each in found if each.theme == "freins_elus"] == by_cues[1:]
    assert "ancien" not in {each.theme for each in found}


def test_a_theme_of_which_nothing_was_learnt_goes_by_its_cues(
    own: Model, codebook: Codebook, suggest: Suggest
) -> None:
    text = "Le maire préside la plénière. Les élu·es n’ont pas le temps."
    judge = own.judge
    assert judge is not None
    weights = judge.unasked.weights.copy()
    weights[judge.themes.index("freins_elus")] = 0
    untaught = replace(judge, unasked=replace(judge.unasked, weights=weights))
    found = said(replace(own, judge=untaught), codebook, text)
    assert [each for each in found if each.theme == "freins_elus"] == suggest(text)[1:]


def test_cue_scores_have_a_row_a_sentence(tagger: Tagger) -> None:
    text = "Il pleut. Le maire préside la plénière."
    doc = tagger.nlp(text)
    spans = [(0, 3, 0, 9), (3, len(doc), 10, len(text))]
    reading = tagger.reader.read(doc, spans, tagger.reader.context(None, None))
    table = cue_scores(reading, ("portage_politique", "inconnu"))
    assert table.shape == (2, 2)
    assert table[0].tolist() == [0, 0]
    assert table[1, 0] > 0 == table[1, 1]
    nothing = tagger.reader.read(tagger.nlp(""), [], tagger.reader.context(None, None))
    assert cue_scores(nothing, ("portage_politique",)).shape == (0, 1)
