"""The pipeline: French passages in, theme suggestions out, each with its reasons.

What speaks for a theme is read by the codebook's cues (``reading``), and by what was learnt from
labelled testimonies when the spaCy pipeline carries it (``learning``); ``weighing`` makes one score
of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import spacy.about
from spacy.tokens import Doc

from analysis.codebook import Codebook
from analysis.components.sentences import sentence_spans
from analysis.corpus import Passage
from analysis.models import AUTO, Model, ModelError, open_model
from analysis.pieces import legible, pieces
from analysis.reading import Reader
from analysis.suggestions import Suggestion
from analysis.weighing import by_cues, by_judge

__all__ = ["ModelError", "Tagger", "load"]

# The first batch is small, so that somebody who waits sees something; the next ones are larger,
# since each learns its words anew.
_FIRST_BATCH, _LAST_BATCH = 64, 2_048  # passages
_BATCH_CHARACTERS = 200_000


def load(codebook: Codebook | Path | str | None = None, model: str = AUTO) -> "Tagger":
    """A tagger for *codebook* (read, or its path; ours by default) over *model*.

    *model*: see ``models.open_model``. Raises ``CodebookError`` or ``ModelError``, one French line.
    """
    if codebook is None:
        codebook = Codebook.read()
    elif not isinstance(codebook, Codebook):
        codebook = Codebook.read(codebook)
    return Tagger(codebook, open_model(model))


class Tagger:
    """Suggests the themes of *codebook*; one instance serves one thread at a time."""

    def __init__(self, codebook: Codebook, model: Model) -> None:
        self.codebook = codebook.active
        self._model = model
        self.nlp = model.nlp
        self.reader = Reader(self.codebook, model.nlp)

    @property
    def origin(self) -> str:
        """What signs the suggestions: pipeline, its version, the codebook's; ≤ 80 characters."""
        return f"{self._model.name[:30]} {self._model.version[:18]}, grille {self.codebook.version}"

    def info(self) -> dict[str, str]:
        """What is in use, French label by French label, for a person to read."""
        judge = self._model.judge
        about = {
            "Modèle": f"{self._model.name} {self._model.version} (spaCy {spacy.about.__version__})",
            "Grille de codage": f"version {self.codebook.version} ({self.codebook.path.name})",
            "Thèmes": str(len(self.codebook.themes)),
            "Indices": str(self.codebook.cue_count),
            "Classifieur": "aucun" if judge is None else f"version {judge.version}",
        }
        return about | {
            f"Remarque {rank}": text for rank, text in enumerate(self._model.remarks, 1)
        }

    def suggest(self, passages: Iterable[Passage]) -> Iterator[tuple[Passage, list[Suggestion]]]:
        """Each passage, in order, with its suggestions by place then theme's rank in the codebook.

        Any text is accepted. Reads *passages* as a stream, a batch at a time.
        """
        for batch in _batches(passages):
            yield from zip(batch, self._suggest_batch(batch), strict=True)

    def _suggest_batch(self, batch: list[Passage]) -> list[list[Suggestion]]:
        texts = [
            (piece, (index, offset))
            for index, passage in enumerate(batch)
            for offset, piece in pieces(legible(passage.text))
        ]
        found: list[list[Suggestion]] = [[] for _ in batch]
        with (
            self.nlp.memory_zone()
        ):  # what spaCy learns of this batch's words is forgotten after it
            for doc, (index, offset) in self.nlp.pipe(texts, as_tuples=True):
                found[index].extend(
                    _moved(each, offset) for each in self._suggest_doc(doc, batch[index])
                )
        return found

    def _suggest_doc(self, doc: Doc, passage: Passage) -> Iterator[Suggestion]:
        context = self.reader.context(passage.question, passage.audience)
        reading = self.reader.read(doc, list(sentence_spans(doc)), context)
        judge = self._model.judge
        if judge is None:
            return by_cues(reading, self.codebook)
        return by_judge(reading, self.codebook, judge, passage.question, passage.audience)


def _moved(suggestion: Suggestion, offset: int) -> Suggestion:
    """*suggestion* of a piece, in code points of the whole text."""
    if not offset:
        return suggestion
    return replace(
        suggestion,
        start=suggestion.start + offset,
        end=suggestion.end + offset,
        evidence=tuple(
            replace(each, start=each.start + offset, end=each.end + offset)
            for each in suggestion.evidence
        ),
    )


def _batches(passages: Iterable[Passage]) -> Iterator[list[Passage]]:
    batch: list[Passage] = []
    size, most = 0, _FIRST_BATCH
    for passage in passages:
        batch.append(passage)
        size += len(passage.text)
        if len(batch) == most or size >= _BATCH_CHARACTERS:
            yield batch
            batch, size, most = [], 0, min(4 * most, _LAST_BATCH)
    if batch:
        yield batch
