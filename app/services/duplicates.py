"""Testimonies that say the same: copied, or sent twice. Read once; counted once, if asked."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis import duplicates
from analysis.duplicates import LEAST_WORDS as LEAST_WORDS
from app.models import Answer, Testimony
from app.services import filters
from app.services.filters import Filters
from app.services.words import cut, one_line

LENGTH = 240  # characters shown of what a group says


@dataclass(frozen=True)
class Group:
    """Testimonies that say the same, the first that came first, and how their text begins."""

    testimonies: Sequence[Testimony]
    similarity: float  # 1: word for word
    text: str

    @property
    def is_exact(self) -> bool:
        return self.similarity == 1


def find(session: Session, wanted: Filters) -> list[Group]:
    """Return the groups among the testimonies that pass, the greatest first.

    All the free words of each are read: some seconds for thousands.
    """
    found = duplicates.groups(_texts(session, wanted))
    ids = [key for group in found for key in group.keys]
    query = select(Testimony).where(Testimony.id.in_(ids))
    known = {each.id: each for each in session.scalars(query)}
    return [_group(group, known) for group in found]


def repeated(session: Session, wanted: Filters) -> list[uuid.UUID]:
    """Return the testimonies that say again what another said before: all but the first of each."""
    return [key for group in duplicates.groups(_texts(session, wanted)) for key in group.keys[1:]]


def _texts(session: Session, wanted: Filters) -> Iterator[tuple[uuid.UUID, str]]:
    """Yield the free words of each testimony, the first that came first."""
    query = (
        select(Testimony.id, Answer.text)
        .join(Answer, Answer.testimony_id == Testimony.id)
        .where(Answer.text.is_not(None), *filters.conditions(wanted))
        .order_by(Testimony.received_on, Testimony.id, Answer.position)
    )
    rows = session.execute(query.execution_options(yield_per=500))
    for testimony_id, answers in groupby(rows, key=lambda row: row[0]):
        yield testimony_id, "\n".join(answer[1] or "" for answer in answers)


def _group(group: duplicates.Group[uuid.UUID], known: dict[uuid.UUID, Testimony]) -> Group:
    members = [known[key] for key in group.keys]
    texts = (one_line(answer.text) for answer in members[0].answers if answer.text)
    return Group(members, group.similarity, cut(" ".join(texts), LENGTH))
