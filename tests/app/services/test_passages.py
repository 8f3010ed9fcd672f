"""Passages: whatever overlaps, the pieces joined give the text back and cover each span exactly."""

from hypothesis import given
from hypothesis import strategies as st

from app.services.passages import Piece, Span, split

TEXTS = st.text("aé\u0301🙂👩\u200d🏫 <&\n", max_size=40)
SPANS = st.lists(st.tuples(st.integers(0, 45), st.integers(0, 45)), max_size=8)


@given(text=TEXTS, spans=SPANS)
def test_pieces_give_the_text_back_and_cover_each_span(text: str, spans: list[Span]) -> None:
    pieces = split(text, spans)
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text for piece in pieces)
    inside = {(start, min(end, len(text))) for start, end in spans}
    kept = {span for span in inside if span[0] < span[1]}
    assert {span for piece in pieces for span in piece.spans} == kept
    for span in kept:
        covering = [piece for piece in pieces if span in piece.spans]
        assert "".join(piece.text for piece in covering) == text[slice(*span)]
        assert [span in piece.beginning for piece in covering] == [True] + [False] * (
            len(covering) - 1
        )
        assert [span in piece.ending for piece in covering] == [False] * (len(covering) - 1) + [
            True
        ]


def test_overlapping_spans_share_a_piece() -> None:
    long, late = (0, 4), (2, 6)
    assert split("abcdefg", [late, long, long]) == [
        Piece("ab", (long,), beginning=(long,)),
        Piece("cd", (long, late), beginning=(late,), ending=(long,)),
        Piece("ef", (late,), ending=(late,)),
        Piece("g"),
    ]


def test_a_text_without_excerpts_is_one_piece() -> None:
    assert split("tout", []) == [Piece("tout")]
    assert split("", [(0, 3)]) == []
