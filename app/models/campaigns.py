"""One message to many contacts."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime, now, today


class Campaign(Base):
    __tablename__ = "campaigns"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    audience: Mapped[str | None] = mapped_column(String(40))  # none: every profile
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="SET NULL")
    )
    launched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Whom it invites, beside the profile: regions, tags… (services.audiences). None: everybody.
    filters: Mapped[dict[str, list[str]] | None] = mapped_column(JSON)
    questionnaire_slug: Mapped[str | None] = mapped_column(String(40))  # none: the profile's own
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # leaves by itself then
    ends_on: Mapped[date | None] = mapped_column()  # the last day on which anything leaves
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # for good
    # The reminder plan: after so many days without an answer, so many times at most.
    remind_after_days: Mapped[int | None] = mapped_column()
    remind_at_most: Mapped[int] = mapped_column(default=0, server_default="0")
    reminder_subject: Mapped[str | None] = mapped_column(String(200))
    reminder_body: Mapped[str | None] = mapped_column(Text)

    @property
    def is_scheduled(self) -> bool:
        """Say whether it is confirmed, for a moment that has not come: nothing has left."""
        is_confirmed = self.launched_at is not None and self.stopped_at is None
        return is_confirmed and self.starts_at is not None and self.starts_at > now()

    @property
    def is_over(self) -> bool:
        """Say whether nothing leaves any more: it was stopped, or its last day has passed."""
        has_ended = self.ends_on is not None and self.ends_on < today()
        return self.stopped_at is not None or has_ended
