"""An export whole: its files, a README of their columns, their checksums; as a ZIP, or laid down.

Nothing is held in memory but a batch of testimonies: big files wait in files without a name, which
leave with the process.
"""

import hashlib
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from sqlalchemy.orm import Session

from analysis.codebook import Codebook
from app.services import export_readmes, exports
from app.services.export_making import Content, Making
from app.services.export_writers import writer
from app.services.exports import Kind, Tally, Wanted
from forms.schema import Library

README, CHECKSUMS = "LISEZ-MOI.txt", "empreintes.sha256"
IN_MEMORY = 4 * 1024 * 1024
PIECE = 256 * 1024
_PACKED = (".qdpx", ".xlsx")  # compressed already


@dataclass
class Package:
    """The files of an export, each by its name, and what they hold."""

    wanted: Wanted
    tally: Tally
    files: dict[str, IO[bytes]] = field(default_factory=dict)
    contents: list[Content] = field(default_factory=list)
    checksums: dict[str, str] = field(default_factory=dict)
    named: Callable[[str], str] = str  # how a file is called where it is laid down

    def stream_of(self, name: str) -> IO[bytes]:
        """Return the stream of a new file."""
        name = self.named(name)
        self.files[name] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - see `close`
        return self.files[name]

    def write(self, name: str, text: str) -> None:
        """Add a file of plain text."""
        self.stream_of(name).write(text.encode())

    def pieces(self, name: str) -> Iterator[bytes]:
        """Give the bytes of a file."""
        stream = self.files[name]
        stream.seek(0)
        while piece := stream.read(PIECE):
            yield piece

    def close(self) -> None:
        """Forget the files."""
        for stream in self.files.values():
            stream.close()


@contextmanager
def made(
    session: Session,
    wanted: Wanted,
    library: Library,
    codebook: Codebook,
    named: Callable[[str], str] = str,
) -> Iterator[Package]:
    """Make an export; its files are there until the end of the block, under names of `named`."""
    package = Package(wanted, Tally(), named=named)
    try:
        writing = writer(Making(wanted, library, codebook, package.stream_of))
        if wanted.kind is not Kind.QDC:
            for leaving in exports.leaving(session, wanted, library, package.tally):
                writing.add(leaving)
        package.contents = [_called(each, named) for each in writing.close()]
        sums = {name: _checksum(package, name) for name in package.files}
        package.write(README, export_readmes.write(wanted, package.tally, package.contents))
        package.checksums = sums | {named(README): _checksum(package, named(README))}
        lines = [f"{digest}  {name}\n" for name, digest in package.checksums.items()]
        package.write(CHECKSUMS, "".join(lines))
        yield package
    finally:
        package.close()


def _called(content: Content, named: Callable[[str], str]) -> Content:
    file, comma, sheet = content.name.partition(",")
    return replace(content, name=f"{named(file)}{comma}{sheet}")


def _checksum(package: Package, name: str) -> str:
    digest = hashlib.sha256()
    for piece in package.pieces(name):
        digest.update(piece)
    return digest.hexdigest()


def checksum_of(path: Path) -> str:
    """Return the SHA-256 of a file that was laid down."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def zipped(package: Package, stream: IO[bytes]) -> None:
    """Write the files of an export as one ZIP."""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in package.files:
            entry = zipfile.ZipInfo(name)
            is_packed = name.endswith(_PACKED)
            entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as writing:
                for piece in package.pieces(name):
                    writing.write(piece)
