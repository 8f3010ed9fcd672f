"""What the decisions on an answer teach: of which sentences they say yes or no to a theme.

The pipeline proposes sentences; people lay themes on any words. A suggestion that nobody moved
teaches its own sentence, as it always did. What was moved, or laid by hand, teaches what it stands
on:

- inside one sentence, that sentence: a theme told by a few of its words is told by it;
- over several, those of which it holds at least half; the rest of the others it touches teaches
  nothing, neither yes nor no;
- a suggestion moved off its sentence says no to the theme there.

Where two decisions disagree on a sentence and a theme, the yes stands.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeAlias

from analysis import labelled
from app.models import Coding
from app.services import standings
from app.services.standings import State

Span: TypeAlias = tuple[int, int]
Split: TypeAlias = Callable[[str], Sequence[Span]]
Said: TypeAlias = tuple[Span, str, bool]  # of a sentence and a theme, yes or no


def taught(text: str, codings: Sequence[Coding], *, split: Split) -> tuple[labelled.Sentence, ...]:
    """Return the sentences of an answer that its decided codings teach.

    `split` gives the sentences of a text; it is asked only where something was moved or laid by
    hand.
    """
    is_moved = any(each.is_by_hand or _has_moved(each) for each in codings)
    sentences = split(text) if is_moved else ()
    given: dict[Span, set[str]] = defaultdict(set)
    judged: dict[Span, set[str]] = defaultdict(set)
    for coding in codings:
        for span, theme, is_yes in _said(coding, sentences):
            judged[span].add(theme)
            if is_yes:
                given[span].add(theme)
    return tuple(
        labelled.Sentence(*span, frozenset(given[span]), frozenset(judged[span]))
        for span in sorted(judged)
    )


def _has_moved(coding: Coding) -> bool:
    return coding.decision is not None and coding.decision.start is not None


def _said(coding: Coding, sentences: Sequence[Span]) -> list[Said]:
    state, theme, start, end = standings.of(coding)
    assert state != State.PROPOSED
    laid: list[Span] = [(coding.start, coding.end)]
    if coding.is_by_hand:
        laid = held_by((coding.start, coding.end), sentences)
    if state == State.REJECTED:
        return [(span, coding.theme, False) for span in laid]
    stood = held_by((start, end), sentences) if _has_moved(coding) else laid
    yes = [(span, theme, True) for span in stood]
    if theme == coding.theme:
        return [*yes, *((span, theme, False) for span in laid if span not in stood)]
    return [*yes, *((span, coding.theme, False) for span in laid)]


def held_by(span: Span, sentences: Sequence[Span]) -> list[Span]:
    """Return the sentences that an excerpt teaches: the one it is inside, or half holds."""
    touched = [each for each in sentences if each[0] < span[1] and each[1] > span[0]]
    if len(touched) < 2:
        return touched
    return [
        (start, end)
        for start, end in touched
        if 2 * (min(end, span[1]) - max(start, span[0])) >= end - start
    ]
