"""What every row that leaves by mail shares: the row is its own outbox."""

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import UtcDateTime, now


class Outgoing:
    """Columns by which a message waits, leaves, is tried again or set aside.

    `state` is the model's own: its words begin with `queued`, `sending`, `sent`, `failed`,
    `bounced` and `uncertain`, whatever may follow.
    """

    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)  # the mail server's own words
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    # Not before: a campaign's date, or the next try after the server put it off.
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    sending_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The first report that it could not be delivered came back.
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
