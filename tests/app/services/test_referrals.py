"""Mises en contact: one question an address, and a decision that leaves what it says it leaves."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.models import (
    Contact,
    Invitation,
    Notice,
    NoticeState,
    Opposition,
    Recontact,
    RecontactSource,
    RecontactWish,
    Referral,
)
from app.models.base import PARIS, now
from app.models.encryption import key_ring
from app.services import bookings, invitations, oppositions, referrals, retention
from app.services.recontacts import Coordinates
from tests import factories, interviews

JEANNE, PAUL = "j.lemoine@exemple.fr", "p.arnaud@exemple.fr"
DAY = timedelta(days=1)


def rows(session: Session) -> dict[str, int]:
    """Count what is held, table by table."""
    session.flush()
    counted = (Referral, Notice, Recontact, Opposition, Contact, Invitation)
    return {
        each.__name__: count
        for each in counted
        if (count := session.scalar(select(func.count()).select_from(each)))
    }


def proposals(*emails: str) -> list[referrals.Proposal]:
    return [
        referrals.Proposal(name="Jeanne Lemoine", email=email, audience="elu", reason="Elle ose.")
        for email in emails
    ]


def propose(session: Session, *emails: str) -> list[str]:
    """Propose these addresses; return those that must be written to."""
    by = referrals.Proposer(words="Claire Morvan, coordinatrice", clsm="CLSM du Bocage")
    return [made.email for made in referrals.propose(session, proposals(*emails), by=by)]


def settle(session: Session, referral: Referral, state: NoticeState, error: str = "") -> None:
    """Say what became of a proposal's message."""
    assert referral.notice is not None
    referral.notice.state, referral.notice.last_error = state, error or None
    referral.notice.settled_at = now()
    session.flush()


def test_a_proposal_is_kept_for_thirty_days(session: Session) -> None:
    assert propose(session, JEANNE) == [JEANNE]
    made = session.scalars(select(Referral)).one()
    kept = (made.name, made.email, made.audience, made.reason, made.proposed_by, made.clsm)
    assert kept == (
        "Jeanne Lemoine",
        JEANNE,
        "elu",
        "Elle ose.",
        "Claire Morvan, coordinatrice",
        "CLSM du Bocage",
    )
    days = [at.astimezone(PARIS) for at in (made.proposed_at, made.expires_at)]
    assert (days[1].date() - days[0].date(), days[1].hour) == (30 * DAY, 23)
    assert referrals.find(session, made.token) is made


def test_the_database_reads_nobody(session: Session) -> None:
    propose(session, JEANNE)
    columns = "name, email, reason, proposed_by, clsm"
    (stored,) = session.execute(text(f"SELECT {columns} FROM referrals")).all()
    known = (b"Jeanne", b"lemoine", b"ose", b"Claire", b"Bocage")
    assert [word for value in stored for word in known if word in bytes(value)] == []


def test_the_same_address_is_proposed_once(session: Session) -> None:
    assert propose(session, JEANNE, PAUL, JEANNE) == [JEANNE, PAUL]
    assert propose(session, PAUL, JEANNE) == []
    assert rows(session) == {"Referral": 2}


def test_whoever_said_no_is_not_written_to(session: Session) -> None:
    oppositions.oppose(session, JEANNE)
    invitations.decline_all(session, factories.contact(session, email=PAUL))
    assert propose(session, JEANNE, PAUL, "neuve@exemple.fr") == ["neuve@exemple.fr"]


def test_whoever_said_yes_is_not_proposed_again(session: Session) -> None:
    assert referrals.accept(session, factories.referral(session, email=JEANNE), Coordinates())
    assert propose(session, JEANNE, PAUL) == [PAUL]


def test_nor_whoever_left_an_address_after_a_testimony(session: Session) -> None:
    kept = interviews.person(session, email=JEANNE)
    assert propose(session, JEANNE) == []
    kept.email_fingerprint = None  # left before addresses had a print
    session.flush()
    assert propose(session, JEANNE) == []
    session.delete(kept)
    session.flush()
    assert propose(session, JEANNE) == [JEANNE]


def test_a_yes_is_found_after_a_new_key(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    interviews.person(session, email=JEANNE)
    monkeypatch.setattr(key_ring, "_hash_keys", [b"newer", *key_ring._hash_keys])
    assert propose(session, JEANNE) == []


def test_the_database_reads_no_address_in_a_print(session: Session) -> None:
    kept = interviews.person(session, email=JEANNE)
    assert kept.email_fingerprint == key_ring.fingerprint(JEANNE)
    assert interviews.person(session, email="", phone="06 12 34 56 78").email_fingerprint is None


def test_erasing_takes_what_was_left_before_too(session: Session) -> None:
    referral = factories.referral(session, email=JEANNE)
    who, other = interviews.person(session, email=JEANNE), interviews.person(session, email=PAUL)
    bookings.take(session, who.id, interviews.slot(session).id)
    ended = referrals.erase(session, referral)
    assert ended is not None
    assert [each.before and each.before.person.email for each in ended] == [JEANNE]
    assert session.scalars(select(Recontact)).all() == [other]


def test_a_contact_who_did_not_say_no_may_be_proposed(session: Session) -> None:
    factories.contact(session, email=JEANNE)
    assert propose(session, JEANNE) == [JEANNE]


def test_what_is_over_no_longer_waits(session: Session) -> None:
    first = factories.referral(session, email=JEANNE)
    token, first.expires_at = first.token, now()
    session.flush()
    assert propose(session, JEANNE) == [JEANNE]
    assert rows(session) == {"Referral": 1}
    assert referrals.find(session, token) is None


def test_somebody_else_proposes_at_the_same_moment(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    propose(session, JEANNE)
    session.commit()
    answers = iter([False])  # looked for before the other had committed, then as it is
    real = referrals._waits

    def late(session: Session, email: str) -> bool:
        return next(answers, real(session, email))

    monkeypatch.setattr(referrals, "_waits", late)
    assert propose(session, JEANNE, PAUL) == [PAUL]
    assert rows(session) == {"Referral": 2}


@pytest.mark.parametrize("token", ["", "a" * 22, "a" * 21, "é" * 22, "a" * 5000, "\x00" * 22])
def test_an_unknown_link_finds_nobody(session: Session, token: str) -> None:
    factories.referral(session)
    assert referrals.find(session, token) is None


def test_a_yes_is_known_to_staff_and_ends_the_proposal(session: Session) -> None:
    referral = factories.referral(session, email=JEANNE)
    token = referral.token
    given = Coordinates(phone="06 12 34 56 78", hours="Le mardi")
    kept = referrals.accept(session, referral, given)
    assert kept is not None
    assert (kept.token, kept.name, kept.email, kept.phone, kept.hours) == (
        token,
        "Jeanne Lemoine",
        JEANNE,
        "06 12 34 56 78",
        "Le mardi",
    )
    assert (kept.source, kept.wish, kept.audience) == (
        RecontactSource.REFERRAL,
        RecontactWish.INTERVIEW,
        "elu",
    )
    assert rows(session) == {"Recontact": 1}


def test_a_yes_may_correct_what_was_given(session: Session) -> None:
    given = Coordinates(name="J. Le Moine", email=PAUL)
    kept = referrals.accept(session, factories.referral(session, email=JEANNE), given)
    assert kept is not None
    assert (kept.name, kept.email) == ("J. Le Moine", PAUL)


def test_a_no_leaves_only_a_print_of_the_address(session: Session) -> None:
    factories.contact(session, email=JEANNE)
    contact = session.scalars(select(Contact)).one()
    assert referrals.decline(session, factories.referral(session, email=JEANNE))
    assert rows(session) == {"Opposition": 1, "Contact": 1}
    assert contact.opted_out_at is not None
    assert propose(session, JEANNE) == []


def test_erasing_takes_the_contact_too(session: Session) -> None:
    contact = factories.contact(session, email=JEANNE)
    factories.invitation(session, campaign=factories.campaign(session), contact=contact)
    other = factories.contact(session, email=PAUL)
    assert referrals.erase(session, factories.referral(session, email=JEANNE)) == []
    assert rows(session) == {"Opposition": 1, "Contact": 1}
    assert session.scalars(select(Contact)).one() is other


@pytest.mark.parametrize(
    "decide",
    [
        lambda session, referral: referrals.accept(session, referral, Coordinates()),
        referrals.decline,
        referrals.erase,
    ],
    ids=["yes", "no", "erase"],
)
def test_the_first_decision_holds(
    session: Session, decide: Callable[[Session, Referral], object]
) -> None:
    referral = factories.referral(session)
    assert referrals.accept(session, referral, Coordinates()) is not None
    assert not decide(session, referral)
    assert rows(session) == {"Recontact": 1}


def test_what_is_over_is_erased_with_its_message(session: Session) -> None:
    over, other = (factories.referral(session, email=email) for email in (JEANNE, PAUL))
    settle(session, over, NoticeState.FAILED, "550 inconnue")
    over.expires_at = now() - timedelta(seconds=1)
    session.flush()
    assert [referrals.is_over(each) for each in (over, other)] == [True, False]
    rule = retention.find("referrals")
    assert [retention.erase_batch(session, rule) for _ in range(2)] == [1, 0]
    assert rows(session) == {"Referral": 1, "Notice": 1}
    assert list(referrals.waiting(session)) == [other]
