"""A codebook's phrases, made ready for PhraseMatcher: which ideas each one speaks for."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from analysis.codebook import Codebook, Idea
from analysis.components.shadow import OTHER, THEM, VOICE, Shadow

Keys = tuple[str, ...]
Reader = Callable[[str], Keys]  # a phrase's keys


class Hit(NamedTuple):
    """A phrase found: its place in the shadow (``end`` excluded), and its keys."""

    start: int
    end: int
    phrase: Keys

    def meets(self, other: "Hit") -> bool:
        return self.start < other.end and other.start < self.end

    def holds(self, other: "Hit") -> bool:
        return self.start <= other.start and other.end <= self.end


class Lexicon:
    """Every phrase of a codebook, its ideas as numbers; ``known`` are the keys that phrases are
    made of.
    """

    def __init__(self, codebook: Codebook, nlp: Language, read: Reader) -> None:
        self._vocab = nlp.vocab
        read = cache(read)  # of three phrases, two are those of other ideas too
        self._numbers = {
            idea: number for number, idea in enumerate(dict.fromkeys(_ideas(codebook)))
        }
        self._neutral = {read(phrase) for phrase in codebook.neutral}
        self._ideas: dict[Keys, list[int]] = {(VOICE,): [], (THEM,): []}
        for idea, number in self._numbers.items():
            for phrase in dict.fromkeys(map(read, idea.phrases)):
                self._ideas.setdefault(phrase, []).append(number)
        phrases = [*self._ideas, *(self._neutral - self._ideas.keys())]
        self.known = frozenset(key for phrase in phrases for key in phrase) | {OTHER}
        self._sets = {phrase: frozenset(ideas) for phrase, ideas in self._ideas.items()}
        self._matcher = PhraseMatcher(nlp.vocab, attr="ORTH")
        self._matcher.add("indice", [Doc(nlp.vocab, words=list(phrase)) for phrase in phrases])

    def numbers(self, ideas: Iterable[Idea]) -> tuple[int, ...]:
        """The numbers of *ideas*, those that no cue uses left out."""
        return tuple(self._numbers[idea] for idea in ideas if idea in self._numbers)

    def ideas(self, hit: Hit) -> frozenset[int]:
        """The numbers of the ideas that *hit* speaks for."""
        return self._sets[hit.phrase]

    def company(self) -> dict[int, int]:
        """By idea, with how many its phrases are shared: the more, the more common its words."""
        shared: dict[int, int] = {}
        for ideas in self._sets.values():
            for idea in ideas:
                shared[idea] = shared.get(idea, 0) + len(ideas)
        return shared

    def hits(self, shadow: Shadow) -> list[Hit]:
        """The phrases in *shadow*, in order, those that a neutral expression covers left out."""
        words = shadow.words
        found = self._matcher(Doc(self._vocab, words=words)) if words else []
        hits = sorted({Hit(start, end, tuple(words[start:end])) for _, start, end in found})
        return [hit for hit in self._uncovered(hits) if hit.phrase in self._ideas]

    def _uncovered(self, hits: list[Hit]) -> Iterator[Hit]:
        covered = {
            word: hit
            for hit in hits
            if hit.phrase in self._neutral
            for word in range(hit.start, hit.end)
        }
        if not covered:
            yield from hits
            return
        for hit in hits:
            over = [covered[word] for word in range(hit.start, hit.end) if word in covered]
            if all(hit.holds(neutral) for neutral in over):
                yield hit


def _ideas(codebook: Codebook) -> Iterator[Idea]:
    for theme in codebook.themes:
        for cue in theme.cues:
            yield from cue.ideas
