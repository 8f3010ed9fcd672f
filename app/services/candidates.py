"""What a chapter may still choose: excerpts that people kept, of those who agree to be quoted.

The first are those that would best mend the chapter's balance of profiles and regions.
"""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from app.models import (
    Answer,
    CaseVariable,
    Coding,
    Consent,
    ConsentPurpose,
    PseudonymReview,
    Testimony,
)
from app.services import standings, summaries
from app.services.balances import Balance, Share
from app.services.guide_names import REGION
from app.services.words import cut
from guides.schema import Chapter

MOST_READ = 2000  # excerpts that are weighed: beyond, any of them (ids are random)
AGAIN = 0.5  # what it costs to quote one testimony twice, in shares
LENGTH = 300


@dataclass(frozen=True)
class Excerpt:
    """An excerpt that may be chosen: where it is, and whose."""

    answer_id: uuid.UUID
    position: int
    start: int
    end: int
    theme: str
    testimony_id: uuid.UUID
    reference: str
    audience: str
    region: str
    has_review: bool  # somebody has been over its personal data
    text: str = ""

    @property
    def anchor(self) -> str:
        return summaries.anchor(self.position, (self.start, self.end))


def best(
    session: Session,
    chapter: Chapter,
    balance: Balance,
    chosen: Sequence[tuple[uuid.UUID, uuid.UUID, int, int]],
    *,
    most: int = 10,
) -> tuple[list[Excerpt], int]:
    """Return the excerpts to look at first, and how many there are (at most MOST_READ).

    `chosen`: the testimony, answer, start and end of what the chapter has already.
    """
    taken: dict[uuid.UUID, list[tuple[int, int]]] = {}
    for _, answer_id, start, end in chosen:
        taken.setdefault(answer_id, []).append((start, end))
    pool = [
        each
        for each in _pool(session, chapter)
        if not any(a < each.end and each.start < b for a, b in taken.get(each.answer_id, ()))
    ]
    quoted = Counter(testimony_id for testimony_id, *_ in chosen)
    return _worded(session, _picked(pool, balance, quoted, most)), len(pool)


def _pool(session: Session, chapter: Chapter) -> list[Excerpt]:
    theme, start, end = standings.theme(), standings.start(), standings.end()
    region = aliased(CaseVariable)
    agreed = exists().where(
        Consent.testimony_id == Testimony.id,
        Consent.purpose == ConsentPurpose.QUOTATION,
        Consent.is_given,
    )
    query = (
        select(
            *(Answer.id, Answer.position, start, end, theme),
            *(Testimony.id, Testimony.reference, Testimony.audience),
            *(region.value, PseudonymReview.is_whole),
        )
        .select_from(Coding)
        .join(Coding.decision)
        .join(Coding.answer)
        .join(Answer.testimony)
        .outerjoin(region, (region.testimony_id == Testimony.id) & (region.name == REGION))
        .outerjoin(PseudonymReview, PseudonymReview.testimony_id == Testimony.id)
        .where(
            standings.is_kept(),
            theme.in_(chapter.themes),
            Testimony.audience.in_(chapter.profiles),
            agreed,
        )
        .order_by(Coding.id)
        .limit(MOST_READ)
    )
    return [Excerpt(*row[:8], row[8] or "", bool(row[9])) for row in session.execute(query)]


def _picked(
    pool: Sequence[Excerpt], balance: Balance, quoted: Counter[uuid.UUID], most: int
) -> list[Excerpt]:
    """Pick one after the other, each as if those before it had been chosen."""
    profiles, regions = _Shares(balance.profiles), _Shares(balance.regions)
    left = list(pool)
    found: list[Excerpt] = []
    while left and len(found) < most:
        first = max(
            left,
            key=lambda each: (
                profiles.lack(each.audience)
                + regions.lack(each.region)
                - AGAIN * quoted[each.testimony_id]
            ),
        )
        found.append(first)
        left = [
            each
            for each in left
            if each.answer_id != first.answer_id
            or each.end <= first.start
            or first.end <= each.start
        ]
        profiles.add(first.audience)
        regions.add(first.region)
        quoted[first.testimony_id] += 1
    return found


class _Shares:
    """What was chosen and what would be, by profile or by region."""

    def __init__(self, shares: Sequence[Share]) -> None:
        self.bases = {each.key: each.share for each in shares}
        self.counts = Counter({each.key: each.chosen for each in shares})

    def lack(self, key: str) -> float:
        whole = self.counts.total()
        return self.bases.get(key, 0.0) - (self.counts[key] / whole if whole else 0.0)

    def add(self, key: str) -> None:
        self.counts[key] += 1


def _worded(session: Session, found: Sequence[Excerpt]) -> list[Excerpt]:
    texts = {
        answer_id: text or ""
        for answer_id, text in session.execute(
            select(Answer.id, Answer.text).where(Answer.id.in_({each.answer_id for each in found}))
        )
    }
    return [
        replace(each, text=cut(texts[each.answer_id][each.start : each.end], LENGTH))
        for each in found
    ]
