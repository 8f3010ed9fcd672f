"""Pseudonyms in place of personal data: what a person said yes to, and nothing else.

Whatever quotes or exports a testimony asks `pseudonymised`, and refuses what is not confirmed.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from analysis.personal import Rewritten
from app.models import Act, PseudonymDecision, PseudonymReview, Testimony
from app.models.base import today
from app.services import audit, mentions
from app.services.mentions import Mention


@dataclass(frozen=True)
class Pseudonymised:
    """A testimony with its accepted pseudonyms, by question id.

    `confirmed_on`: the day on which a person was over the whole of it as it stands; none where
    nobody was, and then nothing of it may leave. `answers` also tell what stands where.
    """

    answers: Mapping[str, Rewritten]
    confirmed_on: date | None

    @property
    def texts(self) -> dict[str, str]:
        return {name: each.text for name, each in self.answers.items()}

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_on is not None


@dataclass(frozen=True)
class Standing:
    """Where a testimony's review is; `review` is none where nobody has begun one."""

    review: PseudonymReview | None
    is_void: bool = False  # the testimony was amended since

    @property
    def is_confirmed(self) -> bool:
        return self.review is not None and self.review.is_whole and not self.is_void


def print_of(testimony: Testimony) -> str:
    """Return what changes (64 hexadecimal digits) when the answers are others, or other words."""
    told = [f"{answer.id}:{len(answer.text or '')}" for answer in mentions.free(testimony)]
    return hashlib.sha256("\n".join([str(testimony.id), *told]).encode()).hexdigest()


def seen(testimony: Testimony, shown: Iterable[Mention]) -> str:
    """Return what changes (64 digits) when a page that shows these mentions would be another."""
    told = [
        f"{each.key} {each.pseudonym} {each.decision and each.decision.is_accepted}"
        for each in shown
    ]
    return hashlib.sha256("\n".join([print_of(testimony), *told]).encode()).hexdigest()


def standing(session: Session, testimony: Testimony) -> Standing:
    """Return where the review of a testimony is."""
    review = session.get(PseudonymReview, testimony.id)
    is_void = review is not None and review.read_of != print_of(testimony)
    return Standing(review, is_void)


def pseudonymised(session: Session, testimony: Testimony) -> Pseudonymised:
    """Return the answers in free words with what was accepted replaced, and nothing else.

    Not confirmed, it may still name somebody: it is for the eyes of whoever is reviewing it.
    """
    now, decided = standing(session, testimony), mentions.decisions(session, testimony)
    if now.is_void:
        decided.clear()
    return Pseudonymised(
        answers={
            answer.question_id: _rewritten(answer.text or "", decided[answer.id])
            for answer in mentions.free(testimony)
        },
        confirmed_on=now.review.reviewed_on if now.review and now.is_confirmed else None,
    )


def _rewritten(text: str, decided: Iterable[PseudonymDecision]) -> Rewritten:
    pieces, out, told = [], "", 0
    for each in decided:
        if each.is_accepted:
            out += text[told : each.start]
            pieces.append((each.start, each.end, len(out), len(out) + len(each.pseudonym)))
            out += each.pseudonym
            told = each.end
    return Rewritten(out + text[told:], tuple(pieces))


def decide(
    session: Session,
    testimony: Testimony,
    shown: Iterable[Mention],
    chosen: Mapping[str, bool],
    *,
    by: int,
    is_whole: bool,
) -> None:
    """Keep what an account chose (mention's key → yes or no) of the mentions it was shown.

    `is_whole`: it has been over the whole testimony. A decision that stays as it was keeps its day
    and its author; a mention that was not chosen about stays open.
    """
    for mention in shown:
        if (is_accepted := chosen.get(mention.key)) is None:
            continue
        if (former := mention.decision) is None:
            session.add(decision(mention, by=by, is_accepted=is_accepted))
        elif former.is_accepted is not is_accepted:
            former.is_accepted, former.decided_by_id, former.decided_on = is_accepted, by, today()
    note(session, testimony, by=by, is_whole=is_whole)
    audit.record(session, Act.PSEUDONYMS_DECIDED, testimony.id, count=len(chosen), by=by)
    session.flush()


def decision(
    mention: Mention, *, by: int, is_accepted: bool, is_by_hand: bool = False
) -> PseudonymDecision:
    """Return what an account says of a mention, for the database."""
    return PseudonymDecision(
        answer_id=mention.answer.id,
        start=mention.start,
        end=mention.end,
        type=mention.type,
        pseudonym=mention.pseudonym,
        is_accepted=is_accepted,
        is_by_hand=is_by_hand,
        decided_by_id=by,
    )


def note(session: Session, testimony: Testimony, *, by: int, is_whole: bool) -> None:
    """Write down that an account is, or has been, over a testimony as it stands."""
    now = standing(session, testimony)
    if now.is_confirmed and not is_whole:
        return
    review = now.review
    if review is None:
        review = PseudonymReview(testimony_id=testimony.id)
        session.add(review)
    review.read_of, review.is_whole = print_of(testimony), is_whole
    review.reviewed_by_id, review.reviewed_on = by, today()
