"""Answering, through HTTP: every page is saved, nothing typed is lost, one testimony is made."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Answer, Draft, InvitationState, Recontact, Testimony
from app.services import drafts
from tests import factories

CONSENT = {"q_consentement_participation": "oui"}
TERRITORY = {
    "q_clsm": "CLSM du Val d’Orne",
    "q_region": "",
    "q_departement": "",
    "q_annee_creation": "2014",
    "q_temps_coordination": "0,5",
}


def address(section: str, slug: str = "coordinateur") -> str:
    return f"/temoigner/{slug}/rubrique/{section}"


def page(reply: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(reply.text, "html5lib")


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def kept() -> dict[str, object]:
    """What the only draft holds."""
    db.session.rollback()
    return dict(drafts.answers(db.session.scalars(select(Draft)).one()))


def begin(client: FlaskClient, **more: str) -> TestResponse:
    return client.post(address("accord"), data=CONSENT | more)


def test_each_door_leads_to_its_consent(client: FlaskClient, app: Flask) -> None:
    doors = page(client.get("/")).select(".door a")
    assert [door["href"] for door in doors] == [
        f"/temoigner/{q.slug}/" for q in app.extensions["questionnaires"]
    ]
    for door in doors:
        reply = client.get(str(door["href"]))
        assert (reply.status_code, reply.location) == (302, f"{door['href']}rubrique/accord")


@pytest.mark.parametrize(
    "path", ["/temoigner/inconnu/", "/temoigner/coordinateur/rubrique/inconnue", "/temoigner"]
)
def test_unknown_address(client: FlaskClient, path: str) -> None:
    reply = client.get(path)
    assert (reply.status_code, page(reply).h1.text) == (404, "Cette page n’existe pas")


def test_nothing_is_kept_before_the_consent(client: FlaskClient) -> None:
    reply = client.post(address("accord"), data={"q_consentement_citation": "oui"})
    assert reply.status_code == 422
    summary = page(reply).select_one(".error-summary")
    assert summary is not None
    assert [link["href"] for link in summary.select("a")] == ["#q_consentement_participation"]
    assert count(Draft) == 0


def test_no_page_before_the_consent(client: FlaskClient) -> None:
    reply = client.get(address("territoire"))
    assert (reply.status_code, reply.location) == (302, "/temoigner/coordinateur/")


def test_the_three_consents_are_boxes_of_their_own(client: FlaskClient) -> None:
    boxes = page(client.get(address("accord"))).select("input[type=checkbox]")
    assert [box["name"] for box in boxes] == [
        "q_consentement_participation",
        "q_consentement_citation",
        "q_consentement_contact",
    ]
    assert not any(box.has_attr("checked") for box in boxes)


def test_a_page_is_saved_and_leads_to_the_next(client: FlaskClient) -> None:
    assert begin(client).location == address("territoire")
    assert client.post(address("territoire"), data=TERRITORY).location == address("elus")
    assert kept() == {
        "consentement_participation": True,
        "clsm": "CLSM du Val d’Orne",
        "annee_creation": 2014,
        "temps_coordination": 0.5,
    }
    field = page(client.get(address("territoire"))).select_one("#q_annee_creation")
    assert field is not None
    assert field["value"] == "2014"


def test_progress_is_said_in_words(client: FlaskClient) -> None:
    begin(client)
    where = page(client.get(address("territoire"))).select_one(".where")
    assert where is not None
    assert " ".join(where.text.split()) == (
        "Vous coordonnez un CLSM. Rubrique 2 sur 5. Une rubrique est enregistrée."
    )


def test_an_agreement_taken_back_stops_the_sending(client: FlaskClient) -> None:
    begin(client, q_consentement_citation="oui")
    taken_back = client.post(address("accord"), data={"envoi": "1"})
    assert summary(taken_back) == (422, "Sans cet accord, rien ne sera envoyé")
    assert kept() == {}
    reply = client.post("/temoigner/coordinateur/relire")
    links = [link["href"] for link in page(reply).select(".error-summary a")]
    assert (reply.status_code, count(Testimony), links) == (
        422,
        0,
        [address("accord") + "?retour=relire#q_consentement_participation"],
    )


def test_a_mistake_is_told_twice_and_the_rest_is_kept(client: FlaskClient) -> None:
    begin(client)
    reply = client.post(address("territoire"), data=TERRITORY | {"q_annee_creation": "vers 2014"})
    assert reply.status_code == 422
    shown = page(reply)
    assert shown.title is not None
    assert shown.title.text.startswith("Erreur\u00a0: ")
    link = shown.select_one(".error-summary a")
    field = shown.select_one("#q_annee_creation")
    assert link is not None
    assert field is not None
    assert (link["href"], field["value"], field["aria-invalid"]) == (
        "#q_annee_creation",
        "vers 2014",
        "true",
    )
    assert [str(id_) for id_ in str(field["aria-describedby"]).split()] == [
        "q_annee_creation-erreur",
        "q_annee_creation-aide",
    ]
    assert kept()["clsm"] == "CLSM du Val d’Orne"


TEXTS = [
    "Été, cœur, naïf, ça, ÉLUES ; « guillemets » – tirets — points…",
    "On a pleuré 😢 puis ri 🤣👩‍👩‍👧‍👦 ; e\u0301 combiné",
    "Un “collé” de traitement de texte :\n•\u00a0premier\n•\tsecond\u2028suite\u00ad\ufeff",
    "   des blancs autour   ",
    "<b>pas du HTML</b> & {{ pas du Jinja }}",
    "à l’épreuve " * 1700,  # 20,400 characters
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_words_come_through_unchanged(client: FlaskClient, text: str) -> None:
    begin(client)
    question = next(
        q
        for s in client.application.extensions["questionnaires"].current("coordinateur").sections
        for q in s.questions
        if q.kind == "texte_long"
    )
    client.post(address("elus"), data=_whole(client, "elus") | {f"q_{question.id}": text})
    field = page(client.get(address("elus"))).select_one(f"#q_{question.id}")
    assert field is not None
    # The parser, like a browser, drops the first line break of a text area: WTForms writes one.
    assert field.text == text
    client.post("/temoigner/coordinateur/relire")
    answer = db.session.scalars(select(Answer).where(Answer.question_id == question.id)).one()
    assert answer.text == text


def _whole(client: FlaskClient, section: str) -> dict[str, str]:
    """What a browser sends for a page left empty."""
    fields = page(client.get(address(section))).select("form .question [name]")
    return {
        str(field["name"]): "" for field in fields if field.get("type") not in ("radio", "checkbox")
    }


def test_sent_once_however_often(client: FlaskClient) -> None:
    begin(client)
    first = client.post("/temoigner/coordinateur/relire")
    again = client.post("/temoigner/coordinateur/relire")
    assert first.location == again.location == "/temoigner/coordinateur/merci"
    assert (count(Testimony), count(Draft)) == (1, 0)


def test_a_double_click_makes_one_testimony(app: Flask, client: FlaskClient) -> None:
    begin(client)
    other = app.test_client()
    cookie = client.get_cookie("session")
    assert cookie is not None
    other.set_cookie("session", cookie.value)
    assert client.post("/temoigner/coordinateur/relire").status_code == 302
    second = other.post("/temoigner/coordinateur/relire")
    assert second.location == "/temoigner/coordinateur/merci"
    references = [
        page(each.get(second.location)).select_one(".reference") for each in (client, other)
    ]
    assert references[0] == references[1]
    assert count(Testimony) == 1


def test_a_second_testimony_can_follow_the_first(client: FlaskClient) -> None:
    for _ in range(2):
        begin(client)
        client.post("/temoigner/coordinateur/relire")
    assert count(Testimony) == 2


def test_the_testimony_keeps_the_version_answers_and_consents(client: FlaskClient) -> None:
    begin(client, q_consentement_contact="oui")
    client.post(address("territoire"), data=TERRITORY)
    client.post("/temoigner/coordinateur/relire")
    sent = db.session.scalars(select(Testimony)).one()
    assert (sent.questionnaire_slug, sent.questionnaire_version, sent.audience) == (
        "coordinateur",
        1,
        "coordinateur",
    )
    assert {answer.question_id: answer.value for answer in sent.answers} == {
        "clsm": "CLSM du Val d’Orne",
        "annee_creation": 2014,
        "temps_coordination": 0.5,
    }
    assert {c.purpose.value: (c.is_given, c.wording) for c in sent.consents} == {
        "participation": (True, "coordinateur.v1"),
        "citation": (False, "coordinateur.v1"),
        "contact": (True, "coordinateur.v1"),
    }
    assert (sent.is_anonymous, sent.invitation_id) == (True, None)


def test_coordinates_are_kept_apart(client: FlaskClient) -> None:
    begin(client, q_consentement_contact="oui")
    client.post("/temoigner/coordinateur/relire")
    client.post("/temoigner/coordinateur/merci", data={"means": "06 12 34 56 78, demander Léa"})
    left = db.session.scalars(select(Recontact)).one()
    assert (left.means, left.audience) == ("06 12 34 56 78, demander Léa", "coordinateur")
    thanks = page(client.get("/temoigner/coordinateur/merci"))
    assert thanks.select("#means") == []


def test_coordinates_are_asked_only_of_whom_agreed(client: FlaskClient) -> None:
    begin(client)
    client.post("/temoigner/coordinateur/relire")
    assert page(client.get("/temoigner/coordinateur/merci")).select("#means") == []
    client.post("/temoigner/coordinateur/merci", data={"means": "06"})
    assert count(Recontact) == 0


def test_a_draft_can_be_erased(client: FlaskClient) -> None:
    begin(client)
    assert client.post("/temoigner/coordinateur/effacer").location == "/"
    assert count(Draft) == 0
    assert client.get("/temoigner/coordinateur/").location == address("accord")


def summary(reply: TestResponse) -> tuple[int, str]:
    """Give the status, and what the page says first of what is wrong."""
    heading = page(reply).select_one("#erreurs")
    assert heading is not None
    return reply.status_code, heading.text


def erase(client: FlaskClient) -> None:
    assert client.post("/temoigner/coordinateur/effacer").location == "/"


def expire(client: FlaskClient) -> None:
    db.session.delete(db.session.scalars(select(Draft)).one())
    db.session.commit()


@pytest.mark.parametrize("lose", [erase, expire])
def test_a_page_outlives_its_draft(
    client: FlaskClient, lose: Callable[[FlaskClient], None]
) -> None:
    begin(client)
    lose(client)
    reply = client.post(address("territoire"), data=TERRITORY)
    assert summary(reply) == (422, "Votre brouillon n’est plus sur cet appareil")
    assert count(Draft) == 0
    shown = page(reply)
    field, boxes = shown.select_one("#q_clsm"), shown.select(".consent input")
    assert field is not None
    assert (field["value"], [box["name"] for box in boxes]) == (
        "CLSM du Val d’Orne",
        ["q_consentement_participation"],
    )
    agreed = client.post(address("territoire"), data=TERRITORY | CONSENT)
    assert agreed.location == address("accord")
    assert kept()["clsm"] == "CLSM du Val d’Orne"
    assert begin(client).location == address("territoire")
    assert kept()["clsm"] == "CLSM du Val d’Orne"


def test_a_page_saved_after_the_sending_says_so(client: FlaskClient) -> None:
    begin(client)
    client.post("/temoigner/coordinateur/relire")
    reply = client.post(address("territoire"), data=TERRITORY)
    assert summary(reply) == (422, "Votre témoignage est déjà envoyé")
    assert (count(Testimony), count(Draft)) == (1, 0)


def test_nothing_is_stored_of_a_page_whose_consent_was_never_given(client: FlaskClient) -> None:
    reply = client.post(address("conseil"), data={"q_conseil_collegue": "ma psychose"})
    assert summary(reply) == (422, "Votre brouillon n’est plus sur cet appareil")
    assert count(Draft) == 0


def test_a_draft_waits_for_the_version_it_was_begun_with(client: FlaskClient) -> None:
    begin(client)
    draft = db.session.scalars(select(Draft)).one()
    draft.questionnaire_version = 99
    db.session.commit()
    for reply in (
        client.get("/temoigner/coordinateur/"),
        client.post("/temoigner/coordinateur/relire"),
    ):
        heading = page(reply).h1
        assert heading is not None
        assert (reply.status_code, heading.text) == (503, "Votre questionnaire n’est plus là")
    assert (count(Draft), count(Testimony)) == (1, 0)


def test_once_sent_the_cookie_ends_with_the_browser(client: FlaskClient) -> None:
    begun = begin(client)
    sent = client.post("/temoigner/coordinateur/relire")
    assert ["Expires" in reply.headers["Set-Cookie"] for reply in (begun, sent)] == [True, False]


def test_a_link_counts_for_the_questionnaire_it_led_to(client: FlaskClient) -> None:
    invited = factories.invitation(
        db.session,
        campaign=factories.campaign(db.session),
        contact=factories.contact(db.session),
        state=InvitationState.SENT,
    )
    db.session.commit()
    client.get(f"/invitation/{invited.token}")
    begin(client)
    erase(client)
    client.post("/temoigner/usager/rubrique/accord", data=CONSENT)
    client.post("/temoigner/usager/relire")
    db.session.expire_all()
    assert invited.state is not InvitationState.ANSWERED
    client.get(f"/invitation/{invited.token}")
    begin(client)
    client.post("/temoigner/coordinateur/relire")
    db.session.expire_all()
    assert invited.state is InvitationState.ANSWERED


def test_an_old_token_shows_the_words_again(make_app: Callable[..., Flask]) -> None:
    client = make_app().test_client()
    reply = client.post(address("accord"), data=CONSENT)
    shown = page(reply)
    box, heading = shown.select_one("#q_consentement_participation"), shown.select_one("#erreurs")
    assert box is not None
    assert heading is not None
    assert (reply.status_code, box.has_attr("checked"), heading.text) == (
        422,
        True,
        "Cette page est restée ouverte trop longtemps",
    )
    token = shown.select_one("form [name=csrf_token]")
    assert token is not None
    again = client.post(address("accord"), data=CONSENT | {"csrf_token": str(token["value"])})
    assert again.location == address("territoire")


def test_a_foreign_field_is_refused(client: FlaskClient) -> None:
    begin(client)
    reply = client.post(address("territoire"), data=TERRITORY | {"q_intrus": "x"})
    assert (reply.status_code, page(reply).h1.text) == (400, "Cette demande n’a pas été comprise")
    assert kept() == {"consentement_participation": True}


def test_a_truncated_page_costs_nothing(client: FlaskClient) -> None:
    begin(client)
    client.post(address("territoire"), data=TERRITORY)
    reply = client.post(address("territoire"), data={"q_annee_creation": "2015"})
    heading = page(reply).select_one("#erreurs")
    assert heading is not None
    assert (reply.status_code, heading.text) == (400, "La page nous est arrivée incomplète")
    assert (kept()["clsm"], kept()["annee_creation"]) == ("CLSM du Val d’Orne", 2015)


def test_more_than_a_megabyte(client: FlaskClient) -> None:
    begin(client)
    reply = client.post(address("territoire"), data=TERRITORY | {"q_clsm": "x" * 1_100_000})
    assert (reply.status_code, page(reply).h1.text) == (413, "Votre envoi est trop volumineux")
    assert kept() == {"consentement_participation": True}


def test_easy_wording_stays_from_page_to_page(client: FlaskClient) -> None:
    reply = client.post(address("accord") + "?facile=1", data=CONSENT)
    assert reply.location == address("territoire") + "?facile=1"
    legend = page(client.get(reply.location)).select_one("label[for=q_clsm]")
    question = (
        client.application.extensions["questionnaires"].current("coordinateur").question("clsm")
    )
    assert legend is not None
    assert legend.get_text("\n", strip=True) == question.easy_label


def test_the_review_tells_everything_and_leads_back(client: FlaskClient) -> None:
    begin(client)
    client.post(address("territoire"), data=TERRITORY)
    shown = page(client.get("/temoigner/coordinateur/relire"))
    section = shown.select("section.review")[1]
    told = dict(
        zip(
            [term.text for term in section.select("dt")],
            [value.text for value in section.select("dd")],
            strict=True,
        )
    )
    assert told["Quel CLSM coordonnez-vous\u00a0?"] == "CLSM du Val d’Orne"
    assert told["En quelle année votre CLSM a-t-il été créé\u00a0?"] == "2014"
    link = section.select_one("a")
    assert link is not None
    reply = client.post(str(link["href"]), data=TERRITORY)
    assert reply.location == "/temoigner/coordinateur/relire"
