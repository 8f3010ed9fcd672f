"""People who agreed to be reached. Nothing leads from here to what they told."""

import enum
import secrets
import uuid
from datetime import date

from sqlalchemy import String, false
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Word, only, today
from app.models.encryption import EncryptedText

TOKEN_BYTES = 16


class RecontactWish(enum.StrEnum):
    """What somebody agreed to."""

    INTERVIEW = "interview"  # a temps d'échange, at a slot of their choice
    CALL = "call"  # to be called, and to say rather than write


class RecontactSource(enum.StrEnum):
    """How somebody came to be reached: said to staff, who must be able to say it in turn."""

    TESTIMONY = "testimony"  # left after sending a testimony
    REFERRAL = "referral"  # proposed by a coordinator, and said yes
    CALL = "call"  # asked to be called
    TYPED = "typed"  # added by staff


class Recontact(Base):
    """Where somebody may be reached, and what for. Everything they typed is encrypted."""

    __tablename__ = "recontacts"
    __table_args__ = (
        only("wish", RecontactWish, name="wish"),
        only("source", RecontactSource, name="source"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    # The personal link by which they choose a slot, or erase themselves.
    token: Mapped[str] = mapped_column(
        String(22), unique=True, default=lambda: secrets.token_urlsafe(TOKEN_BYTES)
    )
    name: Mapped[str | None] = mapped_column(EncryptedText)  # the name to ask for
    email: Mapped[str | None] = mapped_column(EncryptedText)
    # Keyed hash: whoever said yes is not proposed again.
    email_fingerprint: Mapped[str | None] = mapped_column(String(64), index=True)
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    hours: Mapped[str | None] = mapped_column(EncryptedText)  # when, and how they would rather
    means: Mapped[str | None] = mapped_column(EncryptedText)  # all in one, as it was typed before
    # Would rather be called to settle the day than choose it on a page.
    asks_call: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Their link was sent to them; when is not kept, see `left_in`.
    has_link: Mapped[bool] = mapped_column(default=False, server_default=false())
    audience: Mapped[str] = mapped_column(String(40))
    wish: Mapped[RecontactWish] = mapped_column(
        Word(RecontactWish),
        default=RecontactWish.INTERVIEW,
        server_default=RecontactWish.INTERVIEW.value,
    )
    source: Mapped[RecontactSource] = mapped_column(
        Word(RecontactSource),
        default=RecontactSource.TESTIMONY,
        server_default=RecontactSource.TESTIMONY.value,
    )
    # The month only: the day, beside the profile, would lead to the testimony of that day.
    left_in: Mapped[date] = mapped_column(default=lambda: today().replace(day=1))
