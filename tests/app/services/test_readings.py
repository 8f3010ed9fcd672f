"""Readings: notes numbered through the testimony, reasons told with the words that gave them."""

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.models import Answer, Decision, Verdict
from app.services import codings, readings
from app.services.passages import split
from app.services.readings import PART_LENGTH, Note, Reading
from tests import factories

FIRST = "👩‍🏫 Le maire préside. Il vient."
PEOPLE = "formes_participation"


def evidence(text: str, word: str, reason: str) -> dict[str, object]:
    start = text.index(word)
    return {"start": start, "end": start + len(word), "reason": reason}


def test_notes_are_numbered_in_reading_order_by_span(session: Session) -> None:
    testimony = factories.testimony(
        session, answers={"demarche_elus": FIRST, "conseil_collegue": "Osez, vite."}
    )
    first, second = testimony.answers
    factories.coding(session, second, quote="Osez")
    factories.coding(session, first, "portage_politique", quote="Le maire préside.")
    factories.coding(session, first, "mobiliser_elus", quote="Le maire préside.")
    factories.coding(session, first, quote="préside. Il vient.")
    read = readings.of(testimony, codings.of_testimony(session, testimony.id))
    assert [
        [(note.number, [each.theme for each in note.proposals]) for note in reading.notes]
        for reading in read
    ] == [
        [(1, ["mobiliser_elus", "portage_politique"]), (2, ["freins_participation"])],
        [(3, ["freins_participation"])],
    ]
    assert [piece.text for piece in read[0].pieces] == [
        "👩‍🏫 ",
        "Le maire ",
        "préside.",
        " Il vient.",
    ]
    assert [len(read[0].over(piece)) for piece in read[0].pieces] == [0, 2, 3, 1]
    assert read[0].number(read[0].notes[1].span) == 2
    assert len(read[0].proposals) == 3


def test_reasons_quote_the_words_of_the_answer(session: Session) -> None:
    testimony = factories.testimony(session, answers={"demarche_elus": FIRST})
    told, named = "« maire » (élus) + « préside »", "indice : gouvernance"
    coding = factories.coding(
        session,
        testimony.answers[0],
        evidence=[
            evidence(FIRST, "maire", told),
            evidence(FIRST, "préside", told),
            evidence(FIRST, "vient", named),
        ],
    )
    ((note,),) = (reading.notes for reading in readings.of(testimony, [coding]))
    reasons = note.proposals[0].reasons
    assert [reason.text for reason in reasons] == [
        "«\u00a0maire\u00a0» (élus) + «\u00a0préside\u00a0»",
        "«\u00a0vient\u00a0» (indice : gouvernance)",
    ]
    assert [[reason.text[start:end] for start, end in reason.found] for reason in reasons] == [
        ["maire", "préside"],
        ["vient"],
    ]


def test_a_corrected_theme_is_the_one_held(session: Session) -> None:
    testimony = factories.testimony(session, answers={"demarche_elus": FIRST})
    coding = factories.coding(session, testimony.answers[0])
    coding.decision = Decision(verdict=Verdict.CORRECTED, theme=PEOPLE)
    session.flush()
    (reading,) = readings.of(testimony, codings.of_testimony(session, testimony.id))
    assert [proposal.theme for proposal in reading.proposals] == [PEOPLE]


LINES = st.lists(st.sampled_from(["", "mot", "mot " * 100, "a" * 700]), min_size=1, max_size=12)


@given(LINES.map("\n".join), st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 900))))
def test_a_long_answer_is_parted_between_lines_and_excerpts(
    text: str, places: list[tuple[int, int]]
) -> None:
    spans = sorted({(at, min(at + long, len(text))) for at, long in places if at < len(text)})
    notes = [Note(number, span, []) for number, span in enumerate(spans, start=1)]
    whole = Reading(Answer(text=text), split(text, spans), notes)
    parts = whole.parts
    told = ["".join(piece.text for piece in part.pieces) for part in parts]
    assert "".join(told) == text
    assert sorted(note.number for part in parts for note in part.notes) == [
        note.number for note in notes
    ]
    ends = [sum(map(len, told[: rank + 1])) for rank in range(len(told) - 1)]
    assert [end for end in ends if text[end - 1] != "\n"] == []
    assert [(a, b) for a, b in spans for end in ends if a < end < b] == []
    assert [each for each in told[:-1] if len(each) < PART_LENGTH] == []


def test_a_short_answer_is_one_part() -> None:
    reading = Reading(Answer(text=FIRST), split(FIRST, []), [])
    assert [part.pieces for part in reading.parts] == [reading.pieces]
