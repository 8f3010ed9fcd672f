"""What is laid by hand: accepted from the first, told apart, taken off with its memos."""

import pytest
from sqlalchemy.orm import Session

from app.models import BY_HAND, Answer, Coding, Testimony, Verdict
from app.services import corrections, decisions, hand_codings, memos
from app.services.corrections import Outcome
from app.services.decisions import NoSuchCodingError
from tests import factories
from tests.coding import CARE, FEAR, TEXT, is_counted, stands


@pytest.fixture
def answer(session: Session) -> Answer:
    return factories.free_text(factories.testimony(session, answers={"demarche_elus": TEXT}))


def add(
    session: Session, answer: Answer, theme: str, words: str, by: int | None = None
) -> corrections.Done:
    start = TEXT.index(words)
    span = (start, start + len(words))
    testimony_id = answer.testimony_id
    return hand_codings.add(session, testimony_id, answer.position, theme=theme, span=span, by=by)


def test_it_stands_as_accepted_by_whom_laid_it(session: Session, answer: Answer) -> None:
    me = factories.account(session)
    done = add(session, answer, CARE, " e\u0301lu depuis ", me.id)
    coding = done.coding
    assert (done.outcome, coding.origin, coding.is_by_hand, coding.score) == (
        Outcome.ADDED,
        BY_HAND,
        True,
        1.0,
    )
    assert coding.decision is not None
    assert coding.decision.decided_by_id == me.id
    assert stands(session, answer.testimony) == [("accepted", CARE, "e\u0301lu depuis")]
    assert is_counted(session, answer.testimony)
    assert add(session, answer, CARE, "e\u0301lu depuis").outcome == Outcome.ALREADY


def test_what_was_proposed_or_rejected_there_is_accepted(session: Session, answer: Answer) -> None:
    coding = factories.coding(session, answer, FEAR, quote="Peur")
    for verdict in (None, Verdict.REJECTED):
        decisions.decide(session, answer.testimony_id, coding.id, verdict, by=None)
        assert add(session, answer, FEAR, "Peur").outcome == Outcome.ACCEPTED
        assert stands(session, answer.testimony) == [("accepted", FEAR, "Peur")]


def test_the_place_of_a_suggestion_corrected_elsewhere_is_taken(
    session: Session, answer: Answer
) -> None:
    coding = factories.coding(session, answer, FEAR, quote="Peur")
    corrections.correct(
        session,
        answer.testimony_id,
        coding.id,
        theme=CARE,
        span=(coding.start, coding.end),
        by=None,
    )
    with pytest.raises(hand_codings.CorrectedElsewhereError):
        add(session, answer, FEAR, "Peur")
    assert stands(session, answer.testimony) == [("corrected", CARE, "Peur")]


def test_it_is_taken_off_and_nothing_else_is(session: Session, answer: Answer) -> None:
    proposed = factories.coding(session, answer, FEAR, quote="Peur")
    me = factories.account(session)
    coding = add(session, answer, CARE, "Peur").coding
    memos.write(session, answer.testimony_id, coding.id, "À voir", by=me.id)
    hand_codings.remove(session, answer.testimony_id, coding.id, by=me.id)
    assert stands(session, answer.testimony) == [("proposed", FEAR, "Peur")]
    assert is_counted(session, answer.testimony)
    for coding_id in (coding.id, proposed.id):
        with pytest.raises(NoSuchCodingError):
            hand_codings.remove(session, answer.testimony_id, coding_id, by=None)
    assert session.get(Coding, proposed.id) is not None


def test_an_answer_that_is_gone_is_refused(session: Session, answer: Answer) -> None:
    other = factories.testimony(session, answers={"region": "53"})
    for testimony, position in (
        (other, other.answers[0].position),
        (answer.testimony, 999),
        (Testimony(id=None), 0),
    ):
        with pytest.raises(hand_codings.NoSuchAnswerError):
            hand_codings.add(session, testimony.id, position, theme=CARE, span=(0, 4), by=None)
