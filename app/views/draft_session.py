"""Which drafts and which sent testimonies this browser holds: secrets kept in its signed cookie."""

from dataclasses import dataclass
from typing import Any

from flask import abort, current_app, make_response, session

from app.extensions import db
from app.models import Draft
from app.services import drafts, invitations, receipts
from app.views.errors import Explanation, explained
from forms.schema import Library, Questionnaire, UnknownQuestionnaire, Value

DRAFTS, SENT, INVITED = "drafts", "sent", "invited"
# Beside the key that each opens, so that no draft is ever shown the code of another.
CODES = "codes"  # in clear, until they are noted: the browser is their author's own
SENDINGS = "sendings"  # how often a code was sent by mail, while it is kept
ASIDE = "aside"  # the keys of drafts that left this browser before their code was noted
INVITATION = "invitation"  # the personal link last followed, until a questionnaire is begun
VERSION_GONE = Explanation(
    "Votre questionnaire n’est plus là",
    "Vous l’aviez commencé dans une version qui a été retirée. Ce que vous aviez enregistré est "
    "gardé. Revenez plus tard\u00a0: la personne qui administre ce site doit la remettre.",
)


@dataclass
class Sitting:
    """Somebody in front of a questionnaire, with the draft that their browser holds, if any."""

    questionnaire: Questionnaire
    draft: Draft | None
    key: str | None

    @property
    def slug(self) -> str:
        return self.questionnaire.slug

    @property
    def answers(self) -> dict[str, Value]:
        return drafts.answers(self.draft)

    @property
    def saved(self) -> list[str]:
        return drafts.saved_sections(self.draft)

    def open_draft(self) -> Draft:
        """Return the draft, first starting one in this browser when there is none."""
        if self.draft is None:
            code = receipts.new_code()
            self.key = receipts.keys_of(code)[0]
            self.draft = drafts.start(db.session, self.questionnaire, self.key)
            remember_draft(self.slug, self.key)
            forget_code(_sent_key(self.slug))  # whoever begins here may be somebody else
            session[CODES] = session.get(CODES, {}) | {self.key: code}
            # The link led to this draft: whoever testifies next in this browser did not follow it.
            if (token := session.pop(INVITATION, None)) is not None:
                session[INVITED] = session.get(INVITED, {}) | {self.slug: token}
                invitations.mark_started(db.session, token)
        return self.draft

    def forget(self) -> None:
        """Take the draft's secret out of the browser, and what came with it.

        The last one gone, the cookie ends with the browser: the computer may be shared.
        """
        for name in (DRAFTS, INVITED):
            _let_go(name, self.slug)
        session.permanent = bool(session[DRAFTS])


def remember_draft(slug: str, key: str) -> str | None:
    """Let this browser go on with a draft; return the key of the live one that it replaces here.

    None when there was none. What came with that one does not pass to the other.
    """
    before = session.get(DRAFTS, {}).get(slug)
    session.permanent = True
    session[DRAFTS] = session.get(DRAFTS, {}) | {slug: key}
    session[ASIDE] = [each for each in session.get(ASIDE, []) if each != key]
    if before in (None, key):
        return None
    _let_go(INVITED, slug)
    _let_go(SENDINGS, before)
    if drafts.find(db.session, before) is None:
        forget_code(before)
        return None
    if code_of(before) is not None:
        session[ASIDE] = [*session[ASIDE], before]
    return str(before)


def forget_key(key: str) -> None:
    """Take a key out of this browser, whatever it opens, and its code."""
    kept = session.get(DRAFTS, {}).items()
    session[DRAFTS] = {slug: each for slug, each in kept if each != key}
    session.permanent = bool(session[DRAFTS])
    forget_code(key)


def codes_aside() -> list[str]:
    """Return the codes, not noted yet, of the drafts that others took the place of."""
    codes = session.get(CODES, {})
    return [codes[key] for key in session.get(ASIDE, []) if key in codes]


def forget_codes_aside() -> None:
    """The codes of the drafts put aside are noted."""
    for key in session.pop(ASIDE, []):
        forget_code(key)


def code_of(key: str | None) -> str | None:
    """Return the code of the draft or of the testimony that a key opens, until it is noted."""
    code: str | None = session.get(CODES, {}).get(key)
    return code


def key_to_note(slug: str) -> str | None:
    """Return the key whose code this browser keeps: of the draft that it holds, or else the sent.

    None when there is no code left to note.
    """
    keys = (session.get(DRAFTS, {}).get(slug), _sent_key(slug))
    return next((key for key in keys if code_of(key) is not None), None)


def holds_draft(slug: str, key: str | None) -> bool:
    """Say whether a key is that of the unfinished testimony that this browser holds."""
    return key is not None and session.get(DRAFTS, {}).get(slug) == key


def forget_code(key: str | None) -> None:
    """The code is noted, or opens nothing any more: this browser no longer keeps it."""
    for name in (CODES, SENDINGS):
        _let_go(name, key)


def sendings(key: str) -> int:
    """Return how often the code that this browser keeps of a key was sent by mail."""
    times: int = session.get(SENDINGS, {}).get(key, 0)
    return times


def count_sending(key: str) -> None:
    """The code was sent by mail once more."""
    session[SENDINGS] = session.get(SENDINGS, {}) | {key: sendings(key) + 1}


def _let_go(name: str, key: str | None) -> None:
    session[name] = {each: kept for each, kept in session.get(name, {}).items() if each != key}


def sit(slug: str) -> Sitting:
    """Return who sits in front of this questionnaire; 404 when there is no such questionnaire.

    A draft goes on with the version it was begun with, and waits (503) when that one is gone.
    """
    library: Library = current_app.extensions["questionnaires"]
    try:
        current = library.current(slug)
    except UnknownQuestionnaire:
        abort(404)
    key = session.get(DRAFTS, {}).get(slug)
    draft = drafts.find(db.session, key)
    if draft is None or draft.questionnaire_slug != slug:
        return Sitting(current, None, key)
    try:
        return Sitting(library.get(slug, draft.questionnaire_version), draft, key)
    except UnknownQuestionnaire:
        abort(make_response(explained(503, VERSION_GONE)))


def invitation_of(slug: str) -> str | None:
    """Return the token of the personal link that this questionnaire was begun from, or none."""
    token: str | None = session.get(INVITED, {}).get(slug)
    return token


def remember_sent(slug: str, reference: str, *, key: str | None, may_contact: bool) -> None:
    """Keep in the browser what the page of thanks needs to say; `key` tells which code is its."""
    sent = {"reference": reference, "key": key, "may_contact": may_contact}
    session[SENT] = session.get(SENT, {}) | {slug: sent}


def sent(slug: str) -> dict[str, Any] | None:
    """Return what this browser last sent through this questionnaire, or none."""
    found: dict[str, Any] | None = session.get(SENT, {}).get(slug)
    return found


def code_of_sent(slug: str) -> str | None:
    """Return the code of what this browser last sent through this questionnaire, until noted."""
    return code_of(_sent_key(slug))


def _sent_key(slug: str) -> str | None:
    key: str | None = (sent(slug) or {}).get("key")
    return key


def forget_contact(slug: str) -> None:
    """A way to be contacted was left, or refused: it is not asked again."""
    if (last := sent(slug)) is not None:
        session[SENT] = session[SENT] | {slug: last | {"may_contact": False}}
