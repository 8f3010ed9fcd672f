"""Digests: each testimony as tallies count it, drawn again whenever what it says or bears changes.

Whoever writes a testimony, its codings or their decisions calls `draw` in the same transaction,
having locked the testimony (`testimonies.hold`) or just made it. A test draws all anew, and
compares.
"""

import struct
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, and_, case, delete, exists, func, select, tuple_, update
from sqlalchemy.orm import Session

from app.models import Answer, CaseVariable, Coding, Digest, Facet, Testimony
from app.services import standings
from app.services.inserting import insert_into

AUDIENCE, CHANNEL, QUESTIONNAIRE, DAY, READ, THEME = (
    "@audience",
    "@channel",
    "@questionnaire",
    "@day",
    "@read",
    "@theme",
)
LONGEST = 200  # characters of a facet's value
Pair: TypeAlias = tuple[str, str]  # the name and the value of a facet


def draw(session: Session, testimony_id: uuid.UUID) -> None:
    """Draw one testimony's digest anew; a testimony that is gone has none."""
    session.flush()
    row = session.execute(
        select(
            Testimony.audience,
            Testimony.channel,
            Testimony.questionnaire_slug,
            Testimony.questionnaire_version,
            Testimony.received_on,
            Testimony.tagged_by,
        ).where(Testimony.id == testimony_id)
    ).first()
    if row is None:
        return
    pairs = _pairs(row, _variables(session, testimony_id))
    themes = _themes(session, testimony_id)
    numbers = numbered(session, [*pairs, *((THEME, theme) for theme in themes)])
    facets = sorted(numbers[pair] for pair in pairs)
    counted = [(numbers[THEME, theme], *counts) for theme, counts in themes.items()]
    drawn = {"facets": _packed(facets), "themes": _packed(sum(sorted(counted), ()))}
    statement = insert_into(session, Digest).values(testimony_id=testimony_id, **drawn)
    session.execute(
        statement.on_conflict_do_update(index_elements=[Digest.testimony_id], set_=drawn)
    )


def rows_of_new(
    session: Session, made: Sequence[tuple[Testimony, Sequence[Pair]]]
) -> list[dict[str, Any]]:
    """Return the digests, as rows, of testimonies that bear no coding yet, with their variables."""
    borne = [
        (each.id, _pairs(each, [(name, value[:LONGEST]) for name, value in variables]))
        for each, variables in made
    ]
    numbers = numbered(session, (pair for _, pairs in borne for pair in pairs))
    return [
        {"testimony_id": id_, "facets": _packed(sorted(numbers[p] for p in pairs)), "themes": b""}
        for id_, pairs in borne
    ]


def _pairs(testimony: Any, variables: Sequence[Pair]) -> list[Pair]:
    """Return the facets of a testimony, or of the row of one, but for its themes."""
    version = f"{testimony.questionnaire_slug}.v{testimony.questionnaire_version}"
    return [
        (AUDIENCE, testimony.audience),
        (CHANNEL, testimony.channel.value),
        (QUESTIONNAIRE, version),
        (DAY, testimony.received_on.isoformat()),
        (READ, "non" if testimony.tagged_by is None else "oui"),
        *variables,
    ]


def shift(
    session: Session,
    testimony_id: uuid.UUID,
    before: tuple[str, int] | None,
    after: tuple[str, int] | None,
) -> None:
    """Count one coding elsewhere: out of `before`, into `after` (theme; 0 proposed, 1 kept, 2 no).

    As `draw` would, without reading all the testimony's codings; none: there was, or is, no coding.
    """
    if before == after:
        return
    packed = session.scalar(select(Digest.themes).where(Digest.testimony_id == testimony_id))
    if packed is None:
        draw(session, testimony_id)
        return
    moves = [(each, step) for each, step in ((before, -1), (after, 1)) if each]
    numbers = numbered(session, [(THEME, theme) for (theme, _), _ in moves])
    counted = {first: list(counts) for first, *counts in struct.iter_unpack("<4i", packed)}
    for (theme, column), step in moves:
        counted.setdefault(numbers[THEME, theme], [0, 0, 0])[column] += step
    kept = [(theme, *counts) for theme, counts in sorted(counted.items()) if any(counts)]
    session.execute(
        update(Digest)
        .where(Digest.testimony_id == testimony_id)
        .values(themes=_packed(sum(kept, ())))
        .execution_options(synchronize_session=False)
    )


def missing(session: Session) -> Sequence[uuid.UUID]:
    """Return the testimonies that have no digest: those of before there were digests."""
    query = select(Testimony.id).outerjoin(Digest, Digest.testimony_id == Testimony.id)
    return session.scalars(query.where(Digest.testimony_id.is_(None)).order_by(Testimony.id)).all()


def numbered(session: Session, pairs: Iterable[Pair]) -> dict[Pair, int]:
    """Return the number of each facet; one that had none is given one."""
    wanted = sorted(set(pairs))  # in one order always: two who number never wait for each other
    known = _known(session, wanted)
    if new := [pair for pair in wanted if pair not in known]:
        rows = [{"name": name, "value": value} for name, value in new]
        session.execute(insert_into(session, Facet).on_conflict_do_nothing(), rows)
        known |= _known(session, new)
    return known


def forget(session: Session, pairs: Iterable[Pair]) -> int:
    """Erase those of these facets of case variables that no testimony has: words may be typed.

    To be called once the testimony's rows are gone; return how many were erased. A facet that
    somebody is just numbering stays: `forget_orphans` comes back to it.
    """
    erased = 0
    for name, value in sorted({(name, value[:LONGEST]) for name, value in pairs}):
        erased += _erase(session, and_(Facet.name == name, Facet.value == value))
    return erased


def forget_orphans(session: Session) -> int:
    """Erase every facet of case variables that no testimony has any more; return how many."""
    return _erase(session, ~Facet.name.startswith("@"))


def _erase(session: Session, which: ColumnElement[bool]) -> int:
    """Erase the orphans among some facets, in two steps.

    The first locks them, but for those that a testimony being drawn has locked (`_known`). The
    second asks again whether they are orphans: whoever numbered them meanwhile has committed.
    """
    borne = exists().where(
        CaseVariable.name == Facet.name,
        func.substr(CaseVariable.value, 1, LONGEST) == Facet.value,
    )
    orphans = select(Facet.id).where(which, ~borne).with_for_update(skip_locked=True)
    if not (ids := session.scalars(orphans).all()):
        return 0
    done = session.execute(
        delete(Facet).where(Facet.id.in_(ids), ~borne).execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def unpacked(numbers: bytes) -> tuple[int, ...]:
    """Return the numbers that a digest holds."""
    return struct.unpack(f"<{len(numbers) // 4}i", numbers)


def _variables(session: Session, testimony_id: uuid.UUID) -> list[Pair]:
    query = select(CaseVariable.name, CaseVariable.value)
    rows = session.execute(query.where(CaseVariable.testimony_id == testimony_id))
    return [(name, value[:LONGEST]) for name, value in rows]


def _themes(session: Session, testimony_id: uuid.UUID) -> Mapping[str, tuple[int, int, int]]:
    theme = standings.theme()
    query = (
        select(
            theme,
            func.sum(case((standings.is_proposed(), 1), else_=0)),
            func.sum(case((standings.is_kept(), 1), else_=0)),
            func.sum(case((standings.is_rejected(), 1), else_=0)),
        )
        .select_from(Answer)
        .join(Coding, Coding.answer_id == Answer.id)
        .outerjoin(Coding.decision)
        .where(Answer.testimony_id == testimony_id)
        .group_by(theme)
    )
    return {row[0]: (int(row[1]), int(row[2]), int(row[3])) for row in session.execute(query)}


def _known(session: Session, pairs: Sequence[Pair]) -> dict[Pair, int]:
    query = select(Facet.name, Facet.value, Facet.id)
    # Locked against `_erase` until this transaction ends (PostgreSQL; SQLite has one who writes).
    found = query.where(tuple_(Facet.name, Facet.value).in_(pairs)).order_by(Facet.id)
    held = found.with_for_update(read=True, key_share=True)
    return {(name, value): number for name, value, number in session.execute(held)}


def _packed(numbers: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}i", *numbers)
