"""Corrections: another theme, other bounds, never two codings that stand for the same."""

import pytest
from sqlalchemy.orm import Session

from app.models import Coding, Decision, Testimony, Verdict
from app.services import codings_log, corrections, decisions
from app.services.bounds import BadBoundsError
from app.services.corrections import Outcome
from app.services.passages import Span
from tests import factories
from tests.coding import CARE, FEAR, MAYOR, TEXT, is_counted, stands


@pytest.fixture
def coding(session: Session) -> Coding:
    made = factories.testimony(session, answers={"demarche_elus": TEXT})
    return factories.coding(session, factories.free_text(made), FEAR, quote="Peur de parler.")


def of(coding: Coding) -> Testimony:
    return coding.answer.testimony


def span(words: str) -> Span:
    start = TEXT.index(words)
    return start, start + len(words)


def correct(
    session: Session, coding: Coding, theme: str, words: str, seen: str | None = None
) -> Outcome:
    done = corrections.correct(
        session, of(coding).id, coding.id, theme=theme, span=span(words), by=None, seen=seen
    )
    return done.outcome


@pytest.mark.parametrize(
    ("theme", "words", "outcome", "held"),
    [
        (CARE, "Peur de parler.", Outcome.CORRECTED, (CARE, None, None)),
        (FEAR, " Peur ", Outcome.CORRECTED, (None, *span("Peur"))),
        (CARE, "parler. Le maire", Outcome.CORRECTED, (CARE, *span("parler. Le maire"))),
        (FEAR, "Peur de parler. ", Outcome.ACCEPTED, (None, None, None)),
    ],
)
def test_what_is_held_instead_stands_beside_the_suggestion(
    session: Session, coding: Coding, theme: str, words: str, outcome: Outcome, held: object
) -> None:
    assert correct(session, coding, theme, words) == outcome
    decision = session.get_one(Decision, coding.id)
    assert (decision.theme, decision.start, decision.end) == held
    assert (coding.theme, coding.start, coding.end) == (FEAR, *span("Peur de parler."))
    assert stands(session, of(coding)) == [(outcome.value, theme, words.strip())]
    assert is_counted(session, of(coding))
    assert correct(session, coding, theme, words) == Outcome.ALREADY


@pytest.mark.parametrize("verdict", [None, Verdict.REJECTED, Verdict.ACCEPTED])
def test_what_another_coding_stands_for_is_accepted_there(
    session: Session, coding: Coding, verdict: Verdict | None
) -> None:
    other = factories.coding(session, coding.answer, CARE, quote="Peur")
    if verdict:
        decisions.decide(session, of(coding).id, other.id, verdict, by=None)
    assert correct(session, coding, CARE, "Peur") == Outcome.JOINED
    assert stands(session, of(coding)) == [
        ("accepted", CARE, "Peur"),
        ("rejected", FEAR, "Peur de parler."),
    ]
    assert is_counted(session, of(coding))


def test_what_another_was_moved_onto_is_joined_too(session: Session, coding: Coding) -> None:
    other = factories.coding(session, coding.answer, MAYOR, quote="Le maire")
    assert correct(session, other, CARE, "préside") == Outcome.CORRECTED
    assert correct(session, coding, CARE, "préside") == Outcome.JOINED
    assert stands(session, of(coding)) == [
        ("corrected", CARE, "préside"),
        ("rejected", FEAR, "Peur de parler."),
    ]
    # Where the other was laid nobody stands any more.
    assert correct(session, coding, MAYOR, "Le maire") == Outcome.CORRECTED


def test_what_changed_since_it_was_seen_is_not_replaced(session: Session, coding: Coding) -> None:
    seen = codings_log.sight_of(coding)
    decisions.decide(session, of(coding).id, coding.id, Verdict.REJECTED, by=None, seen=seen)
    with pytest.raises(decisions.ChangedMeanwhileError):
        correct(session, coding, CARE, "Peur", seen)
    with pytest.raises(decisions.ChangedMeanwhileError):
        decisions.decide(session, of(coding).id, coding.id, Verdict.ACCEPTED, by=None, seen=seen)
    # The same verdict by two people is no quarrel.
    decisions.decide(session, of(coding).id, coding.id, Verdict.REJECTED, by=None, seen=seen)
    assert stands(session, of(coding)) == [("rejected", FEAR, "Peur de parler.")]


@pytest.mark.parametrize("outside", [(-1, 4), (4, 4), (0, len(TEXT) + 1), (3, 4)])
def test_bounds_stay_inside_the_answer(session: Session, coding: Coding, outside: Span) -> None:
    with pytest.raises(BadBoundsError):
        corrections.correct(session, of(coding).id, coding.id, theme=CARE, span=outside, by=None)
    assert stands(session, of(coding)) == [("proposed", FEAR, "Peur de parler.")]
