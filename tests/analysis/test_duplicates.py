"""Texts that say the same are found, and no others."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.duplicates import NEAR, groups, similarity

TOLD = (
    "Nous avons rencontré chaque maire en tête à tête, avec les chiffres du territoire, et "
    "l’élue à la santé préside désormais l’assemblée plénière du conseil local."
)
OTHER = (
    "Personne ne nous a demandé notre avis pendant deux ans ; depuis, nous préparons l’ordre du "
    "jour avec la coordinatrice et on rembourse les trajets de celles et ceux qui viennent."
)


def keys(texts):
    return [group.keys for group in groups(enumerate(texts))]


def test_the_same_words_are_the_same_text_however_they_are_typed():
    shouted = TOLD.upper().replace("’", "'").replace(",", " ,  ")
    (group,) = groups(enumerate([TOLD, OTHER, shouted]))
    assert (group.keys, group.similarity) == ((0, 2), 1.0)


def test_a_text_barely_changed_is_near():
    changed = f"{TOLD} {OTHER}".replace("désormais", "maintenant")
    (group,) = groups(enumerate([OTHER, f"{TOLD} {OTHER}", changed]))
    assert group.keys == (1, 2)
    assert group.similarity == similarity(f"{TOLD} {OTHER}", changed) < 1


def test_short_texts_are_not_compared():
    assert keys(["Non.", "Non.", "non"]) == []


def test_the_greatest_group_comes_first():
    assert keys([TOLD, OTHER, TOLD, OTHER, OTHER]) == [(1, 3, 4), (0, 2)]


def test_nothing_to_compare():
    assert keys([]) == keys([TOLD]) == []


WORDS = [f"mot{number}" for number in range(60)]


@pytest.mark.parametrize("seed", range(6))
def test_near_texts_are_found_whatever_they_say(seed):
    """What is found is what measuring every pair finds, on texts copied with changes."""
    chance = random.Random(seed)
    texts = [" ".join(chance.choices(WORDS, k=60)) for _ in range(12)]
    for text in list(texts[:6]):
        told = text.split()
        for _ in range(chance.randrange(6)):
            told[chance.randrange(len(told))] = chance.choice(WORDS)
        texts.append(" ".join(told))
    near = {
        frozenset((one, other))
        for one in range(len(texts))
        for other in range(one)
        if similarity(texts[one], texts[other]) >= NEAR
    }
    assert {frozenset(group) for group in keys(texts)} == near


@settings(max_examples=30)
@given(st.lists(st.text(max_size=40), max_size=6))
def test_any_text_is_read(texts):
    assert all(len(group) > 1 for group in keys(texts))


def test_many_copies_are_one_group():
    texts = [f"{TOLD} {OTHER} {number}" for number in range(80)]
    assert keys(texts) == [tuple(range(80))]
