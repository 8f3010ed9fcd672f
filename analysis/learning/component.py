"""The judge as a spaCy component, at the end of a pipeline: it travels with it, on disk too."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from analysis.components.sentences import sentence_spans
from analysis.learning.judge import Judge
from analysis.learning.vectors import vectors_of
from analysis.learning.words import WordReader

NAME = "recueil_themes"
_NONE = np.zeros((0, 0), dtype=np.float32)


class ThemeJudge:
    """Leaves in ``doc.user_data[NAME]`` what it read of each sentence of a doc (``Words``), and the
    log-odds of each theme, a row a sentence.
    """

    def __init__(self) -> None:
        self.judge: Judge | None = None
        self._words = WordReader()

    def __call__(self, doc: Doc) -> Doc:
        if self.judge is not None:
            spans = [(first, after) for first, after, _, _ in sentence_spans(doc)]
            words = [self._words.read(doc[first:after]) for first, after in spans]
            level = self.judge.level
            vectors = vectors_of(doc, spans) if len(level.dense) else _NONE
            doc.user_data[NAME] = (words, level.logits(words, vectors))
        return doc

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
