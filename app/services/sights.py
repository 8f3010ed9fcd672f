"""What a page has seen of a draft: two pages open on one draft do not erase each other’s words.

A page carries a short digest of each answer held when it was shown. When the answer held is no
longer that one, somebody saved in between: another tab, another device.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping

from forms.schema import Value

DIGITS = 12  # 48 bits: a sign of change, not a secret


def write(questions: Iterable[str], held: Mapping[str, Value | None]) -> str:
    """Return what a page that asks these questions (ids) has seen, as its form carries it."""
    return " ".join(f"{name}:{_digest(held.get(name))}" for name in questions)


def changed(seen: str, questions: Iterable[str], held: Mapping[str, Value | None]) -> set[str]:
    """Return the questions whose answer is no longer the one that was seen.

    A page that says nothing of a question has seen it unanswered.
    """
    told = dict(each.partition(":")[::2] for each in seen.split())
    unanswered = _digest(None)
    return {name for name in questions if told.get(name, unanswered) != _digest(held.get(name))}


def renewed(seen: str, questions: Iterable[str], held: Mapping[str, Value | None]) -> str:
    """Return `seen`, brought to what is held for these questions only."""
    names = list(questions)
    kept = [each for each in seen.split() if each.partition(":")[0] not in names]
    return " ".join([*kept, write(names, held)])


def write_all(held: Mapping[str, Value]) -> str:
    """Return what the review of all the answers has seen."""
    return _digest({name: held[name] for name in sorted(held)})


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:DIGITS]
