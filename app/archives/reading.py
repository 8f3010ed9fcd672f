"""Reading a backup: through once to know that it is whole, and then to give it back."""

import hashlib
import io
import tarfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from pyrage import x25519

from app.archives.manifests import Manifest, Part
from app.archives.sealing import ArchiveError, opened
from app.archives.writing import BASE, INSTANCE, LAST

PIECE = 1 << 20
LARGEST_MANIFEST = 64 << 20


def check(path: Path, keys: Sequence[x25519.Identity]) -> Manifest:
    """Read a backup from end to end, and return what it holds, which is what it says.

    Nothing is written. Raises ArchiveError.
    """
    found: dict[str, Part] = {}
    manifest = None
    with opened(path, keys) as tar:
        digests: dict[str, tuple[int, hashlib._Hash]] = {}
        for member in tar:
            stream = tar.extractfile(member)
            if not member.isfile() or stream is None or manifest is not None:
                raise ArchiveError(_strange(path))
            _need_inside(member.name)
            if member.name == LAST:
                manifest = _read(path, stream.read(LARGEST_MANIFEST))
                continue
            name = _part(member.name)
            size, digest = digests.get(name, (0, hashlib.sha256()))
            while piece := stream.read(PIECE):
                digest.update(piece)
            digests[name] = (size + member.size, digest)
        found = {
            name: Part(name=name, size=size, sha256=digest.hexdigest())
            for name, (size, digest) in digests.items()
        }
    if manifest is None or found != {part.name: part for part in manifest.parts}:
        raise ArchiveError(_strange(path))
    return manifest


def _need_inside(name: str) -> None:
    """Refuse a name that leads elsewhere: whoever has the public key may have chosen it."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or path.parts[0] not in (BASE, INSTANCE, LAST):
        raise ArchiveError("La sauvegarde nomme un fichier hors de l’instance\u00a0: refusée.")


def _part(member: str) -> str:
    return BASE if member.startswith(f"{BASE}/") else member


def _read(path: Path, written: bytes) -> Manifest:
    try:
        return Manifest.read(written)
    except (ValueError, KeyError, TypeError):
        raise ArchiveError(_strange(path)) from None


def _strange(path: Path) -> str:
    return f"«\u00a0{path}\u00a0» n’est pas une sauvegarde que cette version de Recueil comprend."


def give_back(
    path: Path,
    keys: Sequence[x25519.Identity],
    *,
    pour: Callable[[BinaryIO], None],
    folder: Path | None,
) -> None:
    """Give the database to `pour`, and put the instance's files in `folder` (none: nowhere).

    Raises ArchiveError.
    """
    with opened(path, keys) as tar:
        base = _Base(tar)
        pour(cast(BinaryIO, base))
        for member in base.rest():
            if folder is not None and member.name.startswith(f"{INSTANCE}/"):
                _put(tar, member, folder)


class _Base(io.RawIOBase):
    """The pieces of the database, read as one stream; they come first."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self.tar = tar
        self.members = iter(tar)
        self.piece: BinaryIO | None = None
        self.after: tarfile.TarInfo | None = None

    def read(self, size: int = -1) -> bytes:
        while self.after is None:
            if self.piece is not None and (read := self.piece.read(size)):
                return read
            member = next(self.members, None)
            if member is None:
                return b""
            if _part(member.name) != BASE:
                self.after = member
            else:
                self.piece = cast(BinaryIO, self.tar.extractfile(member))
        return b""

    def rest(self) -> Iterator[tarfile.TarInfo]:
        """Yield what comes after the database."""
        if self.after is not None:
            yield self.after
        yield from self.members


def _put(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    _need_inside(member.name)
    stream = tar.extractfile(member)
    assert stream is not None  # a file: `check` has seen it
    path = folder / PurePosixPath(member.name).relative_to(INSTANCE)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    with path.open("wb") as out:
        while piece := stream.read(PIECE):
            out.write(piece)
