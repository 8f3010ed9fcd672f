"""Testimonies come back from lines of JSON: a batch a transaction, however long the file is.

What is here already stays as it is: a file imported twice, or again after a cut, adds only what is
missing. What was withdrawn, or is past its retention, never comes back. Codings and memos are not
taken: the pipeline reads again, and a REFI-QDA project brings back what people decided.
"""

import enum
import hashlib
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import (
    Act,
    Answer,
    AuditEntry,
    Base,
    CaseVariable,
    Channel,
    Consent,
    Digest,
    SearchPart,
    Testimony,
    Withdrawal,
)
from app.models.base import today
from app.services import (
    audit,
    consents,
    digests,
    retention,
    search_index,
    testimonies,
    testimony_rows,
)
from app.services.exported_sources import returning_key
from app.services.inserting import insert_all
from app.services.testimony_lines import BadLineError, Line, Named, Said, named, said
from forms.schema import Library

TABLES = (Testimony, Answer, Consent, CaseVariable, SearchPart, Digest)  # in this order


class Fate(enum.StrEnum):
    """What becomes of a line."""

    ADDED = "added"
    KNOWN = "known"  # here already, unchanged; or twice in the file
    WITHDRAWN = "withdrawn"  # by its author: it does not come back
    TOO_OLD = "too_old"  # past its retention
    REFUSED = "refused"  # no testimony can be made of it


@dataclass(frozen=True, slots=True)
class Refused:
    """A line of which nothing was made, and why, in French."""

    line: Line
    reason: str


@dataclass(slots=True)
class Done:
    """What became of some lines; `left`: codings and memos that were not taken with them."""

    counts: Counter[Fate] = field(default_factory=Counter)
    refused: list[Refused] = field(default_factory=list)
    left: int = 0


class Importer:
    """Takes the lines of one file, batch after batch; the edge commits after each.

    `questionnaire` is that of lines that do not say theirs. A trial writes nothing. After an
    IntegrityError (somebody else was importing the same), roll back and take the batch again.
    """

    def __init__(
        self, session: Session, library: Library, *, questionnaire: str = "", is_trial: bool = False
    ) -> None:
        self._session, self._library = session, library
        self._questionnaire, self._is_trial = questionnaire, is_trial
        self._first_kept = retention.find("testimonies").first_kept
        self._gone = _Gone(session)

    def take(self, lines: Sequence[Line]) -> Done:
        """Make testimonies of lines. Raises IntegrityError."""
        done = Done()
        made: list[tuple[Named, Said]] = []
        for which in self._new(lines, done):
            try:
                read = said(which, self._library, self._questionnaire)
            except BadLineError as error:
                done.refused.append(Refused(which.line, str(error)))
                continue
            if read.received_on < self._first_kept:
                done.counts[Fate.TOO_OLD] += 1
            else:
                made.append((which, read))
        done.refused.sort(key=lambda each: each.line.number)
        done.counts[Fate.ADDED] = len(made)
        done.counts[Fate.REFUSED] = len(done.refused)
        done.left = sum(_left(which) for which, _ in made)
        if made and not self._is_trial:
            _write(self._session, made)
            audit.record(self._session, Act.TESTIMONIES_IMPORTED, count=len(made), detail="jsonl")
        return done

    def _new(self, lines: Iterable[Line], done: Done) -> list[Named]:
        """Return the lines that name a testimony that is neither here nor withdrawn."""
        found: dict[uuid.UUID, Named] = {}
        for line in lines:
            try:
                which = named(line)
            except BadLineError as error:
                done.refused.append(Refused(line, str(error)))
                continue
            done.counts[Fate.KNOWN] += which.id in found
            found.setdefault(which.id, which)
        # In this order: what leaves between the two is in the second.
        here = set(self._session.scalars(select(Testimony.id).where(Testimony.id.in_(found))))
        gone = self._gone.among([each for each in found.values() if each.id not in here])
        done.counts[Fate.KNOWN] += len(here)
        done.counts[Fate.WITHDRAWN] += len(gone)
        return [each for id_, each in found.items() if id_ not in here and id_ not in gone]


class _Gone:
    """What was withdrawn here: told again by the log, by the key, or by the print of it.

    The prints are one more for each withdrawal and each line: none where nothing was withdrawn.
    """

    def __init__(self, session: Session) -> None:
        self._session, self._since = session, today()
        self._keys: set[str] = set()
        self._begun: list[Any] = []
        self._learn(session.scalars(select(Withdrawal.key_hash)))

    def _learn(self, keys: Iterable[str]) -> None:
        for key in keys:
            if key not in self._keys:
                self._keys.add(key)
                self._begun.append(hashlib.sha256(f"{key}:".encode()))

    def among(self, lines: Sequence[Named]) -> set[uuid.UUID]:
        """Return the ids of the testimonies, none of them here, that were withdrawn."""
        recent = select(Withdrawal.key_hash).where(Withdrawal.withdrawn_on >= self._since)
        self._learn(self._session.scalars(recent))
        told = select(AuditEntry.object_id).where(
            AuditEntry.act == Act.TESTIMONY_WITHDRAWN,
            AuditEntry.object_id.in_([str(each.id) for each in lines]),
        )
        logged = set(self._session.scalars(told))
        return {each.id for each in lines if str(each.id) in logged or self._is_gone(each)}

    def _is_gone(self, line: Named) -> bool:
        if returning_key(line.id, line.print_) in self._keys:
            return True
        return bool(line.print_) and line.print_ in self._prints(line.id)

    def _prints(self, id_: uuid.UUID) -> Iterable[str]:
        """Give what `exported_sources.mark` makes of each key, the half of it made once."""
        guid = str(id_).encode()
        for begun in self._begun:
            print_ = begun.copy()
            print_.update(guid)
            yield print_.hexdigest()[:32]


def _left(line: Named) -> int:
    """Return how many codings and memos a line bears."""
    codings, memos = line.given.get("codages"), line.given.get("memos")
    return sum(len(each) for each in (codings, memos) if isinstance(each, list))


def _write(session: Session, made: Sequence[tuple[Named, Said]]) -> None:
    """Write testimonies, their answers, consents, variables, words to be found, and digests."""
    references = _references(session, [read for _, read in made])
    taken = _taken(session, [read for _, read in made])
    rows: dict[type[Base], list[dict[str, Any]]] = {table: [] for table in TABLES}
    borne = []
    for (which, read), reference in zip(made, references, strict=True):
        row = _testimony(which, read, reference)
        rows[Testimony].append(row)
        values = {**read.values, **consents.vouched(read.questionnaire, read.quoting)}
        for answer in testimony_rows.answers(read.questionnaire, values):
            id_ = read.answer_ids.get(answer["question_id"])
            if id_ is None or id_ in taken:
                id_ = uuid.uuid4()
            taken.add(id_)
            rows[Answer].append({"id": id_, "testimony_id": which.id, **answer})
            if answer["text"] is not None:
                rows[SearchPart] += search_index.rows(which.id, id_, answer["text"])
        of_it = {"testimony_id": which.id}
        said_yes = consents.rows(read.questionnaire, values, read.received_on)
        rows[Consent] += [of_it | each for each in said_yes]
        variables = list(testimony_rows.variables(read.questionnaire, values))
        rows[CaseVariable] += [of_it | each for each in variables]
        borne.append((Testimony(**row), [(each["name"], each["value"]) for each in variables]))
    rows[Digest] = digests.rows_of_new(session, borne)
    for table in TABLES:
        insert_all(session, table, rows[table])


def _testimony(which: Named, read: Said, reference: str) -> dict[str, Any]:
    return {
        "id": which.id,
        "reference": reference,
        "questionnaire_slug": read.questionnaire.slug,
        "questionnaire_version": read.questionnaire.version,
        "audience": read.questionnaire.audience.id,
        "channel": Channel[read.questionnaire.channel.name],
        "is_anonymous": True,
        "received_on": read.received_on,
        "submission_key": returning_key(which.id, which.print_),
        "is_stale": False,
    }


def _references(session: Session, read: Sequence[Said]) -> list[str]:
    """Return a free reference for each: its own, or another where somebody bears it."""
    wanted = [each.reference or testimonies.new_reference() for each in read]
    borne = select(Testimony.reference)
    while True:
        taken = set(session.scalars(borne.where(Testimony.reference.in_(wanted))))
        seen: set[str] = set()
        for at, each in enumerate(wanted):
            if each in taken or each in seen:
                wanted[at] = testimonies.new_reference()
            seen.add(wanted[at])
        if not taken and len(set(wanted)) == len(wanted):
            return wanted


def _taken(session: Session, read: Sequence[Said]) -> set[uuid.UUID]:
    """Return those of the answers' ids that answers of other testimonies bear."""
    wanted = [id_ for each in read for id_ in each.answer_ids.values()]
    return set(session.scalars(select(Answer.id).where(Answer.id.in_(wanted))))
