"""Texts made fit for a pipeline."""

from hypothesis import given
from hypothesis import strategies as st

from analysis.pieces import legible, pieces

TEXTS = st.text(alphabet="ab .\n", max_size=300)


@given(text=TEXTS, limit=st.integers(1, 50))
def test_pieces_are_the_text(text: str, limit: int) -> None:
    found = list(pieces(text, limit))
    assert "".join(piece for _, piece in found) == text
    assert all(text[start : start + len(piece)] == piece for start, piece in found)
    assert all(len(piece) <= limit for _, piece in found)


def test_cuts_at_the_best_place() -> None:
    assert [piece for _, piece in pieces("ab\ncd. ef", 8)] == ["ab\n", "cd. ef"]
    assert [piece for _, piece in pieces("ab. cd ef", 8)] == ["ab. ", "cd ef"]
    assert [piece for _, piece in pieces("ab cdef", 5)] == ["ab ", "cdef"]


def test_makes_legible_at_the_same_length() -> None:
    assert legible("é\ud800l") == "é\ufffdl"
    run = "(" * 1_000
    assert len(legible(run)) == len(run)
    assert max(map(len, legible(run).split())) == 400
    assert legible("anticonstitutionnellement " * 40) == "anticonstitutionnellement " * 40
