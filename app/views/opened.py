"""The testimony that this browser has opened with its code, until it is closed."""

from flask import abort, current_app, redirect, session

from app.extensions import db
from app.models import Testimony
from app.services import drafts, receipts, testimonies
from app.views import places
from forms.schema import Library, Questionnaire, UnknownQuestionnaire

OPENED = "opened"  # the session's name for its key


def remember(key: str) -> None:
    """Keep this testimony open in this browser."""
    session[OPENED] = key


def key() -> str:
    """Return the key of what is open: the one that opens its draft too."""
    return str(session[OPENED])


def is_open(key: str | None) -> bool:
    """Say whether what is open is what this key opens."""
    return key is not None and session.get(OPENED) == key


def forget() -> str | None:
    """Close what is open; return its key, or none when nothing was."""
    key: str | None = session.pop(OPENED, None)
    return key


def is_withdrawn() -> bool:
    """Say whether what was open has been withdrawn since."""
    key: str | None = session.get(OPENED)
    return key is not None and receipts.is_withdrawn(db.session, drafts.key_hash(key))


def testimony() -> Testimony:
    """Return the testimony that is open; where there is none, lead to the page of the code."""
    return found() or abort(redirect(places.onward("receipts.ask")))


def found() -> Testimony | None:
    """Return the testimony that is open, or none."""
    key = session.get(OPENED)
    return testimonies.find_sent(db.session, drafts.key_hash(key)) if key else None


def library() -> Library:
    """Return the questionnaires installed."""
    installed: Library = current_app.extensions["questionnaires"]
    return installed


def questionnaire(of: Testimony) -> Questionnaire | None:
    """Return the version that a testimony answers, or none where it is no longer installed."""
    try:
        return library().get(of.questionnaire_slug, of.questionnaire_version)
    except UnknownQuestionnaire:
        return None


def current(of: Testimony) -> Questionnaire | None:
    """Return the version asked now of whoever answers as this testimony's author did, or none."""
    asked = {each.slug: each for each in (*library(), *library().interviews)}
    return asked.get(of.questionnaire_slug)
