"""Placeholders, and who a launch invites."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from app.extensions import db
from app.models import Campaign, Invitation
from app.models import InvitationState as State
from app.models.base import now, today
from app.services import campaigns, invitations, outcomes
from app.services.campaigns import Plan
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


@pytest.mark.parametrize("end", ["stopped_at", "ends_on"])
def test_a_campaign_that_is_over_invites_nobody(app: Flask, end: str) -> None:
    campaign = factories.campaign(db.session)
    factories.contact(db.session)
    setattr(campaign, end, now() if end == "stopped_at" else today() - timedelta(days=1))
    db.session.commit()
    with pytest.raises(campaigns.OverError):
        campaigns.launch(db.session, campaign)
    db.session.rollback()
    assert (campaign.launched_at, campaign.is_over) == (None, True)
    assert invitations.of_campaign(db.session, campaign.id) == []


def test_stopping_takes_back_what_was_never_tried(app: Flask) -> None:
    campaign = factories.campaign(db.session)
    contacts = [factories.contact(db.session, name=str(number)) for number in range(5)]
    campaigns.launch(db.session, campaign)
    states = [State.QUEUED, State.UNCERTAIN, State.BOUNCED, State.QUEUED, State.SENT]
    for made in invitations.of_campaign(db.session, campaign.id):
        made.state = states[int(made.contact.name)]
        made.last_error = "parce que" if made.state in (State.UNCERTAIN, State.BOUNCED) else None
        made.attempts = int(made.contact.name == "3")  # the server put it off
    db.session.commit()
    tried = [made.id for made in invitations.of_campaign(db.session, campaign.id, states[1:3])]
    assert outcomes.retry(db.session, Invitation, tried) == 2
    assert campaigns.stop(db.session, campaign) == 1
    db.session.commit()
    left = invitations.of_campaign(db.session, campaign.id)
    assert {int(made.contact.name): (made.state, made.last_error) for made in left} == {
        1: (State.FAILED, "parce que"),
        2: (State.FAILED, "parce que"),
        3: (State.FAILED, outcomes.WITHDRAWN),
        4: (State.SENT, None),
    }
    assert len(contacts) == 5


def test_what_is_scheduled_goes_back_to_its_preparation(app: Flask) -> None:
    campaign = factories.campaign(db.session)
    contact, refusing = (factories.contact(db.session) for _ in range(2))
    campaigns.schedule(db.session, campaign, Plan(starts_at=now() + timedelta(days=1)))
    campaigns.launch(db.session, campaign)
    invitations.decline_all(db.session, refusing)
    db.session.commit()
    assert campaign.is_scheduled
    campaigns.recall(db.session, campaign)
    db.session.commit()
    assert (campaign.launched_at, campaign.is_scheduled) == (None, False)
    assert invitations.of_campaign(db.session, campaign.id) == []
    message = campaigns.Message(title="t", subject="s", body="{lien}")
    campaigns.rewrite(db.session, campaign, message)
    campaigns.schedule(db.session, campaign, Plan())
    assert len(campaigns.launch(db.session, campaign)) == 1
    (made,) = invitations.of_campaign(db.session, campaign.id)
    assert made.contact_id == contact.id
    with pytest.raises(campaigns.BegunError):
        campaigns.recall(db.session, campaign)


def test_a_copy_says_the_same_to_the_same_people_and_has_no_date(app: Flask) -> None:
    campaign = factories.campaign(db.session, title="T" * 200, audience="elu")
    campaign.filters, campaign.questionnaire_slug = {"regions": ["53"]}, "elu"
    plan = Plan(
        starts_at=now() + timedelta(days=1),
        ends_on=today() + timedelta(days=9),
        remind_after_days=7,
        remind_at_most=2,
        reminder_subject="Encore temps",
        reminder_body="{lien}",
    )
    campaigns.schedule(db.session, campaign, plan)
    factories.contact(db.session)
    campaigns.launch(db.session, campaign)
    campaigns.pause(db.session, campaign)
    campaigns.stop(db.session, campaign)
    made = campaigns.copy(db.session, campaign)
    db.session.commit()
    own = {"id", "title", "created_at", "created_by_id"}
    same = {column.key for column in Campaign.__table__.columns} - own
    values = {name: getattr(made, name) for name in same}
    undated = ("launched_at", "starts_at", "ends_on", "paused_at", "stopped_at")
    assert values == {name: getattr(campaign, name) for name in same} | dict.fromkeys(undated)
    assert (made.title, len(made.title)) == (f"Copie de {'T' * 191}", 200)
    assert (made.id == campaign.id, invitations.of_campaign(db.session, made.id)) == (False, [])


def test_only_a_campaign_that_never_left_is_erased(app: Flask) -> None:
    draft, launched = factories.campaign(db.session), factories.campaign(db.session)
    factories.contact(db.session)
    campaigns.launch(db.session, launched)
    db.session.commit()
    number = draft.id
    campaigns.erase(db.session, draft)
    db.session.commit()
    with pytest.raises(campaigns.AlreadyLaunchedError):
        campaigns.erase(db.session, launched)
    db.session.rollback()
    assert campaigns.get(db.session, number) is None
    assert campaigns.all_campaigns(db.session) == [launched]
    assert len(invitations.of_campaign(db.session, launched.id)) == 1


def test_a_campaign_erased_meanwhile_invites_nobody_and_is_not_erased_twice(app: Flask) -> None:
    campaign = factories.campaign(db.session)
    factories.contact(db.session)
    db.session.commit()
    db.session.refresh(campaign)  # as a request has read it
    db.session.execute(delete(Campaign).execution_options(synchronize_session=False))
    with pytest.raises(campaigns.ErasedError):
        campaigns.launch(db.session, campaign)
    with pytest.raises(campaigns.AlreadyLaunchedError):
        campaigns.erase(db.session, campaign)
    assert db.session.scalars(select(Invitation)).all() == []


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
