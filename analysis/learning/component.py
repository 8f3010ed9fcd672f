"""The judge as a spaCy component, at the end of a pipeline: it travels with it, on disk too."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain
from pathlib import Path

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import minibatch

from analysis.components.sentences import sentence_spans
from analysis.learning.judge import Judge
from analysis.learning.vectors import vectors_of
from analysis.learning.words import WordReader

NAME = "recueil_themes"
_BATCH = 128  # docs judged at a time
_NONE = np.zeros((0, 0), dtype=np.float32)


class ThemeJudge:
    """Leaves in ``doc.user_data[NAME]`` what it read of each sentence of a doc (``Words``), and the
    log-odds of each theme, a row a sentence.
    """

    def __init__(self) -> None:
        self.judge: Judge | None = None
        self._words = WordReader()

    def __call__(self, doc: Doc) -> Doc:
        self._judge([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = _BATCH) -> Iterator[Doc]:
        """The docs of *stream*, judged many at a time: each is told the same as by itself."""
        for docs in minibatch(stream, size=min(batch_size, _BATCH)):  # type: ignore[no-untyped-call]
            self._judge(docs)
            yield from docs

    def _judge(self, docs: Sequence[Doc]) -> None:
        if self.judge is None:
            return
        level = self.judge.level
        spans = [[(first, after) for first, after, _, _ in sentence_spans(doc)] for doc in docs]
        words = [
            [self._words.read(doc[first:after]) for first, after in of_doc]
            for doc, of_doc in zip(docs, spans, strict=True)
        ]
        logits = level.linear.logits(list(chain(*words)))
        ends = list(accumulate(map(len, words)))[:-1]
        for doc, of_doc, read, odds in zip(docs, spans, words, np.split(logits, ends), strict=True):
            vectors = vectors_of(doc, of_doc) if len(level.dense) else _NONE
            has_more = level.reads(vectors)
            doc.user_data[NAME] = (read, odds + level.by_vectors(vectors) if has_more else odds)

    def to_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> None:
        """Keep the judge in the folder *path*."""
        if self.judge is not None:
            self.judge.to_disk(Path(path))

    def from_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> "ThemeJudge":
        """Take over the judge kept in the folder *path*; none, when none was kept."""
        if Path(path).exists():
            self.judge = Judge.from_disk(Path(path))
        return self


@Language.factory(NAME)
def make_judge(nlp: Language, name: str) -> ThemeJudge:
    """Make the component, which knows nothing until it is read from disk or given a judge."""
    return ThemeJudge()


def judging_part(nlp: Language) -> ThemeJudge:
    """The component of *nlp*."""
    part = nlp.get_pipe(NAME)
    assert isinstance(part, ThemeJudge)
    return part
