"""The accounts of the Centre's own people, and their roles. Respondents never have one."""

import enum
from datetime import datetime

from flask_security import AsaList, RoleMixin, UserMixin
from sqlalchemy import BigInteger, Column, ForeignKey, String, Table, false
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, UtcDateTime, now
from app.models.encryption import EncryptedText


class RoleName(enum.StrEnum):
    """Who may enter which room; nobody may enter two by default."""

    STAFF = "staff"  # contacts, campaigns: never what was told
    RESEARCHER = "researcher"  # testimonies: never who was written to
    ADMINISTRATOR = "administrator"  # accounts
    DPO = "dpo"  # the log of acts, the register, the impact analysis: no data of anybody


accounts_roles = Table(
    "accounts_roles",
    Base.metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("roles.id", ondelete="CASCADE"), primary_key=True),
)


class Role(Base, RoleMixin):
    __tablename__ = "roles"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    description: Mapped[str | None] = mapped_column(String(255))
    permissions: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    # Whoever has this role signs in in two steps: chosen by whoever administers.
    needs_second_step: Mapped[bool] = mapped_column(default=False, server_default=false())


class Account(Base, UserMixin):
    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    # What a session refers to; changing it signs the account out everywhere.
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    # The password was given by someone else: it must be changed at the first sign-in.
    must_change_password: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    # The key shared with an application that gives codes (base 32), and the last step (of thirty
    # seconds, since 1970) whose code was taken: a code serves once.
    totp_key: Mapped[str | None] = mapped_column(EncryptedText)
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    roles: Mapped[list[Role]] = relationship(  # type: ignore[assignment]
        secondary=accounts_roles, order_by=Role.name
    )
