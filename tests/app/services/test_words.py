"""Words: folded alike in Python and both databases, found where they stand."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from app.services.words import LETTERS, SILENT, around, contains, cut, find, fold, folded, words_of

FRENCH = st.text("aeéèÉÊcçÇoœŒæ’' -\n.ZÀûîïù\u0301\u00a0🙂", max_size=60)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Élue", "elue"),
        ("e\u0301lue", "elue"),
        ("ÇÀ ET LÀ, où", "ca et la, ou"),
        ("Œuvre, sœur", "oeuvre, soeur"),
        ("l’élue", "l'elue"),
        ("bien\u2011être", "bien-etre"),
        ("élu·es 🙂", "elu·es 🙂"),
    ],
)
def test_neither_accents_nor_capitals_count(typed: str, plain: str) -> None:
    assert fold(typed) == plain


def test_each_word_is_looked_for_once() -> None:
    assert words_of("  Élue  elue\tMAIRE ") == ["elue", "maire"]
    assert words_of("\u0301 ") == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(text=FRENCH)
def test_the_database_folds_as_python_does(session: Session, text: str) -> None:
    assert session.scalar(select(folded(literal(text)))) == fold(text)


def test_the_database_folds_every_letter_of_the_table(session: Session) -> None:
    every = "".join(LETTERS) + "ŒÆœæ" + SILENT
    assert session.scalar(select(folded(literal(every)))) == fold(every)


def test_signs_of_the_search_language_are_plain_letters(session: Session) -> None:
    text = literal("100% de l’Élève, a_b")
    looked_for = {"100%": True, "100_": False, "a_b": True, "axb": False, "l'ele": True, "/": False}
    found = {word: session.scalar(select(contains(text, word))) for word in looked_for}
    assert found == looked_for


def test_words_are_found_where_they_stand_accents_included() -> None:
    text = "Une E\u0301lue, une sœur, l’élu 🙂 élue"
    spans = find(text, ["elu", "elue", "soeur"])
    assert [text[start:end] for start, end in spans] == ["E\u0301lue", "sœur", "élu", "élue"]
    assert find(text, []) == []


@given(text=FRENCH, word=FRENCH.map(fold).filter(bool))
def test_what_is_found_reads_as_what_was_looked_for(text: str, word: str) -> None:
    spans = find(text, [word])
    assert all(word in fold(text[start:end]) for start, end in spans)
    assert bool(spans) == (word in fold(text))
    assert all(one[1] <= next_[0] for one, next_ in pairwise(spans))


@given(text=st.text("abé ,.\n", max_size=200), limit=st.integers(10, 60))
def test_first_words_are_cut_between_words(text: str, limit: int) -> None:
    short = cut(text, limit)
    line = " ".join(text.split())
    assert len(short) <= limit
    if len(line) <= limit:
        assert short == line
    else:
        assert short.endswith("…")
        assert line.startswith(short[:-1])


def test_a_word_longer_than_the_place_is_cut_inside() -> None:
    assert cut("a" * 30, 10) == "a" * 9 + "…"
    assert cut("Bonjour à toutes et tous", 12) == "Bonjour à…"


def test_what_surrounds_a_find_begins_a_little_before_it() -> None:
    text = "un deux trois quatre cinq six sept huit neuf dix onze douze"
    shown = around(text, find(text, ["huit"]), 28)
    assert shown == "…\u00a0sept huit neuf dix onze…"
    assert around(text, find(text, ["un"]), 200) == text
