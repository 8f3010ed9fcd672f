"""What the team does leaves a row: each form that posts is named here, or is in the house's list.

A form that nobody lists leaves a row all the same, under the name of its endpoint: it has no words
yet, and the first test says so.
"""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from app.extensions import db
from app.models import Act, Actor, AuditEntry, Contact, RateCount
from app.models.base import PARIS, today
from app.services import audit, audit_chains
from app.services.audit import Unnamed, Who
from app.views import access, desk_acts
from tests import factories, interviews
from tests.conftest import PASSWORD

TOLD = Unnamed(3, "a.page")
NAMED = {
    "account_safety.change": Act.FACTOR_CHANGED,
    "account_safety.keep_passkey": Act.FACTOR_CHANGED,
    "account_safety.share": Act.FACTOR_CHANGED,
    "administration.invite": Act.ACCOUNT_INVITED,
    "administration.invite_again": Act.ACCOUNT_INVITED,
    "administration.make_link": Act.RECOVERY_LINK_MADE,
    "administration.reset_second_step": Act.FACTOR_CHANGED,
    "administration.set_active": Act.ACCOUNT_CLOSED,
    "administration.set_needing": Act.STEPS_NEEDED,
    "administration.set_roles": Act.ROLES_SET,
    "administration.withdraw": Act.ACCOUNT_UNINVITED,
    "audit.check": Act.JOURNAL_VERIFIED,
    "audit.export": Act.JOURNAL_EXPORTED,
    "campaign_course.stop": Act.CAMPAIGN_STOPPED,
    "campaign_drafts.copy": Act.CAMPAIGN_COPIED,
    "campaign_drafts.erase": Act.CAMPAIGN_ERASED,
    "campaigns.launch": Act.CAMPAIGN_LAUNCHED,
    "contacts.add": Act.CONTACT_ADDED,
    "contacts.carry_out": Act.CONTACTS_IMPORTED,
    "contacts.correct": Act.CONTACT_CORRECTED,
    "contacts.erase": Act.CONTACT_ERASED,
    "contacts.export_file": Act.CONTACTS_EXPORTED,
    "contacts.refuse": Act.CONTACT_OPPOSED,
    "contacts.tag_listed": Act.CONTACTS_TAGGED,
    "exports.make": Act.RESEARCH_EXPORTED,
    "guides.make": Act.GUIDE_DRAFTED,
    "guides.make_activity": Act.GUIDE_DRAFTED,
    "inquiries_desk.close": Act.INQUIRY_CLOSED,
    "inquiries_desk.erase": Act.INQUIRY_ERASED,
    "project_imports.carry_out": Act.PROJECT_IMPORTED,
    "protection.ask": Act.SWITCH_TURNED,
    "pseudonyms.review": Act.PSEUDONYMS_DECIDED,
    "quotations.change": Act.QUOTATION_CHOSEN,
    "quotations.keep": Act.QUOTATION_CHOSEN,
    "recontacts_desk.book": Act.RECONTACT_BOOKED,
    "recontacts_desk.cancel": Act.RECONTACT_CANCELLED,
    "recontacts_desk.erase": Act.RECONTACT_ERASED,
    "recontacts_desk.send_link": Act.RECONTACT_WRITTEN,
    "security.change_password": Act.PASSWORD_CHANGED,
    "slots.cancel": Act.SLOT_CANCELLED,
    "slots.publish": Act.SLOTS_PUBLISHED,
    "slots.rewrite": Act.SLOT_CHANGED,
    "transcripts.correct": Act.TESTIMONY_AMENDED,
    "transcripts.store": Act.TRANSCRIPT_ENTERED,
}
"""The forms whose act has a name of its own, or may have another of the same kind."""


def team_posts(app: Flask) -> set[str]:
    """The endpoints of the team's forms."""
    found = set()
    for rule in app.url_map.iter_rules():
        declared = access.declared(rule.endpoint)
        if "POST" in (rule.methods or ()) and declared is not None:
            found |= {rule.endpoint} if declared.who in ("signed in", "roles") else set()
    return found


def test_every_form_of_the_team_is_told_or_says_why_not(app: Flask) -> None:
    listed = [NAMED.keys(), desk_acts.WORDS.keys(), desk_acts.WITHOUT_ROW.keys()]
    assert team_posts(app) == set().union(*listed)
    assert sum(map(len, listed)) == len(set().union(*listed))


def rows(after: int = 0) -> list[tuple[Act, str | None, int | None, str]]:
    query = select(AuditEntry).where(AuditEntry.sequence > after).order_by(AuditEntry.sequence)
    return [(e.act, e.object_id, e.count, e.detail) for e in db.session.scalars(query)]


def test_what_no_service_names_leaves_a_row_under_its_page(app: Flask, staff: FlaskClient) -> None:
    campaign = factories.campaign(db.session)
    db.session.commit()
    before, number = len(rows()), campaign.id
    message = {"title": "Appel", "subject": "Objet", "body": "Bonjour\n{lien}", "goes_to": "elu"}
    assert (
        staff.post(f"/equipe/campagnes/{number}/modifier", data=message | {"body": ""}).status_code
        == 422
    )
    assert rows(before) == []  # refused, it changes nothing
    assert staff.post("/equipe/clsm/nouveau", data={"name": "CLSM d’essai"}).status_code == 302
    assert rows(before) == [(Act.DESK_DONE, None, None, "clsms.add")]


def test_only_what_changes_and_is_unnamed_is_told_so(app: Flask) -> None:
    session, asked = db.session, []
    audit.acting(session, lambda: Who(Actor.ACCOUNT, 7), lambda: asked.append(1) or TOLD)
    session.execute(select(AuditEntry))
    session.commit()  # nothing changed
    session.execute(delete(RateCount))
    session.commit()  # what only counts tries
    audit.record(session, Act.CONTACT_ERASED, 1)
    factories.campaign(session)
    session.commit()  # named
    session.commit()  # the row just added is no change
    factories.campaign(session)
    session.rollback()
    session.commit()  # taken back
    assert (rows(), asked) == ([(Act.CONTACT_ERASED, "1", None, "")], [])
    factories.campaign(session)
    session.commit()
    session.execute(update(Contact).values(bounced_at=None))
    session.commit()
    assert rows(1) == [(Act.DESK_DONE, "3", None, "a.page")] * 2


def test_a_changed_password_is_one_row_and_no_new_sign_in(app: Flask, staff: FlaskClient) -> None:
    before = len(rows())
    own = "une autre phrase de passe"
    data = {"password": PASSWORD, "new_password": own, "new_password_confirm": own}
    assert staff.post("/compte/mot-de-passe", data=data).status_code == 302
    assert [row[0] for row in rows(before)] == [Act.PASSWORD_CHANGED]


def test_slots_and_who_takes_them(app: Flask, client: FlaskClient, staff: FlaskClient) -> None:
    slot, person = interviews.slot(db.session), interviews.person(db.session)
    db.session.commit()
    slot_id, person_id, page = slot.id, person.id, f"/entretien/{person.token}"
    before = len(rows())
    choice = {"slot": str(slot_id)}
    for _ in range(2):  # taken again, nothing changes
        assert client.post(f"{page}/choisir", data=choice).status_code == 302
    assert client.post(f"{page}/annuler").status_code == 302
    assert client.post(f"{page}/choisir", data=choice).status_code == 302
    assert staff.post(f"/equipe/creneaux/{slot_id}/annuler").status_code == 302
    assert client.post(f"{page}/effacer").status_code == 200
    who, where = str(person_id), str(slot_id)
    assert rows(before) == [
        (Act.RECONTACT_BOOKED, who, None, ""),
        (Act.RECONTACT_CANCELLED, who, None, ""),
        (Act.RECONTACT_BOOKED, who, None, ""),
        (Act.SLOT_CANCELLED, where, 1, ""),
        (Act.RECONTACT_ERASED, who, None, ""),
    ]
    told = list(db.session.scalars(select(AuditEntry).where(AuditEntry.object_id == who)))
    assert {each.actor for each in told} == {Actor.PERSON}
    moments = {each.moment.astimezone(PARIS) for each in told}
    assert [(each.date(), each.hour, each.minute) for each in moments] == [(today(), 0, 0)]
    assert audit_chains.verify(db.session).fault is None
