"""A message to one person that no campaign sends: the row is its outbox."""

import enum
import uuid
from datetime import datetime

from sqlalchemy import String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime, Word, now, only
from app.models.encryption import EncryptedText


class NoticeState(enum.StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"  # given to the server, whose answer was lost: a person settles it


class Notice(Base):
    """What a message says and to whom, encrypted; erased once it has left."""

    __tablename__ = "notices"
    __table_args__ = (only("state", NoticeState, name="state"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    about: Mapped[str] = mapped_column(String(40))  # « referral », « booking », « code »…
    # JSON: to, subject, text, attachments. None once it has left, or will not.
    content: Mapped[str | None] = mapped_column(EncryptedText)
    # Which recontact it concerns, until it has left: erasing them erases what still waits. Not
    # longer, for the hour of a message would say when somebody left their coordinates.
    recontact_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    # Holds a secret: nobody may try it again by hand, and failing erases it too.
    is_secret: Mapped[bool] = mapped_column(default=False, server_default=false())
    state: Mapped[NoticeState] = mapped_column(
        Word(NoticeState), default=NoticeState.QUEUED, index=True
    )
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)  # the mail server's own words
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    sending_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
