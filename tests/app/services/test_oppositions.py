"""A no that outlives its row: found by any of the keys, and it gives no address back."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.models import Opposition
from app.models.encryption import key_ring
from app.services import contacts, oppositions
from tests import factories

NADIA, OTHER = "n.bellecour@exemple.fr", "autre@exemple.fr"


def test_said_twice_it_is_kept_once(session: Session) -> None:
    for _ in range(2):
        oppositions.note(session, NADIA)
    assert session.scalar(select(func.count()).select_from(Opposition)) == 1
    assert [oppositions.holds(session, email) for email in (NADIA, OTHER)] == [True, False]


def test_the_database_does_not_hold_the_address(session: Session) -> None:
    oppositions.note(session, NADIA)
    (row,) = session.execute(text("SELECT email_fingerprint FROM oppositions")).all()
    assert row == (key_ring.fingerprint(NADIA),)
    assert len(row[0]) == 64


def test_it_is_found_after_a_new_key(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    oppositions.note(session, NADIA)
    monkeypatch.setattr(key_ring, "_hash_keys", [b"newer", *key_ring._hash_keys])
    assert oppositions.holds(session, NADIA)
    oppositions.note(session, NADIA)
    assert session.scalar(select(func.count()).select_from(Opposition)) == 1


def test_more_addresses_than_one_question_to_the_database(session: Session) -> None:
    oppositions.note(session, NADIA)
    wanted = [*(str(n) for n in range(oppositions.LOOK_UP_BATCH)), key_ring.fingerprint(NADIA)]
    assert oppositions.known(session, wanted) == {key_ring.fingerprint(NADIA)}


def test_a_contact_typed_again_after_a_no_is_not_written_to(session: Session) -> None:
    oppositions.note(session, NADIA)
    made = [factories.contact(session, email=email) for email in (NADIA, OTHER)]
    assert [contact.opted_out_at is not None for contact in made] == [True, False]


def test_a_contact_corrected_to_such_an_address_is_not_written_to(session: Session) -> None:
    oppositions.note(session, NADIA)
    contact = factories.contact(session, email=OTHER)
    corrected = contacts.NewContact(email=NADIA, name="Nadia", audience="elu")
    contacts.correct(session, contact, corrected)
    assert contact.opted_out_at is not None
