"""Data builders: plain functions that add one thing to a session and flush."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask import current_app
from flask_security import hash_password
from sqlalchemy.orm import Session

from app.models import (
    Account,
    Answer,
    Campaign,
    Coding,
    Contact,
    Invitation,
    InvitationState,
    Notice,
    Referral,
    RoleName,
    Testimony,
)
from app.services import (
    accounts,
    campaigns,
    contacts,
    digests,
    notices,
    receipts,
    referral_messages,
    referrals,
    testimonies,
    transcripts,
)
from app.services.audiences import Audience


def account(
    session: Session,
    *,
    email: str = "collegue@recueil.example",
    name: str = "Claire Morvan",
    roles: Iterable[RoleName] = (),
    password: str = "une phrase de passe",
) -> Account:
    """An account that has already chosen its password."""
    accounts.create(
        session,
        email=email,
        name=name,
        roles=roles,
        hash_password=lambda _: hash_password(password),
    )
    made = accounts.find(session, email)
    assert made is not None
    made.must_change_password = False
    session.flush()
    return made


def testimony(
    session: Session,
    *,
    questionnaire: str = "coordinateur",
    answers: Mapping[str, Any] | None = None,
    received_on: date | None = None,
) -> Testimony:
    """A testimony sent, with the consent to take part and to be quoted without any name."""
    values = {"consentement_participation": True, "consentement_citation": "sans_nom"}
    return testimonies.submit(
        session,
        current_app.extensions["questionnaires"].current(questionnaire),
        values | dict(answers or {}),
        submission_key=secrets.token_hex(32),
        received_on=received_on,
    )


def interview(
    session: Session,
    *,
    audience: str = "elu",
    text: str = "Enquêtrice : Et les élus ?\nÉlue : Le maire préside.",
    answers: Mapping[str, Any] | None = None,
    held_on: date = date(2026, 11, 3),
    agreed_on: date = date(2026, 11, 2),
    code: str | None = None,
) -> Testimony:
    """An interview's transcript, stored with the consents to take part and to be quoted."""
    library = current_app.extensions["questionnaires"]
    values = {
        "consentement_participation": True,
        "consentement_citation": "fonction",
        "mode_accord": "oral",
        "transcription": text,
        "voix_equipe": ["Enquêtrice"],
    } | dict(answers or {})
    transcript = transcripts.Transcript(
        questionnaire=next(each for each in library.interviews if each.audience.id == audience),
        values={name: value for name, value in values.items() if value is not None},
        held_on=held_on,
        agreed_on=agreed_on,
    )
    return transcripts.store(session, transcript, code=code or receipts.new_code())


def coding(
    session: Session,
    answer: Answer,
    theme: str = "freins_participation",
    *,
    quote: str | None = None,
    start: int = 0,
    end: int | None = None,
    score: float = 0.84,
    evidence: Iterable[Mapping[str, Any]] = (),
) -> Coding:
    """A theme proposed on `quote`, or on `start:end` (to the end of the answer)."""
    text = answer.text or ""
    if quote is not None:
        start = text.index(quote)
        end = start + len(quote)
    made = Coding(
        answer=answer,
        theme=theme,
        start=start,
        end=len(text) if end is None else end,
        score=score,
        evidence=[dict(each) for each in evidence],
        origin="essai 1",
    )
    answer.testimony.tagged_by = "essai 1"
    session.add(made)
    digests.draw(session, answer.testimony_id)
    return made


def contact(
    session: Session,
    *,
    email: str | None = None,
    name: str = "Nadia Bellecour",
    audience: str = "coordinateur",
    clsm: str = "CLSM du Val-de-Sauldre",
) -> Contact:
    """Somebody to write to; an address of their own when none is given."""
    address = email or f"{secrets.token_hex(6)}@exemple.fr"
    return contacts.add(
        session, contacts.NewContact(email=address, name=name, audience=audience, clsm=clsm)
    )


def campaign(
    session: Session,
    *,
    title: str = "Premier appel",
    subject: str = "Votre témoignage, {nom}",
    body: str = "Bonjour {nom},\n\nVoici votre lien :\n{lien}\n",
    audience: str | None = None,
) -> Campaign:
    """A campaign that has not left."""
    message = campaigns.Message(
        title=title, subject=subject, body=body, audience=Audience(profile=audience)
    )
    return campaigns.create(session, message)


def invitation(
    session: Session,
    *,
    campaign: Campaign,
    contact: Contact,
    state: InvitationState = InvitationState.QUEUED,
) -> Invitation:
    """One contact invited by one campaign."""
    made = Invitation(campaign_id=campaign.id, contact_id=contact.id, state=state)
    session.add(made)
    session.flush()
    return made


def notice(
    session: Session,
    *,
    to: str = "n.bellecour@exemple.fr",
    subject: str = "Un message",
    text: str = "Bonjour.",
    is_secret: bool = False,
    **more: Any,
) -> Notice:
    """A message in the outbox."""
    message = notices.Message(to=to, subject=subject, text=text, **more)
    return notices.post(session, message, about="essai", is_secret=is_secret)


def referral(
    session: Session,
    *,
    name: str = "Jeanne Lemoine",
    email: str | None = None,
    audience: str = "elu",
    reason: str = "Elle a porté le sujet au conseil municipal.",
    by: str = "Claire Morvan, coordinatrice",
    clsm: str = "CLSM du Bocage",
) -> Referral:
    """Somebody proposed, the message about it in the outbox; an address of their own if none."""
    address = email or f"{secrets.token_hex(6)}@exemple.fr"
    wanted = referrals.Proposal(name=name, email=address, audience=audience, reason=reason)
    proposer = referrals.Proposer(words=by, clsm=clsm)
    (made,) = referrals.propose(session, [wanted], by=proposer)
    message = notices.Message(to=address, subject="Une proposition", text="Bonjour.")
    referral_messages.write_to(session, made, message)
    return made


def free_text(made: Testimony) -> Answer:
    """The first answer of a testimony in free words."""
    return next(answer for answer in made.answers if answer.text)
