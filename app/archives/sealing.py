"""age's files, by pyrage: written to a public key, read with the secret one, as they flow by.

Whoever has only the public key reads nothing, not even what they have just written.
"""

import errno
import os
import tarfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import pyrage
from pyrage import x25519

KEY_LINE = "AGE-SECRET-KEY-"


class ArchiveError(RuntimeError):
    """What could not be saved or given back; `str()` gives one French line for the terminal."""


def recipient(text: str) -> x25519.Recipient:
    """Return the public key (« age1… ») that is written. Raises ArchiveError."""
    try:
        return x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        raise ArchiveError(
            "La clé publique n’est pas comprise\u00a0: elle commence par «\u00a0age1\u00a0» "
            "(« flask backup-keys FICHIER » en fait une paire)."
        ) from None


def identities(path: Path) -> list[x25519.Identity]:
    """Return the secret keys of a file as `age-keygen` writes it. Raises ArchiveError."""
    try:
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
        found = [x25519.Identity.from_str(each) for each in lines if each.startswith(KEY_LINE)]
    except (OSError, pyrage.IdentityError):
        found = []
    if not found:
        raise ArchiveError(
            f"«\u00a0{path}\u00a0» ne contient pas de clé secrète lisible "
            f"(une ligne qui commence par «\u00a0{KEY_LINE}\u00a0»)."
        )
    return found


def make_identity(path: Path) -> str:
    """Write a new secret key for its owner's eyes; return the public one. Raises ArchiveError."""
    identity = x25519.Identity.generate()
    public = str(identity.to_public())
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise ArchiveError(already(path)) from None
    except OSError as error:
        raise ArchiveError(f"«\u00a0{path}\u00a0»\u00a0: {error.strerror}.") from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"# public key: {public}\n{identity}\n")
        file.flush()
        os.fsync(file.fileno())
    return public


def already(path: Path) -> str:
    """Return what to say of a file that stands where another was to be written."""
    return f"«\u00a0{path}\u00a0» existe déjà\u00a0: rien n’y est écrit."


@contextmanager
def sealed(path: Path, to: x25519.Recipient) -> Iterator[BinaryIO]:
    """Give where to write in clear; `path` appears at the end, whole, or not at all.

    A process killed in the middle leaves at most `.name.partial`, that nobody can read and that the
    next one replaces. Raises ArchiveError.
    """
    if path.exists():
        raise ArchiveError(already(path))
    partial = path.with_name(f".{path.name}.partial")
    try:
        handle = os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    except OSError as error:
        raise ArchiveError(
            f"«\u00a0{path}\u00a0» ne peut pas être écrit\u00a0: {error.strerror}."
        ) from None
    try:
        with os.fdopen(handle, "wb") as out:
            with _flowing(lambda source: pyrage.encrypt_io(source, out, [to])) as clear:
                yield clear
            out.flush()
            os.fsync(out.fileno())
        _appear(partial, path)
    except OSError as error:  # what could not be written is tried once more where it is closed
        raise ArchiveError(_unwritten(error.strerror or str(error))) from None
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _flowing(carry: Callable[[BinaryIO], None]) -> Iterator[BinaryIO]:
    """Give a pipe's mouth, whose other end `carry` empties in a thread. Raises ArchiveError."""
    trouble: list[Exception] = []
    exit_, mouth = os.pipe()

    def work() -> None:
        with os.fdopen(exit_, "rb") as source:
            try:
                carry(source)
            except Exception as error:
                trouble.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        with suppress(BrokenPipeError), os.fdopen(mouth, "wb") as clear:
            yield clear
    finally:
        thread.join()
    if trouble:
        raise ArchiveError(_unwritten(str(trouble[0])))


def _unwritten(reason: str) -> str:
    if os.strerror(errno.ENOSPC) in reason:
        reason = "il n’y a plus de place sur le disque"
    return f"La sauvegarde n’a pas pu être écrite\u00a0: {reason}."


def _appear(partial: Path, path: Path) -> None:
    """Give a finished file its name, never another's, and have the folder remember it."""
    try:
        path.hardlink_to(partial)
    except FileExistsError:
        raise ArchiveError(already(path)) from None
    except OSError:  # a disk without links (CIFS, some NFS)
        if path.exists():
            raise ArchiveError(already(path)) from None
        partial.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def opened(path: Path, keys: Sequence[x25519.Identity]) -> Iterator[tarfile.TarFile]:
    """Give the tar inside a sealed file, to be read once from end to end. Raises ArchiveError."""
    trouble: list[Exception] = []
    exit_, mouth = os.pipe()

    def work() -> None:
        with suppress(BrokenPipeError), os.fdopen(mouth, "wb") as clear:
            try:
                with path.open("rb") as source:
                    pyrage.decrypt_io(source, clear, keys)
            except Exception as error:
                trouble.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        with os.fdopen(exit_, "rb") as stream:
            with tarfile.open(fileobj=stream, mode="r|") as tar:
                yield tar
            while stream.read(1 << 16):  # to the end: only there is a cut file known
                pass
    except tarfile.TarError:
        thread.join()
        raise ArchiveError(_said(path, trouble)) from None
    thread.join()
    if trouble:
        raise ArchiveError(_said(path, trouble))


def _said(path: Path, trouble: Sequence[Exception]) -> str:
    if trouble and "No matching keys" in str(trouble[0]):
        return f"Cette clé secrète n’ouvre pas «\u00a0{path}\u00a0»\u00a0: il en faut une autre."
    if trouble and isinstance(trouble[0], FileNotFoundError):
        return f"«\u00a0{path}\u00a0» n’existe pas."
    return (
        f"«\u00a0{path}\u00a0» est coupé ou abîmé, ou n’est pas une sauvegarde\u00a0: "
        "prenez-en une autre."
    )
