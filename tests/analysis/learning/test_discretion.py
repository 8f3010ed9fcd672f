"""What is remembered of people's own words: nothing that fewer than three testimonies have."""

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.codebook import Codebook
from analysis.corpus import Passage
from analysis.labelled import Answer, Sentence
from analysis.learning import making
from analysis.learning.discretion import discreet
from analysis.learning.judge import Judge
from tests.analysis.learning.samples import CONFIG, example, words

YES = [True]


def test_keeps_what_three_testimonies_have() -> None:
    told = [
        example("1", [("le Maire vient", YES), ("Bérengère regarde", YES)]),
        example("2", [("le maire regarde", YES)]),
        example("3", [("le maire écoute", YES), ("il regarde Bérengère", YES)]),
    ]
    found = discreet(told, {"1", "2"})
    assert [each.sentences for each in found] == [
        (words("le Maire"), words("regarde")),
        (words("le maire regarde"),),
        (words("le maire écoute"), words("il regarde Bérengère")),
    ]
    assert [each.given.tolist() for each in found] == [each.given.tolist() for each in told]


def test_a_word_said_often_by_one_person_stays_theirs() -> None:
    told = [example("1", [("Bérengère Bérengère", YES)] * 5)] + [
        example(str(number), [("le maire", YES)]) for number in (2, 3, 4)
    ]
    assert discreet(told, {"1"})[0].sentences == (words(""),) * 5


def test_nothing_is_taken_from_what_was_written_for_it() -> None:
    told = [example("1", [("Bérengère regarde", YES)])]
    assert discreet(told, ()) == told


@pytest.mark.xdist_group("learning")
def test_a_pipeline_on_the_disk_has_no_rare_word_of_theirs(tmp_path: Path) -> None:
    plan = making.read_plan(CONFIG)
    text = "Bérengère Tchoupinambour tient le budget."
    named = Answer(
        "a",
        Passage("a1", text, "moyens", "elu"),
        (Sentence(0, len(text), frozenset({"moyens_financements"}), None),),
    )
    others = [replace(named, passage=replace(named.passage, id=f"a{n}")) for n in range(2, 6)]
    answers = [*making.corpus_of(plan), named, *others]

    def parts(theirs: set[str]) -> set[str]:
        nlp = making.learn(answers, plan, Codebook.read(), "essai", theirs=theirs)
        nlp.to_disk(tmp_path / f"chaine-{len(theirs)}")
        judge = Judge.from_disk(tmp_path / f"chaine-{len(theirs)}" / "recueil_themes")
        return {each for each in judge.level.linear.features.numbers if "tchou" in each}

    assert "#tchou" in parts(set())
    assert parts({"a"}) == set()
