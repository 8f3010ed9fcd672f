"""Lessons: which sentences an excerpt teaches when it is not one sentence."""

import pytest

from analysis.components.splitting import sentences_of
from analysis.labelled import Sentence
from app.models import Coding, Decision, Verdict
from app.services import lessons
from tests.coding import CARE, FEAR

TEXT = "J’ai peur de parler. Le maire préside. On attend."
FIRST, SECOND, THIRD = (0, 20), (21, 38), (39, 49)


def coding(
    words: str, verdict: Verdict, *, theme: str | None = None, to: str = "", by_hand: bool = False
) -> Coding:
    start = TEXT.index(words)
    decision = Decision(verdict=verdict, theme=theme)
    if to:
        decision.start = TEXT.index(to)
        decision.end = decision.start + len(to)
    made = Coding(theme=FEAR, start=start, end=start + len(words), is_by_hand=by_hand)
    made.decision = decision
    return made


def taught(*codings: Coding) -> list[tuple[tuple[int, int], set[str], set[str]]]:
    found = lessons.taught(TEXT, codings, split=sentences_of)
    return [((each.start, each.end), set(each.themes), set(each.judged or ())) for each in found]


def test_sentences_are_those_of_the_pipelines() -> None:
    assert sentences_of(TEXT) == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    ("words", "sentences"),
    [
        ("peur", [FIRST]),
        ("J’ai peur de parler.", [FIRST]),
        ("peur de parler. Le maire", [FIRST]),
        ("peur de parler. Le maire p", [FIRST, SECOND]),
        ("de parler. Le maire préside. On", [FIRST, SECOND]),
        ("parler. Le", []),
        ("parler. Le maire préside. On attend.", [SECOND, THIRD]),
    ],
)
def test_what_is_laid_by_hand_teaches_the_sentences_it_holds(
    words: str, sentences: list[tuple[int, int]]
) -> None:
    found = taught(coding(words, Verdict.ACCEPTED, by_hand=True))
    assert found == [(span, {FEAR}, {FEAR}) for span in sentences]
    found = taught(coding(words, Verdict.REJECTED, by_hand=True))
    assert found == [(span, set(), {FEAR}) for span in sentences]


def test_what_was_shortened_teaches_its_sentence() -> None:
    moved = coding("J’ai peur de parler.", Verdict.CORRECTED, to="peur")
    assert taught(moved) == [(FIRST, {FEAR}, {FEAR})]


def test_what_was_moved_off_its_sentence_says_no_there() -> None:
    moved = coding("J’ai peur de parler.", Verdict.CORRECTED, to="On attend")
    assert taught(moved) == [(FIRST, set(), {FEAR}), (THIRD, {FEAR}, {FEAR})]
    other = coding("J’ai peur de parler.", Verdict.CORRECTED, theme=CARE, to="On attend")
    assert taught(other) == [(FIRST, set(), {FEAR}), (THIRD, {CARE}, {CARE})]


def test_nothing_is_split_where_nothing_was_moved() -> None:
    def split(_text: str) -> list[tuple[int, int]]:
        raise AssertionError("asked for nothing")

    unmoved = coding("peur de", Verdict.ACCEPTED)
    assert lessons.taught(TEXT, [unmoved], split=split) == (
        Sentence(5, 12, frozenset({FEAR}), frozenset({FEAR})),
    )
