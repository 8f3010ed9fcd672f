"""The pages of a questionnaire: a section, and the review."""

from flask import render_template, request
from flask_wtf import FlaskForm

from app.extensions import db
from app.services import clsms
from app.views import draft_session
from app.views.draft_session import Sitting
from forms import build
from forms.fields import SuggestedAnswer
from forms.kinds import show
from forms.schema import Section


class SendForm(FlaskForm):
    """Nothing but the token: what is sent is what was saved."""


def is_easy() -> bool:
    """Say whether the easy-to-read wording was chosen."""
    return request.args.get("facile") == "1"


def is_stale(form: FlaskForm) -> bool:
    """Say whether a form came with a token that is missing or too old."""
    return "csrf_token" in form.errors


def show_section(
    sitting: Sitting, asked: Section, form: FlaskForm, *, is_whole: bool = True
) -> str:
    """Show a section with its form; `is_whole` is false when the form came truncated."""
    for field in form:
        if isinstance(field, SuggestedAnswer):
            field.suggestions = clsms.public_names(db.session)
    ids = [section.id for section in sitting.questionnaire.sections]
    return render_template(
        "answering/section.html",
        section=asked,
        position=ids.index(asked.id),
        sent=draft_session.sent(sitting.slug),
        is_whole=is_whole,
        **_shared(sitting, form),
    )


def show_review(sitting: Sitting, form: FlaskForm) -> str:
    """Show every answer, and what is missing to send."""
    answers, easy = sitting.answers, is_easy()
    asked = [question for question in sitting.questionnaire.questions if question.id in answers]
    return render_template(
        "answering/review.html",
        shown={q.id: show(q, answers[q.id], easy=easy) for q in asked},
        missing=build.missing(sitting.questionnaire, answers),
        **_shared(sitting, form),
    )


def _shared(sitting: Sitting, form: FlaskForm) -> dict[str, object]:
    return {
        "questionnaire": sitting.questionnaire,
        "saved": sitting.saved,
        "has_draft": sitting.draft is not None,
        "form": form,
        "is_stale": is_stale(form),
        "easy": is_easy(),
        "send_form": SendForm(formdata=None),
    }
