"""A no that outlives its row: found by any of the keys, and it gives no address back."""

from datetime import date

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.models import Contact, Opposition
from app.models.base import now
from app.models.encryption import key_ring
from app.services import contacts, invitations, oppositions
from tests import factories

NADIA, OTHER = "n.bellecour@exemple.fr", "autre@exemple.fr"


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Opposition)) or 0


def test_said_twice_it_is_kept_once_on_its_first_day(session: Session) -> None:
    oppositions.oppose(session, NADIA, said_on=date(2026, 5, 2))
    oppositions.oppose(session, NADIA, said_on=date(2026, 5, 1))
    oppositions.oppose(session, NADIA)
    assert session.scalars(select(Opposition.said_on)).all() == [date(2026, 5, 1)]
    assert [oppositions.is_opposed(session, email) for email in (NADIA, OTHER)] == [True, False]


def test_the_database_does_not_hold_the_address(session: Session) -> None:
    oppositions.oppose(session, NADIA)
    (row,) = session.execute(text("SELECT email_fingerprint FROM oppositions")).all()
    assert (row, len(row[0])) == ((key_ring.fingerprint(NADIA),), 64)


def test_it_is_found_after_a_new_key_and_moved_to_it(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    oppositions.oppose(session, NADIA, said_on=date(2026, 5, 1))
    monkeypatch.setattr(key_ring, "_hash_keys", [b"newer", *key_ring._hash_keys])
    assert oppositions.is_opposed(session, NADIA)
    oppositions.oppose(session, NADIA)
    assert (count(session), session.scalar(select(Opposition.said_on))) == (1, date(2026, 5, 1))
    monkeypatch.setattr(key_ring, "_hash_keys", [b"newer"])
    assert oppositions.is_opposed(session, NADIA)


def test_more_addresses_than_one_question_to_the_database(session: Session) -> None:
    oppositions.oppose(session, NADIA)
    asked = [*(f"{n}@exemple.fr" for n in range(oppositions.LOOK_UP_BATCH)), NADIA]
    assert oppositions.opposed(session, asked) == {NADIA}


def test_a_contact_who_said_no_before_the_list_was_kept_counts(session: Session) -> None:
    contact = factories.contact(session, email=NADIA)
    contact.opted_out_at = now()
    session.flush()
    assert (oppositions.opposed(session, [NADIA, OTHER]), count(session)) == ({NADIA}, 0)


def test_a_no_enters_the_list_when_it_is_said(session: Session) -> None:
    contact = factories.contact(session, email=NADIA)
    for _ in range(2):
        invitations.decline_all(session, contact)
    assert (count(session), oppositions.is_opposed(session, NADIA)) == (1, True)


@pytest.mark.parametrize("said_no", [True, False])
def test_erasing_keeps_a_no_and_nothing_else(session: Session, *, said_no: bool) -> None:
    contact = factories.contact(session, email=NADIA)
    contact.opted_out_at = now() if said_no else None
    campaign = factories.campaign(session)
    factories.invitation(session, campaign=campaign, contact=contact)
    session.flush()
    contacts.erase(session, contact)
    session.commit()
    left = [
        session.scalar(text(f"SELECT count(*) FROM {table}"))
        for table in ("contacts", "invitations")
    ]
    assert (left, count(session)) == ([0, 0], int(said_no))
    assert oppositions.is_opposed(session, NADIA) is said_no


def test_an_opposed_address_is_not_typed_again(session: Session) -> None:
    oppositions.oppose(session, NADIA)
    with pytest.raises(contacts.OpposedError):
        factories.contact(session, email=NADIA)
    contact = factories.contact(session, email=OTHER)
    corrected = contacts.NewContact(email=NADIA, name="Nadia", audience="elu")
    with pytest.raises(contacts.OpposedError):
        contacts.correct(session, contact, corrected)
    assert session.scalars(select(Contact.email)).all() == [OTHER]


def test_a_no_holds_for_both_addresses_of_who_said_it(session: Session) -> None:
    contact = factories.contact(session, email=NADIA)
    contact.opted_out_at = now()
    corrected = contacts.NewContact(email=OTHER, name="Nadia", audience="elu")
    contacts.correct(session, contact, corrected)
    assert oppositions.opposed(session, [NADIA, OTHER]) == {NADIA, OTHER}
    assert contact.opted_out_at is not None


def test_a_corrected_address_may_be_written_to_again(session: Session) -> None:
    contact = factories.contact(session, email=NADIA)
    contact.bounced_at, contact.soft_bounces = now(), 2
    same = contacts.NewContact(email=NADIA, name="Nadia", audience="elu")
    contacts.correct(session, contact, same)
    assert (contact.bounced_at is None, contact.soft_bounces) == (False, 2)
    contacts.correct(session, contact, contacts.NewContact(email=OTHER, name="N", audience="elu"))
    assert (contact.bounced_at, contact.soft_bounces) == (None, 0)
