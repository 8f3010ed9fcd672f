"""Making a backup: what is read in clear flows, piece by piece, into the sealed file."""

import fcntl
import hashlib
import io
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pyrage import x25519
from sqlalchemy import Engine

from app.archives import databases
from app.archives.manifests import Keys, Manifest, Part
from app.archives.sealing import ArchiveError, sealed
from app.models.base import now

PIECE = 4 << 20
BASE = "base"
INSTANCE = "instance"
LAST = "manifest.json"
# What is made again by itself, or must never leave with the data that it opens.
LEFT_OUT = ("secret_key", "data_keys", "mails")
NOT_FILES = ("*.sqlite3", "*.sqlite3-*", "*.lock", ".*")


@contextmanager
def alone(instance: Path) -> Iterator[Path]:
    """Give a folder for what must lie in clear a moment; one backup or restore at a time.

    What one that was killed left there goes first. Raises ArchiveError.
    """
    folder = instance / ".backup"
    with (instance / "backup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ArchiveError(
                "Une sauvegarde ou une restauration est déjà en cours\u00a0: attendez sa fin."
            ) from None
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def write(
    out: Path, to: x25519.Recipient, *, engine: Engine, instance: Path, keys: Keys
) -> Manifest:
    """Write a backup of a running installation at `out`, and return what it holds.

    Memory stays bounded, whatever its size. Raises ArchiveError.
    """
    if instance in out.resolve().parents:
        raise ArchiveError(
            "Donnez un fichier hors du dossier de l’instance\u00a0: "
            "celle-ci est dans la sauvegarde, et partirait avec elle."
        )
    with (
        alone(instance) as scratch,
        sealed(out, to) as stream,
        databases.of(str(engine.url)).snapshot(engine, scratch) as taken,
        tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        moment = now()  # not before what is saved: a list of survivors is of after it
        parts = [_in_pieces(tar, BASE, taken.stream)]
        parts += _wholes(tar, instance)
        manifest = Manifest(
            made_at=moment.isoformat(),
            dialect=engine.dialect.name,
            revision=taken.revision,
            keys=keys,
            tables=dict(taken.tables),
            parts=tuple(parts),
        )
        _add(tar, LAST, manifest.written())
    return manifest


def files(instance: Path) -> list[str]:
    """Return the files of an instance that are saved, as paths inside it, in order."""
    kept = [
        path
        for path in instance.iterdir()
        if path.name not in LEFT_OUT and not any(path.match(each) for each in NOT_FILES)
    ]
    found = [one for path in kept for one in ([path] if path.is_file() else path.rglob("*"))]
    return sorted(
        one.relative_to(instance).as_posix()
        for one in found
        if one.is_file() and not one.is_symlink()
    )


def _in_pieces(tar: tarfile.TarFile, name: str, stream: IO[bytes]) -> Part:
    """Add a stream whose length nobody knows beforehand: tar wants one before each member."""
    digest, size, number = hashlib.sha256(), 0, 0
    while piece := stream.read(PIECE):
        number += 1
        _add(tar, f"{name}/{number:06}", piece)
        digest.update(piece)
        size += len(piece)
    return Part(name=name, size=size, sha256=digest.hexdigest())


class _Hashed:
    """A file that is digested as it is read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.digest = stream, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self.stream.read(size)
        self.digest.update(piece)
        return piece


def _wholes(tar: tarfile.TarFile, instance: Path) -> Iterator[Part]:
    for name in files(instance):
        try:
            stream = (instance / name).open("rb")
        except FileNotFoundError:
            continue  # erased since it was listed
        with stream:
            yield _whole(tar, f"{INSTANCE}/{name}", stream)


def _whole(tar: tarfile.TarFile, name: str, stream: IO[bytes]) -> Part:
    member = _member(name, os.fstat(stream.fileno()).st_size)
    hashed = _Hashed(stream)
    try:
        tar.addfile(member, hashed)
    except BrokenPipeError:
        raise  # whoever seals has stopped, and says why
    except OSError:
        raise ArchiveError(
            f"«\u00a0{name}\u00a0» change en ce moment\u00a0: recommencez."
        ) from None
    return Part(name=name, size=member.size, sha256=hashed.digest.hexdigest())


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    tar.addfile(_member(name, len(content)), io.BytesIO(content))


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, int(now().timestamp())
    return member
