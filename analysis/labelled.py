"""Labelled corpora: testimonies whose sentences bear themes that a person gave them.

Two forms are read. JSON Lines, one answer a line: ``{"id", "text", "question", "audience",
"testimony", "sentences": [{"start", "end", "themes": [...]}]}``, offsets in code points of the
text, ``testimony`` what groups answers (by default what comes before the last ``/`` of the id).
And the repository's own folder, written to be read by people: ``testimonies/*.txt``, a sentence a
line, and ``labels/*.tsv`` with the themes of each (see its README).
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.corpus import CorpusError, Passage

OWN_CORPUS = Path(__file__).with_name("corpora")
_HEADER = re.compile(r"=== (?P<id>[a-z]+-\d+) \| (?P<audience>[a-z]+) \| (?P<style>[a-zé]+)")
_QUESTION = re.compile(r"\[([a-z_]+)\]")
_LABEL = re.compile(r"(?P<number>\d+)\s+(?P<themes>-|[a-z0-9_]+(?:,\s*[a-z0-9_]+)*)")

Labels = Mapping[str, list[frozenset[str]]]  # by testimony, the themes of each sentence in order


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an answer: its place in code points, and the ids of its themes.

    ``judged``: the themes about which somebody said yes or no, when it is not all of them.
    """

    start: int
    end: int
    themes: frozenset[str]
    judged: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer whose sentences are labelled; ``testimony`` says which answers belong together."""

    testimony: str
    passage: Passage
    sentences: tuple[Sentence, ...]


def read(path: Path) -> list[Answer]:
    """The answers of *path*, a JSON Lines file or a folder of ours; raises ``CorpusError``."""
    try:
        return list(_of_folder(path) if path.is_dir() else _of_lines(path))
    except OSError as error:
        raise CorpusError(f"{path} : lecture impossible ({error.strerror}).") from None


def _of_lines(path: Path) -> Iterator[Answer]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield _answer(json.loads(line.removeprefix("\ufeff")))
                except (ValueError, KeyError, TypeError) as error:
                    raise CorpusError(f"{path}, ligne {number} : {_problem(error)}") from None


def _problem(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"il manque « {error.args[0]} »."
    if isinstance(error, json.JSONDecodeError | TypeError):
        return "ce n’est pas une réponse étiquetée."
    return str(error)


def _answer(fields: dict[str, Any]) -> Answer:
    text, id_ = fields["text"], fields["id"]
    if not isinstance(text, str):
        raise ValueError("« text » n’est pas un texte.")
    sentences = tuple(
        Sentence(int(each["start"]), int(each["end"]), frozenset(map(str, each["themes"])))
        for each in fields["sentences"]
    )
    for sentence in sentences:
        if not 0 <= sentence.start < sentence.end <= len(text):
            raise ValueError(f"la phrase {sentence.start}-{sentence.end} sort du texte.")
    testimony = str(fields.get("testimony") or str(id_).rpartition("/")[0] or id_)
    passage = Passage(id_, text, fields.get("question"), fields.get("audience"))
    return Answer(testimony, passage, sentences)


def _of_folder(folder: Path) -> Iterator[Answer]:
    labels = read_labels(sorted((folder / "labels").glob("*.tsv")))
    for path in sorted((folder / "testimonies").glob("*.txt")):
        yield from _of_file(path, labels)


def read_labels(paths: Iterable[Path]) -> Labels:
    """The themes given in *paths*, by testimony; raises ``CorpusError``."""
    labels: dict[str, list[frozenset[str]]] = {}
    for path in paths:
        current: list[frozenset[str]] | None = None
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("=== "):
                current = labels[line.removeprefix("=== ").strip()] = []
            elif line.strip():
                found = _LABEL.fullmatch(line.strip())
                if found is None or current is None or int(found["number"]) != len(current) + 1:
                    raise CorpusError(f"{path}, ligne {number} : ce n’est pas la suite des thèmes.")
                themes = re.split(r",\s*", found["themes"])
                current.append(frozenset(theme for theme in themes if theme != "-"))
    return labels


def _of_file(path: Path, labels: Labels) -> Iterator[Answer]:
    id_, audience, question = "", "", ""
    lines: list[str] = []
    used = 0
    for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), ""], 1):
        header, asked = _HEADER.fullmatch(line), _QUESTION.fullmatch(line)
        if header or asked or not line.strip():
            if lines and id_ in labels:
                themes = labels[id_][used : used + len(lines)]
                if len(themes) < len(lines):
                    raise CorpusError(f"{path}, ligne {number} : il manque des thèmes à « {id_} ».")
                yield _joined(id_, audience, question, lines, themes)
            used, lines = used + len(lines), []
            if header:
                id_, audience, used = header["id"], header["audience"], 0
            elif asked:
                question = asked[1]
        elif id_ and question:
            lines.append(line.strip())
        else:
            raise CorpusError(f"{path}, ligne {number} : une phrase sans témoignage ni question.")


def _joined(
    id_: str, audience: str, question: str, lines: list[str], themes: list[frozenset[str]]
) -> Answer:
    """Sentences as somebody typed them: one after the other, the lines of a list on lines."""
    text, sentences = "", []
    for line, given in zip(lines, themes, strict=True):
        is_list = line.startswith("- ")
        if text:
            text += "\n" if is_list or not _is_closed(text) else " "
        sentences.append(Sentence(len(text), len(text) + len(line), given))
        text += line
    return Answer(id_, Passage(f"{id_}/{question}", text, question, audience), tuple(sentences))


def _is_closed(text: str) -> bool:
    """Whether a sentence visibly ends here: otherwise the next one began on a line of its own."""
    return text.rstrip('»”" )').endswith((".", "!", "?", "…"))
