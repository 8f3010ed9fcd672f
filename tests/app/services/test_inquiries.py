"""Questions to the team: kept encrypted, listed in order, closed once."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models import Inquiry
from app.models.base import today
from app.services import inquiries
from app.services.inquiries import Ways
from tests import factories


def asked(session: Session, words: str = "Qui lit ?", *, days_ago: int = 0, **ways: str) -> Inquiry:
    inquiry = inquiries.ask(session, words, Ways(**ways))
    inquiry.asked_on = today() - timedelta(days=days_ago)
    session.flush()
    return inquiry


@pytest.mark.parametrize(
    ("left", "kept"),
    [
        (Ways(), None),
        (Ways(email=" n@exemple.fr "), "n@exemple.fr"),
        (Ways(phone="06 12"), "06 12"),
        (Ways("n@exemple.fr", "06 12"), "n@exemple.fr\n06 12"),
    ],
)
def test_what_is_left_is_found_again(session: Session, left: Ways, kept: str | None) -> None:
    inquiry = inquiries.ask(session, " Bonjour\r\nà vous ", left, audience="usager")
    session.expire(inquiry)
    assert (inquiry.text, inquiry.reply_to) == ("Bonjour\nà vous", kept)
    assert inquiries.ways(inquiry) == Ways(left.email.strip(), left.phone)
    assert (inquiry.audience, inquiry.asked_on) == ("usager", today())


def test_the_database_does_not_see_the_words(session: Session) -> None:
    inquiry = asked(session, "Je suis suivie à Fontenay", email="n@exemple.fr")
    inquiries.close(session, inquiry, answer="Bien sûr", by_id=factories.account(session).id)
    (row,) = session.execute(text("SELECT text, reply_to, answer FROM inquiries")).all()
    stored = b"".join(bytes(value) for value in row)
    assert [word in stored for word in (b"Fontenay", b"exemple", b"Bien")] == [False] * 3


def test_those_that_wait_and_those_that_are_closed(session: Session) -> None:
    by_id = factories.account(session).id
    new, old = asked(session), asked(session, days_ago=3)
    done, done_before = asked(session), asked(session)
    for inquiry in (done, done_before):
        assert inquiries.close(session, inquiry, answer="", by_id=by_id)
    done_before.closed_on = today() - timedelta(days=1)
    session.flush()
    assert inquiries.waiting(session) == [old, new]
    assert inquiries.closed(session) == [done, done_before]


def test_one_answer_wins(session: Session) -> None:
    one, other = (
        factories.account(session, email=f"{name}@recueil.example") for name in ("a", "b")
    )
    inquiry = asked(session)
    assert inquiries.close(session, inquiry, answer="Oui", by_id=one.id)
    assert not inquiries.close(session, inquiry, answer="Non", by_id=other.id)
    assert (inquiry.answer, inquiry.answered_by, inquiry.closed_on) == ("Oui", one, today())


def test_an_erased_question_is_gone(session: Session) -> None:
    inquiry = asked(session)
    inquiries.erase(session, inquiry)
    assert inquiries.get(session, inquiry.id) is None
