"""The judge as a spaCy component, at the end of a pipeline: it travels with it, on disk too."""

from collections.abc import Iterable
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from analysis.components.keys import Keys
from analysis.components.sentences import sentence_spans
from analysis.learning.judge import Judge
from analysis.learning.words import Words, words_in

NAME = "recueil_themes"


class ThemeJudge:
    """Leaves in ``doc.user_data[NAME]`` what it read of each sentence of a doc (``Words``), and the
    log-odds of each theme, a row a sentence.
    """

    def __init__(self) -> None:
        self.judge: Judge | None = None
        self._keys = Keys()

    def __call__(self, doc: Doc) -> Doc:
        if self.judge is not None:
            words = self.words_of(doc)
            doc.user_data[NAME] = (words, self.judge.linear.logits(words))
        return doc

    def words_of(self, doc: Doc) -> list[Words]:
        """What the judge reads of each sentence of *doc*."""
        spans = sentence_spans(doc)
        return [words_in(doc[first:after], self._keys) for first, after, _, _ in spans]

    def to_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> None:
        """Keep the judge in the folder *path*."""
        if self.judge is not None:
            self.judge.to_disk(Path(path))

    def from_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> "ThemeJudge":
        """Take over the judge kept in the folder *path*."""
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
