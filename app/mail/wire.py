"""A letter as it travels (RFC 5322, MIME): text, the same text as simple HTML, files beside.

Made with the older half of the standard library's `email`, whose headers are plain strings: the
newer half parses each header it is given, and a campaign of ten thousand would wait for that. What
it would have refused is refused here: no header holds a line break.
"""

import re
from collections.abc import Iterable, Mapping
from email.charset import QP, Charset
from email.encoders import encode_base64
from email.header import Header
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import formataddr, parseaddr

from app.services.notices import Attachment

# A header is never cut: an address of the web in it would no longer open.
POLICY = compat32.clone(linesep="\r\n", max_line_length=None)
LINE_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
# Quoted-printable: no server needs to know 8BITMIME, and no line is too long for one.
UTF_8 = Charset("utf-8")
UTF_8.body_encoding = QP


class HeaderError(ValueError):
    """A header would hold a line break, or an address that is not written in ASCII."""


def message_bytes(
    headers: Mapping[str, str], *, text: str, html: str, attachments: Iterable[Attachment] = ()
) -> bytes:
    """Return the message, its lines ended by CRLF. Raises HeaderError."""
    files = list(attachments)
    body = MIMEMultipart("alternative", policy=POLICY)
    body.attach(_text(text, "plain"))
    body.attach(_text(html, "html"))
    for each in files:
        if each.method:
            # A third way of saying the message (RFC 6047): software that knows calendars shows
            # its buttons from this part; any other opens the file.
            body.attach(_calendar(each))
    message: Message = body
    if files:
        message = MIMEMultipart("mixed", policy=POLICY)
        message.attach(body)
        for each in files:
            message.attach(_file(each))
    for name, value in headers.items():
        message[name] = _header(name, value)
    return message.as_bytes()


def _header(name: str, value: str) -> str:
    """Return a header's value as it is written; words that are not ASCII are encoded (RFC 2047)."""
    if LINE_BREAKS.search(value):
        raise HeaderError(name)
    if value.isascii():
        return value
    if name in ("From", "To", "Reply-To"):
        label, address = parseaddr(value)
        if not address.isascii():
            raise HeaderError(name)
        return formataddr((label, address))
    return Header(value, "utf-8", header_name=name).encode(linesep="\r\n")


def _text(text: str, subtype: str) -> Message:
    part = MIMENonMultipart("text", subtype, policy=POLICY)
    part.set_payload(text, UTF_8)
    return part


def _calendar(attachment: Attachment) -> Message:
    main, sub = attachment.media_type.split("/")
    method = attachment.method or ""
    part = MIMEBase(main, sub, policy=POLICY, charset="utf-8", method=method)
    part.set_payload(attachment.content)
    encode_base64(part)
    return part


def _file(attachment: Attachment) -> Message:
    main, sub = attachment.media_type.split("/")
    charset = {"charset": "utf-8"} if main == "text" else {}
    part = MIMEBase(main, sub, policy=POLICY, **charset)
    part.set_payload(attachment.content)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=attachment.name)
    return part
