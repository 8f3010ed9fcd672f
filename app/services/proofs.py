"""Proof of work: a small computation asked of the browser, which costs whoever sends thousands.

ALTCHA's second protocol (https://altcha.org, « PoW v2 »), its own library on this side: the browser
looks for the counter from which PBKDF2 derives the announced key. Whoever asks derives one key
and signs it; whoever checks compares two signatures.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import altcha

from app.models.base import now

LIFETIME = timedelta(hours=2)
ITERATIONS = 1_000
COUNTERS = range(2_000, 4_000)  # tried one after the other: a second on a plain computer
LONGEST = 4_000  # characters of an answer


def challenge(form: str, secret: str) -> dict[str, Any]:
    """Return a challenge for one form, signed with `secret`, to be given to the browser as JSON."""
    made = altcha.create_challenge(
        "PBKDF2/SHA-256",
        ITERATIONS,
        counter=COUNTERS.start + secrets.randbelow(len(COUNTERS)),
        expires_at=now() + LIFETIME,
        data={"form": form},
        hmac_secret=_key(secret, b"challenge"),
        hmac_key_secret=_key(secret, b"solution"),
    )
    return dict(made.to_dict())


def solved(answer: str, form: str, signing_keys: Sequence[str]) -> str | None:
    """Return the name of the challenge that an answer solves; none when it solves nothing.

    The same answer gives the same name: it is up to the caller to take each once.
    """
    try:
        is_ascii = len(answer) <= LONGEST and base64.b64decode(answer, validate=True).isascii()
        payload = altcha.Payload.from_base64(answer) if is_ascii and answer else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if payload is None:
        return None
    parameters = payload.challenge.parameters
    is_ours = parameters.data == {"form": form} and any(
        _verifies(payload, each) for each in reversed(signing_keys)
    )
    return parameters.nonce if is_ours else None


def _verifies(payload: altcha.Payload, secret: str) -> bool:
    result = altcha.verify_solution(
        payload,
        _key(secret, b"challenge"),
        hmac_key_secret=_key(secret, b"solution"),
    )
    return bool(result.verified)


def _key(secret: str, purpose: bytes) -> bytes:
    return hmac.digest(secret.encode(), b"recueil proof " + purpose, hashlib.sha256)
