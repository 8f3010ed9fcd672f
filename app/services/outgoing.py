"""Rows of the outbox, invitations and reminders alike: their states, and how they move."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from app.models import Invitation, InvitationState, Reminder, ReminderState

Kind = type[Invitation] | type[Reminder]
STATES: dict[Kind, type[InvitationState] | type[ReminderState]] = {
    Invitation: InvitationState,
    Reminder: ReminderState,
}


def move(
    session: Session, kind: Kind, conditions: Sequence[ColumnElement[bool]], **values: Any
) -> int:
    """Give these values to the rows that are what `conditions` say; return how many were.

    `state` is a word of both kinds' states.
    """
    values["state"] = STATES[kind](values["state"])
    moved = session.execute(
        update(kind)
        .where(*conditions)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return int(moved.rowcount)  # type: ignore[attr-defined]
