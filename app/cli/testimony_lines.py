"""What `flask testimonies import` does of lines of JSON: a batch a commit, and what it tells."""

import gzip
import io
import json
import os
import sys
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

import click
from flask import current_app
from sqlalchemy.exc import IntegrityError

from app.cli.refusal import Refusal
from app.extensions import db
from app.services.testimony_imports import Done, Fate, Importer, Refused
from app.services.testimony_lines import Line, batches
from app.tasks import sweep_untagged

STANDARD_INPUT = Path("-")
ENDINGS = (".jsonl", ".jsonl.gz")
GZIP = b"\x1f\x8b"
EVERY = 10_000  # lines from one line of progress to the next
MOST_TOLD = 20
FATES = {
    Fate.ADDED: "ajoutés",
    Fate.KNOWN: "déjà ici, inchangés",
    Fate.WITHDRAWN: "retirés ici par la personne, laissés",
    Fate.TOO_OLD: "plus vieux que la durée de conservation, laissés",
}
NO_CONSENT = (
    "Ces personnes ont-elles accepté de participer\u00a0? Si vous le savez, ajoutez --accord."
)
TAKEN = "{} existe déjà (un import d’avant\u00a0?)\u00a0: déplacez-le, ou donnez --rejets."
CUT = (
    "Ce fichier est coupé ou abîmé. Ce qui a été lu avant est importé, par 500 lignes\u00a0: "
    "faites une autre copie du fichier, et relancez la commande."
)
LEFT = (
    "Codages et mémos du fichier\u00a0: {}, laissés. La chaîne d’analyse relira ces "
    "témoignages\u00a0; un projet .qdpx du même export rapporte ce que des personnes ont décidé."
)


def is_lines(path: Path) -> bool:
    """Say whether a file is lines of JSON, by its name."""
    return path == STANDARD_INPUT or path.name.lower().endswith(ENDINGS)


@dataclass
class Report:
    """What was read so far, and where refused lines go."""

    rejects: Path
    is_trial: bool
    begun: float = field(default_factory=time.monotonic)
    counts: Counter[Fate] = field(default_factory=Counter)
    left: int = 0
    lines: int = 0
    refused: int = 0

    def add(self, batch: list[Line], done: Done) -> None:
        """Take what became of a batch; tell its refused lines, and from time to time how far."""
        for refused in done.refused:
            self._refuse(refused)
        before = self.lines // EVERY
        self.lines += len(batch)
        self.counts += done.counts
        self.left += done.left
        if self.lines // EVERY > before:
            self._tell()

    def _refuse(self, refused: Refused) -> None:
        self.refused += 1
        if self.refused <= MOST_TOLD:
            click.echo(f"Ligne {refused.line.number}\u00a0: {refused.reason}", err=True)
        elif self.refused == MOST_TOLD + 1:
            click.echo("D’autres lignes sont refusées, qui ne sont plus dites ici.", err=True)

    def _tell(self) -> None:
        rate = self.lines / max(0.001, time.monotonic() - self.begun)
        added = self.counts[Fate.ADDED]
        click.echo(f"{self.lines} lignes lues, {added} ajoutés, {rate:.0f}/s", err=True)

    @property
    def sentences(self) -> Iterator[str]:
        """Give what is told at the end."""
        if self.is_trial:
            yield "Essai\u00a0: rien n’est importé. Voici ce qui se passerait."
        for fate, words in FATES.items():
            if self.counts[fate] or fate is Fate.ADDED:
                yield f"Témoignages {words}\u00a0: {self.counts[fate]}."
        if refused := self.counts[Fate.REFUSED]:
            where = "" if self.is_trial else f", à corriger dans {self.rejects}"
            yield f"Lignes refusées\u00a0: {refused}{where}."
        if self.left:
            yield LEFT.format(self.left)


def import_lines(path: Path, rejects: Path | None, questionnaire: str, *, is_trial: bool) -> None:
    """Import a file of lines; what was committed stays, whatever cuts it. Raises Refusal."""
    report = Report(rejects or _beside(path), is_trial)
    library = current_app.extensions["questionnaires"]
    importer = Importer(db.session, library, questionnaire=questionnaire, is_trial=is_trial)
    with _opened(path) as stream, _Rejects(report.rejects, is_trial=is_trial) as kept:
        for batch in batches(stream):
            done = _taken(importer, batch)
            kept.write(done.refused)
            report.add(batch, done)
    if report.counts[Fate.ADDED] and not is_trial:
        sweep_untagged.enqueue()
    click.echo("\n".join(report.sentences))
    if report.counts.total() == report.counts[Fate.REFUSED]:
        raise Refusal("Aucune ligne de ce fichier n’est un témoignage de Recueil.")


def _beside(path: Path) -> Path:
    if path == STANDARD_INPUT:
        return Path("rejets.jsonl")
    name = path.name.removesuffix(".gz").removesuffix(".jsonl")
    return path.with_name(f"{name}.rejets.jsonl")


def _taken(importer: Importer, batch: list[Line]) -> Done:
    """Import a batch, all or nothing; once more where somebody else was importing the same."""
    try:
        done = importer.take(batch)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        done = importer.take(batch)
        db.session.commit()
    return done


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file or the standard input, unpacked if it is packed. Raises Refusal."""
    is_standard = path == STANDARD_INPUT
    try:
        with sys.stdin.buffer if is_standard else path.open("rb") as plain:
            stream = io.BufferedReader(cast(io.RawIOBase, plain))
            if stream.peek(len(GZIP))[: len(GZIP)] != GZIP:
                yield stream
                return
            with gzip.open(stream) as unpacked:
                yield cast(IO[bytes], unpacked)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise Refusal(CUT) from error


class _Rejects:
    """The refused lines, as they were, with their number and why; made with the first of them."""

    def __init__(self, path: Path, *, is_trial: bool) -> None:
        self._path, self._is_trial = path, is_trial
        self._stream: IO[str] | None = None

    def __enter__(self) -> "_Rejects":
        if self._path.exists() and not self._is_trial:
            raise Refusal(TAKEN.format(self._path))
        return self

    def write(self, refused: list[Refused]) -> None:
        if self._is_trial or not refused:
            return
        if self._stream is None:
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._stream = os.fdopen(handle, "w", encoding="utf-8")
        for each in refused:
            told = {"ligne": each.line.number, "motif": each.reason, **_content(each.line)}
            self._stream.write(json.dumps(told, ensure_ascii=True) + "\n")
        self._stream.flush()

    def __exit__(self, *_: object) -> None:
        if self._stream is not None:
            self._stream.close()


def _content(line: Line) -> dict[str, Any]:
    try:
        given = json.loads(line.raw)
    except (ValueError, RecursionError):
        given = None
    if isinstance(given, dict):
        return {name: each for name, each in given.items() if name not in ("ligne", "motif")}
    return {"contenu": line.raw.decode(errors="replace")}
