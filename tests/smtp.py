"""Real mail servers for tests, each on a port of its own: they take, refuse, or die."""

import asyncio
from collections import Counter
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


class Moody(Inbox):
    """Treats each address by its local part: « refuse1@… » is refused, « tout » goes well.

    `refuse` (550), `later` (451 the first time), `cut` (hangs up in the middle of the message),
    `spam` (554 once it has read), `slow` (answers after a while), `die` (takes, then hangs up),
    `deaf` (550 as soon as the message is announced), `full` (421, and hangs up).
    """

    def __init__(self) -> None:
        super().__init__()
        self.tried: Counter[str] = Counter()
        self.connections: set[int] = set()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.connections.add(id(session))
        self.tried[address] += 1
        if address.startswith("refuse"):
            return "550 5.1.1 unknown"
        if address.startswith("later") and self.tried[address] == 1:
            return "451 4.7.1 Greylisted"
        if address.startswith("full"):
            asyncio.get_running_loop().call_soon(_hang_up, server)
            return "421 4.7.0 Enough for this connection"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        (address,) = envelope.rcpt_tos
        if address.startswith("spam"):
            return "554 5.7.1 Refused"
        if address.startswith("slow"):
            await asyncio.sleep(0.2)
        if not address.startswith("cut"):
            self.raw.append(envelope.original_content or b"")
        if address.startswith(("cut", "die")):
            assert server.transport is not None
            server.transport.abort()
        return "250 OK"


def _hang_up(server: SMTP) -> None:
    assert server.transport is not None
    server.transport.close()


class Deaf(SMTP):
    """Refuses the very word DATA to some, as some filters do; what was begun stays begun."""

    async def smtp_DATA(self, arg: str) -> None:
        assert self.envelope is not None
        if any(address.startswith("deaf") for address in self.envelope.rcpt_tos):
            await self.push("550 5.7.1 Not from you")
        else:
            await super().smtp_DATA(arg)


class Door(Controller):
    """Opens to each connection a server that may be deaf."""

    def factory(self) -> SMTP:
        return Deaf(self.handler, **self.SMTP_kwargs)


@contextmanager
def serving(inbox: Inbox) -> Iterator[Inbox]:
    """Serve `inbox` while the block runs."""
    controller = Door(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    inbox.port = controller.port
    try:
        yield inbox
    finally:
        controller.stop()
