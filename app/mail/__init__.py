"""Messages: how they are written, and what became of them at the mail server's door."""

from app.mail.letters import (
    SAMPLE_TOKEN,
    Letter,
    campaign_letter,
    notice_letter,
    sample_letter,
)
from app.mail.sending import (
    AddressRefusedError,
    BrokenOffError,
    Line,
    NotYetError,
    SendingError,
    ServerAwayError,
    send,
)

__all__ = [
    "SAMPLE_TOKEN",
    "AddressRefusedError",
    "BrokenOffError",
    "Letter",
    "Line",
    "NotYetError",
    "SendingError",
    "ServerAwayError",
    "campaign_letter",
    "notice_letter",
    "sample_letter",
    "send",
]
