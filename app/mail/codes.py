"""The message that gives its author a code. It says nothing of what the code opens."""

import uuid
from datetime import datetime

from flask import current_app, render_template
from sqlalchemy.orm import Session

from app.services import notices, receipts

SUBJECT = "Votre code de suivi"


def post(session: Session, code: str, *, to: str, until: datetime | None) -> uuid.UUID:
    """Put the code in the outbox; return the message's id, to enqueue after the commit.

    `until` is the end of an unfinished testimony, none for one that was sent. What the message
    says, address included, is erased as soon as it has left or could not.
    """
    text = render_template(
        "receipts/mail/code.txt",
        code=" ".join(receipts.grouped(code)),
        link=f"{current_app.config['BASE_URL']}/mon-temoignage",
        until=until,
    )
    message = notices.Message(to=to, subject=SUBJECT, text=text)
    return notices.post(session, message, about="code", is_secret=True).id
