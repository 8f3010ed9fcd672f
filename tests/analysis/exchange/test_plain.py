"""Texts as every program can hold them, and back."""

from hypothesis import given
from hypothesis import strategies as st

from analysis.exchange.moves import Moves
from analysis.exchange.plain import line_ends, plain, with_line_ends

texts = st.lists(st.sampled_from(["\r\n", "\n", "\r", "a", "é", "🧠"])).map("".join)


@given(texts)
def test_ends_of_lines_come_back(text: str) -> None:
    assert with_line_ends(plain(text).text, line_ends(text)) == text


@given(texts, st.data())
def test_places_come_back(text: str, data: st.DataObject) -> None:
    made = plain(text)
    start = data.draw(st.integers(0, len(made.text)))
    end = data.draw(st.integers(start, len(made.text)))
    back = made.moves.back.span(start, end)
    assert made.moves.span(*back) == (start, end)
    if start < end:
        assert plain(text[slice(*back)]).text == made.text[start:end]


def test_ends_are_said_shortly_and_only_where_they_fit() -> None:
    assert line_ends("a\r\nb\r\nc\nd\r") == "CRLF 2 LF 1 CR 1"
    assert line_ends("a\nb") == ""
    for said in ("CRLF 3", "CRLF", "CRLF x", "XX 1", "CRLF -1", "CRLF 99999999999"):
        assert with_line_ends("a\nb", said) == "a\nb"


def test_what_was_replaced_is_taken_whole() -> None:
    moves = Moves(((4, 10, 4, 14),))
    assert moves.span(0, 4) == (0, 4)
    assert moves.span(6, 8) == (4, 14)
    assert moves.span(10, 12) == (14, 16)
    assert moves.back.span(5, 15) == (4, 11)
