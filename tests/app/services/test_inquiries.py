"""Questions to the team: kept encrypted, listed in order, closed once."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, text
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


ONCE = Ways(email="n@exemple.fr")


def sent(session: Session, key: uuid.UUID, words: str, left: Ways = ONCE) -> Inquiry | None:
    return inquiries.ask_once(session, key, words, left, audience="elu")


def kept(session: Session) -> list[tuple[str, str | None]]:
    found = session.execute(select(Inquiry.text, Inquiry.reply_to))
    return sorted((words, left) for words, left in found)


def test_a_form_sent_again_as_it_was_asks_nothing_more(session: Session) -> None:
    key = uuid.uuid4()
    first = sent(session, key, "Qui\r\nlit ?")
    assert first is not None
    assert (first.id, first.audience, first.asked_on) == (key, "elu", today())
    assert sent(session, key, " Qui\nlit ? ") is None
    assert kept(session) == [("Qui\nlit ?", "n@exemple.fr")]


def test_a_form_sent_again_corrects_what_nobody_closed(session: Session) -> None:
    key = uuid.uuid4()
    sent(session, key, "Qui lit ?", Ways())
    assert sent(session, key, "Qui lit ?") is None
    assert kept(session) == [("Qui lit ?", "n@exemple.fr")]
    assert sent(session, key, "Qui lit tout ?", Ways(phone="06")) is None
    assert kept(session) == [("Qui lit tout ?", "06")]


def test_a_form_sent_again_after_the_answer_asks_another(session: Session) -> None:
    key, by_id = uuid.uuid4(), factories.account(session).id
    first = sent(session, key, "Un")
    assert first is not None
    inquiries.close(session, first, answer="Oui", by_id=by_id)
    assert sent(session, key, "Un") is None
    second = sent(session, key, "Deux")
    assert second is not None
    assert sent(session, key, "Deux") is None
    assert sent(session, key, "Trois") is None
    assert kept(session) == [("Trois", "n@exemple.fr"), ("Un", "n@exemple.fr")]
    inquiries.close(session, second, answer="", by_id=by_id)
    assert sent(session, key, "Quatre") is not None
    assert [words for words, _ in kept(session)] == ["Quatre", "Trois", "Un"]


def test_two_halves_of_a_double_click_ask_once(session: Session) -> None:
    session.commit()
    engine, key = session.get_bind(), uuid.uuid4()

    def send(words: str) -> bool:
        with Session(engine) as own:
            made = sent(own, key, words) is not None
            own.commit()
            return made

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send, ["Qui lit ?"] * 8)) == [False] * 7 + [True]
    assert kept(session) == [("Qui lit ?", "n@exemple.fr")]


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
