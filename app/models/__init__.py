"""All tables, gathered so that migrations and mappers know every one of them."""

from app.models.account_links import AccountLink, LinkPurpose
from app.models.accounts import Account, Role, RoleName
from app.models.agreements import (
    AgreementRound,
    RoundCoder,
    RoundMark,
    RoundPassage,
    RoundUnit,
    Settlement,
)
from app.models.audit import Act, Actor, AuditChain, AuditEntry
from app.models.backups import Backup
from app.models.base import Base
from app.models.beats import Beat
from app.models.campaigns import Campaign
from app.models.clocks import ClockMark
from app.models.clsms import Clsm, ClsmAct, ClsmEvent, ClsmKind, ClsmTag
from app.models.codebooks import CodebookAct, CodebookDraft, CodebookVersion, DraftKind
from app.models.codings import BY_HAND, Coding, CodingAct, CodingChange, Decision, Memo, Verdict
from app.models.contact_exports import ContactExport
from app.models.contacts import Contact, ContactSource, ContactTag
from app.models.digests import Digest, Facet
from app.models.drafts import Draft
from app.models.gate import DailySalt, RateCount, Switch
from app.models.guides import GuideEdition, Quotation
from app.models.imports import Import, ImportKind
from app.models.inquiries import Inquiry
from app.models.interviews import Booking, Slot, SlotPlace
from app.models.invitations import Invitation, InvitationState
from app.models.leases import Lease
from app.models.look_up_keys import LookUpKey
from app.models.notices import Notice, NoticeState
from app.models.oppositions import Opposition
from app.models.pseudonyms import PseudonymDecision, PseudonymReview
from app.models.receipts import Revision, Withdrawal
from app.models.recontacts import Recontact, RecontactSource, RecontactWish
from app.models.referrals import Referral
from app.models.reminders import Reminder, ReminderState
from app.models.research_exports import ProjectImport, ResearchExport
from app.models.searches import SearchPart
from app.models.second_steps import Passkey, RecoveryCode
from app.models.tagging import RangeDue
from app.models.testimonies import (
    Answer,
    CaseVariable,
    Channel,
    Consent,
    ConsentPurpose,
    QuotationDegree,
    Testimony,
)
from app.models.theme_versions import ThemeVersion, VersionState

__all__ = [
    "BY_HAND",
    "Account",
    "AccountLink",
    "Act",
    "Actor",
    "AgreementRound",
    "Answer",
    "AuditChain",
    "AuditEntry",
    "Backup",
    "Base",
    "Beat",
    "Booking",
    "Campaign",
    "CaseVariable",
    "Channel",
    "ClockMark",
    "Clsm",
    "ClsmAct",
    "ClsmEvent",
    "ClsmKind",
    "ClsmTag",
    "CodebookAct",
    "CodebookDraft",
    "CodebookVersion",
    "Coding",
    "CodingAct",
    "CodingChange",
    "Consent",
    "ConsentPurpose",
    "Contact",
    "ContactExport",
    "ContactSource",
    "ContactTag",
    "DailySalt",
    "Decision",
    "Digest",
    "Draft",
    "DraftKind",
    "Facet",
    "GuideEdition",
    "Import",
    "ImportKind",
    "Inquiry",
    "Invitation",
    "InvitationState",
    "Lease",
    "LinkPurpose",
    "LookUpKey",
    "Memo",
    "Notice",
    "NoticeState",
    "Opposition",
    "Passkey",
    "ProjectImport",
    "PseudonymDecision",
    "PseudonymReview",
    "Quotation",
    "QuotationDegree",
    "RangeDue",
    "RateCount",
    "Recontact",
    "RecontactSource",
    "RecontactWish",
    "RecoveryCode",
    "Referral",
    "Reminder",
    "ReminderState",
    "ResearchExport",
    "Revision",
    "Role",
    "RoleName",
    "RoundCoder",
    "RoundMark",
    "RoundPassage",
    "RoundUnit",
    "SearchPart",
    "Settlement",
    "Slot",
    "SlotPlace",
    "Switch",
    "Testimony",
    "ThemeVersion",
    "Verdict",
    "VersionState",
    "Withdrawal",
]
