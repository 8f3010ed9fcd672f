"""Which drafts and which sent testimonies this browser holds: secrets kept in its signed cookie."""

from dataclasses import dataclass

from flask import abort, current_app, make_response, session

from app.extensions import db
from app.models import Draft
from app.services import drafts, invitations, receipts
from app.views.errors import Explanation, explained
from forms.schema import Library, Questionnaire, UnknownQuestionnaire, Value

DRAFTS, SENT, INVITED = "drafts", "sent", "invited"
SENDINGS = "sendings"  # how often the code was sent by mail, while it is kept
CODES = "codes"  # in clear, until they are noted: the browser is their author's own
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
            forget_code(self.slug)
            session[CODES] = session[CODES] | {self.slug: code}
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
            kept = session.get(name, {}).items()
            session[name] = {slug: value for slug, value in kept if slug != self.slug}
        session.permanent = bool(session[DRAFTS])


def remember_draft(slug: str, key: str) -> None:
    """Let this browser go on with a draft."""
    session.permanent = True
    session[DRAFTS] = session.get(DRAFTS, {}) | {slug: key}


def forget_key(key: str) -> None:
    """Take a key out of this browser, whatever it opens."""
    kept = session.get(DRAFTS, {}).items()
    session[DRAFTS] = {slug: each for slug, each in kept if each != key}
    session.permanent = bool(session[DRAFTS])


def code_of(slug: str) -> str | None:
    """Return the code of what this browser began or sent, until it is noted."""
    code: str | None = session.get(CODES, {}).get(slug)
    return code


def forget_code(slug: str) -> None:
    """The code is noted: this browser no longer keeps it."""
    for name in (CODES, SENDINGS):
        kept = session.get(name, {}).items()
        session[name] = {each: value for each, value in kept if each != slug}


def sendings(slug: str) -> int:
    """Return how often the code that this browser keeps was sent by mail."""
    times: int = session.get(SENDINGS, {}).get(slug, 0)
    return times


def count_sending(slug: str) -> None:
    """The code was sent by mail once more."""
    session[SENDINGS] = session.get(SENDINGS, {}) | {slug: sendings(slug) + 1}


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


def remember_sent(slug: str, reference: str, *, may_contact: bool) -> None:
    """Keep in the browser what the page of thanks needs to say."""
    sent = {"reference": reference, "may_contact": may_contact}
    session[SENT] = session.get(SENT, {}) | {slug: sent}


def sent(slug: str) -> dict[str, str | bool] | None:
    """Return what this browser last sent through this questionnaire, or none."""
    found: dict[str, str | bool] | None = session.get(SENT, {}).get(slug)
    return found


def forget_contact(slug: str) -> None:
    """A way to be contacted was left, or refused: it is not asked again."""
    if (last := sent(slug)) is not None:
        session[SENT] = session[SENT] | {slug: last | {"may_contact": False}}
