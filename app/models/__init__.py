"""All tables, gathered so that migrations and mappers know every one of them."""

from app.models.accounts import Account, Role, RoleName
from app.models.base import Base
from app.models.campaigns import Campaign
from app.models.clsms import Clsm
from app.models.codings import Coding, Decision, Verdict
from app.models.contacts import Contact, ContactSource, Recontact
from app.models.drafts import Draft
from app.models.invitations import Invitation, InvitationState
from app.models.receipts import Revision, Withdrawal
from app.models.testimonies import (
    Answer,
    CaseVariable,
    Channel,
    Consent,
    ConsentPurpose,
    Testimony,
)

__all__ = [
    "Account",
    "Answer",
    "Base",
    "Campaign",
    "CaseVariable",
    "Channel",
    "Clsm",
    "Coding",
    "Consent",
    "ConsentPurpose",
    "Contact",
    "ContactSource",
    "Decision",
    "Draft",
    "Invitation",
    "InvitationState",
    "Recontact",
    "Revision",
    "Role",
    "RoleName",
    "Testimony",
    "Verdict",
    "Withdrawal",
]
