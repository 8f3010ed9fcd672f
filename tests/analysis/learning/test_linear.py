"""The first level: by remembered words, the same as by the plain matrix times weights."""

import tracemalloc
from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from analysis.components.keys import Keys
from analysis.learning.linear import Linear, Reading, known_features, matrix
from analysis.learning.words import Words, keys_of
from tests.analysis.learning.samples import linear

KEYS = Keys()
VOCABULARY = [
    *("maire", "mairie", "élu·es", "élus", "usager", "usagers", "rendez-vous", "psychiatre"),
    *("le", "la", "n’", "pas", "temps", "CMP", "2024", "aujourd’hui", "chef-lieu", "à"),
]

BRIEF = settings(deadline=None, max_examples=40)


def sentence(words: list[str]) -> Words:
    return Words(tuple(words), tuple(key for word in words for key in keys_of(word, KEYS)))


SENTENCES = st.lists(
    st.sampled_from(VOCABULARY) | st.text(st.characters(categories=["L", "N"]), min_size=1),
    max_size=25,
).map(sentence)
KNOWN = known_features(
    [sentence(VOCABULARY[start:] + VOCABULARY[:start]) for start in range(6)], KEYS, Reading()
)
LEVEL = linear(list(KNOWN.numbers), themes=5)


def plainly(level: Linear, sentences: list[Words]) -> sparse.csr_matrix:
    """The sentences as the matrix that a training learns from, twice the same feature added up."""
    values, columns, starts = matrix(level.features, sentences, Keys())
    shape = (len(sentences), len(level.features.numbers))
    return sparse.csr_matrix((np.array(values, dtype=float), columns, starts), shape=shape)


@BRIEF
@given(sentences=st.lists(SENTENCES, max_size=6))
def test_remembered_words_say_what_the_matrix_says(sentences: list[Words]) -> None:
    expected = plainly(LEVEL, sentences) @ LEVEL.weights + LEVEL.bias
    found = LEVEL.logits(sentences)
    assert found.shape == (len(sentences), 5)
    np.testing.assert_allclose(found, expected, atol=1e-5, rtol=1e-5)


@BRIEF
@given(read=SENTENCES, theme=st.integers(0, 4))
def test_contributions_add_up(read: Words, theme: int) -> None:
    """Words' own shares, and those of pairs, make the whole."""
    added = dict(LEVEL.contributions(read, theme))
    assert list(added) == list(dict.fromkeys(read.words))
    rows = plainly(LEVEL, [read])
    pairs = {LEVEL.features.numbers[pair] for pair in read.pairs() if pair in KNOWN.numbers}
    of_pairs = sum(
        float(value) * float(LEVEL.weights[column, theme])
        for value, column in zip(rows.data, rows.indices, strict=True)
        if column in pairs
    )
    whole = float(LEVEL.logits([read])[0, theme] - LEVEL.bias[theme])
    assert sum(added.values()) + of_pairs == pytest.approx(whole, abs=1e-4)


@BRIEF
@given(read=SENTENCES)
def test_each_block_has_the_length_1(read: Words) -> None:
    values, columns, starts = matrix(LEVEL.features, [read], KEYS)
    assert starts == [0, len(columns)]
    names = list(KNOWN.numbers)
    for is_part in (True, False):
        block = [v for v, c in zip(values, columns, strict=True) if is_part == (names[c][0] == "#")]
        assert sum(value**2 for value in block) == pytest.approx(1.0 if block else 0.0, abs=1e-5)


@BRIEF
@given(first=st.lists(SENTENCES, max_size=4), then=SENTENCES)
def test_what_was_read_before_changes_nothing(first: list[Words], then: Words) -> None:
    fresh = linear(list(KNOWN.numbers), themes=5)
    fresh.logits(first)
    assert np.array_equal(fresh.logits([then]), LEVEL.logits([then]))


def test_forgetting_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    read = [sentence([f"{word}{number % 7}" for word in VOCABULARY]) for number in range(20)]
    expected = [LEVEL.logits([each]) for each in read]
    monkeypatch.setattr(Linear, "_LIMIT", 30)  # less than two of these sentences
    forgetful = linear(list(KNOWN.numbers), themes=5)
    assert np.array_equal(forgetful.logits(read), np.concatenate(expected))
    assert dict(forgetful.contributions(read[0], 2)) == dict(LEVEL.contributions(read[0], 2))


def test_the_memory_of_words_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Linear, "_LIMIT", 200)
    level = linear(["#abc"], themes=20)
    numbers = count()

    def read(sentences: int) -> int:
        """Read so many sentences of ten words never seen; the bytes held after."""
        for _ in range(sentences):
            words = tuple(f"mot{next(numbers)}" for _ in range(10))
            level.logits([Words(words, words)])
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        monkeypatch.setattr(Keys, "_LIMIT", 200)
        after_some = read(1_000)  # Python itself keeps some emptied tuples
        after_many = read(2_000)
    finally:
        tracemalloc.stop()
    assert after_many < after_some * 1.1


def test_knows_what_is_in_enough_sentences() -> None:
    read = [sentence(["maire", "maire"]), sentence(["maire", "budget"]), sentence(["budget"])]
    found = known_features(read, KEYS, Reading(3, 3, 2, 3))
    assert list(found.numbers) == ["budget", "maire"]
    np.testing.assert_allclose(found.idf, [np.log(4 / 3) + 1] * 2, rtol=1e-6)


def test_features_are_in_alphabetical_order() -> None:
    names = list(KNOWN.numbers)
    assert names == sorted(names)
    assert list(KNOWN.numbers.values()) == list(range(len(names)))


def test_nothing_to_read() -> None:
    assert LEVEL.logits([]).shape == (0, 5)
    assert np.array_equal(LEVEL.logits([Words((), ())]), LEVEL.bias[None])
    assert list(LEVEL.contributions(Words((), ()), 0)) == []
    assert matrix(LEVEL.features, [], KEYS) == ([], [], [0])
