"""All tables, gathered so that migrations and mappers know every one of them."""

from app.models.accounts import Account, Role, RoleName
from app.models.base import Base
from app.models.campaigns import Campaign
from app.models.clsms import Clsm, ClsmAct, ClsmEvent, ClsmKind, ClsmTag
from app.models.codings import Coding, Decision, Verdict
from app.models.contact_exports import ContactExport
from app.models.contacts import Contact, ContactSource, ContactTag
from app.models.drafts import Draft
from app.models.gate import DailySalt, RateCount, Switch
from app.models.imports import Import, ImportKind
from app.models.inquiries import Inquiry
from app.models.interviews import Booking, Slot, SlotPlace
from app.models.invitations import Invitation, InvitationState
from app.models.leases import Lease
from app.models.notices import Notice, NoticeState
from app.models.oppositions import Opposition
from app.models.pseudonyms import PseudonymDecision, PseudonymReview
from app.models.receipts import Revision, Withdrawal
from app.models.recontacts import Recontact, RecontactSource, RecontactWish
from app.models.referrals import Referral
from app.models.reminders import Reminder, ReminderState
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
    "Account",
    "Answer",
    "Base",
    "Booking",
    "Campaign",
    "CaseVariable",
    "Channel",
    "Clsm",
    "ClsmAct",
    "ClsmEvent",
    "ClsmKind",
    "ClsmTag",
    "Coding",
    "Consent",
    "ConsentPurpose",
    "Contact",
    "ContactExport",
    "ContactSource",
    "ContactTag",
    "DailySalt",
    "Decision",
    "Draft",
    "Import",
    "ImportKind",
    "Inquiry",
    "Invitation",
    "InvitationState",
    "Lease",
    "Notice",
    "NoticeState",
    "Opposition",
    "PseudonymDecision",
    "PseudonymReview",
    "QuotationDegree",
    "RateCount",
    "Recontact",
    "RecontactSource",
    "RecontactWish",
    "Referral",
    "Reminder",
    "ReminderState",
    "Revision",
    "Role",
    "RoleName",
    "Slot",
    "SlotPlace",
    "Switch",
    "Testimony",
    "ThemeVersion",
    "Verdict",
    "VersionState",
    "Withdrawal",
]
