"""Corpora as JSON Lines: one passage a line in, one line of suggestions out (the contract of
``analysis tag``).
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NoReturn, TypeAlias

from analysis.suggestions import Suggestion

Scalar: TypeAlias = str | int | float | bool | None


class CorpusError(ValueError):
    """A corpus that cannot be read; its text is one French line that names the file and the
    line.
    """


@dataclass(frozen=True, slots=True)
class Passage:
    """A text to tag. ``id`` is any JSON scalar and comes back as it was given.

    ``testimony``: what the answers of one testimony share, where a file tells it.
    """

    id: Scalar
    text: str
    question: str | None = None
    audience: str | None = None
    testimony: str | None = None


def read(lines: Iterable[bytes], name: str) -> Iterator[Passage]:
    """The passages of *lines* (UTF-8 JSON Lines, blank lines skipped), one at a time.

    *name* is the file's, for the messages. Raises ``CorpusError`` at the first line that is not a
    passage.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield passage_of(record_of(line))
            except ValueError as error:
                raise CorpusError(f"{name}, ligne {number} : {error}") from None


def read_file(path: Path) -> Iterator[Passage]:
    """The passages of the file at *path*, read as a stream; ``CorpusError`` if it cannot be."""
    try:
        with path.open("rb") as lines:
            yield from read(lines, str(path))
    except OSError as error:
        raise CorpusError(f"{path} : lecture impossible ({reason(error)}).") from None


def line_of(passage: Passage, suggestions: Iterable[Suggestion]) -> bytes:
    """One output line: the passage's id and its suggestions, in UTF-8, with the line feed."""
    return json_line(
        {"id": passage.id, "suggestions": [suggestion.as_dict() for suggestion in suggestions]}
    )


def json_line(record: dict[str, object]) -> bytes:
    """*record* as a line of JSON in UTF-8, with the line feed."""
    try:
        return json.dumps(record, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:  # a lone surrogate has no UTF-8, only an escape
        return json.dumps(record).encode() + b"\n"


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file that takes *path*'s place only once all is written and on disk: after an error,
    nothing changed.
    """
    try:
        handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise CorpusError(f"{path} : écriture impossible ({reason(error)}).") from None
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(draft).chmod(_usual_mode())
        _take_place(draft, path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(draft).unlink()
        raise


def _take_place(draft: str, path: Path) -> None:
    try:
        os.replace(draft, path)
    except OSError as error:
        raise CorpusError(f"{path} : écriture impossible ({reason(error)}).") from None


def _usual_mode() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def reason(error: OSError) -> str:
    """Why the system refused, in French for the usual cases."""
    known = {
        FileNotFoundError: "le fichier ou le dossier n’existe pas",
        PermissionError: "droits insuffisants",
        IsADirectoryError: "c’est un dossier",
        NotADirectoryError: "le dossier n’en est pas un",
    }
    return known.get(type(error), error.strerror or type(error).__name__)


def record_of(line: bytes) -> dict[str, object]:
    """The JSON object of one line in UTF-8; raises ``ValueError``, in French."""
    record = _json(line.removeprefix(b"\xef\xbb\xbf"))
    if not isinstance(record, dict):
        raise ValueError("un objet JSON est attendu, avec « id » et « text ».")
    return record


def passage_of(record: dict[str, object]) -> Passage:
    """The passage that *record* tells; raises ``ValueError``, in French."""
    id_, text = record.get("id"), record.get("text")
    if "id" not in record:
        raise ValueError("« id » manque.")
    if not isinstance(id_, str | int | float | bool | None):
        raise ValueError("« id » doit être un texte, un nombre, un booléen ou null.")
    if not isinstance(text, str):
        raise ValueError("« text » manque ou n’est pas un texte.")
    about = (_optional(record, key) for key in ("question", "audience", "testimony"))
    return Passage(id_, text, *about)


def _optional(record: dict[str, object], key: str) -> str | None:
    value = record.get(key)
    if value is None or isinstance(value, str):
        return value
    raise ValueError(f"« {key} » n’est pas un texte.")


def _json(line: bytes) -> object:
    try:
        return json.loads(line.decode(), parse_constant=_refuse, parse_float=_finite)
    except UnicodeDecodeError:
        raise ValueError("le texte n’est pas en UTF-8.") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"ce n’est pas du JSON (colonne {error.colno}).") from None
    except RecursionError:
        raise ValueError("le JSON est trop profondément imbriqué.") from None
    except ValueError as error:
        # Python itself refuses integers of thousands of digits, in English
        raise ValueError(
            str(error) if "JSON" in str(error) else "un nombre est trop grand."
        ) from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"« {constant} » n’est pas du JSON.")


def _finite(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"« {digits[:20]} » est hors de ce qu’un nombre JSON peut porter.")
    return value


def standard_input() -> Iterator[Passage]:
    """The passages of the standard input."""
    return read(sys.stdin.buffer, "entrée standard")
