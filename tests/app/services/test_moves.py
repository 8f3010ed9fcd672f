"""Excerpts moved to another theme: found by what they contain, corrected in somebody's name."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Answer, Coding, CodingChange, Decision, Digest, Verdict
from app.services import digests, moves, standings
from tests import factories

TEXT = "😀 Peur de l’Été. Peur de parler. Le maire préside."
SUMMER, SPEAK, MAYOR = "😀 Peur de l’Été.", "Peur de parler.", "Le maire préside."
A, B = "freins_participation", "place_aidants"


@pytest.fixture
def answer(session: Session) -> Answer:
    return factories.free_text(factories.testimony(session, answers={"demarche_elus": TEXT}))


def stood(session: Session) -> list[tuple[str, str, str]]:
    session.expire_all()
    found = []
    for coding in session.scalars(select(Coding)):
        state, theme, start, end = standings.of(coding)
        found.append((TEXT[start:end], theme, state.value))
    return sorted(found)


def decided(session: Session, coding: Coding, verdict: Verdict, **held: object) -> None:
    session.add(Decision(coding=coding, verdict=verdict, **held))
    session.flush()


def test_excerpts_are_found_by_the_words_they_contain(session: Session, answer: Answer) -> None:
    for quote in (SUMMER, SPEAK, MAYOR):
        factories.coding(session, answer, A, quote=quote)
    factories.coding(session, answer, B, quote=SUMMER)
    assert [moves.count(session, A, words) for words in ("", "peur", "ete peur", "rien")] == [
        *(3, 2, 1, 0)
    ]
    (one,) = moves.page(session, A, "PEUR l'été")
    assert (one.text, [one.text[start:end] for start, end in one.found]) == (
        SUMMER,
        ["Peur", "l’Été"],
    )
    assert [each.text for each in moves.page(session, A)] == [SUMMER, SPEAK, MAYOR]
    assert moves.page(session, A, number=2) == []


def test_what_was_rejected_or_bears_another_theme_is_not_offered(
    session: Session, answer: Answer
) -> None:
    rejected = factories.coding(session, answer, A, quote=SUMMER)
    decided(session, rejected, Verdict.REJECTED)
    gone = factories.coding(session, answer, A, quote=SPEAK)
    decided(session, gone, Verdict.CORRECTED, theme=B)
    come = factories.coding(session, answer, B, quote=MAYOR)
    decided(session, come, Verdict.CORRECTED, theme=A)
    assert [each.text for each in moves.page(session, A)] == [MAYOR]
    both = [rejected.id, gone.id]
    assert moves.move(session, both, of=A, into="portage_politique", by=None) == 0


def test_a_move_is_a_correction_that_is_logged(session: Session, answer: Answer) -> None:
    who = factories.account(session)
    proposed = factories.coding(session, answer, A, quote=SUMMER)
    accepted = factories.coding(session, answer, A, quote=SPEAK)
    decided(session, accepted, Verdict.ACCEPTED)
    bound = factories.coding(session, answer, A, quote=MAYOR)
    start = TEXT.index("maire")
    decided(session, bound, Verdict.CORRECTED, start=start, end=start + 5)
    digests.draw(session, answer.testimony_id)
    assert moves.move(session, moves.ids(session, A), of=A, into=B, by=who.id) == 3
    assert stood(session) == [
        (SPEAK, B, "corrected"),
        ("maire", B, "corrected"),
        (SUMMER, B, "corrected"),
    ]
    assert {each.decided_by_id for each in session.scalars(select(Decision))} == {who.id}
    changes = session.scalars(select(CodingChange).order_by(CodingChange.id)).all()
    assert [(each.act, each.done_by_id) for each in changes] == [("corrected", who.id)] * 3
    (first,) = [each for each in changes if each.coding_id == proposed.id]
    assert first.before is not None
    assert first.after is not None
    assert (first.before["state"], first.before["theme"]) == ("proposed", A)
    assert (first.after["state"], first.after["theme"]) == ("corrected", B)
    kept = session.scalar(select(Digest.themes))
    digests.draw(session, answer.testimony_id)
    assert session.scalar(select(Digest.themes)) == kept
    assert moves.move(session, [proposed.id], of=B, into=A, by=None) == 1  # and back
    assert stood(session)[2] == (SUMMER, A, "accepted")


@pytest.mark.parametrize("verdict", [None, Verdict.ACCEPTED, Verdict.REJECTED])
def test_two_on_the_same_words_become_one(
    session: Session, answer: Answer, verdict: Verdict | None
) -> None:
    moved = factories.coding(session, answer, A, quote=SUMMER)
    there = factories.coding(session, answer, B, quote=SUMMER)
    if verdict:
        decided(session, there, verdict)
    assert moves.move(session, [moved.id], of=A, into=B, by=None) == 1
    assert stood(session) == [(SUMMER, A, "rejected"), (SUMMER, B, "accepted")]
