"""What slows whoever guesses: after a few tries, longer and longer waits, then all is forgotten.

A try is counted before it is made, so that of many sent at once few are tried; what was right is
forgiven. Nothing is said of whether what is guessed exists: the count is of what was typed.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta

from app.services.counts import Counts

HOUR = timedelta(hours=1)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)

Watched = Mapping[str, int]
"""What is counted → how many tries an hour are free of any wait."""


def sign_in(counts: Counts, address: str, network: str | None) -> dict[str, int]:
    """Return what is watched when a password is tried: the address typed, and the network.

    One who mistypes is slowed on their own network first; an address is slowed for everybody only
    when many networks try it, or none can be told from another.
    """
    who = _hashed(counts, address)
    if network is None:
        return {f"signin:{who}": 10}
    return {f"signin:{who}:{network}": 5, f"signin:{who}": 30, f"signin::{network}": 60}


def second_step(account_id: int) -> dict[str, int]:
    """Return what is watched when a code is tried: a code has six digits only."""
    return {f"second:{account_id}": 5}


def own_password(account_id: int) -> dict[str, int]:
    """Return what is watched when a page asks for the password again: a session may be stolen."""
    return {f"password:{account_id}": 5}


def try_once(counts: Counts, watched: Watched) -> int:
    """Count a try; return how many seconds to wait before it, nought when it may be made."""
    waits = [counts.read(f"wait:{key}") for key in watched]
    if any(each.count for each in waits):
        return max(each.left for each in waits)
    longest = 0
    for key, free in watched.items():
        pause = _pause(counts.add(f"tries:{key}", HOUR, renew=True) - free)
        if pause and counts.add(f"wait:{key}", pause) > 1:
            longest = max(longest, int(pause.total_seconds()))
    return longest


def forgive(counts: Counts, watched: Watched) -> None:
    """What was tried is right: what was counted for this very key is forgotten, else one try."""
    for place, key in enumerate(watched):
        made = counts.read(f"tries:{key}").count
        counts.add(f"tries:{key}", HOUR, amount=-(made if place == 0 else min(made, 1)))


def _pause(beyond: int) -> timedelta | None:
    """Return how long to wait after so many tries beyond the free ones."""
    if beyond < 0:
        return None
    return min(FIRST_WAIT * (1 << min(beyond, 6)), LONGEST_WAIT)


def _hashed(counts: Counts, address: str) -> str:
    salt = counts.salt(make=True) or b""
    return hmac.new(salt, address.strip().casefold().encode(), hashlib.sha256).hexdigest()[:32]
