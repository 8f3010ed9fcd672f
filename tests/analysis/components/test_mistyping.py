"""Words typed wrong by one letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.components.keys import Keys, _known_words, _plain_key
from analysis.components.mistyping import Mistyping, is_one_letter_off
from analysis.folding import fold

KEYS = Keys()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("psycologue", "psychologue"),
        ("coordinatrise", "coordinatrice"),
        ("hospitalisaton", "hospitalisation"),
        ("asociation", "association"),
        ("associaiton", "association"),
        ("asociations", "associations"),
        ("PSYCIATRIE", "psychiatrie"),
        ("maintenent", "maintenant"),
        ("l’asociation", "l’association"),
        ("shizophrene", "schizophrène"),
        ("benévolle", "bénévole"),
        ("lhopital", "hôpital"),
        ("jhabite", "j’habite"),
        ("quavant", "qu’avant"),
        ("daccord", "d’accord"),
        ("jai", "j’ai"),
        ("cest", "c’est"),
        ("quon", "on"),
    ],
)
def test_reads_what_was_meant(typed: str, meant: str) -> None:
    assert KEYS.of(typed) == KEYS.of(meant)


@pytest.mark.parametrize(
    "word",
    [
        *("progrès", "réussite", "autisme", "fraîchement", "précisément", "terminus", "prépayé"),
        *("Lorient", "Françoise", "Chartres", "Manon", "Langevin", "Mayenne", "Toussaint"),
        *("mars", "deux", "dont", "mais", "non", "mentions", "stage", "lionne", "poste2024"),
    ],
)
def test_leaves_other_words_alone(word: str) -> None:
    """What the tables know, names, short words: none of them comes to another word's key."""
    assert KEYS.of(word) == (_plain_key(fold(word)),)


def test_never_corrects_a_known_word() -> None:
    for word in ("accompagner", "psychiatrie", "unafam", "clsm"):
        assert word in _known_words()


def test_of_two_words_none_is_chosen() -> None:
    words = Mistyping(["maisons", "saisons", "mairies"], lambda word: word)
    assert words.corrected("mairiess") == "mairies"
    assert Mistyping(["patates", "patases"], lambda word: word).corrected("patales") is None
    assert Mistyping(["patates", "patases"], lambda word: "same").corrected("patales") == "patases"


@pytest.mark.parametrize("word", ["", "abc", "maisoon2", "x" * 10_000])
def test_refuses_what_is_no_long_word(word: str) -> None:
    assert Mistyping(["maisons"], lambda each: each).corrected(word) is None


LETTERS = st.text("abc", min_size=7, max_size=9)


@given(one=LETTERS, other=LETTERS)
def test_finds_all_that_are_one_letter_off(one: str, other: str) -> None:
    """As plainly reckoned: every edit of the word, one by one."""
    edits = {one[:i] + one[i + 1 :] for i in range(len(one))}
    edits |= {one[:i] + c + one[i:] for i in range(len(one) + 1) for c in "abc"}
    edits |= {one[:i] + c + one[i + 1 :] for i in range(len(one)) for c in "abc"}
    edits |= {one[:i] + one[i + 1] + one[i] + one[i + 2 :] for i in range(len(one) - 1)}
    edits.discard(one)
    assert is_one_letter_off(one, other) == (other in edits)
    found = Mistyping([other], lambda each: each).corrected(one) if one[0] == other[0] else None
    assert (found == other) == (other in edits and one[0] == other[0])
