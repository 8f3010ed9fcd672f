"""Labelled corpora: testimonies whose sentences bear themes that a person gave them.

Two forms are read. JSON Lines, one answer a line: ``{"id", "text", "question", "audience",
"testimony", "sentences": [{"start", "end", "themes": [...]}]}``, offsets in code points of the
text, ``testimony`` what groups answers (by default what comes before the last ``/`` of the id).
And the repository's own folder, written to be read by people: ``testimonies/*.txt``, a sentence a
line, and ``labels/*.tsv`` with the themes of each (see its README).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from analysis.corpus import CorpusError, Passage, passage_of, reason, record_of

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
        raise CorpusError(f"{path} : lecture impossible ({reason(error)}).") from None


def resolved(answers: Iterable[Answer], standing: Callable[[str], str]) -> Iterator[Answer]:
    """*answers* whose themes are those that stand today: a merged one is what it is part of."""
    for answer in answers:
        sentences = (
            replace(
                each,
                themes=frozenset(map(standing, each.themes)),
                judged=None if each.judged is None else frozenset(map(standing, each.judged)),
            )
            for each in answer.sentences
        )
        yield replace(answer, sentences=tuple(sentences))


def files_of(path: Path) -> list[Path]:
    """The files that ``read`` reads, in order."""
    if not path.is_dir():
        return [path]
    return [*sorted(path.glob("labels/*.tsv")), *sorted(path.glob("testimonies/*.txt"))]


def _of_lines(path: Path) -> Iterator[Answer]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield _answer(record_of(line))
                except ValueError as error:
                    raise CorpusError(f"{path}, ligne {number} : {error}") from None


def _answer(record: dict[str, Any]) -> Answer:
    together = record.get("testimony")
    passage = passage_of({**record, "testimony": None})
    if isinstance(together, dict | list):
        raise ValueError("« testimony » doit être un texte ou un nombre.")
    if not isinstance(record.get("sentences"), list):
        raise ValueError("« sentences » manque ou n’est pas une liste.")
    sentences = [_sentence(each, len(passage.text)) for each in record["sentences"]]
    testimony = together or str(passage.id).rpartition("/")[0] or passage.id
    return Answer(str(testimony), passage, tuple(sorted(sentences, key=_place)))


def _sentence(record: object, length: int) -> Sentence:
    if not isinstance(record, dict) or not {"start", "end", "themes"} <= record.keys():
        raise ValueError("une phrase est un objet, avec « start », « end » et « themes ».")
    start, end, themes = record["start"], record["end"], record["themes"]
    if type(start) is not int or type(end) is not int:
        raise ValueError("« start » et « end » sont des nombres entiers.")
    if not isinstance(themes, list) or not all(isinstance(each, str) for each in themes):
        raise ValueError("« themes » est une liste d’identifiants.")
    if not 0 <= start < end <= length:
        raise ValueError(f"la phrase {start}-{end} sort du texte.")
    return Sentence(start, end, frozenset(themes))


def _place(sentence: Sentence) -> tuple[int, int]:
    return sentence.start, sentence.end


def _of_folder(folder: Path) -> Iterator[Answer]:
    labels = read_labels(sorted((folder / "labels").glob("*.tsv")))
    met: set[str] = set()
    for path in sorted((folder / "testimonies").glob("*.txt")):
        for written in _written(path):
            if written.id in met:
                raise CorpusError(f"{written.place} : « {written.id} » est déjà écrit ailleurs.")
            met.add(written.id)
            if written.id in labels:
                yield from _labelled(written, labels[written.id])
    if lost := sorted(labels.keys() - met):
        raise CorpusError(f"{folder} : des thèmes sont donnés à « {lost[0]} », qui n’existe pas.")


def read_labels(paths: Iterable[Path]) -> Labels:
    """The themes given in *paths*, by testimony; raises ``CorpusError``."""
    labels: dict[str, list[frozenset[str]]] = {}
    for path in paths:
        current: list[frozenset[str]] | None = None
        for number, line in enumerate(_lines(path), 1):
            place = f"{path}, ligne {number}"
            if line.startswith("=== "):
                id_ = line.removeprefix("=== ").strip()
                if id_ in labels:
                    raise CorpusError(f"{place} : « {id_} » est déjà étiqueté.")
                current = labels[id_] = []
            elif line.strip():
                found = _LABEL.fullmatch(line.strip())
                if found is None or current is None or int(found["number"]) != len(current) + 1:
                    raise CorpusError(f"{place} : ce n’est pas la suite des thèmes.")
                themes = re.split(r",\s*", found["themes"])
                current.append(frozenset(theme for theme in themes if theme != "-"))
    return labels


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise CorpusError(f"{path} : le texte n’est pas en UTF-8.") from None


@dataclass
class _Written:
    """A testimony as its file has it: the sentences of each answer, after its question."""

    id: str
    audience: str
    place: str
    answers: list[tuple[str, list[str]]] = field(default_factory=list)


def _written(path: Path) -> Iterator[_Written]:
    current: _Written | None = None
    goes_on = False  # the line before belongs to the same answer
    for number, line in enumerate(_lines(path), 1):
        place = f"{path}, ligne {number}"
        if header := _HEADER.fullmatch(line):
            if current is not None:
                yield current
            current, question = _Written(header["id"], header["audience"], place), ""
        elif line.startswith("==="):
            raise CorpusError(f"{place} : « === identifiant | profil | style » est attendu.")
        elif asked := _QUESTION.fullmatch(line):
            question = asked[1]
        elif line.strip():
            if current is None or not question:
                raise CorpusError(f"{place} : une phrase sans témoignage ni question.")
            if not goes_on:
                current.answers.append((question, []))
            current.answers[-1][1].append(line.strip())
            goes_on = True
            continue
        goes_on = False
    if current is not None:
        yield current


def _labelled(written: _Written, labels: list[frozenset[str]]) -> Iterator[Answer]:
    sentences = sum(len(lines) for _, lines in written.answers)
    if sentences != len(labels):
        raise CorpusError(
            f"{written.place} : « {written.id} » a {sentences} phrases, "
            f"et des thèmes pour {len(labels)}."
        )
    used = 0
    for question, lines in written.answers:
        given = labels[used : used + len(lines)]
        used += len(lines)
        yield _joined(written.id, written.audience, question, lines, given)


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
