"""From the phrases found in a sentence to the themes it speaks of."""

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.codebook import Codebook, Cue, Idea, Theme
from analysis.components.lexicon import Hit, Lexicon

Hits = dict[Idea, list[Hit]]


@dataclass(frozen=True, slots=True)
class Finding:
    """A cue found, and where each of its ideas is."""

    cue: Cue
    hits: tuple[Hit, ...]


class Finder:
    """Which cues of a codebook hold, given the ideas found. A cue is looked at only where its rarest idea is."""

    def __init__(self, codebook: Codebook, lexicon: Lexicon) -> None:
        self._codebook, self._lexicon = codebook, lexicon
        cues = [(theme, cue) for theme in codebook.themes for cue in theme.cues]
        uses: dict[Idea, int] = {}
        for _, cue in cues:
            for idea in cue.ideas:
                uses[idea] = uses.get(idea, 0) + 1
        self._by_rarest: dict[Idea, list[tuple[Theme, Cue]]] = {}
        for theme, cue in cues:
            self._by_rarest.setdefault(min(cue.ideas, key=uses.__getitem__), []).append(
                (theme, cue)
            )

    def themes(self, hits: list[Hit]) -> Iterator[tuple[Theme, float, list[Finding]]]:
        """The themes of a sentence where *hits* were found, in the codebook's order, with scores and reasons."""
        by_idea: Hits = {}
        for hit in hits:
            for idea in self._lexicon.ideas(hit):
                by_idea.setdefault(idea, []).append(hit)
        findings: dict[str, list[Finding]] = {}
        for idea in by_idea:
            for theme, cue in self._by_rarest.get(idea, ()):
                places = _apart(cue.ideas, by_idea, ())
                if places is not None:
                    findings.setdefault(theme.id, []).append(Finding(cue, places))
        for theme in self._codebook.themes:
            kept = _without_doubles(findings.get(theme.id, []))
            score = _noisy_or(kept)
            if kept and score >= self._codebook.threshold:
                yield theme, score, kept


def _apart(
    ideas: tuple[Idea, ...], by_idea: Hits, taken: tuple[Hit, ...]
) -> tuple[Hit, ...] | None:
    """A place for each of *ideas*, no two on the same word; None if there is no such choice."""
    if len(taken) == len(ideas):
        return taken
    for hit in by_idea.get(ideas[len(taken)], ())[
        :12
    ]:  # a ceiling: lists that repeat one word by the thousand
        if not any(hit.meets(other) for other in taken):
            places = _apart(ideas, by_idea, (*taken, hit))
            if places is not None:
                return places
    return None


def _without_doubles(findings: list[Finding]) -> list[Finding]:
    """*findings* in the codebook's order, without those whose words all serve a weightier or longer one."""
    kept: list[tuple[Finding, set[int]]] = []
    ordered = [(finding, _words(finding)) for finding in findings]
    for finding, words in sorted(
        ordered, key=lambda one: (-len(one[1]), -one[0].cue.weight, one[0].cue.line)
    ):
        if not any(
            words <= others and finding.cue.weight <= other.cue.weight for other, others in kept
        ):
            kept.append((finding, words))
    return sorted((finding for finding, _ in kept), key=lambda finding: finding.cue.line)


def _words(finding: Finding) -> set[int]:
    return {word for hit in finding.hits for word in range(hit.start, hit.end)}


def _noisy_or(findings: list[Finding]) -> float:
    doubt = 1.0
    for finding in findings:
        doubt *= 1 - finding.cue.weight
    return round(1 - doubt, 4)
