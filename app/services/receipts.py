"""The receipt code (code de suivi): the one secret by which an anonymous person finds their words.

Sixteen random digits (53 bits) that nothing in the database gives back. A slow function, scrypt
(RFC 7914), salted with a key of this installation, turns the code into the key of a draft; the
database keeps the SHA-256 of that key, on the draft and then on the testimony it became. So one
code resumes, shows, amends and withdraws; a stolen database makes guessing no cheaper.
"""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models import Act, Draft, Revision, Testimony, Withdrawal
from app.models.base import now
from app.models.encryption import key_ring
from app.services import audit, consents, digests, drafts, search_index, testimonies
from forms.schema import Library, Purpose, Questionnaire, UnknownQuestionnaire, Value

DIGITS = 16
COST, BLOCK_SIZE = 2**14, 8  # 16 MB and some 50 ms a guess
_GROUPS = re.compile(r"\d{4}")
_BETWEEN = re.compile(r"[\s.·\-‐‑–—_/]+")


def new_code() -> str:
    """Return a code that nobody has: sixteen digits."""
    return "".join(secrets.choice("0123456789") for _ in range(DIGITS))


def grouped(code: str) -> list[str]:
    """Return a code as it is read aloud: four groups of four digits."""
    return _GROUPS.findall(code)


def tidy(text: str) -> str | None:
    """Return the code somebody typed, spaces and dashes aside; none when it cannot be one."""
    digits = _BETWEEN.sub("", text)
    is_code = len(digits) == DIGITS and digits.isascii() and digits.isdigit()
    return digits if is_code else None


def keys_of(code: str) -> list[str]:
    """Return what a code becomes under each key of this installation, the newest first."""
    return [
        base64.urlsafe_b64encode(
            hashlib.scrypt(code.encode(), salt=salt, n=COST, r=BLOCK_SIZE, p=1, dklen=32)
        ).decode()
        for salt in key_ring.salts(b"recueil receipt")
    ]


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a code opens, by the key it becomes: a testimony, or a draft, or what was withdrawn."""

    key: str
    testimony: Testimony | None = None
    draft: Draft | None = None
    withdrawn_on: date | None = None


def look_up(session: Session, code: str) -> Found | None:
    """Return what a code opens, or none.

    The work is the same whatever is found, and when nothing is: how long it takes tells nothing.
    """
    keys = {drafts.key_hash(key): key for key in keys_of(code)}
    sent = session.scalar(select(Testimony).where(Testimony.submission_key.in_(keys)))
    begun = session.scalar(select(Draft).where(Draft.key_hash.in_(keys), Draft.expires_at > now()))
    gone = session.scalar(select(Withdrawal).where(Withdrawal.key_hash.in_(keys)))
    if sent is not None:
        return Found(key=keys[sent.submission_key], testimony=sent)
    if begun is not None:
        return Found(key=keys[begun.key_hash], draft=begun)
    return Found(key=keys[gone.key_hash], withdrawn_on=gone.withdrawn_on) if gone else None


def values(testimony: Testimony) -> dict[str, Value]:
    """Return what a testimony says, question id → value."""
    return {
        answer.question_id: cast(Value, answer.value) if answer.text is None else answer.text
        for answer in testimony.answers
    }


def open_amendment(session: Session, testimony: Testimony) -> Draft | None:
    """Return the draft that amends a testimony, locked for whoever writes to both; or none."""
    query = select(Draft).where(
        Draft.key_hash == testimony.submission_key, Draft.amends, Draft.expires_at > now()
    )
    return session.scalar(query.with_for_update())


def change_consents(
    session: Session,
    testimony: Testimony,
    questionnaire: Questionnaire | None,
    given: Mapping[str, Value],
    library: Library,
) -> set[Purpose]:
    """Take what is said now to the consents that can be changed; return what changed.

    Without a questionnaire to say it with, they are taken back. The draft that amends the testimony
    says the same from now on: sent later, it gives nothing back that was taken back since.
    """
    draft = open_amendment(session, testimony)
    if questionnaire is None:
        consents.take_back(testimony, consents.CHANGEABLE)
        changed = set(consents.CHANGEABLE)
    else:
        changed = consents.change(testimony, questionnaire, given)
    if draft is not None:
        _carry(session, testimony, draft, library, changed)
    if changed:
        audit.record(session, Act.CONSENTS_CHANGED, testimony.id)
    session.flush()
    return changed


def _carry(
    session: Session, testimony: Testimony, draft: Draft, library: Library, changed: set[Purpose]
) -> None:
    try:
        questionnaire = library.get(draft.questionnaire_slug, draft.questionnaire_version)
    except UnknownQuestionnaire:
        return  # such a draft cannot be sent either
    questions = [questionnaire.consent(purpose) for purpose in changed]
    asked = {question.id for question in questions if question is not None}
    said = consents.values(testimony, questionnaire)
    given = {name: value for name, value in said.items() if name in asked}
    if asked:
        drafts.save(session, draft, asked=asked, given=given, section=None)


def reopen(session: Session, testimony: Testimony, questionnaire: Questionnaire) -> Draft:
    """Return the draft that amends a testimony, opened with what it says if there is none yet.

    It bears the testimony's own key: the same code opens both.
    """
    query = select(Draft).where(Draft.key_hash == testimony.submission_key)
    if (draft := session.scalar(query)) is not None:
        if draft.expires_at > now():
            return draft
        drafts.discard(session, draft)  # its time is over, and nobody has swept it away yet
    return drafts.open_with(
        session,
        questionnaire,
        key_hash=testimony.submission_key,
        given=values(testimony) | consents.values(testimony, questionnaire),
        amends=True,
    )


def amend(
    session: Session,
    testimony: Testimony,
    questionnaire: Questionnaire,
    given: Mapping[str, Value],
) -> None:
    """Replace what a testimony says; what it said is kept for the record, and it is read again."""
    before = json.dumps(values(testimony), ensure_ascii=False)
    session.add(Revision(testimony_id=testimony.id, answers=before))
    testimonies.rewrite(session, testimony, questionnaire, given)
    audit.record(session, Act.TESTIMONY_AMENDED, testimony.id)


def withdraw(session: Session, testimony: Testimony) -> bool:
    """Erase a testimony and all that was drawn from it; what stays is the day.

    False when it was gone already: of two who press at the same instant, one erases it.
    """
    key = testimony.submission_key
    variables = [(each.name, each.value) for each in testimony.variables]
    # The draft before the testimony, as where an amendment is sent: neither waits for the other.
    session.execute(delete(Draft).where(Draft.key_hash == key))
    erased = session.execute(
        delete(Testimony).where(Testimony.id == testimony.id).returning(Testimony.id)
    ).all()
    if not erased:
        return False
    audit.record(session, Act.TESTIMONY_WITHDRAWN, testimony.id)
    session.add(Withdrawal(key_hash=key))
    session.flush()
    digests.forget(session, variables)
    search_index.scrub(session)
    return True


def is_withdrawn(session: Session, key_hash: str) -> bool:
    """Say whether what this key opened was withdrawn."""
    return session.get(Withdrawal, key_hash) is not None
