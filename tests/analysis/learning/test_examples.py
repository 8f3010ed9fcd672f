"""Labelled answers, read by the pipeline that will use what is learnt from them."""

from collections.abc import Sequence

import numpy as np
import pytest

from analysis import models
from analysis.codebook import Codebook
from analysis.corpus import Passage
from analysis.labelled import Answer, Sentence
from analysis.learning.examples import examples_of
from analysis.learning.passages import Example
from analysis.pipeline import Tagger
from analysis.reading import Reader
from tests.analysis.learning.samples import THEMES, UNTAUGHT

pytestmark = pytest.mark.xdist_group("learning")
TEXT = "Le maire préside\nl’assemblée.   On attend six mois au CMP."
THEME = ("portage_politique", "acces_soins")


@pytest.fixture(scope="module")
def cueing(codebook: Codebook) -> Tagger:
    return Tagger(codebook, models.Model(models.untaught(), "indices", "1"))


def read(cueing: Tagger, *sentences: Sentence, text: str = TEXT) -> list[Example]:
    answer = Answer("t", Passage("t/q", text, "portage", "elu"), sentences)
    return list(examples_of([answer], cueing.nlp, cueing.reader, THEME))


def test_reads_the_sentences_that_the_person_cut(cueing: Tagger) -> None:
    (found,) = read(
        cueing,
        Sentence(0, 28, frozenset({"portage_politique", "inconnu"})),
        Sentence(31, 57, frozenset({"acces_soins"}), frozenset({"acces_soins"})),
    )
    assert (found.testimony, found.question, found.audience) == ("t", "portage", "elu")
    assert [each.words for each in found.sentences] == [
        ("Le", "maire", "préside", "l’", "assemblée"),
        ("On", "attend", "six", "mois", "au", "CMP"),
    ]
    assert found.given.tolist() == [[True, False], [False, True]]
    assert found.known.tolist() == [[True, True], [False, True]]
    assert found.vectors.shape == (2, 0)
    ((_, suggestions),) = cueing.suggest([Passage(1, TEXT[31:], "portage", "elu")])
    assert {each.theme: np.float32(each.score) for each in suggestions} == {
        "acces_soins": pytest.approx(found.cues[1, 1], abs=1e-4)
    }


def test_a_sentence_cut_within_a_word_has_the_whole_word(cueing: Tagger) -> None:
    (found,) = read(cueing, Sentence(5, 13, frozenset()))
    assert [each.words for each in found.sentences] == [("maire", "préside")]


def test_answers_without_labelled_sentence_are_left_out(cueing: Tagger) -> None:
    assert read(cueing) == []


def test_half_characters_and_endless_words_move_nothing(cueing: Tagger) -> None:
    text = "\ud800 Élue. " + "a" * 1_000 + " Fin du texte."
    (found,) = read(cueing, Sentence(len(text) - 13, len(text), frozenset()), text=text)
    assert [each.words for each in found.sentences] == [("Fin", "du", "texte")]


def test_the_corpus_keeps_its_order(examples: Sequence[Example], answers: Sequence[Answer]) -> None:
    assert [(each.testimony, each.question) for each in examples] == [
        (answer.testimony, answer.passage.question) for answer in answers
    ]
    given = np.concatenate([each.given for each in examples]).sum(axis=0)
    assert given.shape == (len(THEMES) + 1,)
    assert given.sum() == sum(len(one.themes) for each in answers for one in each.sentences)


def test_the_small_corpus_has_no_other_theme(answers: Sequence[Answer], codebook: Codebook) -> None:
    met = {theme for answer in answers for each in answer.sentences for theme in each.themes}
    assert met == set(THEMES)
    assert {theme.id for theme in codebook.themes} == {*THEMES, UNTAUGHT}


def test_one_reader_serves_all(codebook: Codebook, cueing: Tagger) -> None:
    fresh = Reader(codebook, cueing.nlp)
    answer = Answer("t", Passage("t/q", TEXT), (Sentence(0, 28, frozenset()),))
    one, other = (
        next(examples_of([answer], cueing.nlp, each, THEME)) for each in (fresh, cueing.reader)
    )
    assert np.array_equal(one.cues, other.cues)
