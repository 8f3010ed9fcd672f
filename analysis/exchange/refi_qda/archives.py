"""The ZIP of a project that somebody sends: read within bounds, and nothing of it is unpacked.

Entries are found by name among those of the archive, never written anywhere: a path that climbs out
leads nowhere. What an entry declares is not believed: it is read up to its bound, no further.
"""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from analysis.exchange.refi_qda.errors import UnreadableProjectError

MEGABYTE = 1024 * 1024
NOT_ZIP = (
    "Ce fichier n’est pas un projet REFI-QDA (.qdpx)\u00a0: ce n’est pas une archive ZIP. "
    "Dans votre logiciel, choisissez «\u00a0Exporter un projet QDPX (REFI-QDA)\u00a0»."
)
NO_PROJECT = (
    "Cette archive ne contient pas de fichier project.qde\u00a0: ce n’est pas un projet REFI-QDA."
)
LOCKED = "Ce projet est protégé par un mot de passe. Exportez-le sans mot de passe."
SWOLLEN = "Une fois déplié, ce projet est démesuré\u00a0: il n’a pas été lu."
TOO_MANY = "Cette archive contient trop de fichiers\u00a0: elle n’a pas été lue."
DAMAGED = "Ce projet est abîmé et ne peut pas être lu. Exportez-le à nouveau."
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class Bounds:
    """The most that is read of a project: bytes unpacked, and entries."""

    description: int = 64 * MEGABYTE
    text: int = 8 * MEGABYTE
    texts: int = 256 * MEGABYTE
    entries: int = 100_000


class Archive:
    """The entries of a project, whatever the case of their names."""

    def __init__(self, package: zipfile.ZipFile, bounds: Bounds) -> None:
        entries = package.infolist()
        if len(entries) > bounds.entries:
            raise UnreadableProjectError(TOO_MANY)
        if any(entry.flag_bits & 1 for entry in entries):
            raise UnreadableProjectError(LOCKED)
        self._package, self._bounds = package, bounds
        self._left = bounds.texts
        self._texts = {}
        self._project = None
        for entry in entries:
            path = PurePosixPath(entry.filename.replace("\\", "/").lower())
            if path.suffix == ".qde" and len(path.parts) == 1:
                self._project = self._project or entry
            elif path.parent.name == "sources" and len(path.parts) == 2:
                self._texts[path.name] = entry

    @contextmanager
    def description(self) -> Iterator[IO[bytes]]:
        """Open ``project.qde``."""
        if self._project is None:
            raise UnreadableProjectError(NO_PROJECT)
        with self._package.open(self._project) as stream:
            yield _Bounded(stream, self._bounds.description)  # type: ignore[misc]

    def text(self, name: str) -> bytes | None:
        """The bytes of a text by its file's name; none where there is none."""
        entry = self._texts.get(name.lower())
        if entry is None:
            return None
        with self._package.open(entry) as stream:
            data = _Bounded(stream, min(self._bounds.text, self._left)).read()
        self._left -= len(data)
        return data


class _Bounded:
    """A stream that refuses to give more than so much."""

    def __init__(self, stream: IO[bytes], most: int) -> None:
        self._stream, self._left = stream, most

    def read(self, size: int = -1) -> bytes:
        wanted = self._left + 1 if size < 0 else min(size, self._left + 1)
        data = self._stream.read(wanted)
        self._left -= len(data)
        if self._left < 0:
            raise UnreadableProjectError(SWOLLEN)
        return data


@contextmanager
def opened(stream: IO[bytes], bounds: Bounds) -> Iterator[Archive]:
    """Open a project. Raises ``UnreadableProjectError``, here or as it is read."""
    if not zipfile.is_zipfile(stream):
        raise UnreadableProjectError(NOT_ZIP)
    try:
        with zipfile.ZipFile(stream) as package:
            yield Archive(package, bounds)
    except BROKEN:
        raise UnreadableProjectError(DAMAGED) from None
