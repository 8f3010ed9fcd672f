"""Disagreements of a closed round: found, settled by a third person, carried over to codings."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import (
    Account,
    AgreementRound,
    Answer,
    Coding,
    CodingAct,
    CodingChange,
    Digest,
    Settlement,
    Testimony,
    Verdict,
)
from app.services import (
    agreement_carrying,
    agreement_differences,
    agreement_rounds,
    decisions,
    digests,
    standings,
)
from app.services.agreement_differences import Stage
from tests import factories
from tests.agreements import FEAR, MAYOR, TEXT, coder, opened, say, units

FIRST = (0, 15)


@pytest.fixture
def testimony(session: Session) -> Testimony:
    return factories.testimony(session, answers={"demarche_elus": TEXT})


@pytest.fixture
def closed(session: Session, testimony: Testimony) -> AgreementRound:
    """Anne and Bachir differ on fear in the first sentence, on the mayor in the second."""
    anne, bachir = coder(session, "Anne"), coder(session, "Bachir")
    made = opened(session, [anne, bachir])
    say(session, made, anne, [FEAR], [MAYOR], [])
    say(session, made, bachir, [], [], [])
    agreement_rounds.close(session, made.id, by=anne)
    session.expire_all()
    return made


def third(session: Session) -> Account:
    return session.get_one(Account, coder(session, "Chloé"))


def names(session: Session, made: AgreementRound, **wanted: object) -> list[tuple[object, ...]]:
    spotted = agreement_differences.spot(session, made, made.coders[:2], **wanted)  # type: ignore[arg-type]
    found = agreement_differences.show(session, spotted)
    return [
        (
            each.words,
            disputed.theme,
            [coder.rank for coder in disputed.yes],
            [coder.rank for coder in disputed.no],
            disputed.settlement and disputed.settlement.is_given,
        )
        for each in found
        for disputed in each.disputed
    ]


def test_what_coders_do_not_say_alike(session: Session, closed: AgreementRound) -> None:
    fear = ("Peur de parler.", FEAR, [0], [1], None)
    mayor = ("Le maire préside.", MAYOR, [0], [1], None)
    assert names(session, closed) == [fear, mayor]
    assert names(session, closed, theme=MAYOR) == [mayor]
    everyone = agreement_differences.show(
        session, agreement_differences.spot(session, closed, closed.coders)
    )
    assert [[coder.rank for coder in each.disputed[0].yes] for each in everyone] == [[0, 2], [0]]
    first, second = everyone
    assert (first.before, first.after) == ("", " Le maire préside. Rien d’autre.")
    assert second.before == "Peur de parler. "


def test_a_third_person_settles_and_changes_their_mind(
    session: Session, closed: AgreementRound
) -> None:
    chloe, first = third(session), units(session, closed)[0]
    settle = agreement_differences.settle
    assert settle(session, closed, first.id, {FEAR: True}, by=chloe) == 0
    assert names(session, closed, stage=Stage.OPEN) == [
        ("Le maire préside.", MAYOR, [0], [1], None)
    ]
    assert names(session, closed, stage=Stage.SETTLED) == [
        ("Peur de parler.", FEAR, [0], [1], True)
    ]
    settle(session, closed, first.id, {FEAR: False}, by=chloe)
    assert names(session, closed, stage=Stage.SETTLED) == [
        ("Peur de parler.", FEAR, [0], [1], False)
    ]
    settle(session, closed, first.id, {FEAR: None}, by=chloe)
    assert names(session, closed, stage=Stage.SETTLED) == []
    assert session.scalars(select(Coding)).all() == []  # nothing was carried over


def test_who_coded_does_not_settle(session: Session, closed: AgreementRound) -> None:
    anne, bachir = (session.get_one(Account, each.account_id) for each in closed.coders[:2])
    first = units(session, closed)[0]
    assert agreement_differences.settlers(session, closed) == [anne.id]  # nobody else: who made it
    with pytest.raises(agreement_differences.NotSettlerError):
        agreement_differences.settle(session, closed, first.id, {FEAR: True}, by=bachir)
    agreement_differences.settle(session, closed, first.id, {FEAR: True}, by=anne)
    chloe = third(session)
    assert agreement_differences.settlers(session, closed) == [chloe.id]
    with pytest.raises(agreement_differences.NotSettlerError):
        agreement_differences.settle(session, closed, first.id, {FEAR: True}, by=anne)


def test_what_cannot_be_settled(session: Session, closed: AgreementRound) -> None:
    chloe, first = third(session), units(session, closed)[0]
    people = [each.account_id or 0 for each in closed.coders[:2]]
    other = opened(session, people)
    for round_, unit_id, theme in (
        (closed, units(session, other)[0].id, FEAR),  # of another round
        (other, units(session, other)[0].id, FEAR),  # not closed yet
        (closed, first.id, "inconnu"),
    ):
        with pytest.raises(agreement_differences.NoSuchDifferenceError):
            agreement_differences.settle(session, round_, unit_id, {theme: True}, by=chloe)


def standing(session: Session, testimony: Testimony) -> list[tuple[object, ...]]:
    session.expire_all()
    query = select(Coding).join(Coding.answer).where(Answer.testimony_id == testimony.id)
    return [
        (*standings.of(each), each.is_by_hand)
        for each in session.scalars(query.order_by(Coding.start, Coding.theme))
    ]


def acts(session: Session) -> list[tuple[CodingAct, object, object]]:
    return [
        (each.act, each.before and each.before["state"], each.after and each.after["state"])
        for each in session.scalars(select(CodingChange).order_by(CodingChange.id))
    ]


def counted(session: Session, testimony: Testimony) -> bytes:
    return session.get_one(Digest, testimony.id, populate_existing=True).themes


def test_a_yes_is_laid_by_hand_where_nothing_stands(
    session: Session, closed: AgreementRound, testimony: Testimony
) -> None:
    chloe, first = third(session), units(session, closed)[0]
    settle = agreement_differences.settle
    assert settle(session, closed, first.id, {FEAR: True}, by=chloe, carry=True) == 1
    assert standing(session, testimony) == [("accepted", FEAR, *FIRST, True)]
    assert acts(session) == [(CodingAct.ADDED, None, "accepted")]
    assert session.scalars(select(Settlement)).one().is_carried
    drawn = counted(session, testimony)
    digests.draw(session, testimony.id)
    assert counted(session, testimony) == drawn
    assert settle(session, closed, first.id, {FEAR: True}, by=chloe, carry=True) == 0
    assert settle(session, closed, first.id, {FEAR: False}, by=chloe, carry=True) == 1
    assert standing(session, testimony) == [("rejected", FEAR, *FIRST, True)]
    assert settle(session, closed, first.id, {FEAR: True}, by=chloe, carry=True) == 1
    assert standing(session, testimony) == [("accepted", FEAR, *FIRST, True)]


def test_a_suggestion_is_accepted_or_rejected(
    session: Session, closed: AgreementRound, testimony: Testimony
) -> None:
    answer = factories.free_text(testimony)
    factories.coding(session, answer, FEAR, quote="Peur de parler.")
    factories.coding(session, answer, MAYOR, quote="Le maire préside.")
    chloe, (first, second, _) = third(session), units(session, closed)
    agreement_differences.settle(session, closed, first.id, {FEAR: True}, by=chloe, carry=True)
    agreement_differences.settle(session, closed, second.id, {MAYOR: False}, by=chloe, carry=True)
    assert standing(session, testimony) == [
        ("accepted", FEAR, *FIRST, False),
        ("rejected", MAYOR, 16, 33, False),
    ]
    assert acts(session) == [
        (CodingAct.ACCEPTED, "proposed", "accepted"),
        (CodingAct.REJECTED, "proposed", "rejected"),
    ]
    decided = session.scalars(select(Coding).order_by(Coding.start)).all()
    assert [each.decision and each.decision.decided_by_id for each in decided] == [chloe.id] * 2


def test_what_somebody_corrected_elsewhere_is_left_alone(
    session: Session, closed: AgreementRound, testimony: Testimony
) -> None:
    answer, by = factories.free_text(testimony), third(session).id
    made = factories.coding(session, answer, FEAR, quote="Peur de parler.")
    decided = decisions.decide(session, testimony.id, made.id, Verdict.CORRECTED, by=by)
    assert decided.decision is not None
    decided.decision.theme = MAYOR
    session.flush()
    before = standing(session, testimony)

    def carried(theme: str, is_given: bool) -> int:
        return agreement_carrying.carry(session, answer.id, theme, FIRST, is_given=is_given, by=by)

    assert carried(FEAR, True) == 0
    assert carried(MAYOR, True) == 0  # it stands for it already
    assert standing(session, testimony) == before
    assert carried(MAYOR, False) == 1
    assert [row[0] for row in standing(session, testimony)] == ["rejected"]


def test_a_larger_excerpt_is_enough_for_a_yes_and_too_much_for_a_no(
    session: Session, closed: AgreementRound, testimony: Testimony
) -> None:
    answer, by = factories.free_text(testimony), third(session).id
    whole = factories.coding(session, answer, FEAR, start=0)
    decisions.decide(session, testimony.id, whole.id, Verdict.ACCEPTED, by=by)
    before = standing(session, testimony)
    for is_given in (True, False):
        assert not agreement_carrying.carry(
            session, answer.id, FEAR, FIRST, is_given=is_given, by=by
        )
    assert standing(session, testimony) == before
