"""What became of a letter at the mail server's door.

Nothing here resends. A message is given to the server once; the exception says whether trying
again could ever write to somebody twice.
"""

import re
import smtplib
import ssl
from contextlib import suppress
from typing import Any, Self

import flask_mail
from flask import current_app

from app.mail.letters import Letter
from app.mail.wire import HeaderError
from app.services import bounces

CONNECTING_SECONDS = 10
TALKING_SECONDS = 60  # a server may read a message through before it answers
CLOSING = 421  # RFC 5321: the server closes the line
# Where no status (RFC 3463) tells more: who writes is not known, no room, the exchange failed.
NOT_OF_ADDRESS = (530, 535, 552, 554)
SENDER_IS_REFUSED = re.compile(r"\b(?:relay|authenticat)", re.IGNORECASE)
STATUS = re.compile(r"(?:^|#)(5\.\d{1,3}\.\d{1,3})(?![.\d])")  # qmail puts it last, « (#5.7.1) »
ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>@]+>?")


class SendingError(Exception):
    """The message did not leave, and will not by itself; `str()` says why, naming nobody."""


class AddressRefusedError(SendingError):
    """The server refuses this recipient for good."""


class NotYetError(SendingError):
    """The message certainly did not leave; it may be tried again later."""


class BrokenOffError(SendingError):
    """The connection broke once the message was being given: whether it left is not known."""


class ServerAwayError(NotYetError):
    """No server could be talked to at all: the others would fare no better now."""


class Line:
    """A line to the mail server, opened at the first letter and kept open for the others.

    Use it as a context: leaving it says goodbye. After an accident it opens again by itself.
    """

    def __init__(self) -> None:
        self._dialogue = _Dialogue(current_app.extensions["mail"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._dialogue.end()

    def send(self, letter: Letter) -> None:
        """Give a letter to the server.

        Raises NotYetError (ServerAwayError when nobody answers), AddressRefusedError,
        BrokenOffError or SendingError.
        """
        self._open(letter)
        try:
            self._dialogue.send(_Envelope(letter), envelope_from=letter.return_path)
        except smtplib.SMTPRecipientsRefused as refusal:
            ((code, words),) = refusal.recipients.values()
            if code == CLOSING:
                self._dialogue.drop()
            raise _of_recipient(code, words)(said(code, words, letter.to)) from None
        except smtplib.SMTPResponseException as refusal:
            raise self._refusal(refusal, letter) from None
        except (UnicodeError, HeaderError):
            raise SendingError("le serveur de messagerie ne sait pas prendre ce message") from None
        except (smtplib.SMTPException, OSError) as trouble:
            was_given = self._dialogue.has_begun_data
            self._dialogue.drop()
            if was_given:
                raise BrokenOffError(type(trouble).__name__) from None
            raise NotYetError("le serveur de messagerie a raccroché") from None

    def _open(self, letter: Letter) -> None:
        try:
            self._dialogue.begin()
        except smtplib.SMTPResponseException as refusal:
            # A server that refuses to talk (greeting, password) is being mended by somebody.
            raise ServerAwayError(said(refusal.smtp_code, refusal.smtp_error, letter.to)) from None
        except (smtplib.SMTPException, OSError):
            raise ServerAwayError("le serveur de messagerie ne répond pas") from None

    def _refusal(self, refusal: smtplib.SMTPResponseException, letter: Letter) -> SendingError:
        # A server that refuses the message or its sender would refuse again.
        is_final = isinstance(refusal, smtplib.SMTPDataError | smtplib.SMTPSenderRefused)
        kind = SendingError if is_final and refusal.smtp_code >= 500 else NotYetError
        if refusal.smtp_code == CLOSING:
            self._dialogue.drop()
        return kind(said(refusal.smtp_code, refusal.smtp_error, letter.to))


def send(letter: Letter) -> None:
    """Give one letter to the mail server. Raises what `Line.send` does."""
    with Line() as line:
        line.send(letter)


def _of_recipient(code: int, words: bytes | str) -> type[SendingError]:
    """Return what a refusal of the recipient means.

    « Relaying denied » is no fault of the address: else one wrong setting would spoil a directory.
    """
    if code < 500:
        return NotYetError
    text = _text(words)
    if SENDER_IS_REFUSED.search(text):
        return SendingError
    status = STATUS.search(text)
    is_of_address = bounces.is_about_address(status[1]) if status else code not in NOT_OF_ADDRESS
    return AddressRefusedError if is_of_address else SendingError


def _text(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words


def said(code: int, words: bytes | str, to: str) -> str:
    """Return the server's own words, without the address that they often repeat."""
    text = ADDRESS.sub("<adresse>", _text(words))
    if local := to.rpartition("@")[0]:
        text = re.sub(re.escape(local), "<adresse>", text, flags=re.IGNORECASE)
    text = " ".join(text.split())[:300]
    return f"réponse du serveur de messagerie : {code} {text}".rstrip()


class _Envelope(flask_mail.Message):
    """A letter, as Flask-Mail carries it."""

    def __init__(self, letter: Letter) -> None:
        super().__init__(letter.subject, [letter.to], body=letter.text, html=letter.html)
        self.letter = letter

    def as_bytes(self) -> bytes:
        return self.letter.as_bytes()


class _Watched(smtplib.SMTP):
    """Remembers that it began to give a message."""

    has_begun_data = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.has_begun_data = True
        try:
            reply = super().data(msg)
        except smtplib.SMTPDataError:
            # Refused before a word of it. smtplib leaves the exchange open there, and the server
            # would refuse the next message for it.
            self.has_begun_data = False
            with suppress(smtplib.SMTPServerDisconnected):
                self.rset()
            raise
        self.has_begun_data = False  # the server has answered: nothing is in doubt
        return reply


class _WatchedSsl(_Watched, smtplib.SMTP_SSL):
    """The same, encrypted from the first word."""


class _Dialogue(flask_mail.Connection):
    """Flask-Mail's connection, which does not wait for ever, checks who it encrypts for, and does
    not take a broken goodbye for a message that did not leave."""

    host: Any

    def __init__(self, mail: Any) -> None:
        super().__init__(mail)
        self.host = None
        self.num_emails = 0

    @property
    def has_begun_data(self) -> bool:
        return self.host is not None and self.host.has_begun_data

    def begin(self) -> None:
        """Connect, unless the line is already open or nothing is to leave."""
        if self.host is None and not self.mail.suppress:
            self.host = self.configure_host()

    def end(self) -> None:
        """Say goodbye; a server that does not answer that is left."""
        if self.host is not None:
            try:
                self.host.quit()
            except (smtplib.SMTPException, OSError):
                self.host.close()
            self.host = None

    def drop(self) -> None:
        """Leave a line on which nothing can be said any more."""
        if self.host is not None:
            self.host.close()
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
