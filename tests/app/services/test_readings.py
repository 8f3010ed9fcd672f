"""Readings: codings as they stand, numbered through the testimony, reasons with their words."""

from sqlalchemy.orm import Session

from app.models import Decision, Verdict
from app.services import memos, readings
from app.services.readings import Laid
from app.services.standings import State
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
    rows = readings.laid(session, testimony.id)
    told, placed = readings.told(session, rows), readings.by_position(rows)
    assert [
        [(note.number, [each.laid.theme for each in note.proposals]) for note in found]
        for found in (
            readings.notes(placed[first.position], told),
            readings.notes(placed[second.position], told, after=2),
        )
    ] == [
        [(1, ["mobiliser_elus", "portage_politique"]), (2, ["freins_participation"])],
        [(3, ["freins_participation"])],
    ]
    ((part, pieces),) = readings.pieces(FIRST, placed[first.position], lambda theme: theme[0])
    assert (part.start, part.end, part.ends_line) == (0, len(FIRST), True)
    assert [(piece.text, sorted(piece.tags)) for piece in pieces] == [
        ("👩‍🏫 ", []),
        ("Le maire ", [("m", "proposed"), ("p", "proposed")]),
        ("préside.", [("f", "proposed"), ("m", "proposed"), ("p", "proposed")]),
        (" Il vient.", [("f", "proposed")]),
    ]


def test_what_stands_is_what_was_decided(session: Session) -> None:
    testimony = factories.testimony(session, answers={"demarche_elus": FIRST})
    answer = testimony.answers[0]
    coding = factories.coding(session, answer, quote="Il vient.")
    coding.decision = Decision(
        verdict=Verdict.CORRECTED,
        theme=PEOPLE,
        start=4,
        end=12,
        decided_by=factories.account(session),
    )
    other = factories.coding(session, answer, PEOPLE, quote="préside")
    other.decision = Decision(verdict=Verdict.REJECTED)
    session.flush()
    memos.write(session, testimony.id, coding.id, "À voir.", by=coding.decision.decided_by_id or 0)
    rows = readings.laid(session, testimony.id)
    start = FIRST.index("préside")
    assert rows == [
        Laid(coding.id, answer.position, PEOPLE, 4, 12, State.CORRECTED, False),
        Laid(other.id, answer.position, PEOPLE, start, start + 7, State.REJECTED, False),
    ]
    assert readings.laid(session, testimony.id, [other.id]) == rows[1:]
    told = readings.told(session, rows)[coding.id]
    assert (told.words, told.moved_from, told.proposed_theme, told.decided_by) == (
        "Le maire",
        "Il vient.",
        "freins_participation",
        "Claire Morvan",
    )
    assert [memo.words for memo in told.memos] == ["À voir."]
    assert rows[0].seen == f"corrected:{PEOPLE}:4:12"


def test_what_is_said_of_several_words_is_said_once(session: Session) -> None:
    testimony = factories.testimony(session, answers={"demarche_elus": FIRST})
    learnt = "(appris des témoignages étiquetés)"
    told = "« maire » (élus) + « préside »"
    factories.coding(
        session,
        testimony.answers[0],
        evidence=[
            evidence(FIRST, "maire", f"« maire » {learnt}"),
            evidence(FIRST, "préside", told),
            evidence(FIRST, "vient", f"« vient » {learnt}"),
        ],
    )
    (note,) = readings.told(session, readings.laid(session, testimony.id)).values()
    assert [reason.text for reason in note.reasons] == [
        f"«\u00a0maire\u00a0», «\u00a0vient\u00a0» {learnt}",
        "«\u00a0maire\u00a0» (élus) + «\u00a0préside\u00a0»",
    ]
    first, _ = note.reasons
    assert [first.text[start:end] for start, end in first.found] == ["maire", "vient"]


def test_reasons_quote_the_words_of_the_answer(session: Session) -> None:
    testimony = factories.testimony(session, answers={"demarche_elus": FIRST})
    told, named = "« maire » (élus) + « préside »", "indice : gouvernance"
    factories.coding(
        session,
        testimony.answers[0],
        evidence=[
            evidence(FIRST, "maire", told),
            evidence(FIRST, "préside", told),
            evidence(FIRST, "vient", named),
        ],
    )
    (note,) = readings.told(session, readings.laid(session, testimony.id)).values()
    assert [reason.text for reason in note.reasons] == [
        "«\u00a0maire\u00a0» (élus) + «\u00a0préside\u00a0»",
        "«\u00a0vient\u00a0» (indice : gouvernance)",
    ]
    assert [[reason.text[start:end] for start, end in reason.found] for reason in note.reasons] == [
        ["maire", "préside"],
        ["vient"],
    ]
