"""Pseudonyms: nothing is replaced without a yes, and a yes is void once the words are others."""

from datetime import date

import pytest
from flask import current_app
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.models import Account, PseudonymDecision, PseudonymReview, RoleName, Testimony
from app.models.base import today
from app.services import mentions, pseudonyms, receipts, retention
from app.services.mentions import Mention
from tests import factories

TOLD = "Mme Jeanne Lemoine préside. Jeanne écoute."


@pytest.fixture
def account(session: Session) -> Account:
    return factories.account(session, roles=[RoleName.RESEARCHER])


@pytest.fixture
def testimony(session: Session) -> Testimony:
    return factories.testimony(session, answers={"demarche_elus": TOLD, "mot_cle": "Oser"})


def read(session: Session, testimony: Testimony) -> list[Mention]:
    return mentions.of(session, testimony, mentions.propose(testimony))


def decide(
    session: Session, testimony: Testimony, by: Account, *said: bool, is_whole: bool = True
) -> None:
    """Say this of the first mentions, in their order."""
    shown = read(session, testimony)
    chosen = {each.key: yes for each, yes in zip(shown, said, strict=False)}
    pseudonyms.decide(session, testimony, shown, chosen, by=by.id, is_whole=is_whole)


def kept(session: Session) -> tuple[int, int]:
    """How many decisions there are, and reviews."""
    tables = (PseudonymDecision, PseudonymReview)
    decisions, reviews = (session.scalar(select(func.count()).select_from(t)) for t in tables)
    return decisions or 0, reviews or 0


def amend(session: Session, testimony: Testimony, **answers: str) -> None:
    questionnaire = current_app.extensions["questionnaires"].current("coordinateur")
    values = receipts.values(testimony) | answers
    receipts.amend(session, testimony, questionnaire, values)


def test_before_any_yes_nothing_is_replaced_nor_confirmed(
    session: Session, testimony: Testimony
) -> None:
    told = pseudonyms.pseudonymised(session, testimony)
    assert told.texts == {"demarche_elus": TOLD, "mot_cle": "Oser"}
    assert not told.is_confirmed
    assert pseudonyms.standing(session, testimony) == pseudonyms.Standing(None)


def test_only_what_was_accepted_is_replaced(
    session: Session, testimony: Testimony, account: Account
) -> None:
    decide(session, testimony, account, True, False, True)
    told = pseudonyms.pseudonymised(session, testimony)
    assert told.texts == {
        "demarche_elus": "Mme [Prénom 1] Lemoine préside. [Prénom 1] écoute.",
        "mot_cle": "Oser",
    }
    assert (told.is_confirmed, told.confirmed_on) == (True, today())


def test_a_place_of_the_text_is_found_again(
    session: Session, testimony: Testimony, account: Account
) -> None:
    decide(session, testimony, account, True, True, True)
    told = pseudonyms.pseudonymised(session, testimony).answers["demarche_elus"]
    moved = told.moved(TOLD.index("préside"))
    assert told.text[moved:].startswith("préside")
    assert told.moved(TOLD.index("oine")) == told.text.index("[Nom 1]")


def test_choices_that_are_not_whole_confirm_nothing(
    session: Session, testimony: Testimony, account: Account
) -> None:
    decide(session, testimony, account, True, is_whole=False)
    told = pseudonyms.pseudonymised(session, testimony)
    assert told.texts["demarche_elus"].startswith("Mme [Prénom 1] Lemoine")
    assert not told.is_confirmed
    decide(session, testimony, account, True, True, True)
    assert pseudonyms.pseudonymised(session, testimony).is_confirmed
    decide(session, testimony, account, False, is_whole=False)
    assert pseudonyms.pseudonymised(session, testimony).is_confirmed


def test_a_second_reading_changes_only_what_it_changes(
    session: Session, testimony: Testimony, account: Account
) -> None:
    decide(session, testimony, account, True, True, True)
    for row in session.scalars(select(PseudonymDecision)):
        row.decided_on = date(2026, 1, 2)
    other = factories.account(session, email="autre@recueil.example")
    decide(session, testimony, other, True, False, True)
    found = [(each.is_accepted, each.decision) for each in read(session, testimony)]
    assert [(yes, row.decided_by_id, row.decided_on) for yes, row in found if row is not None] == [
        (True, account.id, date(2026, 1, 2)),
        (False, other.id, today()),
        (True, account.id, date(2026, 1, 2)),
    ]


def test_no_word_of_a_testimony_is_in_the_decisions(
    session: Session, testimony: Testimony, account: Account
) -> None:
    decide(session, testimony, account, True, True, True)
    for table in ("pseudonym_decisions", "pseudonym_reviews"):
        rows = session.execute(text(f"SELECT * FROM {table}")).all()
        assert rows != []
        assert not {"Jeanne", "Lemoine"} & {word for row in rows for word in str(row).split("'")}


def test_an_amended_testimony_is_to_be_read_again(
    session: Session, testimony: Testimony, account: Account
) -> None:
    decide(session, testimony, account, True, True, True)
    amend(session, testimony, demarche_elus=f"Bonjour. {TOLD}")
    now = pseudonyms.standing(session, testimony)
    assert (now.is_void, now.is_confirmed, kept(session)) == (True, False, (0, 1))
    told = pseudonyms.pseudonymised(session, testimony)
    assert (told.texts["demarche_elus"], told.is_confirmed) == (f"Bonjour. {TOLD}", False)
    decide(session, testimony, account, True, True, True)
    now = pseudonyms.standing(session, testimony)
    assert (now.is_void, now.is_confirmed, kept(session)) == (False, True, (3, 1))


def test_an_amendment_that_changes_no_word_voids_too(
    session: Session, testimony: Testimony, account: Account
) -> None:
    decide(session, testimony, account, True, True, True)
    amend(session, testimony)
    assert not pseudonyms.pseudonymised(session, testimony).is_confirmed


def test_a_text_that_grew_under_its_decisions_is_not_cut_by_them(
    session: Session, testimony: Testimony, account: Account
) -> None:
    decide(session, testimony, account, True, True, True)
    factories.free_text(testimony).text = f"Bonjour. {TOLD}"
    session.flush()
    told = pseudonyms.pseudonymised(session, testimony)
    assert (told.texts["demarche_elus"], told.is_confirmed) == (f"Bonjour. {TOLD}", False)


def test_all_leaves_with_a_withdrawal(
    session: Session, testimony: Testimony, account: Account
) -> None:
    decide(session, testimony, account, True, True, True)
    assert kept(session) == (3, 1)
    receipts.withdraw(session, testimony)
    assert kept(session) == (0, 0)


def test_all_leaves_with_the_testimony_whose_time_is_over(
    session: Session, testimony: Testimony, account: Account
) -> None:
    decide(session, testimony, account, True, True, True)
    testimony.received_on = date(2010, 1, 1)
    session.flush()
    assert retention.erase_batch(session, retention.find("testimonies")) == 1
    assert kept(session) == (0, 0)


def test_a_review_stays_when_its_account_leaves(
    session: Session, testimony: Testimony, account: Account
) -> None:
    decide(session, testimony, account, True, True, True)
    session.execute(text("DELETE FROM accounts_roles"))
    session.execute(text("DELETE FROM accounts"))
    session.expire_all()
    assert pseudonyms.pseudonymised(session, testimony).is_confirmed
    assert {row.decided_by_id for row in session.scalars(select(PseudonymDecision))} == {None}


def test_a_page_is_another_when_anything_it_shows_is(
    session: Session, testimony: Testimony, account: Account
) -> None:
    prints = [pseudonyms.seen(testimony, read(session, testimony))]
    for said in ((True, True, True), (True, False, True)):
        decide(session, testimony, account, *said)
        prints.append(pseudonyms.seen(testimony, read(session, testimony)))
    amend(session, testimony)
    prints.append(pseudonyms.seen(testimony, read(session, testimony)))
    assert len(set(prints)) == 4
