"""Proposing people: all or nothing, and nothing learnt of anybody; deciding, by a button."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from html5lib import HTMLParser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from app.extensions import db
from app.mail import referrals as mail
from app.models import (
    Clsm,
    Contact,
    Notice,
    NoticeState,
    Opposition,
    Recontact,
    RecontactSource,
    Referral,
    RoleName,
)
from app.models.base import now
from app.services import bookings, invitations, notices, oppositions
from tests import answering, factories, interviews, reading

JEANNE, PAUL = "j.lemoine@exemple.fr", "p.arnaud@exemple.fr"
UNKNOWN = "a" * 22
PROPOSE = "/proposer-un-contact"
DESK = "/equipe/mises-en-contact"
PROPOSER = {
    "name": "Claire Morvan",
    "function": "coordinatrice",
    "clsm": "CLSM du Bocage",
    "email": "",
}


def sheet(number: int = 1, **changed: str) -> dict[str, str]:
    """What is typed of one person; an empty value is a field left blank."""
    typed = {
        "name": "Jeanne Lemoine",
        "email": JEANNE,
        "audience": "elu",
        "reason": "Elle a porté le sujet au conseil municipal.",
        "agreed": "y",
    } | changed
    return {f"personne-{number}-{name}": value for name, value in typed.items() if value}


def read(reply: TestResponse) -> BeautifulSoup:
    HTMLParser(strict=True).parse(reply.text)
    return BeautifulSoup(reply.text, "html5lib")


def told(reply: TestResponse) -> tuple[int, str]:
    """Return the status and the heading of a page."""
    return reply.status_code, reading.text(read(reply).h1)


def held() -> dict[str, int]:
    db.session.rollback()
    tables = (Referral, Notice, Recontact, Opposition, Contact)
    counted = {t.__name__: db.session.scalar(select(func.count()).select_from(t)) for t in tables}
    return {name: count for name, count in counted.items() if count}


@pytest.fixture
def referral(app: Flask) -> Referral:
    made = factories.referral(db.session, email=JEANNE, reason="Jeanne ose parler.")
    db.session.commit()
    return made


def everything() -> list[object]:
    db.session.rollback()
    tables = ("referrals", "notices", "recontacts", "oppositions", "contacts")
    return [db.session.execute(text(f"SELECT * FROM {table}")).all() for table in tables]


# Proposing


def test_a_person_is_proposed_and_written_to(client: FlaskClient) -> None:
    reply = client.post(PROPOSE, data=PROPOSER | {"email": "C.Morvan@CLSM.example"} | sheet())
    assert reply.location == f"{PROPOSE}/merci"
    assert told(client.get(reply.location)) == (200, "Merci. Votre proposition est bien arrivée.")
    made = db.session.scalars(select(Referral)).one()
    assert (made.name, made.email, made.audience, made.reason, made.proposed_by, made.clsm) == (
        "Jeanne Lemoine",
        JEANNE,
        "elu",
        "Elle a porté le sujet au conseil municipal.",
        "Claire Morvan, coordinatrice (c.morvan@clsm.example)",
        "CLSM du Bocage",
    )
    assert made.notice is not None
    assert notices.read(made.notice) == mail.proposal(made)


def test_the_form_says_what_it_asks(client: FlaskClient) -> None:
    db.session.add(Clsm(name="CLSM public", is_public=True))
    db.session.add(Clsm(name="CLSM d’un contact"))
    db.session.commit()
    page = reading.page(client, PROPOSE)
    fields = {
        str(field["name"]): field.get("autocomplete")
        for field in page.select("main form input[type=text], input[type=email], textarea")
        if field["name"] != "site_web"
    }
    assert fields == {
        "name": "name",
        "function": "organization-title",
        "clsm": "off",
        "email": "email",
        "personne-1-name": "off",
        "personne-1-email": "off",
        "personne-1-reason": "off",
    }
    assert [str(each["value"]) for each in page.select("datalist option")] == ["CLSM public"]
    assert reading.texts(page, "#personne-1-audience option") == [
        "Choisissez",
        "Élue ou élu",
        "Usagère ou usager",
        "Proche, aidante ou aidant",
    ]
    assert reading.texts(page, "legend") == ["Vous", "La personne que vous proposez"]


def test_another_person_may_be_added_and_nothing_is_lost(client: FlaskClient) -> None:
    typed = PROPOSER | sheet(reason="<Encore> à dire", agreed="")
    page = read(client.post(PROPOSE, data=typed | {"ajouter": "1"}))
    assert reading.texts(page, "legend") == ["Vous", "Personne 1", "Personne 2"]
    assert page.select(".error-summary") == []
    kept = {
        str(field["name"]): field.get("value") or field.get_text().strip("\r\n")
        for field in page.select("main input[type=text], input[type=email], textarea")
    }
    assert {name: value for name, value in kept.items() if value} == {
        "name": "Claire Morvan",
        "function": "coordinatrice",
        "clsm": "CLSM du Bocage",
        "personne-1-name": "Jeanne Lemoine",
        "personne-1-email": JEANNE,
        "personne-1-reason": "<Encore> à dire",
    }
    assert [str(each["value"]) for each in page.select("option[selected]")] == ["elu"]
    assert held() == {}
    button = page.select_one("button[name=ajouter]")
    assert button is not None
    assert button["formaction"] == f"{PROPOSE}#personne-3"


def test_five_people_at_most(client: FlaskClient) -> None:
    typed = PROPOSER | sheet(5) | {"ajouter": "1", "personne-6-name": "De trop"}
    page = read(client.post(PROPOSE, data=typed))
    assert len(page.select("fieldset.person")) == 6
    assert page.select("button[name=ajouter]") == []


def test_blank_sheets_are_left_out(client: FlaskClient) -> None:
    blank = {f"personne-2-{name}": "" for name in ("name", "email", "audience", "reason")}
    typed = PROPOSER | sheet() | blank | sheet(3, name="Paul Arnaud", email=PAUL)
    assert client.post(PROPOSE, data=typed).status_code == 302
    assert sorted(db.session.scalars(select(Referral.audience))) == ["elu", "elu"]
    assert held() == {"Referral": 2, "Notice": 2}


def test_with_a_mistake_nobody_is_proposed(client: FlaskClient) -> None:
    typed = PROPOSER | sheet() | sheet(2, email="paul(at)exemple", audience="", agreed="")
    reply = client.post(PROPOSE, data=typed)
    page = read(reply)
    assert (reply.status_code, held()) == (422, {})
    assert reading.text(page.title) == "Erreur : Proposer un contact - Recueil"
    assert reading.links(page, ".error-summary a") == [
        "#personne-2-email",
        "#personne-2-audience",
        "#personne-2-agreed",
    ]
    first = reading.texts(page, ".error-summary a")[0]
    assert first == (
        "Personne 2, son adresse électronique : "
        "Cette adresse n’est pas complète. Écrivez par exemple nom@exemple.fr."
    )
    for link in reading.links(page, ".error-summary a"):
        field = page.select_one(link)
        assert field is not None
        assert field["aria-invalid"] == "true"
        assert str(field["aria-describedby"]).split()[0] == f"{link[1:]}-erreur"
        assert page.find(id=f"{link[1:]}-erreur") is not None


@pytest.mark.parametrize(
    ("typed", "links"),
    [
        (
            {},
            [
                "#name",
                "#function",
                "#clsm",
                "#personne-1-name",
                "#personne-1-email",
                "#personne-1-audience",
                "#personne-1-reason",
                "#personne-1-agreed",
            ],
        ),
        (PROPOSER | sheet(audience="coordinateur"), ["#personne-1-audience"]),
        (PROPOSER | sheet(audience="inconnu"), ["#personne-1-audience"]),
        (PROPOSER | sheet(name="\u200b \t"), ["#personne-1-name"]),
        (PROPOSER | sheet(name="x" * 121), ["#personne-1-name"]),
        (PROPOSER | sheet(reason="x" * 501), ["#personne-1-reason"]),
        (PROPOSER | sheet(reason="Voyez https://x.example/a"), ["#personne-1-reason"]),
        (PROPOSER | sheet(reason="Voyez gagnez.com vite"), ["#personne-1-reason"]),
        (PROPOSER | sheet(name="a@b.fr"), ["#personne-1-name"]),
        (PROPOSER | {"function": "www.gain"} | sheet(), ["#function"]),
        (PROPOSER | {"email": "c.morvan"} | sheet(), ["#email"]),
    ],
)
def test_what_is_refused(client: FlaskClient, typed: dict[str, str], links: list[str]) -> None:
    reply = client.post(PROPOSE, data=typed)
    assert (reply.status_code, held()) == (422, {})
    assert reading.links(read(reply), ".error-summary a") == links


def test_initials_and_sentences_are_no_links(client: FlaskClient) -> None:
    words = "Mme J.-P. Roy, élue. C’est elle… Elle ose. Le C.L.S.M. lui doit 3.5 jours !"
    typed = PROPOSER | sheet(name="J.-P. Roy", reason=words)
    assert client.post(PROPOSE, data=typed).status_code == 302


def test_words_are_one_line_in_the_message(client: FlaskClient) -> None:
    typed = PROPOSER | sheet(name="Jeanne\r\nBcc: x", reason="Un.\r\n\r\nFaux paragraphe.")
    client.post(PROPOSE, data=typed)
    made = db.session.scalars(select(Referral)).one()
    assert (made.name, made.reason) == ("Jeanne Bcc: x", "Un. Faux paragraphe.")


def oppose() -> None:
    oppositions.oppose(db.session, JEANNE)


def refuse_campaigns() -> None:
    invitations.decline_all(db.session, factories.contact(db.session, email=JEANNE))


def know() -> None:
    factories.contact(db.session, email=JEANNE)


def propose_before() -> None:
    factories.referral(db.session, email=JEANNE)


@pytest.mark.parametrize("before", [None, oppose, refuse_campaigns, know, propose_before])
def test_nothing_tells_what_is_known_of_an_address(
    client: FlaskClient, before: Callable[[], None] | None
) -> None:
    if before is not None:
        before()
        db.session.commit()
    reply = client.post(PROPOSE, data=PROPOSER | sheet(email="J.Lemoine@Exemple.FR"))
    thanks = client.get(str(reply.location))
    fresh = client.application.test_client()
    fresh.post(PROPOSE, data=PROPOSER | sheet(email="neuve@exemple.fr"))
    other = fresh.get(f"{PROPOSE}/merci")
    assert (reply.status_code, thanks.text) == (302, other.text)
    waiting = {made.email for made in db.session.scalars(select(Referral))} - {"neuve@exemple.fr"}
    assert waiting == (set() if before in (oppose, refuse_campaigns) else {JEANNE})
    assert held()["Referral"] == 1 + len(waiting)


def test_thanks_only_after_a_proposal(client: FlaskClient) -> None:
    assert client.get(f"{PROPOSE}/merci").location == PROPOSE


def test_a_page_left_open_loses_nothing(make_app: Callable[..., Flask]) -> None:
    client = make_app().test_client()  # with CSRF
    reply = client.post(PROPOSE, data=PROPOSER | sheet())
    page = read(reply)
    assert (reply.status_code, held()) == (422, {})
    assert reading.text(page.select_one(".error-summary h2")) == "Appuyez encore une fois"
    name = page.select_one("#personne-1-name")
    assert name is not None
    assert name["value"] == "Jeanne Lemoine"


def test_a_robot_is_asked_again(make_app: Callable[..., Flask]) -> None:
    client = make_app(WTF_CSRF_ENABLED=False, GATE_LEAST_SECONDS=3).test_client()
    reply = client.post(PROPOSE, data=PROPOSER | sheet() | {"site_web": "https://x.example"})
    page = read(reply)
    assert (reply.status_code, held()) == (422, {})
    assert reading.text(page.title) == "Erreur : Proposer un contact - Recueil"
    assert reading.text(page.select_one("#refus")) == "Appuyez encore une fois"


# Deciding


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_scanner_that_opens_the_link_changes_nothing(
    client: FlaskClient, referral: Referral, method: str
) -> None:
    before = everything()
    reply = client.open(f"/contact/{referral.token}", method=method)
    assert (reply.status_code, everything()) == (200, before)


def test_the_page_says_who_proposes_and_names_nobody(
    client: FlaskClient, referral: Referral
) -> None:
    page = reading.page(client, f"/contact/{referral.token}")
    assert reading.text(page.select_one(".lead")).startswith(
        "Claire Morvan, coordinatrice, CLSM du Bocage, nous a donné l’adresse"
    )
    known = ("Jeanne", "Lemoine", JEANNE, "ose parler")
    assert [word for word in known if word in str(page)] == []
    forms = [(form["method"], form["action"]) for form in page.select("main form")]
    assert forms == [("post", f"/contact/{referral.token}")] * 3
    assert reading.texts(page, "main form button") == [
        "Oui, j’accepte un temps d’échange",
        "Non merci",
        "Effacez-moi",
    ]
    fields = page.select("main form input:not([type=checkbox])")
    assert {str(field["name"]): field["autocomplete"] for field in fields} == {
        "phone": "tel",
        "hours": "off",
        "name": "name",
        "email": "email",
    }


def test_a_yes_leads_to_the_choice_of_a_slot(client: FlaskClient, referral: Referral) -> None:
    token = referral.token
    typed = {
        "decision": "oui",
        "means": ["on_site", "phone"],
        "phone": " 06 12 34 56 78 ",
        "hours": "Le mardi matin",
    }
    reply = client.post(f"/contact/{token}", data=typed)
    assert reply.location == f"/entretien/{token}"
    kept = db.session.scalars(select(Recontact)).one()
    assert (kept.name, kept.email, kept.phone, kept.hours) == (
        "Jeanne Lemoine",
        JEANNE,
        "06 12 34 56 78",
        "Par téléphone, sur place. Le mardi matin",
    )
    assert (kept.token, kept.audience, kept.source) == (token, "elu", RecontactSource.REFERRAL)
    assert held() == {"Recontact": 1}


@pytest.mark.parametrize("decision", ["oui", "non", "effacer"])
def test_after_a_yes_the_link_leads_on(
    client: FlaskClient, referral: Referral, decision: str
) -> None:
    address = f"/contact/{referral.token}"
    client.post(address, data={"decision": "oui"})
    replies = [client.get(address), client.post(address, data={"decision": decision})]
    assert [reply.location for reply in replies] == [address.replace("contact", "entretien", 1)] * 2
    assert held() == {"Recontact": 1}


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ({"means": "phone"}, "#phone"),
        ({"phone": "appelez-moi"}, "#phone"),
        ({"phone": "0" * 60}, "#phone"),
        ({"email": "jeanne"}, "#email"),
        ({"means": "pigeon"}, "#means"),
        ({"hours": "x" * 401}, "#hours"),
    ],
)
def test_a_yes_to_mend_decides_nothing_yet(
    client: FlaskClient, referral: Referral, typed: dict[str, str], link: str
) -> None:
    before = everything()
    reply = client.post(f"/contact/{referral.token}", data={"decision": "oui"} | typed)
    page = read(reply)
    assert (reply.status_code, everything()) == (422, before)
    assert reading.text(page.title).startswith("Erreur : ")
    assert reading.links(page, ".error-summary a") == [link]
    shown = page.select_one(link)
    assert shown is not None
    if link != "#means":
        assert shown["value"] == typed.get(link[1:], "")


@pytest.mark.parametrize("decision", ["non", "effacer"])
def test_a_no_erases_and_holds(client: FlaskClient, referral: Referral, decision: str) -> None:
    address = f"/contact/{referral.token}"
    reply = client.post(address, data={"decision": decision})
    assert told(reply) == (200, "C’est effacé, nous ne vous écrirons plus")
    assert held() == {"Opposition": 1}
    again = client.post(address, data={"decision": decision})
    assert told(again) == (404, "Ce lien n’ouvre plus rien")
    client.post(PROPOSE, data=PROPOSER | sheet())
    assert held() == {"Opposition": 1}


@pytest.mark.parametrize(
    ("decision", "left"),
    [("non", {"Opposition": 1, "Contact": 1}), ("effacer", {"Opposition": 1})],
)
def test_erase_me_takes_the_contact_too(
    client: FlaskClient, referral: Referral, decision: str, left: dict[str, int]
) -> None:
    factories.contact(db.session, email=JEANNE)
    db.session.commit()
    client.post(f"/contact/{referral.token}", data={"decision": decision})
    assert held() == left


@pytest.mark.parametrize("typed", [{}, {"decision": "peut-être"}, {"decision": ""}])
def test_no_decision_changes_nothing(
    client: FlaskClient, referral: Referral, typed: dict[str, str]
) -> None:
    before = everything()
    reply = client.post(f"/contact/{referral.token}", data=typed)
    assert (reply.location, everything()) == (f"/contact/{referral.token}", before)


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"phone": "demain"}, "phone"), ({"name": "Jeanne, voir www.exemple.fr"}, "name")],
)
def test_a_yes_with_a_mistake_is_shown_again(
    client: FlaskClient, typed: dict[str, str], field: str
) -> None:
    token = factories.referral(db.session, email=JEANNE).token
    db.session.commit()
    reply = client.post(f"/contact/{token}", data={"decision": "oui"} | typed)
    assert (reply.status_code, reading.links(read(reply), ".error-summary a")) == (
        422,
        [f"#{field}"],
    )
    assert db.session.scalars(select(Recontact)).all() == []


def test_erasing_cancels_a_rendezvous_left_otherwise_and_says_so(client: FlaskClient) -> None:
    referral = factories.referral(db.session, email=JEANNE)
    who, token = interviews.person(db.session, email=JEANNE), referral.token
    bookings.take(db.session, who.id, interviews.slot(db.session).id)
    db.session.commit()
    assert client.post(f"/contact/{token}", data={"decision": "effacer"}).status_code == 200
    db.session.rollback()
    assert db.session.scalars(select(Recontact)).all() == []
    told = [notices.read(each) for each in db.session.scalars(select(Notice))]
    day = "jeudi 3\u00a0décembre\u00a02099 à 14\u00a0h"
    assert sorted((each.to, each.subject) for each in told if each) == [
        ("c.morvan@centre.example", f"Rendez-vous annulé\u00a0: {day}"),
        (JEANNE, f"Votre rendez-vous du {day} est annulé"),
    ]


def test_proposing_who_said_yes_gets_the_same_answer(client: FlaskClient) -> None:
    interviews.person(db.session, email=JEANNE)
    db.session.commit()
    replies = [client.post(PROPOSE, data=PROPOSER | sheet(email=each)) for each in (JEANNE, PAUL)]
    assert [(each.status_code, each.location) for each in replies] == [
        (302, f"{PROPOSE}/merci")
    ] * 2
    assert [each.email for each in db.session.scalars(select(Referral))] == [PAUL]
    assert len(db.session.scalars(select(Notice)).all()) == 1


@pytest.mark.parametrize("decision", [None, "oui", "non", "effacer"])
def test_a_link_whose_time_is_over(
    client: FlaskClient, referral: Referral, decision: str | None
) -> None:
    referral.expires_at = now() - timedelta(seconds=1)
    db.session.commit()
    before, address = everything(), f"/contact/{referral.token}"
    reply = client.post(address, data={"decision": decision}) if decision else client.get(address)
    assert told(reply) == (410, "Le temps de cette proposition est passé")
    assert everything() == before


@pytest.mark.parametrize("token", [UNKNOWN, "coupé", "x%00", "a" * 5000])
@pytest.mark.parametrize("decision", [None, "oui", "non", "effacer"])
def test_a_link_that_is_not_known(
    client: FlaskClient, referral: Referral, token: str, decision: str | None
) -> None:
    before, address = everything(), f"/contact/{token}"
    reply = client.post(address, data={"decision": decision}) if decision else client.get(address)
    assert told(reply) == (404, "Ce lien n’ouvre plus rien")
    assert everything() == before


def test_a_decision_needs_no_cookie(make_app: Callable[..., Flask]) -> None:
    app = make_app()  # with CSRF
    made = factories.referral(db.session)
    db.session.commit()
    reply = app.test_client(use_cookies=False).post(
        f"/contact/{made.token}", data={"decision": "non"}
    )
    assert (reply.status_code, held()) == (200, {"Opposition": 1})


token_like = st.text() | st.from_regex(r"[A-Za-z0-9_-]{22}", fullmatch=True) | st.binary()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(token=token_like, typed=st.dictionaries(st.text(max_size=20), st.text(max_size=50)))
def test_no_token_breaks_the_page_or_opens_another_s(
    client: FlaskClient, referral: Referral, token: Any, typed: dict[str, str]
) -> None:
    address = f"/contact/{quote(token, safe='')}"
    for decision in ("oui", "non", "effacer"):
        replies = [client.get(address), client.post(address, data=typed | {"decision": decision})]
        assert [reply.status_code for reply in replies if reply.status_code not in STATUSES] == []
        words = "".join(reply.text for reply in replies)
        assert [known for known in ("Lemoine", JEANNE, "Morvan") if known in words] == []
    assert held() == {"Referral": 1, "Notice": 1}


STATUSES = (302, 308, 404, 405)
PERSON_FIELDS = ("name", "email", "audience", "reason", "agreed")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    typed=st.dictionaries(
        st.sampled_from(
            [
                *PROPOSER,
                "ajouter",
                "gate",
                "altcha",
                "personne-²-name",
                "personne-99999999999-name",
                *(f"personne-{n}-{name}" for n in range(7) for name in PERSON_FIELDS),
            ]
        ),
        st.text(max_size=60) | st.sampled_from([JEANNE, "elu", "y", "a@b.fr", "\x00", "é@é.fr"]),
    )
)
def test_no_form_breaks_the_page(client: FlaskClient, typed: dict[str, str]) -> None:
    assert client.post(PROPOSE, data=typed).status_code in (200, 302, 422, 429)


# What staff see


def settle(referral: Referral, state: NoticeState, error: str | None = None) -> None:
    assert referral.notice is not None
    referral.notice.state, referral.notice.last_error = state, error
    referral.notice.settled_at = now()
    db.session.commit()


def test_staff_see_numbers_and_no_name(staff: FlaskClient, referral: Referral) -> None:
    reminded = factories.referral(db.session, audience="usager", clsm="CLSM des Trois Ponts")
    settle(reminded, NoticeState.SENT)
    reminded.reminded_at = now()
    failed = factories.referral(db.session, audience="aidant")
    settle(failed, NoticeState.FAILED, "réponse du serveur de messagerie : 550 inconnue")
    page = reading.page(staff, DESK)
    assert reading.texts(page, ".counts li") == [
        "3 Proposées, sans réponse",
        "1 Message à envoyer",
        "1 Relance partie",
        "1 Message pas parti",
    ]
    rows = [reading.texts(row, "td")[:3] for row in page.select("tbody tr")]
    assert rows == [
        ["Élue ou élu", "CLSM du Bocage", "Message à envoyer"],
        ["Usagère ou usager", "CLSM des Trois Ponts", "Relance partie"],
        [
            "Proche, aidante ou aidant",
            "CLSM du Bocage",
            "Message pas parti Réponse du serveur de messagerie : 550 inconnue.",
        ],
    ]
    secret = ("Jeanne", "Lemoine", "@exemple.fr", "Claire", "Morvan", "ose par", referral.token)
    assert [word for word in secret if word in str(page.main)] == []
    assert [str(form["action"]) for form in page.select("tbody form")] == [
        f"{DESK}/{failed.id}/reprendre",
        f"{DESK}/{failed.id}/effacer",
    ]


def test_after_the_yes_staff_see_the_person(
    staff: FlaskClient, client: FlaskClient, referral: Referral
) -> None:
    client.post(f"/contact/{referral.token}", data={"decision": "oui"})
    page = reading.page(staff, DESK)
    assert reading.texts(page, ".counts li")[-1] == "1 A dit oui"
    assert reading.text(page.select_one(".empty p")) == ("Aucune proposition n’attend de réponse.")
    assert "Jeanne Lemoine" in reading.text(reading.page(staff, "/equipe/a-rappeler").main)


def test_what_did_not_leave_is_tried_again_once(staff: FlaskClient, referral: Referral) -> None:
    settle(referral, NoticeState.UNCERTAIN, "coupé")
    address = f"{DESK}/{referral.id}/reprendre"
    said = []
    for _ in range(2):
        assert staff.post(address).location == DESK
        said += reading.texts(reading.page(staff, DESK), ".alert")
    assert said == ["Le message est remis à l’envoi.", "Il n’y avait plus rien à reprendre."]
    db.session.rollback()
    assert referral.notice is not None
    assert referral.notice.state is NoticeState.QUEUED


def test_what_did_not_leave_is_erased(staff: FlaskClient, referral: Referral) -> None:
    settle(referral, NoticeState.FAILED)
    address = f"{DESK}/{referral.id}/effacer"
    assert [staff.post(address).status_code for _ in range(2)] == [302, 404]
    assert held() == {}


def test_what_waits_for_an_answer_is_not_staff_s_to_erase(
    staff: FlaskClient, referral: Referral
) -> None:
    settle(referral, NoticeState.SENT)
    assert staff.post(f"{DESK}/{referral.id}/effacer").status_code == 404
    assert held() == {"Referral": 1, "Notice": 1}


@pytest.mark.parametrize("role", [RoleName.RESEARCHER, RoleName.ADMINISTRATOR])
def test_only_staff_enter(
    signed_in: Callable[..., FlaskClient], referral: Referral, role: RoleName
) -> None:
    client = signed_in(role)
    replies = [
        client.get(DESK),
        client.post(f"{DESK}/{referral.id}/reprendre"),
        client.post(f"{DESK}/{referral.id}/effacer"),
    ]
    assert [reply.status_code for reply in replies] == [403] * 3
    assert held() == {"Referral": 1, "Notice": 1}


def test_the_public_does_not_enter(client: FlaskClient) -> None:
    reply = client.get(DESK)
    assert (reply.status_code, reply.location.split("?")[0]) == (302, "/compte/connexion")


def test_the_call_leads_to_the_form(client: FlaskClient) -> None:
    links = reading.links(reading.page(client, "/"), "main a")
    assert links.count(PROPOSE) == 1


@pytest.mark.parametrize(("slug", "expected"), [("coordinateur", 1), ("elu", 0), ("usager", 0)])
def test_the_thanks_of_whoever_coordinates_lead_to_the_form(
    client: FlaskClient, slug: str, expected: int
) -> None:
    client.post(answering.address("accord", slug), data=answering.CONSENT)
    thanks = client.post(f"/temoigner/{slug}/relire").location
    assert thanks == f"/temoigner/{slug}/merci"
    assert reading.links(reading.page(client, thanks), "main a").count(PROPOSE) == expected
