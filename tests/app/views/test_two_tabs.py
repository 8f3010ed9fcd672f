"""Two pages open on one draft: the later one is told, and nothing is overwritten unknowingly."""

from collections.abc import Callable
from unittest.mock import patch

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Draft, Testimony
from app.services import drafts
from tests.answering import TERRITORY, address, begin, count, expire, kept, page, seen, summary

REVIEW = "/temoigner/coordinateur/relire"
OTHER = TERRITORY | {"q_clsm": "CLSM de l’autre onglet", "q_annee_creation": "2019"}


def open_territory(client: FlaskClient) -> dict[str, str]:
    """Give what a page opened on a draft already begun will say that it has seen."""
    begin(client)
    client.post(address("territoire"), data=TERRITORY)
    return seen(client, "territoire")


def told(reply: TestResponse) -> dict[str, str]:
    """Give, for each question, what the page says that somebody else saved."""
    return {
        str(note.find_parent(class_="question").select_one("[name]")["name"]): note.get_text(
            " ", strip=True
        )
        for note in page(reply).select(".elsewhere")
    }


def links(reply: TestResponse) -> list[str]:
    return [str(link["href"]) for link in page(reply).select(".error-summary a")]


def test_the_later_page_is_told_and_nothing_is_overwritten(client: FlaskClient) -> None:
    before = open_territory(client)
    client.post(address("territoire"), data=OTHER | seen(client, "territoire"))
    mine = TERRITORY | before | {"q_clsm": "CLSM d’ici", "q_temps_coordination": "1"}
    reply = client.post(address("territoire"), data=mine)
    assert summary(reply) == (409, "2 réponses ont changé ailleurs")
    assert links(reply) == ["#q_clsm", "#q_annee_creation"]
    said = "Ce qui a été enregistré ailleurs pour cette question\u00a0: "
    assert told(reply) == {
        "q_clsm": f"{said}CLSM de l’autre onglet",
        "q_annee_creation": f"{said}2019",
    }
    fields = {str(f["name"]): f["value"] for f in page(reply).select("input[type=text]")}
    assert fields == {
        "q_clsm": "CLSM d’ici",
        "q_annee_creation": "2014",
        "q_temps_coordination": "1",
    }
    assert kept() == {
        "consentement_participation": True,
        "clsm": "CLSM de l’autre onglet",
        "annee_creation": 2019,
        "temps_coordination": 1.0,
    }


def test_saving_again_keeps_this_page_knowingly(client: FlaskClient) -> None:
    before = open_territory(client)
    client.post(address("territoire"), data=OTHER | seen(client, "territoire"))
    reply = client.post(address("territoire"), data=TERRITORY | before)
    field = page(reply).select_one("[name=seen]")
    assert field is not None
    again = client.post(address("territoire"), data=TERRITORY | {"seen": str(field["value"])})
    assert again.location == address("elus")
    assert (kept()["clsm"], kept()["annee_creation"]) == ("CLSM du Val d’Orne", 2014)


def test_a_page_that_was_told_does_not_finish_its_section(client: FlaskClient) -> None:
    begin(client)
    before = seen(client, "territoire")
    draft = db.session.scalars(select(Draft)).one()
    drafts.save(db.session, draft, asked={"clsm"}, given={"clsm": "Ailleurs"}, section=None)
    db.session.commit()
    reply = client.post(address("territoire"), data=TERRITORY | before)
    assert reply.status_code == 409
    db.session.rollback()
    assert drafts.saved_sections(db.session.scalars(select(Draft)).one()) == ["accord"]


def test_an_answer_erased_elsewhere_is_said_so(client: FlaskClient) -> None:
    before = open_territory(client)
    erased = TERRITORY | {"q_clsm": ""} | seen(client, "territoire")
    client.post(address("territoire"), data=erased)
    reply = client.post(address("territoire"), data=TERRITORY | before)
    assert summary(reply) == (409, "Une réponse a changé ailleurs")
    assert told(reply) == {"q_clsm": "Ailleurs, la réponse à cette question a été effacée."}
    assert "clsm" not in kept()


def test_what_both_say_alike_is_no_surprise(client: FlaskClient) -> None:
    before = open_territory(client)
    client.post(address("territoire"), data=OTHER | seen(client, "territoire"))
    reply = client.post(address("territoire"), data=OTHER | before)
    assert reply.location == address("elus")


def test_other_sections_are_nobody_s_surprise(client: FlaskClient) -> None:
    before = open_territory(client)
    client.post(address("conseil"), data={"q_conseil_collegue": "ailleurs"})
    assert client.post(address("territoire"), data=TERRITORY | before).location == address("elus")


def test_an_old_page_without_a_sight_overwrites_nothing(client: FlaskClient) -> None:
    open_territory(client)
    reply = client.post(address("territoire"), data=TERRITORY | {"q_clsm": "Autre"})
    assert summary(reply) == (409, "Une réponse a changé ailleurs")
    assert kept()["clsm"] == "CLSM du Val d’Orne"
    same = client.post(address("territoire"), data=TERRITORY)
    assert same.location == address("elus")


def test_a_mistake_beside_a_change_is_told_too(client: FlaskClient) -> None:
    before = open_territory(client)
    client.post(address("territoire"), data=OTHER | seen(client, "territoire"))
    mine = TERRITORY | before | {"q_clsm": OTHER["q_clsm"], "q_annee_creation": "jadis"}
    reply = client.post(address("territoire"), data=mine)
    assert summary(reply) == (409, "Une réponse a changé ailleurs")
    assert links(reply) == ["#q_annee_creation", "#q_annee_creation"]
    field = page(reply).select_one("#q_annee_creation")
    assert field is not None
    assert (field["value"], str(field["aria-describedby"]).split()) == (
        "jadis",
        ["q_annee_creation-erreur", "q_annee_creation-ailleurs", "q_annee_creation-aide"],
    )
    assert kept()["annee_creation"] == 2019


def test_an_old_token_does_not_hide_the_change(make_app: Callable[..., Flask]) -> None:
    client = make_app().test_client()
    with patch.object(client.application, "config", client.application.config) as config:
        config["WTF_CSRF_ENABLED"] = False
        before = open_territory(client)
        client.post(address("territoire"), data=OTHER | seen(client, "territoire"))
        config["WTF_CSRF_ENABLED"] = True
    stale = client.post(address("territoire"), data=TERRITORY | before)
    assert summary(stale) == (422, "Cette page est restée ouverte trop longtemps")
    form = page(stale).select_one("form[action*=rubrique]")
    assert form is not None
    fresh = {name: str(form.select_one(f"[name={name}]")["value"]) for name in _CARRIED}
    assert fresh["seen"] == before["seen"]
    reply = client.post(address("territoire"), data=TERRITORY | fresh)
    assert summary(reply) == (409, "2 réponses ont changé ailleurs")


_CARRIED = ("csrf_token", "seen")


def test_a_page_sent_at_the_same_instant_as_another(client: FlaskClient) -> None:
    before = open_territory(client)
    real, calls = drafts.save, []

    def save_after_another(session: object, draft: Draft, **options: object) -> None:
        if not calls:
            calls.append(1)
            moved = drafts.answers(draft) | {"clsm": "Au même instant"}
            with db.engine.begin() as connection:
                connection.execute(
                    update(Draft).values(
                        answers=drafts.json.dumps(moved), revision=Draft.revision + 1
                    )
                )
        real(session, draft, **options)

    db.session.rollback()
    with patch.object(drafts, "save", save_after_another):
        mine = TERRITORY | before | {"q_clsm": "D’ici", "q_annee_creation": "2001"}
        reply = client.post(address("territoire"), data=mine)
    assert summary(reply) == (409, "Une réponse a changé ailleurs")
    assert (kept()["clsm"], kept()["annee_creation"]) == ("Au même instant", 2001)


def test_a_draft_erased_at_the_same_instant_is_not_begun_again(client: FlaskClient) -> None:
    before = open_territory(client)
    real = drafts.save

    def save_after_erasing(session: object, draft: Draft, **options: object) -> None:
        with db.engine.begin() as connection:
            connection.execute(Draft.__table__.delete())
        real(session, draft, **options)

    db.session.rollback()
    with patch.object(drafts, "save", save_after_erasing):
        reply = client.post(address("territoire"), data=TERRITORY | before | {"q_clsm": "D’ici"})
    assert summary(reply) == (422, "Votre brouillon n’est plus sur cet appareil")
    assert count(Draft) == 0


def reviewed(client: FlaskClient) -> dict[str, str]:
    field = page(client.get(REVIEW)).select_one("[name=seen]")
    assert field is not None
    return {"seen": str(field["value"])}


def test_what_is_sent_is_what_was_read_over(client: FlaskClient) -> None:
    open_territory(client)
    before = reviewed(client)
    client.post(address("territoire"), data=OTHER | seen(client, "territoire"))
    reply = client.post(REVIEW, data=before)
    shown = page(reply)
    heading, title = shown.select_one("#ailleurs"), shown.title
    assert heading is not None
    assert title is not None
    assert (reply.status_code, heading.text, title.text) == (
        409,
        "Vos réponses ont changé ailleurs",
        "Erreur\u00a0: Relire et envoyer - Recueil",
    )
    assert "CLSM de l’autre onglet" in [each.text for each in shown.select("dd.typed")]
    assert count(Testimony) == 0
    field = shown.select_one("[name=seen]")
    assert field is not None
    again = client.post(REVIEW, data={"seen": str(field["value"])})
    assert (again.location, count(Testimony)) == ("/temoigner/coordinateur/merci", 1)


def test_a_page_saved_while_sending_is_read_over_first(client: FlaskClient) -> None:
    open_territory(client)
    before = reviewed(client)
    real = drafts.discard

    def discard_after_another(session: object, draft: Draft) -> None:
        real_revision = Draft.revision + 1
        session.execute(  # type: ignore[attr-defined]
            update(Draft)
            .values(revision=real_revision)
            .execution_options(synchronize_session=False)
        )
        real(session, draft)  # type: ignore[arg-type]

    with patch.object(drafts, "discard", discard_after_another):
        reply = client.post(REVIEW, data=before)
    assert (reply.status_code, count(Testimony), count(Draft)) == (409, 0, 1)
    assert client.post(REVIEW, data=before).location == "/temoigner/coordinateur/merci"


@pytest.mark.parametrize("data", [{}, {"seen": "n’importe quoi"}])
def test_a_review_whose_draft_is_gone(client: FlaskClient, data: dict[str, str]) -> None:
    begin(client)
    expire(client)
    assert client.post(REVIEW, data=data).location == "/temoigner/coordinateur/"
