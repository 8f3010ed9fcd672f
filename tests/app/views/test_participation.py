"""The page that follows the call: figures in all and by campaign, reasons, and who is silent."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models import Campaign, InvitationState
from app.models.base import today
from tests.app.views.test_campaigns import a_launched_campaign, read, rows, texts

State = InvitationState
PAGE = "/equipe/suivi"


@pytest.fixture
def followed(app: Flask) -> Campaign:
    """A campaign of which one invitation is in each state, and another of one message."""
    campaign = a_launched_campaign(*State)
    a_launched_campaign(State.SENT)
    return campaign


def test_the_whole_and_one_campaign_are_counted(staff: FlaskClient, followed: Campaign) -> None:
    whole = texts(staff.get(PAGE), "h2#par-profile + div tfoot td")
    assert whole == ["2", "4", "1", "1", "1", "0", "1", "1", "25 %"]
    reply = staff.get(f"{PAGE}?campagne={followed.id}")
    assert texts(reply, "h2#par-region + div tfoot td") == [
        *("2", "3", "1", "1", "1", "0", "1", "1", "33 %")
    ]
    assert texts(reply, "h1 + p") == [
        "1 réponse pour 3 personnes jointes, soit 33 %. "
        "Personne n’a encore commencé de questionnaire depuis son lien."
    ]
    reasons = texts(reply, "h2#raisons + div tbody tr")
    assert sorted(reasons) == [
        "non précisée Incertain 1 0",
        "parce que Adresse refusée 1 0",
        "parce que Échec de l’envoi 1 0",
    ]


def test_one_click_leads_from_the_silent_to_a_reminder(staff: FlaskClient) -> None:
    campaign = a_launched_campaign(State.SENT)
    page = staff.get(f"{PAGE}?campagne={campaign.id}")
    (remind, write) = (each["href"] for each in read(page).select("#silence ~ div a")[:2])
    assert texts(staff.get(str(remind)), "h1") == ["Relancer 1 personne maintenant ?"]
    form = read(staff.get(str(write)))
    chosen = [each["value"] for each in form.select("option[selected], input[checked]")]
    assert chosen == ["coordinateur", "inconnue", ""]  # the questionnaire: each profile's own
    campaign.ends_on = today() - timedelta(days=1)
    db.session.commit()
    page = staff.get(f"{PAGE}?campagne={campaign.id}")
    assert [each["href"] for each in read(page).select("#silence ~ div a")[:1]] == [write]


def test_nothing_to_follow_and_no_such_campaign(staff: FlaskClient) -> None:
    assert texts(staff.get(PAGE), ".empty p")[0] == "Rien à suivre pour l’instant."
    assert rows(staff.get(PAGE)) == []
    for query in ("campagne=9", "campagne=x", "campagne=99999999999"):
        assert staff.get(f"{PAGE}?{query}").status_code == 404
