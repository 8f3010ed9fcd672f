"""The team sees that somebody answered, and the day: never what, in any page, export or log."""

import logging
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.extensions import db
from app.models import Invitation, InvitationState, Testimony
from app.models.base import now
from app.task_queue import run_waiting
from tests import factories
from tests.answering import TERRITORY, address, begin

# What this person tells, of which the team must not see one piece.
TOLD = {"q_annee_creation": "1987", "q_clsm": "CLSM de Quelquepart-Zutvallon"}
PIECES = ("1987", "Quelquepart", "Zutvallon")


def answered(client: FlaskClient) -> Invitation:
    """An invitation whose link was followed to the end."""
    campaign = factories.campaign(db.session)
    campaign.launched_at = now()
    invited = factories.invitation(
        db.session,
        campaign=campaign,
        contact=factories.contact(db.session),
        state=InvitationState.SENT,
    )
    invited.sent_at = now()
    db.session.commit()
    client.get(f"/invitation/{invited.token}")
    begin(client)
    client.post(address("territoire"), data=TERRITORY | TOLD)
    client.post("/temoigner/coordinateur/relire")
    db.session.expire_all()
    assert invited.state is InvitationState.ANSWERED
    return invited


def pages(app: Flask, invited: Invitation) -> list[str]:
    """Every page of the team's rooms that an address with these ids opens."""
    ids = {
        "campaign_id": str(invited.campaign_id),
        "contact_id": str(invited.contact_id),
        "clsm_id": str(invited.contact.clsm_id),
    }
    rules = [
        each.rule
        for each in app.url_map.iter_rules()
        if each.rule.startswith("/equipe") and "GET" in (each.methods or ())
    ]
    found = [re.sub(r"<\w+:(\w+)>", lambda part: ids.get(part[1], "<"), rule) for rule in rules]
    return sorted(rule for rule in found if "<" not in rule)


def test_no_page_and_no_export_says_what(
    app: Flask, client: FlaskClient, staff: FlaskClient
) -> None:
    invited = answered(client)
    (testimony,) = db.session.scalars(select(Testimony.id)).all()
    opened = pages(app, invited)
    assert len(opened) > 20
    shown = {path: staff.get(path, follow_redirects=True).data for path in opened}
    shown |= {
        path: staff.post(path).data
        for path in ("/equipe/contacts/contacts.csv", "/equipe/campagnes/compte")
    }
    seen = {path: data.decode("utf-8", "replace") for path, data in shown.items()}
    assert f"/equipe/contacts/{invited.contact_id}" in seen
    assert "A répondu" in seen[f"/equipe/contacts/{invited.contact_id}"]
    secrets = (*PIECES, str(testimony), testimony.hex, "/recherche")
    assert [(path, word) for path, page in seen.items() for word in secrets if word in page] == []


def test_the_team_does_not_open_what_was_told(client: FlaskClient, staff: FlaskClient) -> None:
    answered(client)
    (testimony,) = db.session.scalars(select(Testimony.id)).all()
    for path in ("/recherche/", f"/recherche/temoignages/{testimony}", "/recherche/decomptes/"):
        assert staff.get(path).status_code == 403


def test_no_value_is_in_both_rows_but_the_day(client: FlaskClient) -> None:
    invited = answered(client)
    asked = db.session.execute(text("SELECT * FROM invitations")).one()._mapping
    told = db.session.execute(text("SELECT * FROM testimonies")).one()._mapping
    both = {str(value) for value in asked.values()} & {str(value) for value in told.values()}
    assert both - {"None", "0", "1"} == {str(invited.answered_on)}
    days = {name for name, value in asked.items() if str(value) == str(invited.answered_on)}
    assert days == {"answered_on", "started_on"}


def test_the_log_says_neither(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    invited = answered(client)
    run_waiting(app)
    ours = [each for each in caplog.records if not each.name.startswith(("sqlalchemy", "mail.log"))]
    written = "\n".join(f"{each.getMessage()} {each.exc_text or ''}" for each in ours)
    words = (*PIECES, invited.token, invited.contact.email)
    assert [word for word in words if word in written] == []
