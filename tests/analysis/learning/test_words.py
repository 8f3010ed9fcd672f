"""What is read of a sentence: words as written, their keys, pairs of keys, parts of words."""

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.components.keys import Keys
from analysis.learning.words import WordReader, Words, keys_of, parts_of

NLP = spacy.blank("fr")
KEYS = Keys()


def test_reads_words_and_leaves_marks() -> None:
    found = WordReader().read(NLP.make_doc("Les élu·es, le 12 mars : « d’accord » !"))
    assert found.words == ("Les", "élu·es", "le", "12", "mars", "d’", "accord")
    assert found.keys == ("le", "elu", "le", "12", "mars", "de", "accord")


def test_pairs_are_of_neighbours() -> None:
    assert list(Words(("a", "b", "c"), ("x", "y", "z")).pairs()) == ["x y", "y z"]
    assert list(Words(("a",), ("x",)).pairs()) == []
    assert list(Words((), ()).pairs()) == []


def test_no_word_in_marks_alone() -> None:
    assert WordReader().read(NLP.make_doc("… !! 😀 \n –")) == Words((), ())


def test_parts_are_marked_at_both_ends() -> None:
    assert parts_of("Élus", 3, 4) == ["# el", "#elu", "#lus", "#us ", "# elu", "#elus", "#lus "]


def test_a_word_shorter_than_its_parts_is_one_part() -> None:
    assert parts_of("à", 3, 5) == ["# a ", "# a ", "# a "]


@pytest.mark.parametrize("word", ["élue", "ELUE", "elue", "e\u0301lue"])
def test_spellings_have_the_same_parts(word: str) -> None:
    assert parts_of(word, 3, 5) == parts_of("élue", 3, 5)


def test_an_endless_word_is_read_at_its_beginning() -> None:
    assert len(parts_of("a" * 10_000, 3, 5)) == 40 + 39 + 38
    assert [len(key) for key in keys_of("z" * 10_000, KEYS)] == [40]


@settings(deadline=None, max_examples=50)
@given(word=st.text(max_size=120), more=st.text(max_size=5))
def test_what_a_word_gives_depends_on_it_alone(word: str, more: str) -> None:
    before = keys_of(word, KEYS), parts_of(word, 3, 5)
    keys_of(more, KEYS)
    assert (keys_of(word, KEYS), parts_of(word, 3, 5)) == before
    assert (keys_of(word, Keys()), parts_of(word, 3, 5)) == before
    assert all(3 < len(part) <= 6 or len(part) <= 4 for part in before[1])
    assert all(part.startswith("#") for part in before[1])
