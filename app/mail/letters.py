"""Letters: what a message says, and how it travels."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import (
    HeaderRegistry,
    UniqueUnstructuredHeader,
    UnstructuredHeader,
)
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import formatdate
from urllib.parse import urlsplit

from flask import current_app, render_template
from markupsafe import Markup, escape

from app.models import Campaign, Contact, Invitation, Notice
from app.services import campaigns, notices

SAMPLE_TOKEN = "essai"  # noqa: S105 - the link of a message sent to oneself
SAMPLE_NAME, SAMPLE_CLSM = "Camille Exemple", "CLSM de Bourg-sur-Exemple"
NO_CLSM = "votre CLSM"
FOOTER = "Pour ne plus recevoir de message de notre part :\n{refus}"
LINE_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


class _LongUrl(UnstructuredHeader):
    """A header that holds an address of the web: cut or encoded, it would no longer open."""

    max_count = 1

    def fold(self, *, policy: EmailPolicy) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


class _Subject(UniqueUnstructuredHeader):
    """A subject that arrives as it was written: folded by Python's policy, French loses spaces.

    (An encoded word that ends with a space, before another one.) `Header` keeps them inside.
    """

    def fold(self, *, policy: EmailPolicy) -> str:
        words, name = str(self), self.name  # type: ignore[attr-defined]
        if words.isascii():
            return str(super().fold(policy=policy))  # type: ignore[misc]
        encoded = Header(words, header_name=name).encode(linesep=policy.linesep)
        return f"{name}: {encoded}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("subject", _Subject)  # type: ignore[arg-type]
_HEADERS.map_to_type("list-unsubscribe", _LongUrl)  # type: ignore[arg-type]
POLICY = SMTP.clone(header_factory=_HEADERS)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One message to one person, ready to be read over or sent."""

    to: str
    subject: str
    text: str
    html: str
    headers: dict[str, str]
    attachments: tuple[notices.Attachment, ...] = ()

    def as_message(self) -> EmailMessage:
        """Return the message as it travels: text, then the same text as simple HTML."""
        message = EmailMessage(policy=POLICY)
        message["Subject"] = self.subject
        message["From"] = current_app.config["MAIL_DEFAULT_SENDER"]
        message["To"] = self.to
        message["Date"] = formatdate(localtime=True)
        for name, value in self.headers.items():
            message[name] = value
        # Quoted-printable: no server needs to know 8BITMIME, and no line is too long for one.
        message.set_content(self.text, cte="quoted-printable")
        message.add_alternative(self.html, subtype="html", cte="quoted-printable")
        for each in self.attachments:
            _attach(message, each)
        return message


def _attach(message: EmailMessage, attachment: notices.Attachment) -> None:
    """Add a file; a calendar's invitation first as a third way of saying the message (RFC 6047).

    Software that knows calendars shows its buttons from that part; any other opens the file.
    """
    main, sub = attachment.media_type.split("/")
    if attachment.method:
        text = attachment.content.decode()
        message.add_alternative(
            text, subtype=sub, params={"method": attachment.method}, cte="base64"
        )
    message.add_attachment(
        attachment.content,
        maintype=main,
        subtype=sub,
        filename=attachment.name,
        params={"charset": "utf-8"} if main == "text" else None,
    )


def invitation_letter(invitation: Invitation) -> Letter:
    """Return the message of an invitation. Written again, it is the same, identifier included."""
    return _write(
        invitation.campaign,
        contact=invitation.contact,
        to=invitation.contact.email,
        token=invitation.token,
        identifier=str(invitation.id),
    )


def notice_letter(notice: Notice) -> Letter | None:
    """Return what a notice says, as it travels; none once its words are erased."""
    message = notices.read(notice)
    if message is None:
        return None
    base = current_app.config["BASE_URL"]
    headers = {
        "Message-ID": f"<{notice.id}@{urlsplit(base).hostname}>",
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


def sample_letter(campaign: Campaign, *, contact: Contact | None, to: str) -> Letter:
    """Return the message that `contact` (an invented person when none) would read.

    Its links open, and change nothing.
    """
    return _write(campaign, contact=contact, to=to, token=SAMPLE_TOKEN, identifier=None)


def _write(
    campaign: Campaign, *, contact: Contact | None, to: str, token: str, identifier: str | None
) -> Letter:
    base = current_app.config["BASE_URL"]
    links = [f"{base}/invitation/{token}", f"{base}/desinscription/{token}"]
    values = _names(contact) | dict(zip((campaigns.LINK, campaigns.REFUSAL), links, strict=True))
    text = campaigns.render(_with_footer(campaign.body), values)
    subject = LINE_BREAKS.sub(" ", campaigns.render(campaign.subject, values)).strip()
    headers = {"List-Unsubscribe": f"<{links[1]}>"}
    if base.startswith("https:"):  # RFC 8058 asks for it
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if identifier:
        headers["Message-ID"] = f"<{identifier}@{urlsplit(base).hostname}>"
    return Letter(
        to=to,
        subject=subject,
        text=text,
        html=render_template(
            "mail/letter.html", subject=subject, paragraphs=_paragraphs(text, links)
        ),
        headers=headers,
    )


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
