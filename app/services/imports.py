"""Files between their reading and their import: encrypted, their sender's own, gone after a day.

A file is read once; its pages then show what importing would do. `begin` is what makes two clicks
import it once.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, defer

from app.models import Import, ImportKind
from app.models.base import now
from app.services import table_exports
from app.services.columns import Choices
from app.services.import_plans import Plan
from app.services.spreadsheets import Sheet

LIFETIME = timedelta(hours=24)
REASON = "motif"


def keep(
    session: Session, kind: ImportKind, sheet: Sheet, choices: Choices, *, account_id: int
) -> Import:
    """Keep what was read of a file until it is imported."""
    kept = Import(kind=kind, account_id=account_id, content=_packed(asdict(sheet)))
    session.add(kept)
    choose(session, kept, choices)
    return kept


def find(
    session: Session, kind: ImportKind, import_id: uuid.UUID, *, account_id: int
) -> Import | None:
    """Return a file that this account sent less than a day ago, or none."""
    query = select(Import).where(
        Import.id == import_id,
        Import.kind == kind,
        Import.account_id == account_id,
        Import.created_at > now() - LIFETIME,
    )
    return session.scalar(query.options(defer(Import.content)))


def choose(session: Session, kept: Import, choices: Choices) -> None:
    """Keep what each column of a file is."""
    kept.choices = asdict(choices)
    session.flush()


def choices(kept: Import) -> Choices:
    """Return what each column of a file is."""
    given = kept.choices or {}
    return Choices(tuple(given.get("columns", ())), given.get("audience", ""))


def sheet(kept: Import) -> Sheet:
    """Return what was read of a file; once it is imported, its refused lines alone."""
    content = json.loads(kept.content)
    records = [(int(line), cells) for line, cells in content["records"]]
    return Sheet(
        format=content["format"],
        told=tuple(content["told"]),
        titles=content["titles"],
        records=records,
        has_titles=content["has_titles"],
    )


def begin(session: Session, kept: Import) -> bool:
    """Take a file to be imported; say no when it already is. Others wait for the commit."""
    taken = session.execute(
        update(Import)
        .where(Import.id == kept.id, Import.imported_at.is_(None))
        .values(imported_at=now())
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def finish(session: Session, kept: Import, read: Sheet, planned: Plan[Any]) -> None:
    """Keep of an imported file what was refused, and how many lines met each fate."""
    kept.content = _packed(asdict(refusals(read, planned)))
    kept.counts = {fate.value: count for fate, count in planned.counts.items()}
    session.flush()


def refusals(read: Sheet, planned: Plan[Any]) -> Sheet:
    """Return the lines that are refused: the columns of the file, and why as the last one.

    The reasons of an earlier time, in a file sent again, give way to the new ones.
    """
    width = max([len(read.titles), *(len(each.cells) for each in planned.refused)])
    titles = _filled(read.titles, width)
    own = [at for at, title in enumerate(titles) if title != REASON]

    def line(cells: Sequence[str], last: str) -> list[str]:
        filled = _filled(cells, width)
        return [*(filled[at] for at in own), last]

    records = [(each.line, line(each.cells, " ; ".join(each.remarks))) for each in planned.refused]
    return replace(read, titles=line(titles, REASON), records=records)


def _filled(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def file_of(refused: Sheet) -> bytes:
    """Return refused lines as a file, of the format that was sent."""
    rows = [refused.titles, *(cells for _, cells in refused.records)]
    return table_exports.write(refused.format, "Lignes refusées", rows)


def drop(session: Session, kept: Import) -> None:
    """Erase a file that is no longer wanted."""
    session.execute(delete(Import).where(Import.id == kept.id))


def purge_expired(session: Session) -> int:
    """Erase the files whose day is over; return how many there were."""
    erased = session.execute(delete(Import).where(Import.created_at <= now() - LIFETIME))
    return int(erased.rowcount)  # type: ignore[attr-defined]


def _packed(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
