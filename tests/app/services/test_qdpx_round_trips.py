"""Into an empty database to the character, into ours without doubling: on both databases."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Account, CodingChange, Memo, RoleName, Testimony
from app.services import digests
from app.services.qdpx_plans import Fate
from tests import exchanges, factories
from tests.exchanges import ALL, confirm, empty, exported, imported, told


@pytest.fixture
def account(session: Session) -> Account:
    return factories.account(session, roles=[RoleName.RESEARCHER])


@pytest.fixture
def testimony(session: Session, account: Account) -> Testimony:
    return exchanges.testimony(session, account)


def test_an_empty_database_gets_the_same_to_the_character(
    session: Session, testimony: Testimony
) -> None:
    factories.interview(session, text="Enquêtrice : Et ?\nÉlue : Il préside.")
    before, project = told(session), exported(session)
    memos = sorted(each.words for each in session.scalars(select(Memo)))
    empty(session)
    plan = imported(session, project, ALL)
    assert (len(plan.made), len(plan.lost), plan.codes) == (2, 0, [])
    assert plan.counts == {Fate.ADDED: 2, Fate.PROPOSED: 1}
    assert told(session) == before
    assert sorted(each.words for each in session.scalars(select(Memo))) == memos
    again = imported(session, project, ALL)
    assert (again.total, again.counts) == (0, {Fate.KNOWN: 3})
    assert told(session) == before


def test_digests_of_what_comes_back_are_those_drawn_anew(
    session: Session, testimony: Testimony
) -> None:
    project = exported(session)
    empty(session)
    imported(session, project, ALL)
    drawn = session.get_one(digests.Digest, project.sources[0].guid)
    kept = (drawn.facets, drawn.themes)
    digests.draw(session, drawn.testimony_id)
    session.expire_all()
    assert (drawn.facets, drawn.themes) == kept


def test_nothing_here_is_doubled_raw_or_not(
    session: Session, testimony: Testimony, account: Account
) -> None:
    confirm(session, testimony, account)
    before = told(session)
    for is_raw in (True, False):
        project = exported(session, is_raw=is_raw)
        plan = imported(session, project, ALL, by=account.id)
        assert (plan.total, plan.counts) == (0, {Fate.KNOWN: 3})
    assert told(session) == before
    assert session.scalars(select(CodingChange)).all() == []
    assert len(session.scalars(select(Memo)).all()) == 2
