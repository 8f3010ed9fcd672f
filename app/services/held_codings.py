"""What researchers made of a testimony, as its author is given it: who did it is not told."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import (
    Answer,
    Coding,
    CodingAct,
    CodingChange,
    Decision,
    Memo,
    RoundMark,
    RoundPassage,
    RoundUnit,
    Settlement,
    Testimony,
    Verdict,
)
from app.models.base import PARIS
from app.services import codings, memos

VERDICTS = {
    Verdict.ACCEPTED: "accepté",
    Verdict.REJECTED: "rejeté",
    Verdict.CORRECTED: "corrigé",
}
ACTS = {
    CodingAct.ACCEPTED: "accepté",
    CodingAct.REJECTED: "rejeté",
    CodingAct.CORRECTED: "corrigé",
    CodingAct.REOPENED: "remis à décider",
    CodingAct.ADDED: "posé",
    CodingAct.REMOVED: "retiré",
    CodingAct.MEMO: "mémo",
}


def of(session: Session, testimony: Testimony) -> dict[str, Any]:
    """Return the themes laid on a testimony, what is written beside, what was said in rounds of
    blind coding, and each act in order, as plain values with French keys."""
    laid = codings.of_testimony(session, testimony.id)
    beside = memos.beside(session, [each.id for each in laid])
    return {
        "themes": [_theme(each, beside.get(each.id, ())) for each in laid],
        "memos": _memos(memos.of_testimony(session, testimony.id)),
        "codages_a_l_aveugle": _marks(session, testimony),
        "desaccords_tranches": _settlements(session, testimony),
        "actes": _acts(session, testimony),
    }


def _theme(coding: Coding, beside: Sequence[Memo]) -> dict[str, Any]:
    text = coding.answer.text or ""
    return {
        "theme": coding.theme,
        "question": coding.answer.question_id,
        "passage": text[coding.start : coding.end],
        "debut": coding.start,
        "fin": coding.end,
        "score": coding.score,
        "raisons": [
            {"mots": text[each["start"] : each["end"]], "raison": each["reason"]}
            for each in coding.evidence
        ],
        "pose_a_la_main": coding.is_by_hand,
        "propose_le": coding.suggested_on.isoformat(),
        "propose_par": coding.origin,
        "decision": _decision(coding.decision, text) if coding.decision else None,
        "memos": _memos(beside),
    }


def _decision(decision: Decision, text: str) -> dict[str, Any]:
    has_moved = decision.start is not None
    return {
        "avis": VERDICTS[decision.verdict],
        "theme_retenu": decision.theme,
        "debut_retenu": decision.start,
        "fin_retenue": decision.end,
        "passage_retenu": text[decision.start : decision.end] if has_moved else None,
        "le": decision.decided_at.astimezone(PARIS).date().isoformat(),
    }


def _memos(written: Iterable[Memo]) -> list[dict[str, str]]:
    return [
        {"memo": each.words, "le": each.written_at.astimezone(PARIS).date().isoformat()}
        for each in written
    ]


def _marks(session: Session, testimony: Testimony) -> list[dict[str, Any]]:
    query = (
        select(Answer.question_id, Answer.text, RoundUnit.start, RoundUnit.end, RoundMark.themes)
        .join(RoundPassage, RoundPassage.answer_id == Answer.id)
        .join(RoundUnit, RoundUnit.passage_id == RoundPassage.id)
        .join(RoundMark, RoundMark.unit_id == RoundUnit.id)
        .where(Answer.testimony_id == testimony.id)
        .order_by(Answer.position, RoundUnit.start, RoundMark.coder_id)
    )
    return [
        _sentence(question, text, start, end) | {"themes": themes}
        for question, text, start, end, themes in session.execute(query)
    ]


def _settlements(session: Session, testimony: Testimony) -> list[dict[str, Any]]:
    query = (
        select(Answer.question_id, Answer.text, RoundUnit.start, RoundUnit.end, Settlement)
        .join(RoundPassage, RoundPassage.answer_id == Answer.id)
        .join(RoundUnit, RoundUnit.passage_id == RoundPassage.id)
        .join(Settlement, Settlement.unit_id == RoundUnit.id)
        .where(Answer.testimony_id == testimony.id)
        .order_by(Answer.position, RoundUnit.start, Settlement.theme)
    )
    return [
        _sentence(question, text, start, end)
        | {
            "theme": settled.theme,
            "retenu": settled.is_given,
            "le": settled.settled_at.astimezone(PARIS).date().isoformat(),
        }
        for question, text, start, end, settled in session.execute(query)
    ]


def _sentence(question: str, text: str | None, start: int, end: int) -> dict[str, Any]:
    return {"question": question, "passage": (text or "")[start:end], "debut": start, "fin": end}


def _acts(session: Session, testimony: Testimony) -> list[dict[str, Any]]:
    query = select(CodingChange).where(CodingChange.testimony_id == testimony.id)
    return [_act(each) for each in session.scalars(query.order_by(CodingChange.id))]


def _act(change: CodingChange) -> dict[str, Any]:
    return {
        "acte": ACTS[change.act],
        "annule": change.is_undone,
        "avant": _stood(change.before),
        "apres": _stood(change.after),
        "le": change.done_at.astimezone(PARIS).date().isoformat(),
    }


def _stood(stood: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return how a coding stood, or what a memo said, then: the words may have changed since."""
    if stood is None:
        return None
    if "memo" in stood:
        return {"memo": stood["memo"]}
    beside = [each["words"] for each in stood.get("memos", ())]
    return {
        "theme": stood["theme"],
        "debut": stood["start"],
        "fin": stood["end"],
        "memos": beside,
    }
