"""Ellipses: what is left out comes back, what is kept is as it was, and only « […] » is added."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guides import ellipsis
from guides.ellipsis import MARK, NothingLeftError, Span

LETTERS = st.text(alphabet="aé ’,.!?»\n\u00a0e\u0301👩🏽œ-[]", max_size=60)


@st.composite
def passages(draw: st.DrawFn) -> tuple[str, int, int, list[Span]]:
    text = draw(LETTERS.filter(bool))
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    place = st.integers(0, len(text))
    return text, start, end, draw(st.lists(st.tuples(place, place), max_size=4))


@given(passages())
def test_kept_and_left_out_joined_give_the_original_back(
    given: tuple[str, int, int, list[Span]],
) -> None:
    text, start, end, cuts = given
    told = ellipsis.pieces(text, start, end, cuts)
    assert "".join(words for words, _ in told) == text[start:end]
    left = {at for a, b in cuts for at in range(max(a, start), min(b, end))}
    kept = "".join(text[at] for at in range(start, end) if at not in left)
    assert "".join(words for words, is_cut in told if not is_cut) == kept


@given(passages())
def test_nothing_but_the_mark_is_added(given: tuple[str, int, int, list[Span]]) -> None:
    text, start, end, cuts = given
    told = ellipsis.pieces(text, start, end, cuts)
    kept = [words for words, is_cut in told if not is_cut and words.strip()]
    if not kept:
        with pytest.raises(NothingLeftError):
            ellipsis.quoted(text, start, end, cuts)
        return
    # Each in its order, exactly, with marks and white space alone around them.
    around = rf"\s?(?:{re.escape(MARK)})?\s?"
    pattern = around + around.join(re.escape(words.strip()) for words in kept) + around
    assert re.fullmatch(pattern, ellipsis.quoted(text, start, end, cuts))


@given(passages())
def test_words_and_phrases_joined_give_the_passage_back(
    given: tuple[str, int, int, list[Span]],
) -> None:
    text, start, end, whole = given
    found = ellipsis.words(text, start, end, [each for each in whole if each[0] < each[1]])
    if text[start:end].strip():
        assert "".join(text[a:b] for a, b in found) == text[start:end]
    assert [word for phrase in ellipsis.phrases(text, found) for word in phrase] == found


TEXT = "Nous avons beaucoup travaillé, avec Jeanne Lemoine, puis rien."


@pytest.mark.parametrize(
    ("cuts", "shown"),
    [
        ([], TEXT),
        ([(11, 20)], "Nous avons […] travaillé, avec Jeanne Lemoine, puis rien."),
        ([(0, 11)], "[…] beaucoup travaillé, avec Jeanne Lemoine, puis rien."),
        ([(31, 62)], "Nous avons beaucoup travaillé, […]"),
        ([(0, 5), (5, 11)], "[…] beaucoup travaillé, avec Jeanne Lemoine, puis rien."),
        ([(20, 29)], "Nous avons beaucoup […], avec Jeanne Lemoine, puis rien."),
        ([(900, 12), (12, 12)], TEXT),
    ],
)
def test_what_is_left_out_is_said(cuts: list[Span], shown: str) -> None:
    assert ellipsis.quoted(TEXT, 0, len(TEXT), cuts) == shown


def test_what_a_pseudonym_replaces_is_never_cut() -> None:
    found = ellipsis.words(TEXT, 0, len(TEXT), [(36, 50)])
    assert [TEXT[a:b].strip() for a, b in found] == [
        *("Nous", "avons", "beaucoup", "travaillé,", "avec", "Jeanne Lemoine,", "puis", "rien."),
    ]


def test_a_passage_grows_by_a_sentence() -> None:
    text = "Un. Deux ! Trois ?\nQuatre"
    assert ellipsis.earlier(text, 11) == 4
    assert ellipsis.earlier(text, 4) == ellipsis.earlier(text, 0) == 0
    assert text[: ellipsis.later(text, 3)] == "Un. Deux !"
    assert text[: ellipsis.later(text, 18)] == text
    assert ellipsis.later(text, len(text)) == len(text)
