"""The questions at the desk: read, answered, closed, erased."""

import uuid

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_security import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import Length

from app.extensions import db
from app.mail import inquiries as letters
from app.models import Act, Inquiry, Notice, RoleName
from app.services import inquiries, notices
from app.tasks import deliver_notice
from app.views.access import only_for
from app.views.acting import looked
from app.views.paging import paged
from forms.schema import Library

Page = str | Response | tuple[str, int]

desk = Blueprint("inquiries_desk", __name__, url_prefix="/equipe/questions")
only_for(desk, RoleName.STAFF)
ABOUT = {
    "inquiry": "Le message qui annonce une question à l’équipe",
    "inquiry_answer": "La réponse à une question",
}


class AnswerForm(FlaskForm):
    """What is answered."""

    answer = TextAreaField(
        "Votre réponse",
        [Length(max=10_000, message="Écrivez moins de %(max)d\u00a0signes.")],
        render_kw={"rows": 8, "autocomplete": "off"},
    )


@desk.get("")
def index() -> str:
    """List the questions that wait, and what did not leave about one; or those closed."""
    is_closed = "closes" in request.args
    listed = inquiries.closed(db.session) if is_closed else inquiries.waiting(db.session)
    stuck = [each for each in notices.in_trouble(db.session) if each.about in ABOUT]
    return render_template(
        "inquiries/index.html",
        page=paged(listed),
        is_closed=is_closed,
        stuck=[(each, notices.read(each)) for each in stuck],
        abouts=ABOUT,
        ways=inquiries.ways,
        audiences=_audiences(),
    )


@desk.get("/<uuid:inquiry_id>")
def show(inquiry_id: uuid.UUID) -> str:
    """Show one question, with the way to answer it."""
    inquiry = _found(inquiry_id)
    looked(Act.INQUIRY_OPENED, inquiry_id)
    return _show(inquiry, AnswerForm(formdata=None))


@desk.post("/<uuid:inquiry_id>")
def close(inquiry_id: uuid.UUID) -> Page:
    """Close a question: the answer leaves by mail, or what was said by phone is noted."""
    inquiry, form = _found(inquiry_id), AnswerForm()
    leaves = "mail" in request.form and bool(inquiries.ways(inquiry).email)
    answer = (form.answer.data or "").replace("\r\n", "\n").strip()
    is_valid = form.validate()
    if leaves and not answer:
        form.answer.errors = ["Écrivez la réponse à envoyer."]
    if not is_valid or form.answer.errors:
        return _show(inquiry, form), 422
    if not inquiries.close(db.session, inquiry, answer=answer, by_id=current_user.id):
        db.session.rollback()
        return _show(inquiry, form, is_late=True), 409
    notice = _post(inquiry, answer) if leaves else None
    db.session.commit()
    if notice is not None:
        deliver_notice.enqueue(str(notice.id))
    sent = "La réponse part, et la question est close."
    flash(sent if leaves else "La question est close.", "success")
    return redirect(url_for(".index"))


@desk.post("/<uuid:inquiry_id>/effacer")
def erase(inquiry_id: uuid.UUID) -> Response:
    """Erase a question, its answer, and the way that was left."""
    inquiries.erase(db.session, _found(inquiry_id))
    db.session.commit()
    flash("La question est effacée.", "success")
    return redirect(url_for(".index"))


@desk.post("/messages/<uuid:notice_id>/reessayer")
def retry(notice_id: uuid.UUID) -> Response:
    """Send again a message that did not leave."""
    notice = notices.get(db.session, notice_id)
    if notice is None or notice.about not in ABOUT:
        abort(404)
    if notices.retry(db.session, notice_id):
        db.session.commit()
        deliver_notice.enqueue(str(notice_id))
        flash("Le message repart.", "success")
    return redirect(url_for(".index"))


def _post(inquiry: Inquiry, answer: str) -> Notice:
    return notices.post(db.session, letters.answer(inquiry, answer), about="inquiry_answer")


def _found(inquiry_id: uuid.UUID) -> Inquiry:
    inquiry = inquiries.get(db.session, inquiry_id)
    return inquiry if inquiry is not None else abort(404)


def _audiences() -> dict[str, str]:
    library: Library = current_app.extensions["questionnaires"]
    return {audience.id: audience.label for audience in library.audiences}


def _show(inquiry: Inquiry, form: AnswerForm, *, is_late: bool = False) -> str:
    return render_template(
        "inquiries/show.html",
        inquiry=inquiry,
        ways=inquiries.ways(inquiry),
        audience=_audiences().get(inquiry.audience or ""),
        form=form,
        is_late=is_late,
    )
