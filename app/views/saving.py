"""What a page sends, kept in the draft: by the button, or while somebody types."""

from collections.abc import Mapping
from dataclasses import replace

from flask import request, session
from flask_wtf import FlaskForm
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import MultiDict

from app.extensions import db
from app.services import drafts
from app.views.draft_session import Sitting
from app.views.page_forms import PageForm
from app.views.places import is_easy
from forms import build
from forms.fields import Asked
from forms.schema import Purpose, Section, Value

SAVE_ATTEMPTS = 5
TRIED = "tried_"  # before the name of a field: what this page sent before, and no reply told of


class DraftGoneError(LookupError):
    """The draft was sent or erased elsewhere while this page was being saved."""


def make_form(sitting: Sitting, asked: Section) -> FlaskForm:
    """Return the form of a page: what was sent, or else what is held."""
    form_class = build.form_class(asked, base=PageForm, easy=is_easy())
    return form_class(data=build.form_data(asked, sitting.answers))


def with_consent(sitting: Sitting, asked: Section) -> Section:
    """Return the section with the consent to take part, when it is not one of its questions.

    So comes back a page whose draft is gone: with its words, and stored only if it is agreed to.
    """
    consent = sitting.questionnaire.consent(Purpose.PARTICIPATION)
    if consent is None or consent in asked.questions:
        return asked
    return replace(asked, questions=(consent, *asked.questions))


def is_whole(form: FlaskForm) -> bool:
    """Say whether every field that a browser always sends has come."""
    expected = {f.name for f in form if isinstance(f, Asked) and f.keeps_when_absent}
    return expected <= set(request.form.keys())


def is_agreed(asked: Section, form: FlaskForm) -> bool:
    """Say whether the consent to take part was given on this page."""
    given = build.values(form)
    return any(
        given.get(q.id) is True for q in asked.questions if q.purpose is Purpose.PARTICIPATION
    )


def read_page(asked: Section, form: FlaskForm) -> drafts.Page:
    """Return what the button sends: what is empty takes back what was answered."""
    given = build.values(form)
    refused = {question.id for question in asked.questions if question.purpose} - set(given)
    return drafts.Page(
        asked=build.settled(form) | refused,
        given=given,
        shown=[question.id for question in asked.questions],
        seen=request.form.get("seen", ""),
        tried=_tried(asked),
    )


def read_typing(asked: Section, form: FlaskForm) -> drafts.Page:
    """Return what is kept while somebody types: what can be stored, and no empty field.

    A field emptied to be written anew takes nothing back, and a consent is given by the button.
    """
    typed = [question.id for question in asked.questions if question.purpose is None]
    given = {name: value for name, value in build.values(form).items() if name in typed}
    return replace(read_page(asked, form), asked=set(given), given=given, shown=list(given))


def _tried(asked: Section) -> Mapping[str, Value]:
    sent = MultiDict(
        (name.removeprefix(TRIED), value)
        for name, value in request.form.items(multi=True)
        if name.startswith(TRIED)
    )
    return build.values(build.form_class(asked)(sent)) if sent else {}


def keep(
    sitting: Sitting, page: drafts.Page, *, section: str | None, is_all_or_nothing: bool = False
) -> dict[str, Value | None]:
    """Save a page and commit; of two tabs that save at once, each keeps its own answers.

    Returns what somebody else saved meanwhile to questions of the page: those are left as they
    are (or nothing is saved at all), and `section`, the id of what this page would finish, is not
    finished. Raises DraftGoneError.
    """
    for attempt in range(SAVE_ATTEMPTS):
        # Nothing was held where there was no draft: nobody else wrote there.
        elsewhere = drafts.differing(sitting.draft, page) if sitting.draft else {}
        if elsewhere and is_all_or_nothing:
            return elsewhere
        try:
            _save(sitting, page, set(elsewhere), section)
        except StaleDataError:
            db.session.rollback()
            sitting.draft = drafts.find(db.session, sitting.key)
            if sitting.draft is None:
                raise DraftGoneError from None
            if attempt == SAVE_ATTEMPTS - 1:
                raise
        else:
            return elsewhere
    raise AssertionError("unreachable")


def _save(sitting: Sitting, page: drafts.Page, left: set[str], section: str | None) -> None:
    draft = sitting.open_draft()
    drafts.save(
        db.session,
        draft,
        asked=page.asked - left,
        given={name: value for name, value in page.given.items() if name not in left},
        section=None if left else section,
    )
    session.modified = session.permanent  # the cookie stays as long as the draft, from today
    db.session.expunge(draft)  # as it was written, it says what comes next: it is not read again
    db.session.commit()
