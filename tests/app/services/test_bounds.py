"""Bounds: found by words however they were copied, moved a word at a time, inside the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services import bounds
from app.services.bounds import BadBoundsError

TEXT = "L’adjointe  est e\u0301lue 🙂.\nL'élue parle."


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("l'adjointe est", ["L’adjointe  est"]),
        ("L'adjointe est", ["L’adjointe  est"]),
        ("élue 🙂.", ["e\u0301lue 🙂."]),
        ("e\u0301lue", ["e\u0301lue", "élue"]),
        ("élue 🙂. L’élue", ["e\u0301lue 🙂.\nL'élue"]),
        ("ELUE", []),
        ("absente", []),
        ("  ", []),
    ],
)
def test_words_are_found_however_they_were_copied(words: str, found: list[str]) -> None:
    assert [TEXT[start:end] for start, end in bounds.places(TEXT, words)] == found


@given(st.text("ae\u0301\u0327’ \n🙂É", max_size=30), st.data())
def test_what_is_copied_is_found_where_it_was(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    try:
        span = bounds.checked(text, (start, end))
    except BadBoundsError:
        assert not text[start:end].strip()
        return
    is_whole = text[span[0]] not in "\u0301\u0327" and text[span[1] : span[1] + 1] not in (
        "\u0301",
        "\u0327",
    )
    found = bounds.places(text, text[slice(*span)])
    if is_whole and len(found) < bounds.MOST_PLACES:
        assert span in found or any(a <= span[0] < b for a, b in found)


def test_at_most_so_many_places_the_nearest_first() -> None:
    found = bounds.places("oui " * 50, "oui")
    assert len(found) == bounds.MOST_PLACES
    assert bounds.nearest(found, 13) == (12, 15)


@pytest.mark.parametrize(
    ("gesture", "becomes"),
    [
        ("debut-plus", "est e\u0301lue 🙂."),
        ("debut-moins", "🙂."),
        ("fin-plus", "e\u0301lue 🙂.\nL'élue"),
        ("fin-moins", "e\u0301lue"),
    ],
)
def test_a_word_more_or_less(gesture: str, becomes: str) -> None:
    start = TEXT.index("e\u0301lue")
    span = bounds.move(TEXT, (start, TEXT.index("\n")), gesture)
    assert TEXT[slice(*span)] == becomes


def test_at_its_ends_a_passage_stays() -> None:
    whole = (0, len(TEXT))
    assert [bounds.move(TEXT, whole, each) for each in ("debut-plus", "fin-plus")] == [whole, whole]
    word = (0, len("L’adjointe"))
    assert [bounds.move(TEXT, word, each) for each in ("debut-moins", "fin-moins")] == [word, word]


@pytest.mark.parametrize("span", [(3, 3), (4, 2), (-1, 4), (0, 999), (10, 12)])
def test_bounds_without_a_word_are_refused(span: tuple[int, int]) -> None:
    with pytest.raises(BadBoundsError):
        bounds.checked(TEXT, span)
