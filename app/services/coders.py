"""Whose a coding is, for who reads it elsewhere: a person by name, a pipeline as one more coder."""

from datetime import UTC, datetime, time

from analysis.exchange import guids
from analysis.exchange.project import Coder
from app.models import Account, Coding

GONE = "Compte effacé"
PIPELINE = "Chaîne d’analyse"
IMPORTED = "import\u00a0: "
"""How the origin of a coding begins that somebody laid elsewhere: their name follows."""


def who_laid(coding: Coding) -> tuple[Coder, datetime]:
    """Return whose a coding is, and since when: who decided, or else the pipeline.

    A person's name is that of their account, never its address. Of a proposal, only the day is
    known.
    """
    decision = coding.decision
    if decision is not None:
        who = person(decision.decided_by)
        if who is None and coding.origin.startswith(IMPORTED):
            who = named(coding.origin.removeprefix(IMPORTED))
        return who or named(GONE), decision.decided_at
    day = datetime.combine(coding.suggested_on, time(), UTC)
    return pipeline(coding.origin), day


def named(name: str) -> Coder:
    """Return somebody who has no account here."""
    return Coder(guids.named("named coder", name), name)


def pipeline(origin: str) -> Coder:
    """Return a pipeline as one more coder."""
    return Coder(guids.named("pipeline", origin), f"{PIPELINE} ({origin})")


def person(account: Account | None) -> Coder | None:
    """Return somebody of the team; none where there is no account, or no more."""
    if account is None:
        return None
    return Coder(guids.coder(account.email), account.name or f"Compte {account.id}")
