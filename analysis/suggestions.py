"""What the pipeline proposes: a theme on a sentence, how strongly, and why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that speak for a theme: ``start``/``end`` in code points of the text, ``reason``
    in French.
    """

    start: int
    end: int
    reason: str

    def as_dict(self) -> dict[str, object]:
        return {"start": self.start, "end": self.end, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A theme proposed for one sentence.

    ``start``/``end``: the sentence without the white space around it, in code points of the text.
    ``score``: in (0, 1], four decimals. By what was learnt, how probable the theme is; by cues
    alone 1 − ∏(1 − w) over their weights w (a noisy "or"), which ranks and is no probability.
    """

    theme: str
    start: int
    end: int
    score: float
    evidence: tuple[Evidence, ...]

    def as_dict(self) -> dict[str, object]:
        return {
            "theme": self.theme,
            "start": self.start,
            "end": self.end,
            "score": self.score,
            "evidence": [evidence.as_dict() for evidence in self.evidence],
        }
