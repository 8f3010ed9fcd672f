"""Answers made whole: every sentence is there once, and nobody said anything of the others."""

import spacy

from analysis import models
from analysis.corpus import Passage
from analysis.labelled import Answer, Sentence
from analysis.learning.surroundings import surrounded

TEXT = "Peur de parler. Le maire préside. Il vient."


def places(answer: Answer) -> list[tuple[str, frozenset[str], frozenset[str] | None]]:
    text = answer.passage.text
    return [(text[each.start : each.end], each.themes, each.judged) for each in answer.sentences]


def made(*sentences: Sentence, text: str = TEXT) -> list[Answer]:
    answer = Answer("t", Passage("t/1", text, "demarche_elus", "elu"), sentences)
    return list(surrounded([answer], models.untaught()))


def test_the_other_sentences_stand_around_unjudged() -> None:
    judged = Sentence(16, 33, frozenset({"a"}), frozenset({"a", "b"}))
    (answer,) = made(judged)
    nobody: frozenset[str] = frozenset()
    assert places(answer) == [
        ("Peur de parler.", nobody, nobody),
        ("Le maire préside.", frozenset({"a"}), frozenset({"a", "b"})),
        ("Il vient.", nobody, nobody),
    ]
    assert (answer.testimony, answer.passage.question) == ("t", "demarche_elus")


def test_a_span_over_two_sentences_leaves_neither_beside_it() -> None:
    wide = Sentence(5, 20, frozenset(), frozenset({"a"}))
    (answer,) = made(wide)
    assert [TEXT[each.start : each.end] for each in answer.sentences] == [
        "de parler. Le m",
        "Il vient.",
    ]


def test_what_cannot_be_stored_costs_nothing() -> None:
    (answer,) = made(text="Oui \ud800. " + "a" * 1000)
    assert [each.judged for each in answer.sentences] == [frozenset()] * 2
    assert list(surrounded([], spacy.blank("fr"))) == []
