"""The testimonies held apart: told in four ways, none of which moves a sentence."""

from pathlib import Path

import pytest

from analysis import labelled, models
from analysis.codebook import Codebook
from analysis.learning import apart
from analysis.learning.evaluation import micro
from analysis.pipeline import Tagger

CORPUS = Path(labelled.__file__).with_name("corpora")


@pytest.mark.xdist_group("learning")
def test_the_shipped_pipeline_holds_in_another_hand() -> None:
    answers = labelled.read(CORPUS / apart.FOLDER)
    tagger = Tagger(Codebook.read(), models.open_model(models.BUILT_IN))
    found = {name: apart.read(tagger, told) for name, told in apart.ways(answers).items()}
    sentences = sum(len(answer.sentences) for answer in answers)
    assert {name: len(judged) for name, judged in found.items()} == dict.fromkeys(found, sentences)
    reached = {name: micro(judged).f1 for name, judged in found.items()}
    assert min(reached.values()) >= 0.5, reached


def test_a_whole_testimony_keeps_each_sentence_and_its_themes() -> None:
    answers = labelled.read(CORPUS / apart.FOLDER)
    wholes = apart.whole(answers)
    assert [each.testimony for each in wholes] == list(dict.fromkeys(a.testimony for a in answers))
    assert [
        (each.passage.text[sentence.start : sentence.end], sentence.themes)
        for each in wholes
        for sentence in each.sentences
    ] == [
        (answer.passage.text[sentence.start : sentence.end], sentence.themes)
        for whole in wholes
        for answer in answers
        if answer.testimony == whole.testimony
        for sentence in answer.sentences
    ]


def test_says_that_nothing_is_held_apart(tmp_path: Path) -> None:
    assert apart.measured(tmp_path, Codebook.read()) == "Aucun témoignage n’est tenu à part.\n"
