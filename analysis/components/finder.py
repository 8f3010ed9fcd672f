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


class Finder:
    """Which cues of a codebook hold. A cue is looked at only where its rarest idea is."""

    def __init__(self, codebook: Codebook, lexicon: Lexicon) -> None:
        self._codebook, self._lexicon = codebook, lexicon
        cues = [
            (rank, cue, lexicon.numbers(cue.ideas))
            for rank, theme in enumerate(codebook.themes)
            for cue in theme.cues
        ]
        uses: dict[int, int] = {}
        for _, _, ideas in cues:
            for idea in ideas:
                uses[idea] = uses.get(idea, 0) + 1
        self._by_rarest: dict[int, list[tuple[int, Cue, tuple[int, ...]]]] = {}
        for entry in cues:
            self._by_rarest.setdefault(min(entry[2], key=uses.__getitem__), []).append(entry)

    def themes(
        self, hits: list[Hit], stand_ins: Mapping[int, Hit]
    ) -> Iterator[tuple[Theme, float, list[Finding]]]:
        """The themes of a sentence in the codebook's order, each with its score and what was found:
        all those of which a cue holds, however weak.

        *hits*: the phrases in it. *stand_ins*: the ideas that a pronoun stands for.
        """
        places: dict[int, list[Hit]] = {}
        for hit in hits:
            for idea in self._lexicon.ideas(hit):
                places.setdefault(idea, []).append(hit)
        for idea, hit in stand_ins.items():
            places.setdefault(idea, []).append(hit)
        findings = self._findings(places, stand_ins)
        for rank in sorted(findings):
            kept = _without_doubles(findings[rank])
            yield self._codebook.themes[rank], _noisy_or(kept), kept

    def _findings(
        self, places: dict[int, list[Hit]], stand_ins: Mapping[int, Hit]
    ) -> dict[int, list[Finding]]:
        """What holds, by the theme's rank."""
        findings: dict[int, list[Finding]] = {}
        for idea in places:
            for rank, cue, ideas in self._by_rarest.get(idea, ()):
                # most cues fall here: the plain test spares a search
                hits = _apart(ideas, places, ()) if all(map(places.__contains__, ideas)) else None
                if hits is not None:
                    by_pronoun = bool(stand_ins) and any(
                        stand_ins.get(i) is hit for i, hit in zip(ideas, hits, strict=True)
                    )
                    weight = cue.weight * _BY_PRONOUN if by_pronoun else cue.weight
                    findings.setdefault(rank, []).append(Finding(cue, hits, weight))
        return findings


def _apart(
    ideas: tuple[int, ...], places: dict[int, list[Hit]], taken: tuple[Hit, ...]
) -> tuple[Hit, ...] | None:
    """A place for each of *ideas*, no two on the same word; None if there is no such choice."""
    if len(taken) == len(ideas):
        return taken
    for hit in places.get(ideas[len(taken)], ())[:_PLACES]:
        if not taken or (_near(hit, taken) and not any(map(hit.meets, taken))):
            hits = _apart(ideas, places, (*taken, hit))
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
