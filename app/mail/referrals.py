"""What a person who is proposed reads: who gave their address, why, and where they decide."""

from flask import current_app, render_template

from app.models import Referral
from app.services import notices


def proposal(referral: Referral) -> notices.Message:
    """Return the first message to somebody proposed."""
    return _message("proposal", referral)


def reminder(referral: Referral) -> notices.Message:
    """Return the second and last message to somebody who has not decided."""
    return _message("reminder", referral)


def origin(referral: Referral) -> str:
    """Return who proposes, as the person reads it: name, function, CLSM."""
    return ", ".join(part for part in (referral.proposed_by, referral.clsm) if part)


def _message(name: str, referral: Referral) -> notices.Message:
    written = render_template(
        f"referrals/mail/{name}.txt",
        referral=referral,
        origin=origin(referral),
        link=f"{current_app.config['BASE_URL']}/contact/{referral.token}",
    )
    subject, _, text = written.partition("\n")
    return notices.Message(
        to=referral.email,
        subject=subject,
        text=text,
        reply_to=current_app.config["CONTACT_EMAIL"],
    )
