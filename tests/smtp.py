"""Real mail servers for tests, each on a port of its own: they take, refuse, or die."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers import free_port


class Inbox:
    """Takes every message, unless told to answer something else."""

    def __init__(self, *, to_recipient: str = "250 OK", to_message: str = "250 OK") -> None:
        self.to_recipient = to_recipient
        self.to_message = to_message
        self.dies_after_data = False
        self.raw: list[bytes] = []
        self.port = 0

    @property
    def messages(self) -> list[EmailMessage]:
        parsed = [message_from_bytes(raw, policy=default) for raw in self.raw]
        return [message for message in parsed if isinstance(message, EmailMessage)]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.to_message.startswith("250"):
            self.raw.append(envelope.original_content or b"")
        if self.dies_after_data:
            assert server.transport is not None
            server.transport.abort()
        return self.to_message


@contextmanager
def serving(inbox: Inbox) -> Iterator[Inbox]:
    """Serve `inbox` while the block runs."""
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    inbox.port = controller.port
    try:
        yield inbox
    finally:
        controller.stop()
