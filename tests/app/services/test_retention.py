"""Retention: what is due is erased and nothing else, dry or not, once or twice."""

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import (
    Act,
    Actor,
    AuditEntry,
    Base,
    Booking,
    Coding,
    Contact,
    ContactExport,
    DailySalt,
    Draft,
    Inquiry,
    Invitation,
    InvitationState,
    Notice,
    NoticeState,
    Opposition,
    RateCount,
    Recontact,
    Referral,
    ResearchExport,
    Revision,
    Slot,
    SlotPlace,
    Testimony,
    Withdrawal,
)
from app.models.base import PARIS, now, today
from app.services import drafts, receipts, retention
from app.services.periods import periods
from app.services.retention_rules import Rule
from settings.periods import Period
from settings.retention import Retention
from tests import factories

Build = Callable[[Session, date], Any]


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), PARIS).astimezone(UTC)


def term(day: date, period: Period) -> datetime:
    """The moment stored when something was saved at noon of a day, to last a period."""
    return noon(period.after(day))


def draft(session: Session, day: date) -> Draft:
    made = drafts.start(
        session, current_app.extensions["questionnaires"].current("elu"), secrets.token_hex()
    )
    made.expires_at = term(day, Retention().drafts)
    return made


def testimony(session: Session, day: date) -> Testimony:
    return factories.testimony(
        session, answers={"demarche_elus": "Le maire préside."}, received_on=day
    )


def revision(session: Session, day: date) -> Revision:
    told = testimony(session, today())
    return Revision(testimony_id=told.id, answers="{}", replaced_on=day)


def withdrawal(_session: Session, day: date) -> Withdrawal:
    return Withdrawal(key_hash=secrets.token_hex(32), withdrawn_on=day)


def recontact(_session: Session, day: date) -> Recontact:
    return Recontact(email="a@exemple.fr", audience="elu", left_in=day.replace(day=1))


def referral(_session: Session, day: date) -> Referral:
    return Referral(
        name="Nadia Bellecour",
        email="n.bellecour@exemple.fr",
        email_fingerprint=secrets.token_hex(32),
        audience="elu",
        reason="Elle préside le CLSM.",
        proposed_by="Claire Morvan, coordinatrice",
        expires_at=term(day, Retention().referrals),
    )


def slot(_session: Session, day: date) -> Slot:
    return Slot(
        starts_at=noon(day),
        duration_minutes=60,
        place=SlotPlace.PHONE,
        conducted_by="Claire Morvan",
        conductor_email="recherche@recueil.example",
    )


def contact(session: Session, day: date) -> Contact:
    made = factories.contact(session)
    made.created_at = noon(day)
    return made


def export(_session: Session, day: date) -> ContactExport:
    return ContactExport(exported_at=noon(day), format="csv", contacts=12)


def research_export(_session: Session, day: date) -> ResearchExport:
    return ResearchExport(exported_at=noon(day), kind="csv", testimonies=12, codings=30, left_out=1)


def invitation(session: Session, day: date) -> Invitation:
    made = factories.invitation(
        session,
        campaign=factories.campaign(session),
        contact=factories.contact(session),
        state=InvitationState.SENT,
    )
    made.queued_at = made.sent_at = noon(day)
    return made


def opposition(_session: Session, day: date) -> Opposition:
    return Opposition(email_fingerprint=secrets.token_hex(32), said_on=day)


def inquiry(_session: Session, day: date) -> Inquiry:
    return Inquiry(text="Qui lit\u00a0?", asked_on=day, closed_on=day)


def open_inquiry(_session: Session, day: date) -> Inquiry:
    return Inquiry(text="Qui lit\u00a0?", asked_on=day)


def notice(session: Session, day: date) -> Notice:
    made = factories.notice(session)
    made.state, made.settled_at = NoticeState.SENT, noon(day)
    return made


def count(_session: Session, day: date) -> RateCount:
    return RateCount(key=secrets.token_hex(8), count=1, expires_at=noon(day) + timedelta(days=1))


def salt(_session: Session, day: date) -> DailySalt:
    return DailySalt(day=day, salt=b"sel")


def act(_session: Session, day: date) -> AuditEntry:
    """A row of the log, those of later days after those of earlier ones."""
    return AuditEntry(
        sequence=day.toordinal(),
        moment=noon(day),
        actor=Actor.SYSTEM,
        act=Act.BACKUP_MADE,
        hash=secrets.token_hex(32),
        key_id="0" * 8,
        seal=secrets.token_hex(32),
    )


BUILD: dict[str, Build] = {
    "drafts": draft,
    "testimonies": testimony,
    "research_exports": research_export,
    "revisions": revision,
    "withdrawals": withdrawal,
    "recontacts": recontact,
    "referrals": referral,
    "slots": slot,
    "contacts": contact,
    "exports": export,
    "invitations": invitation,
    "oppositions": opposition,
    "inquiries": inquiry,
    "open_inquiries": open_inquiry,
    "notices": notice,
    "counts": count,
    "salts": salt,
    "journal": act,
}


@pytest.fixture(autouse=True)
def usual_periods() -> Iterator[None]:
    """The periods of the process, as they were."""
    kept = periods.of
    yield
    periods.configure(kept)


def add(session: Session, name: str, day: date) -> Any:
    made = BUILD[name](session, day)
    session.add(made)
    session.flush()
    return made


def rows(session: Session, rule: Rule) -> int:
    return session.scalar(select(func.count()).select_from(rule.key.class_)) or 0


def erase(session: Session, name: str) -> int:
    """Erase all that is due, as the task does."""
    erased = 0
    while batch := retention.erase_batch(session, retention.find(name)):
        erased += batch
    return erased


def test_every_rule_has_its_builder() -> None:
    assert [rule.name for rule in retention.rules()] == list(BUILD)


@pytest.mark.parametrize("name", BUILD)
def test_what_is_due_is_erased_and_nothing_else(session: Session, name: str) -> None:
    rule = retention.find(name)
    edge = rule.first_kept
    if name == "recontacts":  # only the month is known: what is due is a month that is over
        due, kept = [edge - timedelta(days=1), edge - timedelta(days=400)], [edge, today()]
    elif name == "salts":
        due, kept = [today() - timedelta(days=1)], [today()]
    else:
        due = [edge - timedelta(days=2), edge - timedelta(days=1000)]
        kept = [edge + timedelta(days=2), today() + timedelta(days=3)]
    stays = [add(session, name, day) for day in kept]
    for day in due:
        add(session, name, day)
    left = rows(session, rule) - len(due)
    keys = {getattr(each, rule.key.key) for each in stays}
    assert retention.count_due(session, rule) == len(due)
    assert (erase(session, name), erase(session, name)) == (len(due), 0)
    assert (rows(session, rule), retention.count_due(session, rule)) == (left, 0)
    assert keys <= set(session.scalars(select(rule.key)))


@pytest.mark.parametrize("name", ["testimonies", "withdrawals", "inquiries", "oppositions"])
def test_the_first_day_kept_is_kept(session: Session, name: str) -> None:
    edge = retention.find(name).first_kept
    add(session, name, edge)
    assert erase(session, name) == 0
    add(session, name, edge - timedelta(days=1))
    assert erase(session, name) == 1


def test_saying_what_would_be_erased_erases_nothing(session: Session) -> None:
    for name in BUILD:
        add(session, name, date(2019, 5, 1))
    before = {rule.name: rows(session, rule) for rule in retention.rules()}
    said = {rule.name: retention.count_due(session, rule) for rule in retention.rules()}
    assert {rule.name: rows(session, rule) for rule in retention.rules()} == before
    assert said == dict.fromkeys(BUILD, 1)
    assert {name: erase(session, name) for name in BUILD} == said


def test_more_than_a_batch_goes_by_batches(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for _ in range(5):
        add(session, "withdrawals", date(2019, 5, 1))
    rule = retention.find("withdrawals")
    assert [retention.erase_batch(session, rule) for _ in range(4)] == [2, 2, 1, 0]


def test_a_period_is_the_one_that_was_set(session: Session) -> None:
    add(session, "testimonies", today() - timedelta(days=10))
    assert erase(session, "testimonies") == 0
    periods.configure(Retention(testimonies=Period(9)))
    assert retention.find("testimonies").sentence == (
        "Un témoignage, avec vos accords, les thèmes qui en sont tirés et les noms à y "
        "remplacer\u00a0: "
        "9\u00a0jours après son envoi ou l’entretien."
    )
    assert erase(session, "testimonies") == 1


def test_a_term_that_was_told_is_kept_to(session: Session) -> None:
    """Whoever read « until 22 December » is not taken at less, nor kept for longer."""
    add(session, "drafts", today() - timedelta(days=20))
    periods.configure(Retention(drafts=Period(1)))
    assert erase(session, "drafts") == 0
    add(session, "drafts", today() - timedelta(days=40))
    periods.configure(Retention(drafts=Period(365)))
    assert erase(session, "drafts") == 1


def test_a_draft_bears_the_period_that_was_set(session: Session) -> None:
    periods.configure(Retention(drafts=Period(3)))
    library = current_app.extensions["questionnaires"]
    made = drafts.start(session, library.current("elu"), "clé")
    last = made.expires_at.astimezone(PARIS)
    assert last.date() == today() + timedelta(days=3)
    assert (last.hour, last.minute) == (23, 59)


def test_a_testimony_leaves_with_all_that_was_drawn_from_it(session: Session) -> None:
    told = add(session, "testimonies", date(2019, 5, 1))
    factories.coding(session, factories.free_text(told), "mobiliser_elus")
    session.add(Revision(testimony_id=told.id, answers="{}"))
    questionnaire = current_app.extensions["questionnaires"].current("coordinateur")
    receipts.reopen(session, told, questionnaire)
    assert erase(session, "testimonies") == 1
    tables = (Testimony, Coding, Revision, Draft, Withdrawal)
    counted = [session.scalar(select(func.count()).select_from(table)) for table in tables]
    assert counted == [0, 0, 0, 0, 0]


@pytest.mark.parametrize("moved", ["queued_at", "sent_at", "answered_on", "declined_on"])
def test_a_contact_heard_of_lately_is_kept(session: Session, moved: str) -> None:
    old = date(2019, 5, 1)
    sent = add(session, "invitations", old)
    sent.contact.created_at = noon(old)
    setattr(sent, moved, today() if moved.endswith("_on") else now())
    session.flush()
    assert [erase(session, name) for name in ("contacts", "invitations")] == [0, 0]
    setattr(sent, moved, old if moved.endswith("_on") else noon(old))
    session.flush()
    assert erase(session, "contacts") == 1
    assert session.scalar(select(func.count()).select_from(Invitation)) == 0


def test_a_no_outlives_the_contact_that_said_it(session: Session) -> None:
    said = add(session, "contacts", date(2019, 5, 1))
    said.opted_out_at = noon(date(2019, 6, 2))
    known = add(session, "contacts", date(2019, 5, 1))
    known.opted_out_at = noon(date(2019, 6, 3))
    already = Opposition(email_fingerprint=known.email_fingerprint, said_on=date(2019, 1, 1))
    session.add(already)
    session.flush()
    wanted = {said.email_fingerprint: date(2019, 6, 2), known.email_fingerprint: date(2019, 1, 1)}
    assert erase(session, "contacts") == 2
    kept = session.scalars(select(Opposition)).all()
    assert {each.email_fingerprint: each.said_on for each in kept} == wanted


def test_whoever_has_a_rendezvous_is_kept_until_it_is_over(session: Session) -> None:
    person = add(session, "recontacts", date(2019, 5, 1))
    place = add(session, "slots", today() + timedelta(days=3))
    session.add(Booking(slot_id=place.id, seat=1, recontact_id=person.id, uid="essai"))
    session.flush()
    assert erase(session, "recontacts") == 0
    place.starts_at = now() - timedelta(hours=2)
    session.flush()
    assert erase(session, "recontacts") == 1
    assert session.scalar(select(func.count()).select_from(Booking)) == 0


def test_what_waits_for_somebody_leaves_with_them(session: Session) -> None:
    person = add(session, "recontacts", date(2019, 5, 1))
    for whose in (person.id, None):
        factories.notice(session).recontact_id = whose
    session.flush()
    assert erase(session, "recontacts") == 1
    assert [each.recontact_id for each in session.scalars(select(Notice))] == [None]


def test_a_rendezvous_leaves_and_the_person_stays(session: Session) -> None:
    person = add(session, "recontacts", today())
    place = add(session, "slots", date(2019, 5, 1))
    session.add(Booking(slot_id=place.id, seat=1, recontact_id=person.id, uid="essai"))
    session.flush()
    assert erase(session, "slots") == 1
    kept = [session.scalar(select(func.count()).select_from(each)) for each in (Booking, Recontact)]
    assert kept == [0, 1]


def test_a_message_that_waits_or_a_question_still_open_is_not_old(session: Session) -> None:
    factories.notice(session).queued_at = noon(date(2019, 5, 1))
    add(session, "open_inquiries", retention.find("inquiries").first_kept - timedelta(days=2))
    session.flush()
    assert [erase(session, name) for name in ("notices", "inquiries", "open_inquiries")] == [0] * 3


def test_only_what_the_gate_counts_has_no_setting() -> None:
    settings = {rule.name: rule.setting for rule in retention.rules()}
    assert {name for name, setting in settings.items() if setting is None} == {"counts", "salts"}
    assert settings["open_inquiries"] == "KEEP_OPEN_INQUIRIES"


WITHOUT_A_RULE = {
    "accounts", "accounts_roles", "roles",  # those who work here: erased by hand when they leave
    "account_links", "passkeys", "recovery_codes",  # leave with the account
    "answers", "consents", "case_variables", "codings", "decisions",  # leave with the testimony
    "pseudonym_decisions", "pseudonym_reviews", "quotations",  # so do these
    "coding_changes", "memos", "digests", "facets",  # and these
    "round_passages", "round_units", "round_marks", "settlements",  # and these
    "bookings",  # leave with the slot or the person
    "contact_tags", "reminders",  # leave with the contact or the invitation
    "clsm_tags", "clsm_events",  # leave with the CLSM
    "imports", "project_imports", "codebook_drafts",  # a day, by a task of its own
    "codebook_versions",  # of nobody but who changed it
    "search_parts",  # with their answers
    "agreement_rounds", "round_coders",  # of those who work here
    "audit_chain",  # one row: where the log ends, and where it was cut
    "campaigns", "clsms", "guide_editions", "leases", "ranges_due", "switches",  # of nobody
    "backups", "clock_marks", "look_up_keys", "theme_versions", "worker_beats",  # of nobody either
}  # fmt: skip


def test_every_table_is_thought_of() -> None:
    ruled = {rule.key.class_.__tablename__ for rule in retention.rules()}
    assert set(Base.metadata.tables) - ruled == WITHOUT_A_RULE
