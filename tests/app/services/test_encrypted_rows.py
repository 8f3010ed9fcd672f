"""Whether the keys open what is kept: a wrong key is noticed before somebody needs a row."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy.orm import Session

from app.extensions import db
from app.models import Contact, Draft, Recontact
from app.models.base import now
from app.models.encryption import key_ring
from app.services import encrypted_rows
from tests import factories

FIRST, SECOND = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def first_key(session: Session) -> Iterator[None]:
    """The key that rows are written with; each application takes its own anyway."""
    key_ring.configure([FIRST])
    yield
    db.session.rollback()


def a_contact(session: Session, *, days_ago: int = 0) -> None:
    factories.contact(session).created_at = now() - timedelta(days=days_ago)


def a_draft(session: Session) -> None:
    lines = {"answers": "{}", "saved_sections": "[]"}
    session.add(
        Draft(
            key_hash="0" * 64,
            questionnaire_slug="elu",
            questionnaire_version=1,
            expires_at=now(),
            **lines,
        )
    )


def a_recontact(session: Session) -> None:
    session.add(Recontact(means="06 39 98 12 34", audience="elu"))


@pytest.mark.parametrize("add", [a_contact, a_draft, a_recontact])
def test_another_key_opens_nothing(session: Session, add: Callable[[Session], None]) -> None:
    add(session)
    session.commit()
    assert encrypted_rows.can_be_opened(session)
    session.expire_all()
    key_ring.configure([SECOND, FIRST])
    assert encrypted_rows.can_be_opened(session)
    key_ring.configure([SECOND])
    assert not encrypted_rows.can_be_opened(session)


@pytest.mark.parametrize("kept", [FIRST, SECOND], ids=["first", "second"])
def test_a_key_that_is_missing_among_two(session: Session, kept: str) -> None:
    a_contact(session, days_ago=2)
    session.flush()
    key_ring.configure([SECOND, FIRST])
    a_contact(session, days_ago=1)
    session.commit()
    key_ring.configure([kept])
    assert not encrypted_rows.can_be_opened(session)


def test_nothing_kept_needs_no_key(session: Session) -> None:
    assert session.query(Contact).count() == 0
    assert encrypted_rows.can_be_opened(session)


def test_readiness_knows_the_keys(app: Flask) -> None:
    a_contact(db.session)
    db.session.commit()
    key_ring.configure([SECOND])
    reply = app.test_client().get("/readyz")
    assert (reply.status_code, reply.get_json()["cles"]) == (503, False)
