"""Unfinished testimonies: saved page by page, found again by a secret only their author holds."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from app.models import Draft
from app.models.base import UtcDateTime, now
from app.services import sights
from app.services.periods import end_of, periods
from forms.schema import Library, Questionnaire, Value

NOT_TRIED = object()
# Written once: each page begins with it.
_BY_KEY = select(Draft).where(
    Draft.key_hash == bindparam("key_hash"), Draft.expires_at > bindparam("at", type_=UtcDateTime)
)


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a page sends: `given` replaces what was answered to the questions `asked`.

    `shown` are all its questions, those included whose answer cannot be stored as it is. `seen` is
    what it showed of the draft (`services.sights`); `tried` what it has already sent, in case the
    reply was lost: what a page wrote itself is no surprise to it.
    """

    asked: set[str]
    given: Mapping[str, Value]
    shown: Iterable[str]
    seen: str
    tried: Mapping[str, Value] = field(default_factory=dict)


def key_hash(key: str) -> str:
    """Return what the database keeps of a draft's secret (64 hexadecimal digits)."""
    return hashlib.sha256(key.encode()).hexdigest()


def start(session: Session, questionnaire: Questionnaire, key: str) -> Draft:
    """Open an empty draft, found again by `key`."""
    return open_with(session, questionnaire, key_hash=key_hash(key), given={})


def open_with(
    session: Session,
    questionnaire: Questionnaire,
    *,
    key_hash: str,
    given: Mapping[str, Value],
    amends: bool = False,
) -> Draft:
    """Open a draft that already holds answers; one that amends has every section saved."""
    sections = [section.id for section in questionnaire.sections] if amends else []
    draft = Draft(
        key_hash=key_hash,
        questionnaire_slug=questionnaire.slug,
        questionnaire_version=questionnaire.version,
        answers=json.dumps(dict(given), ensure_ascii=False),
        saved_sections=json.dumps(sections),
        amends=amends,
        expires_at=end_of(periods.of.drafts),
    )
    session.add(draft)
    session.flush()
    return draft


def find(session: Session, key: str | None) -> Draft | None:
    """Return the draft of this secret, unless there is none or its time is over."""
    if not key:
        return None
    return session.scalar(_BY_KEY, {"key_hash": key_hash(key), "at": now()})


def answers(draft: Draft | None) -> dict[str, Value]:
    """Return what was answered so far, question id → value; nothing when there is no draft."""
    read: dict[str, Value] = json.loads(draft.answers) if draft else {}
    return read


def saved_sections(draft: Draft | None) -> list[str]:
    """Return the ids of the sections saved so far."""
    read: list[str] = json.loads(draft.saved_sections) if draft else []
    return read


def save(
    session: Session,
    draft: Draft,
    *,
    asked: set[str],
    given: Mapping[str, Value],
    section: str | None,
) -> None:
    """Keep a page: `given` replaces what was answered to the questions `asked`.

    `section` is the id of the page when it is finished, none when something is still to mend.
    """
    kept = {name: value for name, value in answers(draft).items() if name not in asked}
    draft.answers = json.dumps(kept | dict(given), ensure_ascii=False)
    done = saved_sections(draft)
    if section and section not in done:
        draft.saved_sections = json.dumps([*done, section])
    draft.saved_at = now()
    draft.expires_at = end_of(periods.of.drafts)
    session.flush()


def differing(draft: Draft, page: Page) -> dict[str, Value | None]:
    """Return what somebody else saved since the page was shown and the page would replace.

    Question id → the answer held, None when it was erased. What both say alike is not there.
    """
    held = answers(draft)
    return {
        name: held.get(name)
        for name in sights.changed(page.seen, page.shown, held)
        if held.get(name) not in (page.given.get(name), page.tried.get(name, NOT_TRIED))
    }


def discard(session: Session, draft: Draft) -> None:
    """Erase a draft: it was sent, or its author no longer wants it."""
    session.delete(draft)
    session.flush()


def erase(session: Session, key: str) -> None:
    """Erase the draft of this secret whatever was saved meanwhile; nothing where there is none."""
    session.execute(delete(Draft).where(Draft.key_hash == key_hash(key)))


def missing_versions(session: Session, library: Library) -> list[str]:
    """Return the questionnaires (« elu.v1 ») that an unfinished testimony needs and nobody has."""
    columns = (Draft.questionnaire_slug, Draft.questionnaire_version)
    begun = session.execute(select(*columns).where(Draft.expires_at > now()).distinct()).all()
    known = {(each.slug, each.version) for each in library.questionnaires}
    return sorted(f"{slug}.v{version}" for slug, version in set(map(tuple, begun)) - known)
