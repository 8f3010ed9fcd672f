"""The mailbox to which reports of non-delivery come back: IMAP, a Maildir or an mbox file.

Each message is given once, and marked as read when whoever took it says that it is settled: after
a crash in between it is given again.
"""

import imaplib
import mailbox
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

WAIT_SECONDS = 30
IMAP_PORT, IMAPS_PORT = 143, 993
BATCH = 200  # what one visit reads; the next goes on
LARGEST = 1024 * 1024  # bytes: a report is small, what is larger is not read


class MailboxError(Exception):
    """The mailbox cannot be read; `str()` says why in French, without its password."""


class Box(Protocol):
    """A mailbox being visited."""

    def unread(self) -> Iterator[tuple[str, Message]]:
        """Give the key and the message of what nobody has read."""

    def settle(self, key: str) -> None:
        """Mark a message as read."""


@contextmanager
def visiting(url: str) -> Iterator[Box]:
    """Open the mailbox at `url` (imap, imaps, maildir, mbox) while the block runs.

    Raises MailboxError.
    """
    parts = urlsplit(url)
    try:
        if parts.scheme in ("imap", "imaps"):
            with _imap(parts) as box:
                yield box
        else:
            with _folder(parts) as box:
                yield box
    except (OSError, imaplib.IMAP4.error, mailbox.Error) as trouble:
        raise MailboxError(
            f"la boîte des retours ne s’ouvre pas ({type(trouble).__name__})\u00a0: "
            "vérifiez BOUNCE_MAILBOX"
        ) from None


class _Imap:
    def __init__(self, server: imaplib.IMAP4) -> None:
        self.server = server

    def unread(self) -> Iterator[tuple[str, Message]]:
        _, found = self.server.uid("SEARCH", f"UNSEEN SMALLER {LARGEST}")
        for key in (found[0] or b"").split()[:BATCH]:
            # PEEK: reading alone does not mark it
            _, parts = self.server.uid("FETCH", key.decode(), "(BODY.PEEK[])")
            raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
            yield key.decode(), message_from_bytes(raw, policy=compat32)

    def settle(self, key: str) -> None:
        self.server.uid("STORE", key, "+FLAGS", r"(\Seen)")


@contextmanager
def _imap(parts: SplitResult) -> Iterator[_Imap]:
    host = str(parts.hostname)
    if parts.scheme == "imaps":
        server: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            host,
            parts.port or IMAPS_PORT,
            timeout=WAIT_SECONDS,
            ssl_context=ssl.create_default_context(),
        )
    else:
        server = imaplib.IMAP4(host, parts.port or IMAP_PORT, timeout=WAIT_SECONDS)
    try:
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        folder = unquote(parts.path.strip("/")) or "INBOX"
        status, _ = server.select(f'"{folder}"')
        if status != "OK":
            raise imaplib.IMAP4.error("select")
        yield _Imap(server)
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            server.logout()


class _Folder:
    # typeshed knows an mbox's keys as text; they are numbers.
    def __init__(self, box: Any) -> None:
        self.box = box

    def unread(self) -> Iterator[tuple[str, Message]]:
        given = 0
        for key in self.box.keys():  # noqa: SIM118 - a mailbox is not a dictionary
            message = self.box[key]
            if "S" in self._flags(message) or given == BATCH:
                continue
            raw = self.box.get_bytes(key)
            if len(raw) <= LARGEST:
                given += 1
                yield str(key), message_from_bytes(raw, policy=compat32)

    def settle(self, key: str) -> None:
        place = int(key) if isinstance(self.box, mailbox.mbox) else key
        message = self.box[place]
        if isinstance(message, mailbox.MaildirMessage):
            message.set_subdir("cur")
            message.add_flag("S")
        elif isinstance(message, mailbox.mboxMessage):
            message.add_flag("R")
        self.box[place] = message
        self.box.flush()

    @staticmethod
    def _flags(message: object) -> str:
        if isinstance(message, mailbox.MaildirMessage):
            return message.get_flags()
        if isinstance(message, mailbox.mboxMessage):
            return "S" if "R" in message.get_flags() else ""
        return ""


@contextmanager
def _folder(parts: SplitResult) -> Iterator[_Folder]:
    path = Path(unquote(parts.path))
    if not path.exists():
        raise FileNotFoundError(path)
    if parts.scheme == "maildir":
        yield _Folder(mailbox.Maildir(path, create=False))
        return
    box = mailbox.mbox(path, create=False)
    box.lock()
    try:
        yield _Folder(box)
    finally:
        box.flush()
        box.unlock()
        box.close()
