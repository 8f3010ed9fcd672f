"""What importing a file of CLSMs would do to the directory, and doing it, all or nothing.

The file is the authority: a CLSM already known takes its spelling and whatever codes it gives. Of
two lines that name the same CLSM, the first counts.
"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from analysis.folding import fold
from app.models import Clsm
from app.services.clsm_files import Entry, Row
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


def carry_out(session: Session, planned: Plan[Entry]) -> None:
    """Enter what was planned in the directory."""
    directory = Directory(session)
    for entry in [*planned.additions, *(entry for _, entry in planned.completions)]:
        directory.publish(entry.name, region=entry.region, departement=entry.departement)
    session.flush()


def _fate(row: Row, directory: Directory, first: dict[str, int]) -> tuple[Fate, tuple[str, ...]]:
    if row.wanted is None:
        return Fate.REFUSED, (row.reason,)
    key = fold(row.wanted.name)
    if key in first:
        return Fate.MERGED, (f"même CLSM que la ligne {first[key]}, qui seule compte",)
    first[key] = row.line
    known = directory.find(row.wanted.name)
    if known is None:
        return Fate.ADDED, ()
    changes = tuple(_changes(known, row.wanted))
    return (Fate.COMPLETED, changes) if changes else (Fate.UNCHANGED, ())


def _changes(known: Clsm, wanted: Entry) -> list[str]:
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
    return said


def place(entry: Entry) -> str:
    """Return where a CLSM is, in French: « 35 Ille-et-Vilaine, Bretagne »."""
    departement = entry.departement and f"{entry.departement} {DEPARTEMENTS[entry.departement]}"
    return ", ".join(filter(None, (departement, entry.region and REGIONS[entry.region])))
