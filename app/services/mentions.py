"""The mentions of a testimony: each place that may identify somebody, and what would stand there.

What the library proposes is read again each time and joined with what people decided, which holds
where both speak of the same letters. It is read by rules and lists alone: no spaCy.
"""

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.personal import Proposal, Type, apply_all, propose_all
from app.models import Answer, PseudonymDecision, Testimony
from app.services.passages import Span

Proposed: TypeAlias = dict[uuid.UUID, list[Proposal]]  # answer id → proposals
NAMED = re.compile(r"\[(?P<label>[^\[\]]+) (?P<number>\d+)\]")
BY_HAND = "ajouté à la main"
DECIDED = "décidé à une lecture précédente"


@dataclass(frozen=True)
class Mention:
    """`answer.text[start:end]` and the `pseudonym` that would stand in its place.

    `label` is what the pseudonym calls it (« Prénom »), `reason` in French why it is there; without
    a decision, nobody has said yes or no.
    """

    answer: Answer
    start: int
    end: int
    type: Type
    label: str
    reason: str
    is_sure: bool = True
    decision: PseudonymDecision | None = None
    pseudonym: str = ""

    @property
    def key(self) -> str:
        """How a page names it: the place of the answer and that of the words."""
        return f"{self.answer.position}-{self.start}-{self.end}"

    @property
    def span(self) -> Span:
        return self.start, self.end

    @property
    def words(self) -> str:
        return (self.answer.text or "")[self.start : self.end]

    @property
    def is_open(self) -> bool:
        """Whether somebody must say yes or no: nobody did, and it often is something else."""
        return self.decision is None and not self.is_sure

    @property
    def is_accepted(self) -> bool:
        return self.decision is not None and self.decision.is_accepted

    def is_over(self, start: int, end: int) -> bool:
        return self.start < end and start < self.end


def free(testimony: Testimony) -> list[Answer]:
    """Return the answers in free words: those that can be quoted."""
    return [answer for answer in testimony.answers if answer.text]


def propose(testimony: Testimony) -> Proposed:
    """Return what the library proposes. It takes long: lock nothing before."""
    answers = free(testimony)
    proposals = propose_all([answer.text or "" for answer in answers])
    return {answer.id: mine for answer, mine in zip(answers, proposals, strict=True)}


def of(session: Session, testimony: Testimony, proposed: Proposed) -> list[Mention]:
    """Return the mentions of a testimony, in reading order; none overlaps another."""
    decided = decisions(session, testimony)
    return named(
        testimony,
        (
            mention
            for answer in free(testimony)
            for mention in _of(answer, proposed.get(answer.id, []), decided[answer.id])
        ),
    )


def decisions(
    session: Session, testimony: Testimony
) -> defaultdict[uuid.UUID, list[PseudonymDecision]]:
    """Return what was decided, answer id → decisions in reading order."""
    query = (
        select(PseudonymDecision)
        .join(PseudonymDecision.answer)
        .where(Answer.testimony_id == testimony.id)
        .order_by(PseudonymDecision.start)
    )
    found = defaultdict(list)
    for decision in session.scalars(query):
        found[decision.answer_id].append(decision)
    return found


def _of(
    answer: Answer, proposals: Sequence[Proposal], decided: Sequence[PseudonymDecision]
) -> list[Mention]:
    proposed = [
        Mention(answer, start, end, each.type, label, each.reason, each.is_sure)
        for each in proposals
        for start, end, label in each.parts
    ]
    reasons = {(each.span, each.type): each.reason for each in proposed}
    held = [_held(answer, decision, reasons) for decision in decided]
    new = [each for each in proposed if not any(other.is_over(*each.span) for other in held)]
    return sorted((*held, *new), key=lambda each: each.start)


def _held(
    answer: Answer, decision: PseudonymDecision, reasons: dict[tuple[Span, Type], str]
) -> Mention:
    kind: Type = decision.type  # type: ignore[assignment]  # the database holds no other word
    otherwise = BY_HAND if decision.is_by_hand else DECIDED
    return Mention(
        answer=answer,
        start=decision.start,
        end=decision.end,
        type=kind,
        label=_label(decision.pseudonym),
        reason=reasons.get(((decision.start, decision.end), kind), otherwise),
        decision=decision,
        pseudonym=decision.pseudonym,
    )


def _label(pseudonym: str) -> str:
    told = NAMED.fullmatch(pseudonym)
    return told["label"] if told else pseudonym.strip("[]")


def named(testimony: Testimony, mentions: Iterable[Mention]) -> list[Mention]:
    """Return the mentions, those without a pseudonym given theirs: one for one entity.

    An entity that has one already keeps it, accepted or not, so that no number ever changes hands;
    new ones follow. What makes two writings one entity is the library's to say (`apply_all`).
    """
    ordered = sorted(mentions, key=lambda each: (each.answer.position, each.start))
    entities = list(_entities(testimony, ordered))
    given: dict[str, str] = {}
    for mention, entity in zip(ordered, entities, strict=True):
        if mention.pseudonym:
            given.setdefault(entity, mention.pseudonym)
    taken = {each.pseudonym for each in ordered}
    for entity in entities:
        if entity not in given:
            given[entity] = _free(entity, taken)
            taken.add(given[entity])
    return [
        mention if mention.pseudonym else replace(mention, pseudonym=given[entity])
        for mention, entity in zip(ordered, entities, strict=True)
    ]


def _entities(testimony: Testimony, ordered: Sequence[Mention]) -> Iterator[str]:
    """Give each mention the pseudonym it would have were there no decision yet."""
    answers = free(testimony)
    mine: dict[uuid.UUID, list[Proposal]] = {answer.id: [] for answer in answers}
    for each in ordered:
        part = (each.start, each.end, each.label)
        mine[each.answer.id].append(Proposal(*each.span, each.type, each.reason, (part,)))
    texts = [answer.text or "" for answer in answers]
    for rewritten in apply_all(texts, list(mine.values())):
        for _, _, start, end in rewritten.pieces:
            yield rewritten.text[start:end]


def _free(entity: str, taken: set[str]) -> str:
    """Return this pseudonym, or the next of its label that nobody bears."""
    told = NAMED.fullmatch(entity)
    while entity in taken and told is not None:
        entity = f"[{told['label']} {int(told['number']) + 1}]"
        told = NAMED.fullmatch(entity)
    return entity
