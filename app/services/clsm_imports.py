"""What importing a file of CLSMs would do to the directory, and doing it, all or nothing.

The file is the authority: a CLSM already known takes its spelling and whatever codes it gives; tags
are added. One that was retired by hand stays retired. Of two lines that name the same CLSM, the
first counts.
"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from analysis.folding import fold
from app.models import Clsm, ClsmAct
from app.services import clsm_histories
from app.services.clsm_files import Entry, Row
from app.services.clsm_kinds import KINDS
from app.services.clsms import Directory
from app.services.import_plans import Fate, Plan, Planned
from app.services.territories import DEPARTEMENTS, REGIONS


def plan(session: Session, rows: Sequence[Row]) -> Plan[Entry]:
    """Return what importing these lines would do. Nothing is changed."""
    directory, made = Directory(session), Plan[Entry]()
    first: dict[str, int] = {}
    for row in rows:
        fate, remarks = _fate(row, directory, first)
        who = (row.wanted.name, place(row.wanted)) if row.wanted else ()
        made.lines.append(Planned(row.line, row.cells, who, fate, remarks))
        if row.wanted and fate is Fate.ADDED:
            made.additions.append(row.wanted)
        elif row.wanted and fate is Fate.COMPLETED:
            made.completions.append((row.wanted.name, row.wanted))
    return made


def carry_out(session: Session, planned: Plan[Entry], *, account_id: int | None = None) -> None:
    """Enter what was planned in the directory, and write down who did it."""
    directory = Directory(session)
    for entry in [*planned.additions, *(entry for _, entry in planned.completions)]:
        known = directory.find(entry.name)
        before = clsm_histories.facts(known) if known else None
        clsm = directory.publish(
            entry.name,
            region=entry.region,
            departement=entry.departement,
            kind=entry.kind,
            tags=entry.tags,
        )
        if clsm is not None:
            clsm_histories.note(
                session, clsm, ClsmAct.IMPORTED, account_id=account_id, before=before
            )
    session.flush()


def _fate(row: Row, directory: Directory, first: dict[str, int]) -> tuple[Fate, tuple[str, ...]]:
    if row.wanted is None:
        return Fate.REFUSED, (row.reason,)
    key = fold(row.wanted.name)
    if key in first:
        said = f"même CLSM que la ligne {first[key]}, qui seule compte"
        return Fate.MERGED, (said, *row.remarks)
    first[key] = row.line
    known = directory.find(row.wanted.name)
    if known is None:
        return Fate.ADDED, row.remarks
    changes = _changes(known, row.wanted, directory)
    retired = ("retiré de l’annuaire : il le reste",) if known.retired_at else ()
    return Fate.COMPLETED if changes else Fate.UNCHANGED, (*changes, *retired, *row.remarks)


def _changes(known: Clsm, wanted: Entry, directory: Directory) -> list[str]:
    """Return, in French, what the directory would learn."""
    said = []
    if not known.is_public:
        said.append("entre dans l’annuaire proposé au public")
    if known.name != wanted.name:
        said.append(f"s’écrivait « {known.name} »")
    if wanted.region and wanted.region != known.region:
        said.append(f"région : {REGIONS[wanted.region]}")
    if wanted.departement and wanted.departement != known.departement:
        said.append(f"département : {DEPARTEMENTS[wanted.departement]}")
    if wanted.kind and wanted.kind != known.kind:
        said.append(f"type : {KINDS[wanted.kind].lower()}")
    own = {each.tag for each in known.tags}
    new = {directory.spelling.of(tag) for tag in wanted.tags} - own
    return said + [f"étiquette « {tag} »" for tag in sorted(new)]


def place(entry: Entry) -> str:
    """Return where a CLSM is, in French: « 35 Ille-et-Vilaine, Bretagne »."""
    departement = entry.departement and f"{entry.departement} {DEPARTEMENTS[entry.departement]}"
    return ", ".join(filter(None, (departement, entry.region and REGIONS[entry.region])))
