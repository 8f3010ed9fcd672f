"""A whole return: its answers, what its author agreed to, what it is filtered and crossed by."""

import enum
import uuid
from datetime import date
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Word, only, today


class Channel(enum.StrEnum):
    QUESTIONNAIRE = "questionnaire"
    INTERVIEW = "interview"


class ConsentPurpose(enum.StrEnum):
    PARTICIPATION = "participation"
    QUOTATION = "citation"
    CONTACT = "contact"


class QuotationDegree(enum.StrEnum):
    """How somebody agrees to be quoted; no degree at all where they do not."""

    UNNAMED = "unnamed"  # without any name
    FUNCTION = "function"  # with their function and their territory


class Testimony(Base):
    """Ids are random and the day is all that is kept of the time: neither may tell who wrote."""

    __tablename__ = "testimonies"
    __table_args__ = (
        CheckConstraint("NOT is_anonymous OR invitation_id IS NULL", name="anonymous"),
        only("channel", Channel, name="channel"),
        # What waits to be read (services.tagging): a few of many, and often none.
        Index(
            "ix_testimonies_waiting",
            "id",
            sqlite_where=text("tagged_by IS NULL OR is_stale = 1"),
            postgresql_where=text("tagged_by IS NULL OR is_stale"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    reference: Mapped[str] = mapped_column(String(8), unique=True)  # how people name it aloud
    questionnaire_slug: Mapped[str] = mapped_column(String(40))
    questionnaire_version: Mapped[int] = mapped_column()
    audience: Mapped[str] = mapped_column(String(40), index=True)
    channel: Mapped[Channel] = mapped_column(Word(Channel), default=Channel.QUESTIONNAIRE)
    is_anonymous: Mapped[bool] = mapped_column(default=True)
    invitation_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("invitations.id", ondelete="SET NULL")
    )
    received_on: Mapped[date] = mapped_column(default=today, index=True)
    # Hash of the draft's secret: the same form sent twice finds the testimony it already made.
    submission_key: Mapped[str] = mapped_column(String(64), unique=True)
    # Pipeline and codebook version that last read it; none while it waits for the worker.
    tagged_by: Mapped[str | None] = mapped_column(String(80), index=True)
    # Another version of the pipeline is in use since: it waits to be read again, as it stands.
    is_stale: Mapped[bool] = mapped_column(default=False, server_default=false())
    answers: Mapped[list["Answer"]] = relationship(
        back_populates="testimony", order_by="Answer.position", cascade="all, delete-orphan"
    )
    consents: Mapped[list["Consent"]] = relationship(cascade="all, delete-orphan")
    variables: Mapped[list["CaseVariable"]] = relationship(cascade="all, delete-orphan")


class Answer(Base):
    """One question's value: free words in `text`, exactly as typed; any other kind in `value`."""

    __tablename__ = "answers"
    __table_args__ = (
        UniqueConstraint("testimony_id", "question_id"),
        CheckConstraint("(text IS NULL) <> (value IS NULL)", name="text_or_value"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    testimony_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("testimonies.id", ondelete="CASCADE")
    )
    question_id: Mapped[str] = mapped_column(String(60))
    position: Mapped[int] = mapped_column()
    text: Mapped[str | None] = mapped_column(Text)
    value: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    testimony: Mapped[Testimony] = relationship(back_populates="answers")


class Consent(Base):
    """What was said to one purpose, on which day, to which version of the words."""

    __tablename__ = "consents"
    __table_args__ = (
        only("purpose", ConsentPurpose, name="purpose"),
        only("degree", QuotationDegree, name="degree"),
    )

    testimony_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("testimonies.id", ondelete="CASCADE"), primary_key=True
    )
    purpose: Mapped[ConsentPurpose] = mapped_column(Word(ConsentPurpose), primary_key=True)
    is_given: Mapped[bool] = mapped_column()
    degree: Mapped[QuotationDegree | None] = mapped_column(Word(QuotationDegree))
    wording: Mapped[str] = mapped_column(String(60))  # questionnaire and version, "elu.v1"
    given_on: Mapped[date] = mapped_column(default=today)


class CaseVariable(Base):
    """What researchers filter and cross by (region, kind of territory…): a case's variable."""

    __tablename__ = "case_variables"

    testimony_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("testimonies.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(String(200), index=True)
