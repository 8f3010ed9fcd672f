"""Who did what to whose data: rows that are only ever added, each bound to the one before.

What an act was done to is an opaque id; nothing here holds a name, an address or a word that
somebody wrote.
"""

import enum
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime, Word

SEQUENCE = BigInteger().with_variant(Integer, "sqlite")
THE_CHAIN = 1  # the id of its one row


class Actor(enum.StrEnum):
    """Who acts."""

    ACCOUNT = "account"  # somebody of the Centre, signed in
    PERSON = "person"  # whoever a page was open to, without an account
    SYSTEM = "system"  # a command, or the worker


class Act(enum.StrEnum):
    """What is done: a kind of thing, a dot, what happens to it.

    Twenty characters at most. None is ever taken away or renamed: old rows bear it.
    """

    SIGNED_IN = "account.signed_in"
    SIGN_IN_REFUSED = "account.refused"
    SIGNED_OUT = "account.signed_out"
    PASSWORD_CHANGED = "account.password"  # noqa: S105 - the name of an act
    PASSWORD_GIVEN = "account.renewed"  # noqa: S105 - the name of an act
    ACCOUNT_CREATED = "account.created"
    ACCOUNT_INVITED = "account.invited"
    ROLES_SET = "account.roles"
    FACTOR_CHANGED = "account.factor"
    ACCOUNT_CLOSED = "account.closed"
    ACCOUNT_REOPENED = "account.reopened"
    ACCOUNT_UNINVITED = "account.uninvited"
    RECOVERY_LINK_MADE = "account.link"
    STEPS_NEEDED = "account.steps"
    CONTACTS_LISTED = "contact.listed"
    CONTACT_OPENED = "contact.opened"
    CONTACT_ADDED = "contact.added"
    CONTACT_CORRECTED = "contact.corrected"
    CONTACT_OPPOSED = "contact.opposed"
    CONTACT_ERASED = "contact.erased"
    CONTACTS_TAGGED = "contact.tagged"
    CONTACTS_IMPORTED = "contact.imported"
    CONTACTS_EXPORTED = "contact.exported"
    CAMPAIGN_LAUNCHED = "campaign.launched"
    CAMPAIGN_STOPPED = "campaign.stopped"
    CAMPAIGN_RECALLED = "campaign.recalled"
    CAMPAIGN_COPIED = "campaign.copied"
    CAMPAIGN_ERASED = "campaign.erased"
    RECONTACTS_LISTED = "recontact.listed"
    RECONTACT_WRITTEN = "recontact.written"
    RECONTACT_BOOKED = "recontact.booked"
    RECONTACT_CANCELLED = "recontact.cancelled"
    RECONTACT_ERASED = "recontact.erased"
    RECONTACT_ASKED_CALL = "recontact.call"
    SLOTS_PUBLISHED = "slot.published"
    SLOT_CHANGED = "slot.changed"
    SLOT_CANCELLED = "slot.cancelled"
    INQUIRY_OPENED = "inquiry.opened"
    INQUIRY_CLOSED = "inquiry.closed"
    INQUIRY_ERASED = "inquiry.erased"
    TESTIMONIES_LISTED = "testimony.listed"
    TESTIMONIES_SEARCHED = "testimony.searched"
    TESTIMONY_OPENED = "testimony.opened"
    TESTIMONY_AMENDED = "testimony.amended"
    TESTIMONY_WITHDRAWN = "testimony.withdrawn"
    CONSENTS_CHANGED = "testimony.consents"
    TRANSCRIPT_ENTERED = "testimony.entered"
    TESTIMONIES_IMPORTED = "testimony.imported"
    PSEUDONYMS_DECIDED = "pseudonym.decided"
    RESEARCH_EXPORTED = "export.made"
    PROJECT_IMPORTED = "export.imported"
    QUOTATION_CHOSEN = "quotation.chosen"
    QUOTATION_DROPPED = "quotation.dropped"
    GUIDE_DRAFTED = "guide.drafted"
    ERASED_WHEN_DUE = "retention.erased"
    SWITCH_TURNED = "switch.turned"
    DESK_DONE = "desk.done"  # what no other act names: `detail` is the page's endpoint
    KEYS_ROTATED = "key.rotated"
    BACKUP_MADE = "backup.made"
    BACKUP_RESTORED = "backup.restored"
    JOURNAL_OPENED = "journal.opened"
    JOURNAL_EXPORTED = "journal.exported"
    JOURNAL_VERIFIED = "journal.verified"
    JOURNAL_BROKEN = "journal.broken"
    JOURNAL_CUT = "journal.cut"

    @property
    def kind(self) -> str:
        """What it is done to: « contact », « testimony »…"""
        return self.value.split(".", 1)[0]


class AuditEntry(Base):
    """One act. The database itself refuses that it be changed, or erased before its time.

    `hash` is the SHA-256 of all the rest and of the hash before; `seal` is that hash signed by the
    key that `key_id` names. An account is told by its number, without a foreign key: closing an
    account changes nothing here. `detail` is a word of the code (a format, a role, a rule).
    """

    __tablename__ = "audit_entries"
    # Whether somebody has just looked at something is asked at each opening.
    __table_args__ = (Index("ix_audit_entries_sitting", "act", "account_id", "moment"),)

    sequence: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=False)
    moment: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor: Mapped[Actor] = mapped_column(Word(Actor))
    account_id: Mapped[int | None] = mapped_column(index=True)
    act: Mapped[Act] = mapped_column(Word(Act))
    object_id: Mapped[str | None] = mapped_column(String(36), index=True)
    count: Mapped[int | None] = mapped_column()
    detail: Mapped[str] = mapped_column(String(80), default="", server_default="")
    hash: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[str] = mapped_column(String(8))
    seal: Mapped[str] = mapped_column(String(64))


class AuditChain(Base):
    """The end of the chain, one row, which whoever adds to it locks; and where it was cut.

    What was kept long enough is cut off from the beginning up to `cut_to`: `cut_hash` is the hash
    of the last row that went, signed, so that what stays still hangs on something.
    """

    __tablename__ = "audit_chain"
    __table_args__ = (CheckConstraint(f"id = {THE_CHAIN}", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(SEQUENCE, default=0)
    hash: Mapped[str] = mapped_column(String(64), default="")
    cut_to: Mapped[int] = mapped_column(SEQUENCE, default=0)
    cut_hash: Mapped[str] = mapped_column(String(64), default="")
    cut_key_id: Mapped[str] = mapped_column(String(8), default="")
    cut_seal: Mapped[str] = mapped_column(String(64), default="")
