"""Decisions: kept beside suggestions, never undone by a reading, and turned into lessons."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.corpus import Passage
from analysis.labelled import Sentence
from analysis.suggestions import Suggestion
from app.models import Coding, Decision, Testimony, Verdict
from app.models.base import now
from app.services import codings, decisions, receipts
from tests import factories, learning

FEAR, MAYOR, CARE = "freins_participation", "portage_politique", "acces_soins"


@pytest.fixture
def coding(session: Session) -> Coding:
    made = factories.testimony(session, answers={"demarche_elus": "Peur de parler. Il vient."})
    return factories.coding(session, factories.free_text(made), FEAR, quote="Peur de parler.")


def said(session: Session) -> list[tuple[Verdict, str | None, int | None]]:
    session.expire_all()
    return [
        (each.verdict, each.theme, each.decided_by_id) for each in session.scalars(select(Decision))
    ]


def decide(
    session: Session, coding: Coding, verdict: Verdict | None, by: int | None = None
) -> None:
    decisions.decide(session, coding.answer.testimony_id, coding.id, verdict, by=by)


def test_a_decision_is_kept_with_whom_and_when(session: Session, coding: Coding) -> None:
    account = factories.account(session)
    before = now()
    decide(session, coding, Verdict.ACCEPTED, account.id)
    assert said(session) == [(Verdict.ACCEPTED, None, account.id)]
    assert before <= session.get_one(Decision, coding.id).decided_at <= now()


def test_said_again_it_changes_nothing(session: Session, coding: Coding) -> None:
    account = factories.account(session)
    decide(session, coding, Verdict.ACCEPTED)
    coding.decision.decided_at = datetime(2026, 1, 2, tzinfo=UTC)  # type: ignore[union-attr]
    session.flush()
    decide(session, coding, Verdict.ACCEPTED, account.id)
    assert said(session) == [(Verdict.ACCEPTED, None, None)]
    assert session.get_one(Decision, coding.id).decided_at == datetime(2026, 1, 2, tzinfo=UTC)


def test_a_later_decision_replaces_an_earlier_one(session: Session, coding: Coding) -> None:
    account = factories.account(session)
    coding.decision = Decision(verdict=Verdict.CORRECTED, theme=CARE)
    session.flush()
    decide(session, coding, Verdict.REJECTED, account.id)
    assert said(session) == [(Verdict.REJECTED, None, account.id)]


def test_a_decision_is_taken_back(session: Session, coding: Coding) -> None:
    for verdict in (Verdict.ACCEPTED, None, None):
        decide(session, coding, verdict)
    assert said(session) == []
    assert session.get(Coding, coding.id) is not None
    decide(session, coding, Verdict.REJECTED)
    assert said(session) == [(Verdict.REJECTED, None, None)]


def test_what_is_gone_is_refused(session: Session, coding: Coding) -> None:
    other = factories.testimony(session)
    for testimony_id, coding_id in (
        (coding.answer.testimony_id, uuid.uuid4()),
        (other.id, coding.id),
        (uuid.uuid4(), coding.id),
    ):
        with pytest.raises(decisions.NoSuchCodingError):
            decisions.decide(session, testimony_id, coding_id, Verdict.ACCEPTED, by=None)
    assert said(session) == []
    decide(session, coding, Verdict.ACCEPTED)
    receipts.withdraw(session, coding.answer.testimony)
    session.flush()
    assert decisions.count(session).total == 0


class Decided:
    """Suggests nothing any more; while it reads, somebody decides on what was suggested."""

    origin = "essai 2"

    def __init__(self, session: Session, coding: Coding) -> None:
        self.engine, self.ids = session.get_bind(), (coding.answer.testimony_id, coding.id)

    def suggest(self, passages: Sequence[Passage]) -> Iterator[tuple[Passage, list[Suggestion]]]:
        with Session(self.engine) as other:
            decisions.decide(other, *self.ids, Verdict.ACCEPTED, by=None)
            other.commit()
        for passage in passages:
            yield passage, []


def test_a_decision_taken_while_it_is_read_again_stays(session: Session, coding: Coding) -> None:
    testimony_id = coding.answer.testimony_id
    assert coding.decision is None  # the session has already seen that there is none
    session.commit()
    assert codings.suggest(session, Decided(session, coding), testimony_id) == 0
    session.commit()
    assert said(session) == [(Verdict.ACCEPTED, None, None)]
    assert session.get_one(Coding, coding.id).origin == "essai 1"
    assert session.get_one(Testimony, testimony_id).tagged_by == "essai 2"


def test_a_lesson_is_of_what_was_decided_alone(session: Session) -> None:
    made = learning.told(session, "Peur de parler. Il vient.", apart=False)
    answer = factories.free_text(made)
    for theme, decision in (
        (FEAR, Decision(verdict=Verdict.ACCEPTED)),
        (MAYOR, Decision(verdict=Verdict.REJECTED)),
        ("mobiliser_elus", Decision(verdict=Verdict.CORRECTED, theme=CARE)),
        ("formes_participation", None),
    ):
        factories.coding(session, answer, theme, quote="Peur de parler.").decision = decision
    factories.coding(session, answer, FEAR, quote="Il vient.")
    session.flush()
    lesson = decisions.lesson(session)
    (learnt,) = lesson.learnt
    assert (lesson.apart, learnt.testimony) == ([], str(made.id))
    assert learnt.passage == Passage(str(answer.id), answer.text, "demarche_elus", "coordinateur")
    assert learnt.sentences == (
        Sentence(0, 15, frozenset({FEAR, CARE}), frozenset({FEAR, MAYOR, "mobiliser_elus", CARE})),
    )
    assert decisions.size(lesson.learnt) == 4


def test_where_two_disagree_on_a_theme_the_yes_stands(session: Session, coding: Coding) -> None:
    other = factories.coding(session, coding.answer, CARE, quote="Peur de parler.")
    coding.decision = Decision(verdict=Verdict.CORRECTED, theme=CARE)
    other.decision = Decision(verdict=Verdict.REJECTED)
    session.flush()
    lesson = decisions.lesson(session)
    (answer,) = [*lesson.learnt, *lesson.apart]
    assert [(each.themes, each.judged) for each in answer.sentences] == [
        (frozenset({CARE}), frozenset({FEAR, CARE}))
    ]


def test_what_the_team_says_is_no_lesson(session: Session) -> None:
    made = factories.interview(session, text="Enquêtrice : Et le maire ?\nÉlue : Il préside.")
    coding = factories.coding(session, factories.free_text(made), quote="Élue : Il préside.")
    coding.decision = Decision(verdict=Verdict.ACCEPTED)
    session.flush()
    lesson = decisions.lesson(session)
    (answer,) = [*lesson.learnt, *lesson.apart]
    assert answer.passage.text.split() == [".", "Élue", ":", "Il", "préside."]
    assert len(answer.passage.text) == len(factories.free_text(made).text or "")


def test_about_one_testimony_in_five_is_held_apart_always_the_same() -> None:
    ids = [uuid.uuid5(uuid.NAMESPACE_URL, str(number)) for number in range(2_000)]
    assert [number for number in range(12) if decisions.is_apart(ids[number])] == [2, 3, 10]
    assert 340 <= sum(map(decisions.is_apart, ids)) <= 460


def test_decisions_are_counted_on_each_side_and_since(session: Session) -> None:
    learning.decided(session, learnt=3, apart=2)
    assert decisions.count(session) == decisions.Counted(learnt=6, apart=4)
    assert [
        decisions.count_since(session, moment)
        for moment in (None, now() - timedelta(days=1), now() + timedelta(days=1))
    ] == [10, 10, 0]
    lesson = decisions.lesson(session)
    assert (decisions.size(lesson.learnt), decisions.size(lesson.apart)) == (6, 4)
