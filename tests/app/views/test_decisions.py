"""Deciding on a suggestion, on its testimony's page: two buttons, no script, nothing lost."""

import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import Account, Coding, Decision, RoleName, Verdict
from app.services import accounts, receipts
from tests import factories
from tests.reading import page, text, texts

FEAR = "freins_participation"


@pytest.fixture
def coding(app: object) -> Coding:
    made = factories.testimony(db.session, answers={"demarche_elus": "Peur de parler."})
    coding = factories.coding(db.session, factories.free_text(made), FEAR)
    db.session.commit()
    return coding


def address(coding: Coding, query: str = "") -> str:
    return f"/recherche/temoignages/{coding.answer.testimony_id}/suggestions/{coding.id}{query}"


def kept() -> list[tuple[Verdict, int | None]]:
    db.session.expire_all()
    return [(each.verdict, each.decided_by_id) for each in db.session.scalars(select(Decision))]


def me() -> Account:
    found = accounts.find(db.session, f"{RoleName.RESEARCHER}@recueil.example")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("act", "verdict", "said"),
    [("accepter", Verdict.ACCEPTED, "Accepté"), ("rejeter", Verdict.REJECTED, "Rejeté")],
)
def test_a_decision_is_kept_and_shown_with_whom(
    researcher: FlaskClient, coding: Coding, act: str, verdict: Verdict, said: str
) -> None:
    reply = researcher.post(address(coding), data={"acte": act})
    back = f"/recherche/temoignages/{coding.answer.testimony_id}"
    assert (reply.status_code, reply.location) == (302, f"{back}#codage-{coding.id}")
    assert kept() == [(verdict, me().id)]
    soup = page(researcher, back)
    assert text(soup.select_one(f"#codage-{coding.id} .state")) == said
    assert texts(soup, ".proposal p")[1].startswith(f"{said} par Claire Morvan le ")
    assert texts(soup, ".proposal button") == [
        "Remettre à décider Freins à la participation, note 1"
    ]


def test_what_is_proposed_can_be_accepted_or_rejected(
    researcher: FlaskClient, coding: Coding
) -> None:
    soup = page(researcher, f"/recherche/temoignages/{coding.answer.testimony_id}")
    assert texts(soup, ".proposal button") == [
        "Accepter Freins à la participation, note 1",
        "Rejeter Freins à la participation, note 1",
    ]
    (form,) = soup.select(".proposal form")
    assert (form["method"], form["action"]) == ("post", address(coding))


def test_a_decision_is_taken_back(researcher: FlaskClient, coding: Coding) -> None:
    for act in ("accepter", "remettre"):
        researcher.post(address(coding), data={"acte": act})
    assert kept() == []


def test_the_filters_stay(researcher: FlaskClient, coding: Coding) -> None:
    query = "?profil=coordinateur&mots=peur"
    testimony = f"/recherche/temoignages/{coding.answer.testimony_id}"
    soup = page(researcher, f"{testimony}{query}")
    action = str(soup.select(".proposal form")[0]["action"])
    assert action == address(coding, query)
    reply = researcher.post(action, data={"acte": "accepter"})
    assert reply.location == f"{testimony}{query}#codage-{coding.id}"


@pytest.mark.parametrize("act", ["", "effacer"])
def test_an_unknown_act_is_refused(researcher: FlaskClient, coding: Coding, act: str) -> None:
    assert researcher.post(address(coding), data={"acte": act}).status_code == 400
    assert kept() == []


def test_a_get_decides_nothing(researcher: FlaskClient, coding: Coding) -> None:
    assert researcher.get(address(coding, "?acte=accepter")).status_code == 405
    assert kept() == []


def test_a_suggestion_that_is_gone_is_said(researcher: FlaskClient, coding: Coding) -> None:
    testimony = f"/recherche/temoignages/{coding.answer.testimony_id}"
    gone = f"{testimony}/suggestions/{uuid.uuid4()}"
    reply = researcher.post(gone, data={"acte": "accepter"})
    assert (reply.status_code, reply.location, kept()) == (302, testimony, [])
    assert texts(page(researcher, testimony), ".alert") == [
        "Cette suggestion n’est plus là : la chaîne d’analyse a relu le témoignage entre-temps, "
        "et ne la propose plus. Rien n’est enregistré."
    ]


def test_a_testimony_withdrawn_meanwhile_is_said(researcher: FlaskClient, coding: Coding) -> None:
    where = address(coding)
    receipts.withdraw(db.session, coding.answer.testimony)
    db.session.commit()
    reply = researcher.post(where, data={"acte": "accepter"}, follow_redirects=True)
    assert reply.status_code == 404
    assert kept() == []


def test_nobody_else_decides(staff: FlaskClient, client: FlaskClient, coding: Coding) -> None:
    where = address(coding)
    assert staff.post(where, data={"acte": "accepter"}).status_code == 403
    reply = client.post(where, data={"acte": "accepter"})
    assert (reply.status_code, "/compte/connexion" in reply.location) == (302, True)
    assert kept() == []


def test_a_form_from_elsewhere_is_refused(make_app, coding: Coding) -> None:  # type: ignore[no-untyped-def]
    client = make_app(WTF_CSRF_ENABLED=True).test_client()
    assert client.post(address(coding), data={"acte": "accepter"}).status_code == 400
    assert kept() == []


def test_what_changed_since_it_was_seen_is_told_and_stays(
    researcher: FlaskClient, coding: Coding
) -> None:
    seen = f"proposed:{FEAR}:0:15"
    researcher.post(address(coding), data={"acte": "rejeter", "vu": seen})
    reply = researcher.post(address(coding), data={"acte": "accepter", "vu": seen})
    back = f"/recherche/temoignages/{coding.answer.testimony_id}"
    assert (reply.status_code, reply.location) == (302, f"{back}#codage-{coding.id}")
    assert [verdict for verdict, _ in kept()] == [Verdict.REJECTED]
    assert texts(page(researcher, back), ".alert") == [
        "Cet extrait a changé entre-temps : P5 Freins à la participation a été rejeté, par "
        "Claire Morvan. Rien n’est enregistré ; décidez à nouveau si besoin."
    ]


def test_a_script_is_told_in_json(researcher: FlaskClient, coding: Coding) -> None:
    asked = {"headers": {"Accept": "application/json"}}
    seen = f"proposed:{FEAR}:0:15"
    reply = researcher.post(address(coding), data={"acte": "rejeter", "vu": seen}, **asked)
    told = reply.get_json()
    assert (reply.status_code, told["message"], told["dit"]) == (200, "Rejeté.", [])
    assert [(each["id"], each["t"]) for each in told["codages"]] == [(coding.id.hex, 3)]
    reply = researcher.post(
        address(coding), data={"acte": "accepter", "vu": seen, "depuis": told["rang"]}, **asked
    )
    assert (reply.status_code, reply.get_json()["codages"]) == (409, [])
    gone = address(coding).replace(str(coding.id), str(uuid.uuid4()))
    assert researcher.post(gone, data={"acte": "accepter"}, **asked).status_code == 410
