"""A codebook's phrases, made ready for PhraseMatcher: which ideas each one speaks for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from analysis.codebook import Codebook, Idea
from analysis.components.shadow import OTHER, Shadow

Reader = Callable[[str], tuple[str, ...]]  # a phrase's keys


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """A phrase found: its place in the shadow (``end`` excluded), and its keys."""

    start: int
    end: int
    phrase: tuple[str, ...]

    def meets(self, other: "Hit") -> bool:
        return self.start < other.end and other.start < self.end

    def holds(self, other: "Hit") -> bool:
        return self.start <= other.start and other.end <= self.end


class Lexicon:
    """Every phrase of a codebook; ``known`` are the keys that they are made of."""

    def __init__(self, codebook: Codebook, nlp: Language, read: Reader) -> None:
        self._vocab = nlp.vocab
        self._neutral = {read(phrase) for phrase in codebook.neutral}
        self._ideas: dict[tuple[str, ...], list[Idea]] = {}
        for idea in _ideas(codebook):
            for phrase in dict.fromkeys(map(read, idea.phrases)):
                self._ideas.setdefault(phrase, []).append(idea)
        phrases = [*self._ideas, *(self._neutral - self._ideas.keys())]
        self.known = frozenset(key for phrase in phrases for key in phrase) | {OTHER}
        self._matcher = PhraseMatcher(nlp.vocab, attr="ORTH")
        self._matcher.add(
            "indice", [Doc(nlp.vocab, words=list(phrase)) for phrase in phrases if phrase]
        )

    def hits(self, shadow: Shadow) -> list[Hit]:
        """The phrases in *shadow*, in order, those that a neutral expression covers left out."""
        words = shadow.words
        found = self._matcher(Doc(self._vocab, words=words)) if words else []
        hits = sorted({Hit(start, end, tuple(words[start:end])) for _, start, end in found})
        neutral = [hit for hit in hits if hit.phrase in self._neutral]
        if neutral:
            hits = [
                hit for hit in hits if not any(hit.meets(n) and not hit.holds(n) for n in neutral)
            ]
        return [hit for hit in hits if hit.phrase in self._ideas]

    def ideas(self, hit: Hit) -> list[Idea]:
        """The ideas that *hit* speaks for."""
        return self._ideas[hit.phrase]


def _ideas(codebook: Codebook) -> Iterator[Idea]:
    """Each idea once."""
    cues = (cue for theme in codebook.themes for cue in theme.cues)
    yield from dict.fromkeys(idea for cue in cues for idea in cue.ideas)
