"""What to read over first: the suggestions whose decision would teach most.

The most uncertain ones (uncertainty sampling: Lewis & Gale, "A sequential algorithm for training
text classifiers", 1994): those whose score is nearest to one half, where a yes and a no are as
likely. Spread out, since ten alike teach little more than one: each theme in turn, and few of the
same testimony.
"""

import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Answer, Coding, Decision, Testimony
from app.services import summaries

MOST = 20
MOST_OF_ONE = 2  # of the same testimony


@dataclass(frozen=True)
class Candidate:
    """A suggestion to decide on: its sentence, and where it stands."""

    testimony_id: uuid.UUID
    reference: str
    audience: str
    theme: str
    score: float
    text: str
    anchor: str


def first(session: Session, *, theme: str = "", most: int = MOST) -> list[Candidate]:
    """Return what to read over first, of one theme or of all; what teaches most comes first."""
    doubt = func.abs(Coding.score - 0.5)
    ranked = (
        select(
            Coding.id,
            doubt.label("doubt"),
            func.row_number()
            .over(partition_by=Answer.testimony_id, order_by=(doubt, Coding.id))
            .label("of_testimony"),
            func.row_number()
            .over(partition_by=Coding.theme, order_by=(doubt, Coding.id))
            .label("of_theme"),
        )
        .join(Coding.answer)
        .outerjoin(Coding.decision)
        .where(Decision.coding_id.is_(None))
    )
    if theme:
        ranked = ranked.where(Coding.theme == theme)
    rank = ranked.subquery()
    sentence = func.substr(Answer.text, Coding.start + 1, Coding.end - Coding.start)
    query = (
        select(Coding, Answer.position, Testimony, sentence)
        .join(rank, rank.c.id == Coding.id)
        .join(Coding.answer)
        .join(Answer.testimony)
        .where(rank.c.of_testimony <= MOST_OF_ONE)
        .order_by(rank.c.of_testimony + rank.c.of_theme, rank.c.doubt, Coding.id)
        .limit(most)
    )
    return [_candidate(*row) for row in session.execute(query)]


def _candidate(coding: Coding, position: int, testimony: Testimony, text: str) -> Candidate:
    return Candidate(
        testimony_id=testimony.id,
        reference=testimony.reference,
        audience=testimony.audience,
        theme=coding.theme,
        score=coding.score,
        text=text,
        anchor=summaries.anchor(position, (coding.start, coding.end)),
    )


def count(session: Session) -> dict[str, int]:
    """Return how many suggestions of each theme wait for a decision."""
    query = (
        select(Coding.theme, func.count())
        .outerjoin(Coding.decision)
        .where(Decision.coding_id.is_(None))
        .group_by(Coding.theme)
    )
    return {row[0]: row[1] for row in session.execute(query)}
