"""Memos: one a person, changed knowingly, read by all."""

import uuid

import pytest
from sqlalchemy.orm import Session

from app.models import Account, Coding
from app.services import memos
from app.services.decisions import NoSuchCodingError
from tests import factories
from tests.coding import FEAR, TEXT


@pytest.fixture
def coding(session: Session) -> Coding:
    made = factories.testimony(session, answers={"demarche_elus": TEXT})
    return factories.coding(session, factories.free_text(made), FEAR, quote="Peur de parler.")


@pytest.fixture
def me(session: Session) -> Account:
    return factories.account(session)


def test_each_has_their_own_beside_a_coding_and_of_the_testimony(
    session: Session, coding: Coding, me: Account
) -> None:
    other = factories.account(session, email="autre@recueil.example")
    testimony_id = coding.answer.testimony_id
    for by, beside, words in (
        (me.id, coding.id, "  Un\r\nmémo "),
        (other.id, coding.id, "Un autre"),
        (me.id, None, "De tout"),
        (me.id, coding.id, "Un mémo changé"),
    ):
        memos.write(session, testimony_id, beside, words, by=by)
    found = memos.beside(session, [coding.id])[coding.id]
    assert sorted(each.words for each in found) == ["Un autre", "Un mémo changé"]
    assert [each.words for each in memos.of_testimony(session, testimony_id)] == ["De tout"]
    memos.write(session, testimony_id, coding.id, " ", by=me.id)
    assert [each.words for each in memos.beside(session, [coding.id])[coding.id]] == ["Un autre"]


def test_a_memo_written_elsewhere_is_not_replaced_unseen(
    session: Session, coding: Coding, me: Account
) -> None:
    testimony_id = coding.answer.testimony_id
    seen = memos.sight(None)
    memos.write(session, testimony_id, coding.id, "Le premier", by=me.id, seen=seen)
    with pytest.raises(memos.MemoChangedError) as told:
        memos.write(session, testimony_id, coding.id, "Le second", by=me.id, seen=seen)
    assert told.value.memo is not None
    now = memos.sight(told.value.memo)
    memos.write(session, testimony_id, coding.id, "Le second", by=me.id, seen=now)
    assert [each.words for each in memos.beside(session, [coding.id])[coding.id]] == ["Le second"]


def test_what_cannot_be_kept_is_refused(session: Session, coding: Coding, me: Account) -> None:
    testimony_id = coding.answer.testimony_id
    with pytest.raises(memos.MemoTooLongError):
        memos.write(session, testimony_id, None, "a" * (memos.LONGEST + 1), by=me.id)
    for testimony, beside in ((testimony_id, uuid.uuid4()), (uuid.uuid4(), None)):
        with pytest.raises(NoSuchCodingError):
            memos.write(session, testimony, beside, "Un mémo", by=me.id)
