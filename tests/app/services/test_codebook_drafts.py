"""What is not in the codebook yet: one's own, one at a time, a day at most."""

import uuid
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import CodebookDraft, DraftKind
from app.models.base import now
from app.services import codebook_drafts
from tests import factories

CONTENT = {"indices": "oser"}


def test_a_later_trial_replaces_an_earlier_one(session: Session) -> None:
    who = factories.account(session)
    first, second = (
        codebook_drafts.keep(session, DraftKind.TRIAL, CONTENT, seen=0, by=who.id, theme="a").id
        for _ in range(2)
    )
    codebook_drafts.keep(session, DraftKind.TRIAL, CONTENT, seen=0, by=who.id, theme="b")
    codebook_drafts.keep(session, DraftKind.FILE, CONTENT, seen=0, by=who.id)
    assert codebook_drafts.waiting(session, first) is None
    assert codebook_drafts.find(session, DraftKind.TRIAL, second, by=who.id) is not None
    assert codebook_drafts.find(session, DraftKind.FILE, second, by=who.id) is None
    assert codebook_drafts.find(session, DraftKind.TRIAL, second, by=who.id + 1) is None
    assert len(codebook_drafts.unanswered(session)) == 2


def test_a_result_is_written_once(session: Session) -> None:
    who = factories.account(session)
    draft = codebook_drafts.keep(session, DraftKind.TRIAL, CONTENT, seen=0, by=who.id)
    assert codebook_drafts.finish(session, draft.id, {"excerpts": 1})
    assert not codebook_drafts.finish(session, draft.id, {"excerpts": 2})
    assert not codebook_drafts.finish(session, uuid.uuid4(), {})
    session.expire_all()
    assert draft.result == {"excerpts": 1}
    assert codebook_drafts.unanswered(session) == []


def test_a_day_later_it_is_erased(session: Session) -> None:
    who = factories.account(session)
    old = codebook_drafts.keep(session, DraftKind.FILE, CONTENT, seen=0, by=who.id)
    new = codebook_drafts.keep(session, DraftKind.TRIAL, CONTENT, seen=0, by=who.id)
    old.made_at = now() - timedelta(hours=25)
    session.flush()
    assert codebook_drafts.find(session, DraftKind.FILE, old.id, by=who.id) is None
    codebook_drafts.purge(session)
    assert session.scalars(select(CodebookDraft.id)).all() == [new.id]
