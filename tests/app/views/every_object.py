"""One object of each kind, and the address of each route with those that it names."""

import io
import re
import uuid
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models import (
    LinkPurpose,
    Reminder,
    RoleName,
    ThemeVersion,
)
from app.services import account_links, accounts, bookings, inquiries
from tests import agreements, exchanges, factories, interviews, quoting
from tests.agreements import TEXT

ARGUMENT = re.compile(r"<(?:(\w+)(?:\(([^)]*)\))?:)?(\w+)>")


def addresses(app: Flask, signed_in: Callable[..., FlaskClient]) -> Callable[[str, str], str]:
    """Put one object of each kind in the database; return what gives the address of a route."""
    found = _objects(signed_in)

    def address(endpoint: str, rule: str) -> str:
        blueprint = endpoint.split(".")[0]

        def value(match: re.Match[str]) -> str:
            converter, among, name = match.groups()
            if converter == "any":
                return among.split(",")[0].strip()
            given = found.get(
                f"{endpoint} {name}", found.get(f"{blueprint} {name}", found.get(name))
            )
            assert given is not None, (endpoint, name)
            return str(given)

        return ARGUMENT.sub(value, rule)

    return address


def _objects(signed_in: Callable[..., FlaskClient]) -> dict[str, object]:
    session = db.session
    clients = {role: signed_in(role) for role in RoleName}
    researcher = accounts.find(session, "researcher@recueil.example")
    assert researcher is not None
    return (
        people()
        | _research(researcher.id)
        | _files(clients[RoleName.STAFF], clients[RoleName.RESEARCHER])
        | {"filename": "theme.css", "bootstrap filename": "css/bootstrap.min.css"}
        | {"security filename": "js/base64.js"}
    )


def people() -> dict[str, object]:
    """Somebody of each kind that the team writes to; what names them in addresses."""
    session = db.session
    other = factories.account(session, email="autre@recueil.example")
    contact = factories.contact(session)
    campaign = factories.campaign(session)
    invitation = factories.invitation(session, campaign=campaign, contact=contact)
    reminder = Reminder(invitation_id=invitation.id, number=1)
    person, slot = interviews.person(session), interviews.slot(session)
    bookings.take(session, person.id, slot.id)
    referral = factories.referral(session)
    inquiry = inquiries.ask(session, "Une question ?", inquiries.Ways(email="a@b.example"))
    session.add(reminder)
    session.flush()
    told = {
        "account_id": other.id,
        "contact_id": contact.id,
        "clsm_id": contact.clsm_id,
        "campaign_id": campaign.id,
        "invitation_id": invitation.id,
        "reminder_id": reminder.id,
        "recontact_id": person.id,
        "slot_id": slot.id,
        "referral_id": referral.id,
        "inquiry_id": inquiry.id,
        "notice_id": referral.notice_id,
        "invitations token": invitation.token,
        "referrals token": referral.token,
        "interviews token": person.token,
        "account_links token": account_links.make(session, other, LinkPurpose.RECOVERY),
        "which": uuid.uuid4(),
    }
    session.commit()
    return told


def _files(staff: FlaskClient, researcher: FlaskClient) -> dict[str, object]:
    """Files on their way in, sent as people send them."""
    contacts = b"nom;courriel;profil\nNadia;nadia@exemple.fr;coordinateur\n"
    clsms = b"nom\nCLSM du Bocage\n"
    project = exchanges.exported_bytes(db.session)
    codebook = researcher.get("/recherche/grille/exporter/grille.csv").data
    sent = {
        "contacts import_id": (staff, "/equipe/contacts/importer", contacts, "contacts.csv"),
        "clsms import_id": (staff, "/equipe/clsm/importer", clsms, "clsm.csv"),
        "project_imports import_id": (
            researcher,
            "/recherche/exports/importer",
            project,
            "recueil.qdpx",
        ),
        "draft_id": (researcher, "/recherche/grille/importer", codebook, "grille.csv"),
    }
    return {name: _sent(*each) for name, each in sent.items()}


def _sent(client: FlaskClient, where: str, data: bytes, name: str) -> str:
    """Return the id of what the page makes of a file."""
    reply = client.post(where, data={"file": (io.BytesIO(data), name), "family": "elus"})
    assert reply.location, (where, reply.status_code)
    found = re.search(r"[0-9a-f-]{36}", str(reply.location))
    assert found is not None, reply.location
    return found[0]


def _research(researcher_id: int) -> dict[str, object]:
    session = db.session
    testimony = factories.testimony(session, answers={"autre_chose": TEXT})
    coding = factories.coding(session, factories.free_text(testimony))
    interview = factories.interview(session)
    round_ = agreements.opened(session, [researcher_id, agreements.coder(session, "Paul")])
    quotation = quoting.chosen(session, quoting.quotable(session, by=researcher_id))
    version = ThemeVersion(name="essai-1", made_by_id=researcher_id)
    session.add(version)
    session.flush()
    told = {
        "testimony_id": testimony.id,
        "transcripts testimony_id": interview.id,
        "coding_id": coding.id,
        "round_id": round_.id,
        "position": 1,
        "unit_id": agreements.units(session, round_)[0].id,
        "quotation_id": quotation.id,
        "version_id": version.id,
        "sitting": "inconnue",
        "theme_id": "freins_participation",
        "number": 1,
        "audience": "elu",
        "slug": "coordinateur",
        "guides slug": "personnes",
        "chapter_id": "conditions",
        "section_id": "accord",
    }
    session.commit()
    return told
