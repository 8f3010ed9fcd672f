"""Readings: notes numbered through the testimony, reasons told with the words that gave them."""

from sqlalchemy.orm import Session

from app.models import Decision, Verdict
from app.services import codings, readings
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
