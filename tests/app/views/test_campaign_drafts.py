"""A campaign begun again from another, or given up before anything of it left."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import Act, AuditEntry, Campaign
from app.models.base import now
from app.services import campaigns
from tests import factories
from tests.app.views.test_campaigns import kept, texts


@pytest.fixture
def campaign(app: Flask) -> Campaign:
    made = factories.campaign(db.session)
    factories.contact(db.session, name="Nadia Bellecour")
    db.session.commit()
    return made


def launched(campaign: Campaign) -> None:
    campaigns.launch(db.session, campaign)
    db.session.commit()


def told() -> list[tuple[Act, str | None]]:
    """What the log holds of campaigns."""
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.sequence))
    return [(row.act, row.object_id) for row in rows if row.act.startswith("campaign.")]


@pytest.mark.parametrize("is_launched", [False, True])
def test_a_campaign_is_copied_from_its_page(
    staff: FlaskClient, campaign: Campaign, is_launched: bool
) -> None:
    if is_launched:
        launched(campaign)
    before = told()
    page = kept(campaign)
    assert texts(staff.get(page), f'form[action="{page}/dupliquer"] button') == [
        "Dupliquer la campagne"
    ]
    reply = staff.post(f"{page}/dupliquer")
    db.session.rollback()
    made, former = campaigns.all_campaigns(db.session)
    assert former.id == campaign.id
    assert reply.location == f"{kept(made)}/modifier"
    shown = staff.get(reply.location)
    assert texts(shown, "[role=status].alert") == [
        "Voici la copie : mêmes mots, mêmes destinataires, mêmes relances, sans date. "
        "Rien n’est parti."
    ]
    assert (made.title, made.body) == ("Copie de Premier appel", campaign.body)
    assert made.created_by_id is not None
    assert told() == [*before, (Act.CAMPAIGN_COPIED, str(campaign.id))]


def test_a_draft_is_erased_once_asked_again(staff: FlaskClient, campaign: Campaign) -> None:
    page, number = kept(campaign), campaign.id
    assert texts(staff.get(page), f'a[href="{page}/supprimer"]') == ["Supprimer le brouillon…"]
    asked = staff.get(f"{page}/supprimer")
    assert texts(asked, "h1, .acts button, .acts a") == [
        "Supprimer cette campagne ?",
        "Supprimer la campagne",
        "Non, la garder",
    ]
    assert told() == []
    reply = staff.post(f"{page}/supprimer")
    assert reply.location == "/equipe/"
    assert texts(staff.get("/equipe/"), "[role=status].alert") == [
        "La campagne « Premier appel » est supprimée. Rien n’en était parti."
    ]
    db.session.rollback()
    assert campaigns.all_campaigns(db.session) == []
    assert told() == [(Act.CAMPAIGN_ERASED, str(number))]
    answers = [staff.get(page), staff.get(f"{page}/supprimer"), staff.post(f"{page}/supprimer")]
    assert [each.status_code for each in answers] == [404, 404, 404]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_launched_campaign_stays(staff: FlaskClient, campaign: Campaign, method: str) -> None:
    launched(campaign)
    page = kept(campaign)
    assert texts(staff.get(page), f'a[href="{page}/supprimer"]') == []
    before = told()
    reply = getattr(staff, method)(f"{page}/supprimer")
    assert reply.location == page
    assert texts(staff.get(page), "[role=status].alert") == [
        "Cette campagne est lancée : elle ne se supprime plus. Vous pouvez l’arrêter."
    ]
    db.session.rollback()
    assert campaigns.all_campaigns(db.session) == [campaign]
    assert told() == before


def test_a_scheduled_campaign_brought_back_may_be_erased(
    staff: FlaskClient, campaign: Campaign
) -> None:
    campaign.starts_at = now().replace(year=now().year + 1, month=1, day=12)
    launched(campaign)
    assert staff.post(f"{kept(campaign)}/preparer").location == kept(campaign)
    assert staff.post(f"{kept(campaign)}/supprimer").location == "/equipe/"
    db.session.rollback()
    assert campaigns.all_campaigns(db.session) == []


def test_nobody_else_copies_or_erases(
    client: FlaskClient, researcher: FlaskClient, campaign: Campaign
) -> None:
    page = kept(campaign)
    for path in ("dupliquer", "supprimer"):
        assert client.post(f"{page}/{path}").location.startswith("/compte/connexion")
        assert researcher.post(f"{page}/{path}").status_code == 403
    assert campaigns.all_campaigns(db.session) == [campaign]
