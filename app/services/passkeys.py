"""Passkeys: what a browser is asked, and whether what it answers holds (WebAuthn, W3C).

A passkey answers for the host of the application alone, so that a copy of its pages elsewhere gets
nothing. Challenges are drawn here, kept by the edge between the question and the answer.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.models import Account, Passkey

NAME = "Recueil"
CHALLENGE_BYTES = 32
# RecursionError: what is nested too deep, by whoever writes an answer by hand.
UNREADABLE = (WebAuthnException, ValueError, KeyError, TypeError, RecursionError)


class WrongPasskeyError(ValueError):
    """What the browser answered proves nothing."""


@dataclass(frozen=True)
class Site:
    """The application as a browser sees it, from its BASE_URL."""

    base_url: str

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or ""

    @property
    def origin(self) -> str:
        return "{0.scheme}://{0.netloc}".format(urlsplit(self.base_url))

    @property
    def has_passkeys(self) -> bool:
        """Say whether browsers keep passkeys for it: never for a bare IP address."""
        try:
            ip_address(self.host)
        except ValueError:
            return True
        return False


def new_challenge() -> str:
    """Return what the next passkey must sign (hexadecimal)."""
    return secrets.token_hex(CHALLENGE_BYTES)


def options_to_make(site: Site, account: Account, known: Sequence[Passkey], challenge: str) -> str:
    """Return what the browser is asked, as JSON, to make a passkey."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=NAME,
        user_id=f"recueil {account.id}".encode(),
        user_name=account.email,
        user_display_name=account.name or account.email,
        challenge=bytes.fromhex(challenge),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_described(known),
    )
    return str(webauthn.options_to_json(options))


def keep(
    session: Session, site: Site, account: Account, *, name: str, answer: str, challenge: str
) -> Passkey:
    """Keep the passkey that a browser made. Raises WrongPasskeyError."""
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=bytes.fromhex(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except UNREADABLE as error:
        raise WrongPasskeyError from error
    query = select(Passkey.id).where(Passkey.credential_id == made.credential_id)
    if session.scalar(query) is not None:
        raise WrongPasskeyError
    passkey = Passkey(
        account_id=account.id,
        name=name,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
    )
    session.add(passkey)
    session.flush()
    return passkey


def options_to_prove(site: Site, known: Sequence[Passkey], challenge: str) -> str:
    """Return what the browser is asked, as JSON, to prove that it has one of the passkeys."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=bytes.fromhex(challenge),
        allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return str(webauthn.options_to_json(options))


def prove(
    session: Session, site: Site, known: Sequence[Passkey], *, answer: str, challenge: str
) -> Passkey:
    """Return the passkey of `known` that answered. Raises WrongPasskeyError."""
    try:
        given = webauthn.helpers.base64url_to_bytes(str(json.loads(answer)["rawId"]))
        passkey = {each.credential_id: each for each in known}[given]
        proved = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=bytes.fromhex(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
        )
    except UNREADABLE as error:
        raise WrongPasskeyError from error
    passkey.sign_count = proved.new_sign_count
    session.flush()
    return passkey


def _described(known: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=each.credential_id) for each in known]
