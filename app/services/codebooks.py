"""The codebook in use, and its versions: each change is a whole new one, with who and why.

The first change keeps the codebook that was shipped too, as number 0: all can be gone back to.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from analysis import codebook_edits
from analysis.codebook import Codebook
from analysis.codebook_changes import Difference, differences, reads_alike
from analysis.codebook_edits import Edit, Raw
from app.models import CodebookAct, CodebookVersion
from app.services import mergings, tagging

LONGEST_SUMMARY = 300
REMEMBERED = 4  # codebooks a process keeps ready


class OvertakenError(Exception):
    """Somebody else has changed the codebook since it was looked at; `version` is theirs."""

    def __init__(self, version: CodebookVersion) -> None:
        super().__init__(version.number)
        self.version = version


class UnchangedError(ValueError):
    """Nothing differs from the codebook in use."""


@dataclass(frozen=True)
class Grid:
    """A codebook: read, and as it is written; `number` is 0 for the one that was shipped."""

    number: int
    codebook: Codebook
    read_text: Callable[[], str]

    @cached_property
    def text(self) -> str:
        """The codebook's YAML."""
        return self.read_text()

    @cached_property
    def raw(self) -> Raw:
        """The YAML's values, to read and never to change."""
        return codebook_edits.load(self.text)


@dataclass(frozen=True)
class Change:
    """What somebody does to the codebook, having looked at the version `seen`."""

    act: CodebookAct
    why: str
    seen: int
    by: int | None = None
    summary: str = ""  # a French sentence; none: what differs is told


class _Ready:
    """The codebooks that this process has read already, by what never names two."""

    def __init__(self) -> None:
        self._grids: OrderedDict[object, Grid] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, key: object, make: Callable[[], Grid]) -> Grid:
        with self._lock:
            if key in self._grids:
                self._grids.move_to_end(key)
                return self._grids[key]
        made = make()  # half a second: nobody waits for it but who asked
        with self._lock:
            self._grids[key] = made
            while len(self._grids) > REMEMBERED:
                self._grids.popitem(last=False)
        return made


_ready = _Ready()


def number_in_use(session: Session) -> int:
    """Return the number of the codebook in use, read anew; 0 for the one that was shipped."""
    query = select(CodebookVersion.number).order_by(CodebookVersion.number.desc())
    return session.scalar(query.limit(1)) or 0


def current(session: Session, shipped: Codebook) -> Grid:
    """Return the codebook in use, `shipped` when nobody has changed it."""
    query = select(CodebookVersion.id, CodebookVersion.number)
    row = session.execute(query.order_by(CodebookVersion.number.desc()).limit(1)).first()
    if row is None:
        return _shipped(shipped)
    return _ready.of(row.id, lambda: _read(session, row.number))


def _shipped(shipped: Codebook) -> Grid:
    def make() -> Grid:
        return Grid(0, shipped, lambda: shipped.path.read_text(encoding="utf-8"))

    return _ready.of((shipped.path, id(shipped)), make)


def of_number(session: Session, number: int) -> Grid | None:
    """Return a version, or none."""
    query = select(CodebookVersion.id).where(CodebookVersion.number == number)
    id_ = session.scalar(query)
    return None if id_ is None else _ready.of(id_, lambda: _read(session, number))


def texts_from(session: Session, number: int) -> Iterator[str]:
    """Give the YAML of a version, then of those before it."""
    query = select(CodebookVersion.content).where(CodebookVersion.number <= number)
    yield from session.scalars(query.order_by(CodebookVersion.number.desc()))


def _read(session: Session, number: int) -> Grid:
    query = select(CodebookVersion.id, CodebookVersion.content)
    id_, text = session.execute(query.where(CodebookVersion.number == number)).one()
    # A name of its own: two instances' versions 3 are two codebooks.
    path = Path(str(id_)) / f"grille-v{number}.yml"
    return Grid(number, Codebook.parse(text, path), lambda: text)


def every(session: Session) -> Sequence[CodebookVersion]:
    """Return all versions, the newest first, each with who made it."""
    query = select(CodebookVersion).options(joinedload(CodebookVersion.made_by))
    return session.scalars(query.order_by(CodebookVersion.number.desc())).all()


def version(session: Session, number: int) -> CodebookVersion | None:
    """Return what is known of a version, or none."""
    query = select(CodebookVersion).where(CodebookVersion.number == number)
    return session.scalar(query.options(joinedload(CodebookVersion.made_by)))


def record(session: Session, shipped: Codebook, change: Change, edit: Edit) -> CodebookVersion:
    """Make a new version by `edit`, and put it into use.

    Testimonies are to be read again when it suggests otherwise; decisions are not touched, but that
    what was merged counts as what it is part of. Raises OvertakenError (the session is then rolled
    back), UnchangedError, EditError, CodebookError.
    """
    grid = current(session, shipped)
    if grid.number != change.seen:
        raise OvertakenError(_latest(session))
    raw = codebook_edits.load(grid.text)
    raw = edit(raw) or raw
    found = differences(grid.raw, raw)
    if not found:
        raise UnchangedError
    raw["version"] = f"v{grid.number + 1}"
    text = codebook_edits.dump(raw)
    after = Codebook.parse(text, Path(f"grille-v{grid.number + 1}.yml"))
    made = _keep(session, grid, change, text, change.summary or told(found))
    if not reads_alike(grid.codebook, after):
        mergings.carry(session, after.merged)
        tagging.ask_again(session)
    session.flush()
    return made


def _keep(
    session: Session, before: Grid, change: Change, text: str, summary: str
) -> CodebookVersion:
    if before.number == 0:
        session.add(
            CodebookVersion(
                number=0,
                content=before.text,
                act=CodebookAct.SHIPPED,
                summary=f"La grille livrée avec Recueil (version {before.codebook.version}).",
                why="C’est d’elle que la grille est partie.",
            )
        )
    made = CodebookVersion(
        number=before.number + 1,
        content=text,
        act=change.act,
        summary=summary,
        why=change.why,
        made_by_id=change.by,
    )
    session.add(made)
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        raise OvertakenError(_latest(session)) from None
    return made


def _latest(session: Session) -> CodebookVersion:
    query = select(CodebookVersion).options(joinedload(CodebookVersion.made_by))
    found = session.scalar(query.order_by(CodebookVersion.number.desc()).limit(1))
    assert found is not None
    return found


def told(found: Sequence[Difference]) -> str:
    """Return what differs in one French sentence, the first things when there are many."""
    whats: dict[str, list[str]] = {}
    for each in found:
        whats.setdefault(each.label, []).append(each.what)
    parts = [f"«\u00a0{label}\u00a0»\u00a0: {', '.join(what)}" for label, what in whats.items()]
    for count in range(len(parts), 0, -1):
        left = len(parts) - count
        rest = f"\u00a0; et {left} autre{'s' if left > 1 else ''}" if left else ""
        sentence = "\u00a0; ".join(parts[:count]) + rest + "."
        if len(sentence) <= LONGEST_SUMMARY:
            return sentence
    return f"{len(parts)} thèmes changés."
