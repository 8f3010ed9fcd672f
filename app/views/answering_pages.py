"""The pages of a questionnaire: a section or one of its questions, and the review."""

from collections.abc import Mapping

from flask import render_template
from flask_wtf import FlaskForm

from app.extensions import db
from app.services import clsms, sights
from app.views import draft_session, opened, places
from app.views.draft_session import Sitting
from app.views.places import Place
from app.views.places import is_easy as is_easy
from forms import build
from forms.fields import SuggestedAnswer
from forms.kinds import show
from forms.schema import Section, Value


class SendForm(FlaskForm):
    """Nothing but the token: what is sent is what was saved."""


def is_stale(form: FlaskForm) -> bool:
    """Say whether a form came with a token that is missing or too old."""
    return "csrf_token" in form.errors


def show_place(
    sitting: Sitting,
    place: Place,
    asked: Section,
    form: FlaskForm,
    *,
    is_whole: bool = True,
    elsewhere: Mapping[str, Value | None] | None = None,
    seen: str | None = None,
) -> str:
    """Show a page with its form, which asks the questions of `asked`.

    `is_whole` is false when the form came truncated; `elsewhere` are the answers that somebody else
    saved meanwhile; `seen` is given when the page has seen nothing newer.
    """
    for field in form:
        if isinstance(field, SuggestedAnswer):
            field.suggestions = clsms.public_names(db.session)
    held, ids = sitting.answers, [question.id for question in asked.questions]
    before = places.before(sitting, place)
    return render_template(
        "answering/section.html",
        place=place,
        section=place.whole,
        position=sitting.questionnaire.sections.index(place.whole),
        before=before,
        in_wording={
            name: places.in_wording(sitting, place, easy=easy)
            for name, easy in places.WORDINGS.items()
        },
        sent=draft_session.sent(sitting.slug),
        is_whole=is_whole,
        seen=sights.write(ids, held) if seen is None else seen,
        elsewhere=_in_words(asked, elsewhere or {}),
        saves_typing=sitting.draft is not None and any(not q.purpose for q in asked.questions),
        **_shared(sitting, form),
    )


def _in_words(asked: Section, values: Mapping[str, Value | None]) -> dict[str, str]:
    """Return each answer as a person reads it, in the order asked; "" when it was erased."""
    told = (
        (question, values[question.id]) for question in asked.questions if question.id in values
    )
    return {q.id: "" if value is None else show(q, value, easy=is_easy()) for q, value in told}


def show_review(sitting: Sitting, form: FlaskForm, *, has_changed: bool = False) -> str:
    """Show every answer, and what is missing to send; `has_changed` since it was last shown."""
    answers, easy = sitting.answers, is_easy()
    asked = [question for question in sitting.questionnaire.questions if question.id in answers]
    return render_template(
        "answering/review.html",
        shown={q.id: show(q, answers[q.id], easy=easy) for q in asked},
        missing=build.missing(sitting.questionnaire, answers),
        has_changed=has_changed,
        seen=sights.write_all(answers),
        **_shared(sitting, form),
    )


def _shared(sitting: Sitting, form: FlaskForm) -> dict[str, object]:
    return {
        "questionnaire": sitting.questionnaire,
        "saved": sitting.saved,
        "has_draft": sitting.draft is not None,
        "amends": sitting.draft is not None and sitting.draft.amends,
        "is_open": opened.is_open(sitting.key),
        "form": form,
        "is_stale": is_stale(form),
        "easy": is_easy(),
    }
