"""« Une question ? », through HTTP: asked by anybody, answered by staff, by mail or by phone."""

import uuid
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import default

import pytest
from flask import Flask
from flask.testing import FlaskClient
from html5lib import HTMLParser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from app import mail
from app.extensions import db
from app.models import Inquiry, Notice, NoticeState
from app.services import inquiries, notices, switches
from app.services.inquiries import Ways
from app.task_queue import run_waiting
from tests import factories
from tests.answering import count, page
from tests.reading import links, text, texts
from tests.reading import page as read
from tests.smtp import Inbox, serving

ASK, DESK = "/une-question", "/equipe/questions"
BASE = "https://recueil.exemple.fr"
QUESTION = {"text": "Qui lira ce que j’écris\u00a0?"}


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with serving(Inbox()) as inbox:
        yield inbox


@pytest.fixture
def app(make_app: Callable[..., Flask], inbox: Inbox) -> Flask:
    """An application whose mail server is `inbox`."""
    return make_app(
        WTF_CSRF_ENABLED=False, MAIL_PORT=inbox.port, MAIL_SUPPRESS_SEND=False, BASE_URL=BASE
    )


def asked(words: str = "Qui lit\u00a0?", email: str = "", phone: str = "") -> Inquiry:
    inquiry = inquiries.ask(db.session, words, Ways(email, phone))
    db.session.commit()
    return inquiry


def only() -> Inquiry:
    db.session.rollback()
    return db.session.scalars(select(Inquiry)).one()


def errors(client: FlaskClient, data: dict[str, str]) -> dict[str, str]:
    """Send a form that is refused: give where each error leads, and what it says."""
    reply = client.post(ASK, data=data)
    shown = page(reply)
    assert (reply.status_code, shown.title.text.startswith("Erreur")) == (422, True)
    HTMLParser(strict=True).parse(reply.text)
    said = {str(link["href"]): text(link) for link in shown.select(".error-summary a")}
    for target in said:
        field = shown.select_one(target)
        assert field is not None
        assert f"{target[1:]}-erreur" in str(field["aria-describedby"]).split()
    return said


def test_every_public_page_leads_there(client: FlaskClient) -> None:
    assert ASK in links(read(client, "/"), ".foot a")
    assert text(read(client, ASK).h1) == "Une question\u00a0?".replace("\u00a0", " ")


def test_a_question_reaches_the_desk_and_the_team(
    app: Flask, client: FlaskClient, inbox: Inbox
) -> None:
    reply = client.post(
        ASK, data=QUESTION | {"email": "nadia@exemple.fr", "phone": "06 12 34 56 78"}
    )
    assert (reply.status_code, reply.location) == (302, f"{ASK}/merci")
    assert text(read(client, f"{ASK}/merci").h1) == "Votre question est arrivée"
    inquiry = only()
    assert inquiry.text == QUESTION["text"]
    assert inquiries.ways(inquiry) == Ways("nadia@exemple.fr", "06 12 34 56 78")
    assert run_waiting(app) == 1
    (message,) = inbox.messages
    assert message["To"] == app.config["CONTACT_EMAIL"]
    assert message["Subject"] == "Une question attend une réponse"
    words = message.get_body(("plain",)).get_content()
    assert f"{BASE}{DESK}/{inquiry.id}" in words.split()
    raw = inbox.raw[0].decode()
    assert [word in raw for word in ("lira", "nadia", "06 12")] == [False] * 3


def test_nobody_must_say_where_to_be_answered(client: FlaskClient) -> None:
    assert client.post(ASK, data=QUESTION).status_code == 302
    assert (only().reply_to, only().audience) == (None, None)


def test_the_project_can_be_explained(client: FlaskClient) -> None:
    wish = {"wants_explaining": "y", "phone": "+33 6 12 34 56 78", "audience": "elu"}
    assert client.post(ASK, data=wish).status_code == 302
    assert (only().text, only().audience) == ("J’aimerais qu’on m’explique le projet.", "elu")


def test_a_form_sent_twice_is_kept_once(app: Flask, client: FlaskClient) -> None:
    key = read(client, ASK).select_one("[name=key]")
    assert key is not None
    sent = QUESTION | {"key": str(key["value"])}
    assert [client.post(ASK, data=sent).location for _ in range(2)] == [f"{ASK}/merci"] * 2
    assert (count(Inquiry), count(Notice)) == (1, 1)
    again = read(client, ASK).select_one("[name=key]")
    assert again is not None
    assert again["value"] != key["value"]


def test_a_question_corrected_after_going_back_is_kept(
    app: Flask, client: FlaskClient, staff: FlaskClient
) -> None:
    key = read(client, ASK).select_one("[name=key]")
    assert key is not None
    first = {"text": "Première version", "key": str(key["value"])}
    second = first | {"text": "Deuxième version", "email": "x@exemple.fr", "audience": "elu"}
    third = second | {"text": "Merci, et encore\u00a0?"}
    for form in (first, second):
        assert client.post(ASK, data=form).location == f"{ASK}/merci"
    inquiry = only()
    assert (inquiry.text, inquiry.reply_to, inquiry.audience, count(Notice)) == (
        "Deuxième version",
        "x@exemple.fr",
        "elu",
        1,
    )
    staff.post(f"{DESK}/{inquiry.id}", data={"answer": "Oui"})
    for _ in range(2):
        assert client.post(ASK, data=third).location == f"{ASK}/merci"
    db.session.rollback()
    (waiting,) = inquiries.waiting(db.session)
    assert (waiting.text, count(Inquiry), count(Notice)) == (third["text"], 2, 2)


def test_an_address_is_kept_in_the_form_that_mail_takes(client: FlaskClient) -> None:
    typed = " Nadia.Bellecour@Élus.Exemple.FR "
    assert client.post(ASK, data=QUESTION | {"email": typed}).status_code == 302
    assert only().reply_to == "nadia.bellecour@xn--lus-9la.exemple.fr"


NOTHING = "Votre question : Écrivez votre question, ou cochez la case juste en dessous."
PHONE = (
    "Ou votre numéro de téléphone : Un numéro de téléphone a 10 chiffres, "
    "par exemple 06 12 34 56 78."
)
EMAIL = (
    "Votre adresse électronique : Cette adresse n’est pas complète. "
    "Écrivez par exemple nom@exemple.fr."
)
HOW = (
    "Votre adresse électronique : Pour vous expliquer le projet, "
    "il nous faut une adresse ou un numéro de téléphone."
)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, {"#text": NOTHING}),
        ({"text": " \u200b\n"}, {"#text": NOTHING}),
        (QUESTION | {"phone": "le soir"}, {"#phone": PHONE}),
        (QUESTION | {"email": "n@exemple"}, {"#email": EMAIL}),
        (QUESTION | {"email": "zoé@exemple.fr"}, {"#email": EMAIL}),
        ({"wants_explaining": "y"}, {"#email": HOW}),
        ({"phone": "12", "email": "@"}, {"#text": NOTHING, "#phone": PHONE, "#email": EMAIL}),
        ({"text": "x" * 5001}, {"#text": "Votre question : Écrivez moins de 5000 signes."}),
        (
            QUESTION | {"audience": "inconnu"},
            {"#audience": "Vous êtes (facultatif) : Choisissez dans la liste."},
        ),
    ],
)
def test_what_is_refused(client: FlaskClient, sent: dict[str, str], said: dict[str, str]) -> None:
    assert errors(client, sent) == said
    assert count(Inquiry) == 0


def test_nothing_typed_is_lost(client: FlaskClient) -> None:
    typed = {"text": "Une ligne\nune autre <b>", "email": "n@", "phone": "06", "audience": "elu"}
    shown = page(client.post(ASK, data=typed | {"wants_explaining": "y"}))
    values = {name: shown.select_one(f"[name={name}]")["value"] for name in ("email", "phone")}
    assert values == {"email": "n@", "phone": "06"}
    assert shown.select_one("#text").text.strip() == typed["text"]
    assert shown.select_one("#wants_explaining").has_attr("checked")
    assert shown.select_one("#audience [selected]")["value"] == "elu"


def test_an_old_page_comes_back_with_its_words(make_app: Callable[..., Flask]) -> None:
    reply = make_app().test_client().post(ASK, data=QUESTION)
    shown = page(reply)
    assert reply.status_code == 422
    assert text(shown.select_one(".error-summary li")).startswith("Cette page est restée ouverte")
    assert shown.select_one("#text").text.strip() == QUESTION["text"]


def test_it_stands_behind_the_gate(client: FlaskClient) -> None:
    reply = client.post(ASK, data=QUESTION | {"site_web": "x"})
    shown = page(reply)
    assert (reply.status_code, text(shown.select_one("#refus"))) == (422, "Appuyez encore une fois")
    assert shown.select_one("#text").text.strip() == QUESTION["text"]
    switches.turn(db.session, "proof:question", is_on=True, by_id=None)
    db.session.commit()
    assert client.post(ASK, data=QUESTION).status_code == 422
    assert count(Inquiry) == 0


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            name: st.text(max_size=30)
            for name in ("key", "text", "wants_explaining", "audience", "email", "phone", "gate")
        },
    )
)
def test_whatever_is_sent_is_answered(client: FlaskClient, sent: dict[str, str]) -> None:
    assert client.post(ASK, data=sent).status_code in (302, 422)
    db.session.execute(delete(Inquiry))
    db.session.commit()


def test_the_list_tells_what_waits(staff: FlaskClient) -> None:
    asked(email="n@exemple.fr", phone="06 12 34 56 78")
    shown = read(staff, DESK)
    assert texts(shown, "tbody th, tbody td")[0] == "Qui lit ?"
    assert texts(shown, "tbody td")[1] == "Courriel ou téléphone"
    assert texts(read(staff, f"{DESK}?closes=1"), ".empty p")[0] == (
        "Aucune question n’a encore été close."
    )


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (Ways(), "Aucune réponse attendue"),
        (Ways(email="n@exemple.fr"), "Courriel"),
        (Ways(phone="06"), "Téléphone"),
    ],
)
def test_how_each_may_be_answered(staff: FlaskClient, left: Ways, told: str) -> None:
    asked(email=left.email, phone=left.phone)
    assert texts(read(staff, DESK), "tbody td")[1] == told


def test_an_answer_leaves_by_mail(app: Flask, staff: FlaskClient, inbox: Inbox) -> None:
    inquiry = asked("Je suis suivie à Fontenay.", email="n@exemple.fr", phone="06 12 34 56 78")
    path = f"{DESK}/{inquiry.id}"
    assert texts(read(staff, path), "main form .btn-primary") == ["Envoyer la réponse et clore"]
    reply = staff.post(path, data={"answer": "Oui.\r\n\r\nÀ bientôt", "mail": "1"})
    assert reply.location == DESK
    run_waiting(app)
    (message,) = inbox.messages
    assert (message["To"], message["Reply-To"], message["Subject"]) == (
        "n@exemple.fr",
        app.config["CONTACT_EMAIL"],
        "Réponse à votre question",
    )
    words = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert "Voici notre réponse.\n\nOui.\n\nÀ bientôt\n\nL’équipe du " in words
    assert "Fontenay" not in inbox.raw[0].decode()
    closed = read(staff, path)
    assert closed.select("main form[action$='/effacer'] ~ form, #answer") == []
    assert texts(closed, "section .typed") == ["Oui. À bientôt"]
    assert texts(read(staff, f"{DESK}?closes=1"), "tbody th") == ["Je suis suivie à Fontenay."]
    assert texts(read(staff, DESK), ".empty p")[0] == "Aucune question n’attend."


def test_an_answer_by_phone_is_noted(app: Flask, staff: FlaskClient, inbox: Inbox) -> None:
    inquiry = asked(email="n@exemple.fr", phone="06 12 34 56 78")
    staff.post(f"{DESK}/{inquiry.id}", data={"answer": "Dit au téléphone."})
    assert run_waiting(app) == 0
    assert (only().answer, only().closed_on is not None) == ("Dit au téléphone.", True)


def test_a_question_without_address_is_closed_when_read(staff: FlaskClient) -> None:
    inquiry = asked()
    path = f"{DESK}/{inquiry.id}"
    assert texts(read(staff, path), "main form .btn-primary") == ["Clore, elle est lue"]
    staff.post(path, data={"answer": "", "mail": "1"})
    assert (only().answer, only().closed_on is not None, count(Notice)) == (None, True, 0)


def test_an_empty_answer_does_not_leave(staff: FlaskClient) -> None:
    inquiry = asked(email="n@exemple.fr")
    reply = staff.post(f"{DESK}/{inquiry.id}", data={"answer": "  ", "mail": "1"})
    error = page(reply).select_one("#answer-erreur")
    assert (reply.status_code, text(error)) == (422, "Erreur : Écrivez la réponse à envoyer.")
    assert only().closed_on is None


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=40), st.booleans())
def test_whatever_is_answered_can_leave(staff: FlaskClient, answer: str, leaves: bool) -> None:
    inquiry = asked(email="n@exemple.fr")
    reply = staff.post(
        f"{DESK}/{inquiry.id}", data={"answer": answer} | ({"mail": "1"} if leaves else {})
    )
    assert reply.status_code == (302 if answer.strip() or not leaves else 422)
    for notice in db.session.scalars(select(Notice)).all():
        letter = mail.notice_letter(notice)
        assert letter is not None
        message = message_from_bytes(letter.as_bytes(), policy=default)
        assert (message["To"], message["Subject"]) == ("n@exemple.fr", "Réponse à votre question")
    for model in (Notice, Inquiry):
        db.session.execute(delete(model))
    db.session.commit()


def test_of_two_who_answer_the_later_is_told(staff: FlaskClient) -> None:
    inquiry = asked(email="n@exemple.fr")
    staff.post(f"{DESK}/{inquiry.id}", data={"answer": "La première", "mail": "1"})
    reply = staff.post(f"{DESK}/{inquiry.id}", data={"answer": "La seconde", "mail": "1"})
    shown = page(reply)
    assert (reply.status_code, text(shown.select_one("#tard"))) == (
        409,
        "Cette question est déjà close",
    )
    assert texts(shown, "section .typed") == ["La première", "La seconde"]
    assert (only().answer, count(Notice)) == ("La première", 1)


def test_an_answer_that_did_not_leave_can_be_sent_again(
    app: Flask, staff: FlaskClient, inbox: Inbox
) -> None:
    inbox.to_message = "554 non"
    inquiry = asked(email="n@exemple.fr")
    staff.post(f"{DESK}/{inquiry.id}", data={"answer": "Oui", "mail": "1"})
    run_waiting(app)
    shown = read(staff, DESK)
    said = text(shown.select_one("#message-1"))
    assert said.startswith("Échec La réponse à une question, pour n@exemple.fr.")
    inbox.to_message = "250 OK"
    form = shown.select_one("main form")
    assert form is not None
    assert staff.post(str(form["action"])).location == DESK
    run_waiting(app)
    assert len(inbox.messages) == 1
    db.session.rollback()
    assert db.session.scalars(select(Notice.state)).all() == [NoticeState.SENT]
    assert read(staff, DESK).select("#message-1") == []


def test_only_messages_about_questions_are_sent_again_there(staff: FlaskClient) -> None:
    other = factories.notice(db.session)
    notices.claim(db.session, other.id)
    notices.record_failure(db.session, other.id, "554")
    db.session.commit()
    assert read(staff, DESK).select("#message-1") == []
    assert staff.post(f"{DESK}/messages/{other.id}/reessayer").status_code == 404
    assert staff.post(f"{DESK}/messages/{uuid.uuid4()}/reessayer").status_code == 404


def test_a_question_is_erased(staff: FlaskClient) -> None:
    inquiry = asked()
    assert staff.post(f"{DESK}/{inquiry.id}/effacer").location == DESK
    assert count(Inquiry) == 0
    for reply in (staff.get(f"{DESK}/{inquiry.id}"), staff.post(f"{DESK}/{inquiry.id}/effacer")):
        assert reply.status_code == 404


def test_only_staff_read_them(client: FlaskClient, researcher: FlaskClient) -> None:
    inquiry = asked()
    for path in (DESK, f"{DESK}/{inquiry.id}"):
        assert (client.get(path).status_code, researcher.get(path).status_code) == (302, 403)
    assert researcher.post(f"{DESK}/{inquiry.id}/effacer").status_code == 403
    assert count(Inquiry) == 1
