"""Undoing: one's own last act that nobody changed after, and back to where all began."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.models import Account, Answer, Coding, Verdict
from app.services import codings_log, corrections, decisions, hand_codings, memos, undoing
from tests import factories
from tests.coding import CARE, FEAR, MAYOR, TEXT, is_counted, stands

ACTS = ("accept", "reject", "reopen", "correct", "move", "add", "remove", "memo")


def told(session: Session) -> Answer:
    """An answer with two suggestions."""
    made = factories.testimony(session, answers={"demarche_elus": TEXT})
    answer = factories.free_text(made)
    factories.coding(session, answer, FEAR, quote="Peur de parler.")
    factories.coding(session, answer, MAYOR, quote="Le maire préside")
    return answer


@pytest.fixture
def answer(session: Session) -> Answer:
    return told(session)


@pytest.fixture
def people(session: Session) -> list[Account]:
    return [factories.account(session, email=f"{name}@recueil.example") for name in "ab"]


def codings(session: Session, answer: Answer) -> list[Coding]:
    session.expire_all()
    found = session.query(Coding).filter_by(answer_id=answer.id)
    return sorted(found, key=lambda each: (each.is_by_hand, each.theme, each.start))


def do(session: Session, answer: Answer, act: str, which: int, by: int) -> None:
    """Do one thing, if it can be done."""
    testimony_id, every = answer.testimony_id, codings(session, answer)
    coding = every[which % len(every)]
    verdicts = {"accept": Verdict.ACCEPTED, "reject": Verdict.REJECTED, "reopen": None}
    span = (coding.start, coding.end)
    try:
        if act in verdicts:
            decisions.decide(session, testimony_id, coding.id, verdicts[act], by=by)
        elif act in ("correct", "move"):
            theme = CARE if act == "correct" else coding.theme
            moved = span if act == "correct" else (span[0], span[1] - 3)
            corrections.correct(session, testimony_id, coding.id, theme=theme, span=moved, by=by)
        elif act == "add":
            place = (which, which + 12)
            hand_codings.add(session, testimony_id, answer.position, theme=CARE, span=place, by=by)
        elif act == "remove":
            hand_codings.remove(session, testimony_id, coding.id, by=by)
        else:
            memos.write(session, testimony_id, coding.id, f"mémo {which}", by=by)
    except (decisions.NoSuchCodingError, hand_codings.CorrectedElsewhereError):
        pass


def everything(session: Session, answer: Answer) -> object:
    """All that can be undone, as it is."""
    return [
        (
            coding.id,
            codings_log.standing(coding),
            [each["words"] for each in memos.kept(session, coding.id)],
        )
        for coding in codings(session, answer)
    ]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 8)), max_size=9))
def test_all_of_ones_own_acts_undone_all_is_as_before(
    session: Session, acts: list[tuple[str, int]]
) -> None:
    answer, me = told(session), factories.account(session)
    before = everything(session, answer)
    for act, which in acts:
        do(session, answer, act, which, me.id)
        assert is_counted(session, answer.testimony)
    undone = 0
    while undoing.undo(session, answer.testimony_id, by=me.id):
        undone += 1
        assert undone <= len(acts)
        assert is_counted(session, answer.testimony)
    assert everything(session, answer) == before
    session.rollback()


def test_nobody_undoes_what_another_did_or_changed_after(
    session: Session, answer: Answer, people: list[Account]
) -> None:
    me, other = (each.id for each in people)
    testimony = answer.testimony
    do(session, answer, "accept", 0, me)
    do(session, answer, "accept", 1, me)
    do(session, answer, "reject", 1, other)
    assert undoing.undo(session, testimony.id, by=me) is not None  # the first: the second is theirs
    assert stands(session, testimony) == [
        ("proposed", FEAR, "Peur de parler."),
        ("rejected", MAYOR, "Le maire préside"),
    ]
    assert undoing.undo(session, testimony.id, by=me) is None
    assert undoing.undo(session, testimony.id, by=other) is not None
    assert stands(session, testimony)[0] == ("accepted", MAYOR, "Le maire préside")
    decision = codings(session, answer)[1].decision
    assert decision is not None
    assert decision.decided_by_id == me  # as it was, and by whom
    assert undoing.undo(session, testimony.id, by=me) is not None  # it is one's own again


def test_what_another_wrote_beside_keeps_what_was_laid(
    session: Session, answer: Answer, people: list[Account]
) -> None:
    me, other = (each.id for each in people)
    do(session, answer, "add", 4, me)
    laid = codings(session, answer)[-1]
    memos.write(session, answer.testimony_id, laid.id, "Pourquoi ?", by=other)
    assert undoing.undo(session, answer.testimony_id, by=me) is None
    assert undoing.undo(session, answer.testimony_id, by=other) is not None
    assert undoing.undo(session, answer.testimony_id, by=me) is not None
    assert len(codings(session, answer)) == 2


def test_one_act_on_two_codings_is_undone_at_once(
    session: Session, answer: Answer, people: list[Account]
) -> None:
    fear, _ = codings(session, answer)
    span = (fear.start, fear.end)
    factories.coding(session, answer, CARE, start=fear.start, end=fear.end)
    before = stands(session, answer.testimony)
    corrections.correct(
        session, answer.testimony_id, fear.id, theme=CARE, span=span, by=people[0].id
    )
    assert [state for state, *_ in stands(session, answer.testimony)] == [
        "accepted",
        "proposed",
        "rejected",
    ]
    assert undoing.undo(session, answer.testimony_id, by=people[0].id) is not None
    assert stands(session, answer.testimony) == before
    assert undoing.undo(session, answer.testimony_id, by=people[0].id) is None
