"""Themes merged: what was coded with one counts as the other from then on, in one transaction.

Where both stand on the same words, what somebody decided stays; of two decisions, a yes. Memos go
with what stays.
"""

import struct
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Text, cast, delete, exists, or_, select, update
from sqlalchemy.orm import Session, aliased, joinedload

from app.models import Answer, Coding, CodingChange, Decision, Digest, Memo, Testimony, Verdict
from app.services import agreement_mergings, digests, standings
from app.services.standings import State

BATCH = 500


def carry(session: Session, merged: Mapping[str, str]) -> int:
    """Have what bears a merged theme (former id → the one that stands) bear the one that stands.

    Return how many testimonies were touched. All are locked first, in one order: nobody reads or
    decides meanwhile.
    """
    for former, into in sorted(merged.items()):
        agreement_mergings.carry(session, former, into)
    waiting = {former: into for former, into in merged.items() if _is_borne(session, former)}
    if not waiting:
        return 0
    session.scalars(select(Testimony.id).order_by(Testimony.id).with_for_update()).all()
    touched = set()
    for former, into in sorted(waiting.items()):
        touched |= _carry(session, former, into)
    return len(touched)


def _is_borne(session: Session, theme: str) -> bool:
    laid, held = exists().where(Coding.theme == theme), exists().where(Decision.theme == theme)
    return bool(session.scalar(select(or_(laid, held))))


def _carry(session: Session, former: str, into: str) -> set[uuid.UUID]:
    session.flush()
    laid = _testimonies(session, Coding.theme == former)
    redrawn = _testimonies(session, Decision.theme.in_((former, into)))
    for kept, twin in _twins(session, former, into):
        redrawn.add(kept.answer.testimony_id)
        _reconcile(session, kept, twin, (former, into))
    options = {"synchronize_session": False}
    session.execute(
        update(Coding).where(Coding.theme == former).values(theme=into), execution_options=options
    )
    session.execute(
        update(Decision).where(Decision.theme == former).values(theme=into),
        execution_options=options,
    )
    _settle(session, into)
    _rewrite_log(session, former, into)
    session.expire_all()
    for testimony_id in sorted(redrawn):
        digests.draw(session, testimony_id)
    _add_up(session, sorted(laid - redrawn), former, into)
    return laid | redrawn


def _testimonies(session: Session, condition: object) -> set[uuid.UUID]:
    query = (
        select(Answer.testimony_id)
        .distinct()
        .join(Coding, Coding.answer_id == Answer.id)
        .outerjoin(Coding.decision)
    )
    return set(session.scalars(query.where(condition)))  # type: ignore[arg-type]


def _twins(session: Session, former: str, into: str) -> list[tuple[Coding, Coding]]:
    """Return the pairs that would be one: what is laid with each theme on the same words."""
    one, other = aliased(Coding), aliased(Coding)
    query = (
        select(one, other)
        .join(
            other,
            (other.answer_id == one.answer_id)
            & (other.start == one.start)
            & (other.end == one.end)
            & (other.theme == former),
        )
        .where(one.theme == into)
        .options(joinedload(one.decision), joinedload(other.decision), joinedload(one.answer))
        .order_by(one.id)
    )
    found = session.execute(query.execution_options(populate_existing=True))
    return [(row[0], row[1]) for row in found]


def _reconcile(session: Session, own: Coding, twin: Coding, names: tuple[str, str]) -> None:
    """Leave one of two codings of the same words, or both where people moved one elsewhere."""
    if _weight(twin) > _weight(own):
        own, twin = twin, own
    if _weight(twin) == _weight(own) and _relaid(session, own, twin, names):
        return
    session.execute(update(Memo).where(Memo.coding_id == twin.id).values(coding_id=own.id))
    session.execute(delete(Coding).where(Coding.id == twin.id))
    session.flush()


def _weight(coding: Coding) -> int:
    """Return how much of a person's word a coding bears: a yes, a no, none yet."""
    state = standings.of(coding)[0]
    return {State.PROPOSED: 0, State.REJECTED: 1}.get(state, 2)


def _relaid(session: Session, own: Coding, twin: Coding, names: tuple[str, str]) -> bool:
    """Lay a twin where it was moved to by a correction, so that no yes is lost; say whether."""
    former, into = names
    _, theme, start, end = standings.of(twin)
    theme = into if theme == former else theme
    _, own_theme, *own_span = standings.of(own)
    own_theme = into if own_theme == former else own_theme
    if _weight(twin) < 2 or (theme, start, end) == (own_theme, *own_span):
        return False
    if (theme, start, end) == (into, own.start, own.end):
        # The twin stays where it was laid: it is the other that goes where it was moved to.
        return _relaid_at(session, own, standings.of(own)[1:], names)
    return _relaid_at(session, twin, (theme, start, end), names)


def _relaid_at(
    session: Session, coding: Coding, place: tuple[str, int, int], names: tuple[str, str]
) -> bool:
    former, into = names
    theme, start, end = place
    theme = into if theme == former else theme
    taken = exists().where(
        Coding.answer_id == coding.answer_id,
        Coding.theme.in_((theme, former) if theme == into else (theme,)),
        Coding.start == start,
        Coding.end == end,
        Coding.id != coding.id,
    )
    if session.scalar(select(taken)) or coding.decision is None:
        return False
    coding.theme, coding.start, coding.end = theme, start, end
    coding.decision.verdict = Verdict.ACCEPTED
    coding.decision.theme = coding.decision.start = coding.decision.end = None
    session.flush()
    return True


def _settle(session: Session, into: str) -> None:
    """Make a plain yes of what was corrected from one of the two themes to the other."""
    same = Decision.coding_id.in_(select(Coding.id).where(Coding.theme == into))
    held = (Decision.theme == into, Decision.verdict == Verdict.CORRECTED, same)
    for condition, values in (
        (Decision.start.is_(None), {"theme": None, "verdict": Verdict.ACCEPTED}),
        (Decision.start.is_not(None), {"theme": None}),
    ):
        session.execute(
            update(Decision)
            .where(*held, condition)
            .values(values)
            .execution_options(synchronize_session=False)
        )


def _rewrite_log(session: Session, former: str, into: str) -> None:
    """Have what people did be told with the theme that stands: undoing it lays no other."""
    quoted = f'"{former}"'
    says = [
        cast(column, Text).contains(quoted, autoescape=True)
        for column in (CodingChange.before, CodingChange.after)
    ]
    columns = CodingChange.id, CodingChange.before, CodingChange.after
    rows = [
        {
            "id": row.id,
            "before": _told(row.before, former, into),
            "after": _told(row.after, former, into),
        }
        for row in session.execute(select(*columns).where(or_(*says)))
    ]
    if rows:
        session.execute(update(CodingChange), rows)


def _told(stood: dict[str, Any] | None, former: str, into: str) -> dict[str, Any] | None:
    """Return a standing (codings_log) that names the theme that stands."""
    if stood is None:
        return None
    told = dict(stood)
    for name in ("laid", "held"):
        if told.get(name):
            theme, *span = told[name]
            told[name] = [into if theme == former else theme, *span]
    if told.get("theme") == former:
        told["theme"] = into
    return told


def _add_up(session: Session, ids: list[uuid.UUID], former: str, into: str) -> None:
    """Count one theme's excerpts as the other's in digests whose testimonies had no twins.

    As drawing them anew would, a hundred times as fast.
    """
    pairs = ((digests.THEME, former), (digests.THEME, into))
    numbers = digests.numbered(session, pairs)
    old, new = (numbers[pair] for pair in pairs)
    for at in range(0, len(ids), BATCH):
        query = select(Digest.testimony_id, Digest.themes)
        rows = session.execute(query.where(Digest.testimony_id.in_(ids[at : at + BATCH])))
        drawn = [
            {"testimony_id": row.testimony_id, "themes": _added(row.themes, old, new)}
            for row in rows
        ]
        if drawn:
            session.execute(update(Digest), drawn)


def _added(themes: bytes, old: int, new: int) -> bytes:
    counts: dict[int, list[int]] = {}
    for number, *found in struct.iter_unpack("<4i", themes):
        kept = counts.setdefault(new if number == old else number, [0, 0, 0])
        for at, count in enumerate(found):
            kept[at] += count
    flat = list(_flat(counts))
    return struct.pack(f"<{len(flat)}i", *flat)


def _flat(counts: Mapping[int, list[int]]) -> Iterator[int]:
    for number in sorted(counts):
        yield number
        yield from counts[number]
