"""What is kept encrypted: whether the keys of this process open it."""

from typing import Any

from cryptography.fernet import InvalidToken
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.models import Contact, Draft, Inquiry, LookUpKey, Notice, Recontact, Referral

# The first and the last written of each kind: a key put away too early is missed by the first, a
# key forgotten by the last. Of what people left to be called back, nothing says the order.
SAMPLES: tuple[Select[Any], ...] = (
    select(Contact.email).order_by(Contact.created_at),
    select(Contact.email).order_by(Contact.created_at.desc()),
    select(Draft.answers).order_by(Draft.created_at),
    select(Draft.answers).order_by(Draft.created_at.desc()),
    select(Recontact.means).where(Recontact.means.is_not(None)),
    select(Recontact.name).where(Recontact.name.is_not(None)),
    select(Recontact.phone).where(Recontact.phone.is_not(None)),
    select(Recontact.email).where(Recontact.email.is_not(None)),
    select(Referral.email).order_by(Referral.proposed_at),
    select(Referral.email).order_by(Referral.proposed_at.desc()),
    select(Notice.content).where(Notice.content.is_not(None)),
    select(Inquiry.text),
    select(LookUpKey.secret).order_by(LookUpKey.kept_on),
    select(LookUpKey.secret).order_by(LookUpKey.kept_on.desc()),
)


def can_be_opened(session: Session) -> bool:
    """Say whether a few of the encrypted rows, where there are any, can be read."""
    try:
        for sample in SAMPLES:
            session.execute(sample.limit(1)).first()
    except InvalidToken:
        return False
    return True
