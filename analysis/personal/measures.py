"""How well the proposals find what people marked: precision and recall, type by type."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from analysis.corpus import CorpusError
from analysis.personal.finder import Recognizer, propose
from analysis.personal.proposals import Proposal

Span = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and what people marked in it. *neutral*: spans that count neither way."""

    id: str
    text: str
    entities: tuple[Span, ...]
    neutral: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """Of one type: marked spans, those wholly covered, proposals that count, those that touch a
    marked span of their type.
    """

    marked: int
    found: int
    proposed: int
    right: int

    @property
    def recall(self) -> float:
        """The share of what is marked that is covered to its last character; 1 where none is."""
        return self.found / self.marked if self.marked else 1.0

    @property
    def precision(self) -> float:
        """The share of the proposals that are right; 1 where there is none."""
        return self.right / self.proposed if self.proposed else 1.0


def read_marked(path: Path) -> list[Marked]:
    """The marked texts of a JSON Lines file; raises ``CorpusError``."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise CorpusError(f"{path} : lecture impossible.") from None
    return [
        _marked(line, f"{path}, ligne {number}")
        for number, line in enumerate(lines, 1)
        if line.strip()
    ]


def _marked(line: str, where: str) -> Marked:
    try:
        record = json.loads(line)
        entities = tuple((one["start"], one["end"], one["type"]) for one in record["entities"])
        neutral = tuple((one["start"], one["end"]) for one in record.get("neutral", ()))
        return Marked(str(record["id"]), str(record["text"]), entities, neutral)
    except (ValueError, KeyError, TypeError):
        raise CorpusError(f"{where} : « id », « text » et « entities » sont attendus.") from None


def measure(marked: Iterable[Marked], recognizer: Recognizer | None = None) -> dict[str, Measure]:
    """The measure of each type, in alphabetical order, then of all under « total »."""
    counts: Counter[tuple[str, str]] = Counter()
    for text in marked:
        counts.update(tally(text, propose(text.text, recognizer)))
    types = sorted({kind for kind, _ in counts})
    return {kind: _measure(counts, kind) for kind in [*types, "total"]}


def tally(text: Marked, proposals: list[Proposal]) -> Counter[tuple[str, str]]:
    """The counts of one text, by type and name of the field of ``Measure``."""
    counts: Counter[tuple[str, str]] = Counter()
    for start, end, kind in text.entities:
        covered = sum(
            max(0, min(end, one.end) - max(start, one.start))
            for one in proposals
            if one.type == kind
        )
        counts[kind, "marked"] += 1
        counts[kind, "found"] += covered == end - start
    for one in proposals:
        is_right = any(
            kind == one.type and start < one.end and one.start < end
            for start, end, kind in text.entities
        )
        is_neutral = one.type == "ORG" or any(
            start < one.end and one.start < end for start, end in text.neutral
        )
        if is_right or not is_neutral:
            counts[one.type, "proposed"] += 1
            counts[one.type, "right"] += is_right
    return counts


def _measure(counts: Counter[tuple[str, str]], kind: str) -> Measure:
    def of(field: str) -> int:
        return sum(
            count
            for (one, name), count in counts.items()
            if name == field and kind in (one, "total")
        )

    return Measure(of("marked"), of("found"), of("proposed"), of("right"))


def table(measures: dict[str, Measure]) -> str:
    """The measures as lines of text, in French."""
    head = f"{'type':<8} {'marqués':>8} {'rappel':>7} {'proposés':>9} {'précision':>10}\n"
    return head + "".join(
        f"{kind:<8} {one.marked:>8} {one.recall:>7.3f} {one.proposed:>9} {one.precision:>10.3f}\n"
        for kind, one in measures.items()
    )
