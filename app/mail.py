"""Messages: how an invitation is written, and what became of it at the mail server's door.

Nothing here resends. A message is given to the server once; the exception says whether trying
again could ever write to somebody twice.
"""

import re
import smtplib
import ssl
from dataclasses import dataclass
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import formatdate
from typing import Any
from urllib.parse import urlsplit

import flask_mail
from flask import current_app, render_template
from markupsafe import Markup, escape

from app.models import Campaign, Contact, Invitation
from app.services import campaigns

CONNECTING_SECONDS = 10
TALKING_SECONDS = 60  # a server may read a message through before it answers
SAMPLE_TOKEN = "essai"  # noqa: S105 - the link of a message sent to oneself
SAMPLE_NAME, SAMPLE_CLSM = "Camille Exemple", "CLSM de Bourg-sur-Exemple"
NO_CLSM = "votre CLSM"
FOOTER = "Pour ne plus recevoir de message de notre part :\n{refus}"
ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>@]+>?")
LINE_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


class SendingError(Exception):
    """The message did not leave, and will not by itself; `str()` says why, naming nobody."""


class AddressRefusedError(SendingError):
    """The server refuses this recipient for good."""


class NotYetError(SendingError):
    """The message certainly did not leave; it may be tried again later."""


class BrokenOffError(SendingError):
    """The connection broke once the message was being given: whether it left is not known."""


class _LongUrl(UnstructuredHeader):
    """A header that holds an address of the web: cut or encoded, it would no longer open."""

    max_count = 1

    def fold(self, *, policy: EmailPolicy) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


_HEADERS = HeaderRegistry()
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
        return message


def invitation_letter(invitation: Invitation) -> Letter:
    """Return the message of an invitation. Written again, it is the same, identifier included."""
    return _write(
        invitation.campaign,
        contact=invitation.contact,
        to=invitation.contact.email,
        token=invitation.token,
        identifier=str(invitation.id),
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
            "mail/invitation.html", subject=subject, paragraphs=_paragraphs(text, links)
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


def _paragraphs(text: str, links: list[str]) -> list[Markup]:
    """Return the text's paragraphs as safe HTML in which our own links can be followed."""
    safe = str(escape(text.strip()))
    for link in links:
        target = str(escape(link))
        safe = re.sub(
            re.escape(target) + r"(?![\w-])",
            lambda _, target=target: f'<a href="{target}">{target}</a>',  # type: ignore[misc]
            safe,
        )
    parts = re.split(r"\n\s*\n", safe)
    return [Markup(part.replace("\n", "<br>\n")) for part in parts]  # noqa: S704 - escaped above


def send(letter: Letter) -> None:
    """Give a message to the mail server.

    Raises NotYetError, AddressRefusedError, BrokenOffError or SendingError.
    """
    state = current_app.extensions["mail"]
    dialogue = _Dialogue(state)
    try:
        with dialogue:
            dialogue.send(_Envelope(letter))
    except smtplib.SMTPRecipientsRefused as refusal:
        ((code, words),) = refusal.recipients.values()
        refused = NotYetError if code < 500 else AddressRefusedError
        raise refused(_said(code, words, letter.to)) from None
    except smtplib.SMTPResponseException as refusal:
        # A server that refuses the message or its sender would refuse again; one that refuses to
        # talk at all (greeting, password) is being mended by somebody.
        is_final = isinstance(refusal, smtplib.SMTPDataError | smtplib.SMTPSenderRefused)
        kind = SendingError if is_final and refusal.smtp_code >= 500 else NotYetError
        raise kind(_said(refusal.smtp_code, refusal.smtp_error, letter.to)) from None
    except UnicodeError:
        raise SendingError("le serveur de messagerie ne sait pas prendre ce message") from None
    except (smtplib.SMTPException, OSError) as trouble:
        if dialogue.has_begun_data:
            raise BrokenOffError(type(trouble).__name__) from None
        raise NotYetError("le serveur de messagerie ne répond pas") from None


def _said(code: int, words: bytes | str, to: str) -> str:
    """Return the server's own words, without the address that they often repeat."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    text = ADDRESS.sub("<adresse>", text)
    text = re.sub(re.escape(to.rpartition("@")[0]), "<adresse>", text, flags=re.IGNORECASE)
    text = " ".join(text.split())[:300]
    return f"réponse du serveur de messagerie : {code} {text}".rstrip()


class _Envelope(flask_mail.Message):
    """A letter, as Flask-Mail carries it."""

    def __init__(self, letter: Letter) -> None:
        super().__init__(letter.subject, [letter.to], body=letter.text, html=letter.html)
        self.letter = letter

    def as_bytes(self) -> bytes:
        return self.letter.as_message().as_bytes()


class _Watched(smtplib.SMTP):
    """Remembers that it began to give a message."""

    has_begun_data = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.has_begun_data = True
        return super().data(msg)


class _WatchedSsl(_Watched, smtplib.SMTP_SSL):
    """The same, encrypted from the first word."""


class _Dialogue(flask_mail.Connection):
    """Flask-Mail's connection, which does not wait for ever, checks who it encrypts for, and does
    not take a broken goodbye for a message that did not leave."""

    host: Any

    @property
    def has_begun_data(self) -> bool:
        return self.host is not None and self.host.has_begun_data

    def __init__(self, mail: Any) -> None:
        super().__init__(mail)
        self.host = None

    def configure_host(self) -> Any:
        context = ssl.create_default_context()
        if self.mail.use_ssl:
            host: smtplib.SMTP = _WatchedSsl(
                self.mail.server, self.mail.port, timeout=CONNECTING_SECONDS, context=context
            )
        else:
            host = _Watched(self.mail.server, self.mail.port, timeout=CONNECTING_SECONDS)
        try:
            assert host.sock is not None
            host.sock.settimeout(TALKING_SECONDS)
            if self.mail.use_tls:
                host.starttls(context=context)
            if self.mail.username and self.mail.password:
                host.login(self.mail.username, self.mail.password)
        except BaseException:
            host.close()
            raise
        return host

    def __exit__(self, *_: object) -> None:
        if self.host is None:
            return
        try:
            self.host.quit()
        except (smtplib.SMTPException, OSError):
            self.host.close()
