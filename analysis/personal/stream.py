"""The command ``pseudonymise``: passages in, lines out, a testimony at a time."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from analysis.corpus import Passage, json_line
from analysis.models import AUTO
from analysis.personal.entities import entities
from analysis.personal.finder import propose_all
from analysis.personal.measures import measure, read_marked, table
from analysis.personal.rewriting import apply_all

_MOST = 500  # passages held at once, however long a testimony claims to be


def lines(passages: Iterable[Passage], model: str = AUTO) -> Iterator[bytes]:
    """For each of *passages*, in order, its line of the contract: id, entities, text.

    Reads *passages* as a stream: it holds the passages of one testimony, those in a row that share
    ``testimony``. Raises ``ModelError``, and what *passages* raises.
    """
    recognizer = entities(model)
    for batch in _testimonies(passages):
        texts = [passage.text for passage in batch]
        proposals = propose_all(texts, recognizer)
        for passage, found, new in zip(batch, proposals, apply_all(texts, proposals), strict=True):
            marked = [one.as_dict() for one in found]
            yield json_line({"id": passage.id, "entities": marked, "text": new.text})


def evaluate(path: Path, model: str = AUTO) -> str:
    """The table of recall and precision over the marked texts at *path*.

    Raises ``CorpusError`` or ``ModelError``.
    """
    marked = read_marked(path)
    return table(measure(marked, entities(model)))


def _testimonies(passages: Iterable[Passage]) -> Iterator[list[Passage]]:
    numbered = enumerate(passages)
    for _, group in groupby(numbered, lambda one: one[1].testimony or one[0]):
        batch: list[Passage] = []
        for _, passage in group:
            batch.append(passage)
            if len(batch) == _MOST:
                yield batch
                batch = []
        if batch:
            yield batch
