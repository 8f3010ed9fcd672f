"""From the phrases found in a sentence to the themes it speaks of."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from analysis.codebook import Codebook, Cue, Theme
from analysis.components.lexicon import Hit, Lexicon
from analysis.components.shadow import THEM, VOICE

_PERSONS = frozenset(((VOICE,), (THEM,)))
_BY_PRONOUN = 0.85  # what is left of a cue's weight when a pronoun stands for one of its ideas
_REACH = 14  # words, the little ones not counted, between the ideas of a cue in a long sentence
_PLACES = 12  # places of one idea tried in one sentence: a ceiling for texts that repeat a word


class Finding(NamedTuple):
    """A cue found, where each of its ideas is, and its weight here."""

    cue: Cue
    hits: tuple[Hit, ...]
    weight: float

    @property
    def is_telling(self) -> bool:
        """Whether a word of it is more than a pronoun: « on » alone tells nobody anything."""
        return any(hit.phrase not in _PERSONS for hit in self.hits)


class _Sought(NamedTuple):
    """A cue to look for: its place in the codebook, its theme's rank, its ideas."""

    number: int
    rank: int
    cue: Cue
    ideas: tuple[int, ...]


class Finder:
    """Which cues of a codebook hold. A cue is looked at only where its rarest idea is."""

    def __init__(self, codebook: Codebook, lexicon: Lexicon) -> None:
        self._codebook, self._lexicon = codebook, lexicon
        cues = ((rank, cue) for rank, theme in enumerate(codebook.themes) for cue in theme.cues)
        company = lexicon.company()
        self._by_rarest: dict[int, list[_Sought]] = {}
        for number, (rank, cue) in enumerate(cues):
            sought = _Sought(number, rank, cue, lexicon.numbers(cue.ideas))
            rarest = min(sought.ideas, key=lambda idea: company.get(idea, 0))
            self._by_rarest.setdefault(rarest, []).append(sought)
        self._rarest = frozenset(self._by_rarest)

    def themes(
        self, hits: list[Hit], stand_ins: Mapping[int, Hit]
    ) -> Iterator[tuple[Theme, float, list[Finding]]]:
        """The themes of a sentence in the codebook's order, each with its score and what was found:
        all those of which a cue holds, however weak.

        *hits*: the phrases in it. *stand_ins*: the ideas that a pronoun stands for.
        """
        findings = self._findings(hits, stand_ins)
        for rank in sorted(findings):
            kept = _without_doubles(findings[rank])
            yield self._codebook.themes[rank], _noisy_or(kept), kept

    def _findings(self, hits: list[Hit], stand_ins: Mapping[int, Hit]) -> dict[int, list[Finding]]:
        """What holds, by the theme's rank."""
        spoken = [self._lexicon.ideas(hit) for hit in hits]
        present = frozenset(stand_ins).union(*spoken)
        # most cues fall here: the plain test spares a search
        holding = [
            sought
            for idea in present & self._rarest
            for sought in self._by_rarest[idea]
            if present.issuperset(sought.ideas)
        ]
        findings: dict[int, list[Finding]] = {}
        for sought in sorted(holding):
            places = [_places(idea, hits, spoken, stand_ins) for idea in sought.ideas]
            if (found := _apart(places, ())) is not None:
                weight = sought.cue.weight
                if stand_ins and any(
                    stand_ins.get(idea) is hit
                    for idea, hit in zip(sought.ideas, found, strict=True)
                ):
                    weight *= _BY_PRONOUN
                findings.setdefault(sought.rank, []).append(Finding(sought.cue, found, weight))
        return findings


def _places(
    idea: int, hits: list[Hit], spoken: list[frozenset[int]], stand_ins: Mapping[int, Hit]
) -> list[Hit]:
    """Where *idea* is, the first ones; a pronoun that stands for it comes last."""
    places = [hit for hit, ideas in zip(hits, spoken, strict=True) if idea in ideas]
    if idea in stand_ins:
        places.append(stand_ins[idea])
    return places[:_PLACES]


def _apart(places: list[list[Hit]], taken: tuple[Hit, ...]) -> tuple[Hit, ...] | None:
    """One of each of *places*, no two on the same word; None if there is no such choice."""
    if len(taken) == len(places):
        return taken
    for hit in places[len(taken)]:
        if not taken or (_near(hit, taken) and not any(map(hit.meets, taken))):
            hits = _apart(places, (*taken, hit))
            if hits is not None:
                return hits
    return None


def _near(hit: Hit, others: tuple[Hit, ...]) -> bool:
    """Whether *hit* is within reach of all *others*; a pronoun, which has no place, always is."""
    if others and hit.phrase not in _PERSONS:
        for other in others:
            is_far = hit.start - other.end > _REACH or other.start - hit.end > _REACH
            if is_far and other.phrase not in _PERSONS:
                return False
    return True


def _without_doubles(findings: list[Finding]) -> list[Finding]:
    """*findings* in the codebook's order, without those whose words all serve a weightier one."""
    if len(findings) == 1:
        return findings
    kept: list[tuple[Finding, set[int]]] = []
    sized = [(finding, _words(finding)) for finding in findings]
    for finding, words in sorted(
        sized, key=lambda one: (-len(one[1]), -one[0].weight, one[0].cue.line)
    ):
        if not any(words <= others and finding.weight <= other.weight for other, others in kept):
            kept.append((finding, words))
    return sorted((finding for finding, _ in kept), key=lambda finding: finding.cue.line)


def _words(finding: Finding) -> set[int]:
    return {word for hit in finding.hits for word in range(hit.start, hit.end)}


def _noisy_or(findings: list[Finding]) -> float:
    doubt = 1.0
    for finding in findings:
        doubt *= 1 - finding.weight
    return round(1 - doubt, 4)
