"""Data builders: plain functions that add one thing to a session and flush."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask import current_app
from flask_security import hash_password
from sqlalchemy.orm import Session

from app.models import Account, Answer, Coding, RoleName, Testimony
from app.services import accounts, testimonies


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
    """A testimony sent, with the consent to take part and to be quoted."""
    values = {"consentement_participation": True, "consentement_citation": True}
    return testimonies.submit(
        session,
        current_app.extensions["questionnaires"].current(questionnaire),
        values | dict(answers or {}),
        submission_key=secrets.token_hex(32),
        received_on=received_on,
    )


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
    session.flush()
    return made
