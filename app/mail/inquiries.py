"""What leaves about a question: a word to the team, which repeats nothing of it, and the answer."""

from flask import current_app, render_template

from app.models import Inquiry
from app.services import inquiries, notices


def arrived(inquiry: Inquiry) -> notices.Message:
    """Return the word to the team: a question waits at the desk, where alone it can be read."""
    return _message("arrived", to=current_app.config["CONTACT_EMAIL"], inquiry=inquiry)


def answer(inquiry: Inquiry, text: str) -> notices.Message:
    """Return the answer to whoever asked; the question, which may be intimate, is not repeated."""
    return _message(
        "answer",
        to=inquiries.ways(inquiry).email,
        reply_to=current_app.config["CONTACT_EMAIL"],
        inquiry=inquiry,
        answer=text,
    )


def _message(
    name: str, *, to: str, reply_to: str | None = None, **words: object
) -> notices.Message:
    written = render_template(
        f"inquiries/mail/{name}.txt", base=current_app.config["BASE_URL"], **words
    )
    subject, _, text = written.partition("\n")
    return notices.Message(to=to, subject=subject, text=text, reply_to=reply_to)
