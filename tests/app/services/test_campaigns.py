"""Placeholders, and who a launch invites."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.extensions import db
from app.models.base import now
from app.services import campaigns, invitations
from tests import factories


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("Bonjour {nom}", "Bonjour Zoé {lien}"),
        ("{lien}{lien}", "https://x/https://x/"),
        ("{ nom } {inconnu} {} {{nom}} }{", "{ nom } {inconnu} {} {Zoé {lien}} }{"),
        ("sans rien", "sans rien"),
    ],
)
def test_a_value_is_put_in_once_and_never_read_again(text: str, rendered: str) -> None:
    assert campaigns.render(text, {"nom": "Zoé {lien}", "lien": "https://x/"}) == rendered


@given(st.text(alphabet="{}\n\\ nomlie$1", max_size=30), st.text(max_size=30))
def test_any_name_goes_through_unchanged(name: str, around: str) -> None:
    before, after = around.replace("{", "").replace("}", ""), " fin"
    assert campaigns.render(f"{before}{{nom}}{after}", {"nom": name}) == f"{before}{name}{after}"


@given(st.text(alphabet="{}abnom \n", max_size=40))
def test_braces_that_mean_nothing_are_left_alone(text: str) -> None:
    assert campaigns.render(text, {}) == text


def test_unknown_placeholders_are_named_once_in_order() -> None:
    text = "{prenom} {nom} {Lien} {prenom} {lien} {à voir}"
    assert campaigns.unknown_placeholders(text, campaigns.IN_BODY) == ["prenom", "Lien", "à voir"]


def test_a_launch_invites_the_profile_but_those_who_said_no(app: Flask) -> None:
    campaign = factories.campaign(db.session, audience="elu")
    wanted = [factories.contact(db.session, audience="elu") for _ in range(2)]
    factories.contact(db.session, audience="usager")
    refused = factories.contact(db.session, audience="elu")
    refused.opted_out_at = now()
    db.session.commit()
    assert campaigns.count_recipients(db.session, campaign) == Counter({"elu": 2})
    assert campaigns.count_refusals(db.session, campaign) == 1
    ids = campaigns.launch(db.session, campaign)
    db.session.commit()
    invited = {each.contact_id for each in invitations.of_campaign(db.session, campaign.id)}
    assert (len(ids), invited) == (2, {contact.id for contact in wanted})
    assert campaign.launched_at is not None


def test_a_second_launch_invites_newcomers_only(app: Flask) -> None:
    campaign = factories.campaign(db.session)
    factories.contact(db.session)
    first = campaigns.launch(db.session, campaign)
    db.session.commit()
    launched_at = campaign.launched_at
    assert campaigns.launch(db.session, campaign) == []
    late = factories.contact(db.session)
    (second,) = campaigns.launch(db.session, campaign)
    db.session.commit()
    newcomer = invitations.get(db.session, second)
    assert newcomer is not None
    assert (len(first), newcomer.contact_id, campaign.launched_at) == (1, late.id, launched_at)


def test_what_has_left_no_longer_changes(app: Flask) -> None:
    campaign = factories.campaign(db.session)
    factories.contact(db.session)
    campaigns.launch(db.session, campaign)
    message = campaigns.Message(title="t", subject="s", body="{lien}")
    with pytest.raises(campaigns.AlreadyLaunchedError):
        campaigns.rewrite(db.session, campaign, message)


@pytest.mark.parametrize("campaign_id", [-1, 0, 1, 2**31, 2**70])
def test_a_campaign_that_is_not_there(app: Flask, campaign_id: int) -> None:
    assert campaigns.get(db.session, campaign_id) is None


def test_two_launches_at_once_invite_each_contact_once(app: Flask) -> None:
    campaign_id = factories.campaign(db.session).id
    for _ in range(50):
        factories.contact(db.session)
    db.session.commit()
    start = Barrier(4)

    def launch(_: int) -> int:
        with app.app_context():
            campaign = campaigns.get(db.session, campaign_id)
            assert campaign is not None
            start.wait()
            ids = campaigns.launch(db.session, campaign)
            db.session.commit()
            return len(ids)

    with ThreadPoolExecutor(4) as pool:
        invited = sorted(pool.map(launch, range(4)))
    assert invited == [0, 0, 0, 50]
