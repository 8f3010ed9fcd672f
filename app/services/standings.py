"""How a coding stands once people have decided: its theme, its bounds, its state, in SQL.

To be asked of `Coding` outer-joined to its decision. What a person laid by hand stands as accepted.
"""

import enum
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, or_

from app.models import Coding, Decision, Verdict


class State(enum.StrEnum):
    """Where a coding is: still proposed, or what was decided of it."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    REJECTED = "rejected"


def theme() -> SQLColumnExpression[str]:
    """Return the theme that a coding stands for: the one held instead, where it was corrected."""
    return func.coalesce(Decision.theme, Coding.theme)


def start() -> SQLColumnExpression[int]:
    """Return where a coding begins: where it was moved to, if it was."""
    return func.coalesce(Decision.start, Coding.start)


def end() -> SQLColumnExpression[int]:
    """Return where a coding ends, left out."""
    return func.coalesce(Decision.end, Coding.end)


def is_proposed() -> ColumnElement[bool]:
    """Return the condition that nobody has decided yet."""
    return Decision.verdict.is_(None)


def is_kept() -> ColumnElement[bool]:
    """Return the condition that a person accepted or corrected it."""
    return Decision.verdict.in_((Verdict.ACCEPTED, Verdict.CORRECTED))


def is_rejected() -> ColumnElement[bool]:
    """Return the condition that a person rejected it."""
    return Decision.verdict == Verdict.REJECTED


def stands() -> ColumnElement[bool]:
    """Return the condition that a coding counts where all are counted: it was not rejected."""
    return or_(is_proposed(), is_kept())


def bears(theme_id: str, *, kept_only: bool = False) -> ColumnElement[bool]:
    """Return the condition that a coding stands for a theme; by a person's yes, if `kept_only`."""
    return and_(theme() == theme_id, is_kept() if kept_only else stands())


def of(coding: Coding) -> tuple[State, str, int, int]:
    """Return the state, the theme and the bounds of one coding, its decision loaded."""
    decision: Any = coding.decision
    if decision is None:
        return State.PROPOSED, coding.theme, coding.start, coding.end
    start, end = decision.start, decision.end
    return (
        State(decision.verdict),
        decision.theme or coding.theme,
        coding.start if start is None else start,
        coding.end if end is None else end,
    )
