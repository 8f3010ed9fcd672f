"""Letters: what a message says, and how it travels."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import formatdate
from urllib.parse import urlsplit

from flask import current_app, render_template
from markupsafe import Markup, escape

from app.mail.wire import LINE_BREAKS, message_bytes
from app.models import Campaign, Contact, Notice
from app.services import campaigns, notices
from app.services.outbox import Waiting

SAMPLE_TOKEN = "essai"  # noqa: S105 - the link of a message sent to oneself
SAMPLE_NAME, SAMPLE_CLSM = "Camille Exemple", "CLSM de Bourg-sur-Exemple"
NO_CLSM = "votre CLSM"
FOOTER = "Pour ne plus recevoir de message de notre part :\n{refus}"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One message to one person, ready to be read over or sent."""

    to: str
    subject: str
    text: str
    html: str
    headers: dict[str, str]
    attachments: tuple[notices.Attachment, ...] = ()
    return_path: str | None = None

    def as_bytes(self) -> bytes:
        """Return the message as it travels. Raises HeaderError."""
        fixed = {
            "Subject": self.subject,
            "From": current_app.config["MAIL_DEFAULT_SENDER"],
            "To": self.to,
            "Date": formatdate(localtime=True),
            # Large receivers refuse a message without one.
            "Message-ID": _message_id(uuid.uuid4()),
        }
        return message_bytes(
            fixed | self.headers, text=self.text, html=self.html, attachments=self.attachments
        )


def campaign_letter(campaign: Campaign, waiting: Waiting) -> Letter:
    """Return the message of an invitation or of a reminder.

    Written again, it is the same, identifier included.
    """
    names = {"nom": waiting.name, "clsm": waiting.clsm or NO_CLSM}
    subject, body = campaigns.wording(campaign, waiting.number)
    return _write(subject, body, names, to=waiting.email, token=waiting.token, id_=waiting.id)


def notice_letter(notice: Notice) -> Letter | None:
    """Return what a notice says, as it travels; none once its words are erased."""
    message = notices.read(notice)
    if message is None:
        return None
    base = current_app.config["BASE_URL"]
    headers = {
        "Message-ID": _message_id(notice.id),
        "Auto-Submitted": "auto-generated",  # RFC 3834: no out-of-office reply to a machine
    }
    if message.reply_to:
        headers["Reply-To"] = message.reply_to
    links = re.findall(re.escape(base) + r"(?:/\S*[\w/-])?", message.text)
    subject = LINE_BREAKS.sub(" ", message.subject).strip()
    return Letter(
        to=message.to,
        subject=subject,
        text=f"{message.text.strip()}\n",
        html=render_template(
            "mail/letter.html", subject=subject, paragraphs=_paragraphs(message.text, links)
        ),
        headers=headers,
        attachments=message.attachments,
    )


def sample_letter(
    campaign: Campaign, *, contact: Contact | None, to: str, number: int = 0
) -> Letter:
    """Return the message that `contact` (an invented person when none) would read.

    Its links open, and change nothing.
    """
    subject, body = campaigns.wording(campaign, number)
    return _write(subject, body, _names(contact), to=to, token=SAMPLE_TOKEN, id_=None)


def _write(
    subject: str, body: str, names: dict[str, str], *, to: str, token: str, id_: uuid.UUID | None
) -> Letter:
    base = current_app.config["BASE_URL"]
    links = [f"{base}/invitation/{token}", f"{base}/desinscription/{token}"]
    values = names | dict(zip((campaigns.LINK, campaigns.REFUSAL), links, strict=True))
    text = campaigns.render(_with_footer(body), values)
    subject = LINE_BREAKS.sub(" ", campaigns.render(subject, values)).strip()
    headers = {"List-Unsubscribe": f"<{links[1]}>"}
    if base.startswith("https:"):  # RFC 8058 asks for it
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if id_:
        headers["Message-ID"] = _message_id(id_)
    return Letter(
        to=to,
        subject=subject,
        text=text,
        html=render_template(
            "mail/letter.html", subject=subject, paragraphs=_paragraphs(text, links)
        ),
        headers=headers,
        return_path=_return_path(id_),
    )


def _message_id(id_: uuid.UUID) -> str:
    return f"<{id_}@{urlsplit(current_app.config['BASE_URL']).hostname}>"


def _return_path(id_: uuid.UUID | None) -> str | None:
    """Return where a refusal is to come back: an address of its own for each message (VERP).

    None when no mailbox takes refusals: they then come back to the sender's address.
    """
    box: str | None = current_app.config.get("BOUNCE_ADDRESS")
    if box is None or id_ is None:
        return None
    local, _, domain = box.rpartition("@")
    return f"{local}+{id_.hex}@{domain}"


def _names(contact: Contact | None) -> dict[str, str]:
    if contact is None:
        return {"nom": SAMPLE_NAME, "clsm": SAMPLE_CLSM}
    return {"nom": contact.name, "clsm": contact.clsm.name if contact.clsm else NO_CLSM}


def _with_footer(body: str) -> str:
    """Return the body in which, by its author or by us, a way to say no is given."""
    tidied = body.replace("\r\n", "\n").strip()
    if campaigns.has_placeholder(tidied, campaigns.REFUSAL):
        return f"{tidied}\n"
    return f"{tidied}\n\n{FOOTER}\n"


def _paragraphs(text: str, links: Sequence[str]) -> list[Markup]:
    """Return the text's paragraphs as safe HTML in which our own links can be followed."""
    safe = str(escape(text.strip()))
    # The longest first, in one pass: an address that begins like another is still whole.
    targets = sorted({str(escape(link)) for link in links}, key=len, reverse=True)
    if targets:
        ours = re.compile(f"(?:{'|'.join(map(re.escape, targets))})(?![\\w-])")
        safe = ours.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', safe)
    parts = re.split(r"\n\s*\n", safe)
    return [Markup(part.replace("\n", "<br>\n")) for part in parts]  # noqa: S704 - escaped above
