"""Codings made in another program, brought back in one transaction, as `qdpx_previews` said.

What stands here is never doubled nor undone: what was decided here stays.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from analysis.exchange import project as qda
from app.models import (
    BY_HAND,
    Answer,
    Coding,
    CodingAct,
    CodingChange,
    Decision,
    Memo,
    Verdict,
)
from app.models import Act as Traced
from app.models.base import PARIS, now, today
from app.services import audit, codings_log, digests, testimonies
from app.services import coders as people
from app.services.exported_sources import pipeline_of, score_of
from app.services.qdpx_grounds import Ground
from app.services.qdpx_identities import Identities
from app.services.qdpx_plans import Act, Coming, Fate, Plan


def hold(session: Session, project: qda.Project) -> None:
    """Lock the testimonies of a project until the end of the transaction, always in one order."""
    for id_ in sorted(Identities(project).ids(session, project.sources)):
        testimonies.hold(session, id_)


def carry_out(session: Session, project: qda.Project, planned: Plan, *, by: int | None) -> None:
    """Do what was planned; the testimonies are held, and the plan was made since."""
    doing = _Doing(session, project, planned, by)
    for coming in planned.coming:
        if coming.ground is not None:
            doing.take(coming, coming.ground)
    audit.record(session, Traced.PROJECT_IMPORTED, count=len(planned.coming), by=by)
    session.flush()


class _Doing:
    """Carries a plan out, source after source."""

    def __init__(
        self, session: Session, project: qda.Project, planned: Plan, by: int | None
    ) -> None:
        self._session, self._planned, self._by = session, planned, by
        self._program = project.head.origin or "autre logiciel"

    def take(self, coming: Coming, ground: Ground) -> None:
        """Make or complete one testimony."""
        answers = self._restore(ground) if ground.is_new else {}
        changed = ground.is_new
        for act in coming.acts:
            coding = self._do(act, answers.get(act.question, act.answer_id), ground)
            changed = changed or coding is not None
            held = coding.id if coding is not None else act.existing
            if held is not None:
                self._note(ground.testimony_id, held, act.coding.notes)
        self._note(ground.testimony_id, None, coming.source.notes)
        if changed:
            digests.draw(self._session, ground.testimony_id)

    def _restore(self, ground: Ground) -> dict[str, uuid.UUID]:
        assert ground.questionnaire is not None
        assert ground.known_as is not None
        wanted = {spot.question: spot.answer_id for spot in ground.spots}
        made = testimonies.restore(
            self._session,
            ground.questionnaire,
            ground.values or {},
            known_as=ground.known_as,
            answer_ids={name: id_ for name, id_ in wanted.items() if self._is_free(Answer, id_)},
        )
        return {each.question_id: each.id for each in made.answers}

    def _is_free(self, model: type[Answer | Coding | Memo], id_: uuid.UUID) -> bool:
        return self._session.get(model, id_) is None

    def _do(self, act: Act, answer_id: uuid.UUID | None, ground: Ground) -> Coding | None:
        if act.fate is Fate.ACCEPTED and act.existing is not None:
            return self._accept(act, act.existing, ground.testimony_id)
        if act.fate not in (Fate.ADDED, Fate.PROPOSED) or answer_id is None:
            return None
        is_free = self._is_free(Coding, act.coding.guid)
        coding = Coding(
            id=act.coding.guid if is_free else uuid.uuid4(),
            answer_id=answer_id,
            theme=act.theme,
            start=act.start,
            end=act.end,
            evidence=[],
        )
        if act.fate is Fate.PROPOSED and act.coding.coder is not None:
            coding.score = score_of(act.coding) or 1
            coding.origin = pipeline_of(act.coding.coder)[:80]
            made_at = act.coding.made_at
            coding.suggested_on = made_at.astimezone(PARIS).date() if made_at else today()
        else:
            coding.score, coding.is_by_hand = 1, True
            coding.origin = self._origin(act.coding)
            coding.decision = self._decision(act.coding)
        self._session.add(coding)
        self._session.flush()
        if act.fate is Fate.ADDED and not ground.is_new:
            self._log(ground.testimony_id, coding, CodingAct.ADDED, None)
        return coding

    def _accept(self, act: Act, id_: uuid.UUID, testimony_id: uuid.UUID) -> Coding:
        coding = self._session.get_one(Coding, id_)
        before = codings_log.standing(coding)
        coding.decision = self._decision(act.coding)
        # Whoever imports vouches for somebody who has no account here.
        coding.decision.decided_by_id = coding.decision.decided_by_id or self._by
        self._session.flush()
        self._log(testimony_id, coding, CodingAct.ACCEPTED, before)
        return coding

    def _account(self, coding: qda.Coding) -> int | None:
        return self._planned.coders.get(coding.coder.guid) if coding.coder else None

    def _origin(self, coding: qda.Coding) -> str:
        if self._account(coding) is not None:
            return BY_HAND
        name = coding.coder.name if coding.coder and coding.coder.name else self._program
        return f"{people.IMPORTED}{name}"[:80]

    def _decision(self, coding: qda.Coding) -> Decision:
        return Decision(
            verdict=Verdict.ACCEPTED,
            decided_by_id=self._account(coding),
            decided_at=coding.made_at or now(),
        )

    def _note(
        self, testimony_id: uuid.UUID, coding_id: uuid.UUID | None, notes: Sequence[qda.Note]
    ) -> None:
        for note in notes:
            if note.text.strip() and self._is_free(Memo, note.guid):
                account = self._planned.coders.get(note.coder.guid) if note.coder else None
                self._session.add(
                    Memo(
                        id=note.guid,
                        testimony_id=testimony_id,
                        coding_id=coding_id,
                        words=note.text,
                        written_by_id=account,
                        written_at=note.made_at or now(),
                    )
                )

    def _log(
        self, testimony_id: uuid.UUID, coding: Coding, act: CodingAct, before: dict[str, Any] | None
    ) -> None:
        self._session.add(
            CodingChange(
                testimony_id=testimony_id,
                coding_id=coding.id,
                act=act,
                before=before,
                after=codings_log.standing(coding),
                done_by_id=self._by,
            )
        )
