"""What became of a letter at the mail server's door.

Nothing here resends. A message is given to the server once; the exception says whether trying
again could ever write to somebody twice.
"""

import re
import smtplib
import ssl
from typing import Any

import flask_mail
from flask import current_app

from app.mail.letters import Letter

CONNECTING_SECONDS = 10
TALKING_SECONDS = 60  # a server may read a message through before it answers
ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>@]+>?")


class SendingError(Exception):
    """The message did not leave, and will not by itself; `str()` says why, naming nobody."""


class AddressRefusedError(SendingError):
    """The server refuses this recipient for good."""


class NotYetError(SendingError):
    """The message certainly did not leave; it may be tried again later."""


class BrokenOffError(SendingError):
    """The connection broke once the message was being given: whether it left is not known."""


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
