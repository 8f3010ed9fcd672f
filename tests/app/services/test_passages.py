"""Passages: whatever overlaps, the pieces joined give the text back and cover each span exactly."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.services.passages import LEAST, MOST, Piece, Span, parts, split

TEXTS = st.text("aé\u0301🙂👩\u200d🏫 <&\n", max_size=40)
SPANS = st.lists(st.tuples(st.integers(-3, 45), st.integers(0, 45)), max_size=8)
LINES = st.lists(st.sampled_from(["", "mot", "mot " * 100, "a" * 3000]), min_size=1, max_size=12)


@given(text=TEXTS, spans=SPANS, cuts=st.lists(st.integers(0, 45), max_size=3))
def test_pieces_give_the_text_back_and_cover_each_span(
    text: str, spans: list[Span], cuts: list[int]
) -> None:
    pieces = list(split(text, [(*span, span) for span in spans], cuts))
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text for piece in pieces)
    assert [text[piece.start :].startswith(piece.text) for piece in pieces] == [True] * len(pieces)
    ends = {piece.start + len(piece.text) for piece in pieces}
    assert {cut for cut in cuts if 0 < cut < len(text)} <= ends
    for span in spans:
        kept = (max(span[0], 0), min(span[1], len(text)))
        covering = [piece for piece in pieces if span in piece.tags]
        if kept[0] >= kept[1]:
            assert covering == []
            continue
        assert "".join(piece.text for piece in covering) == text[slice(*kept)]
        assert [piece for piece in pieces if kept in piece.beginning] == covering[:1]
        assert [piece for piece in pieces if kept in piece.ending] == covering[-1:]


def test_overlapping_spans_share_a_piece() -> None:
    assert list(split("abcdefg", [(2, 6, "x"), (0, 4, "y"), (0, 4, "y")])) == [
        Piece(0, "ab", frozenset("y"), beginning=((0, 4),)),
        Piece(2, "cd", frozenset("xy"), beginning=((2, 6),), ending=((0, 4),)),
        Piece(4, "ef", frozenset("x"), ending=((2, 6),)),
        Piece(6, "g"),
    ]


def test_a_text_without_excerpts_is_one_piece() -> None:
    assert list(split("tout", [])) == [Piece(0, "tout")]
    assert list(split("", [(0, 3, "x")])) == []


@given(LINES.map("\n".join))
def test_parts_give_the_text_back_each_ending_with_a_line_where_it_can(text: str) -> None:
    found = list(parts(text))
    assert "".join(text[part.start : part.end] for part in found) == text
    assert [a.end for a in found[:-1]] == [b.start for b in found[1:]]
    for part, _ in pairwise(found):
        assert LEAST <= part.end - part.start <= MOST
        assert part.ends_line == (text[part.end - 1] == "\n")
    assert all(part.ends_line for part in found[-1:])
