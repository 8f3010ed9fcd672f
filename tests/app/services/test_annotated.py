"""Long answers beside their notes: parted between lines, where no span goes over."""

from hypothesis import given
from hypothesis import strategies as st

from app.models import Answer
from app.services.annotated import Annotated, Marked
from app.services.passages import LEAST, split

LINES = st.lists(st.sampled_from(["", "mot", "mot " * 100, "a" * 700]), min_size=1, max_size=12)


def annotated(text: str, spans: list[tuple[int, int]]) -> Annotated:
    notes = [Marked(number, span) for number, span in enumerate(spans, start=1)]
    return Annotated(Answer(text=text), list(split(text, [(*span, span) for span in spans])), notes)


@given(LINES.map("\n".join), st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 900))))
def test_a_long_answer_is_parted_between_lines_and_excerpts(
    text: str, places: list[tuple[int, int]]
) -> None:
    spans = sorted({(at, min(at + long, len(text))) for at, long in places if at < len(text)})
    parts = annotated(text, spans).parts
    told = ["".join(piece.text for piece in part.pieces) for part in parts]
    assert "".join(told) == text
    assert sorted(note.number for part in parts for note in part.notes) == list(
        range(1, len(spans) + 1)
    )
    ends = [sum(map(len, told[: rank + 1])) for rank in range(len(told) - 1)]
    assert [end for end in ends if text[end - 1] != "\n"] == []
    assert [(a, b) for a, b in spans for end in ends if a < end < b] == []
    assert [each for each in told[:-1] if len(each) < LEAST] == []


def test_a_short_answer_is_one_part() -> None:
    whole = annotated("Il préside. Il vient.", [])
    assert [part.pieces for part in whole.parts] == [whole.pieces]
