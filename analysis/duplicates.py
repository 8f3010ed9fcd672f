"""Texts that say the same: word for word, or nearly so.

Two texts are the same when their words are, once folded: neither accents, capitals, punctuation nor
spaces count. They are near when the sets of their runs of four words have a Jaccard similarity of
NEAR at least. Candidates are found by MinHash in bands (A. Z. Broder, « On the resemblance and
containment of documents », 1997), then each is measured exactly. Loads numpy once it compares.
"""

import re
import zlib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING, Generic, TypeVar

from analysis.folding import fold
from analysis.lazy_numpy import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Key = TypeVar("Key", bound=Hashable)

NEAR = 0.7  # the least similarity of near texts
LEAST_WORDS = 12  # shorter texts are not compared: « Non. » says nothing of who copied whom
RUN = 4  # words of a run
_BANDS, _EACH = 24, 4  # at 0.7, one in a thousand is missed; see `_signature`
_PRIME = 4_294_967_311  # the first over 2³²
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Group(Generic[Key]):
    """Texts that say the same, in the order given; ``similarity``: of the least alike neighbours.

    1 where all are the same word for word.
    """

    keys: tuple[Key, ...]
    similarity: float


def groups(texts: Iterable[tuple[Key, str]]) -> list[Group[Key]]:
    """The groups of *texts* that say the same, the greatest first, then in the order given."""
    alike: dict[tuple[str, ...], list[Key]] = defaultdict(list)
    ranks: dict[Key, int] = {}
    for rank, (key, text) in enumerate(texts):
        told = tuple(_WORD.findall(fold(text)))
        if len(told) >= LEAST_WORDS:
            alike[told].append(key)
            ranks[key] = rank
    distinct = list(alike)
    joined = _joined([_runs(told) for told in distinct])
    found = []
    for members, similarity in joined:
        keys = sorted((key for each in members for key in alike[distinct[each]]), key=ranks.get)  # type: ignore[arg-type]
        if len(keys) > 1:
            found.append(Group(tuple(keys), similarity))
    return sorted(found, key=lambda group: (-len(group.keys), ranks[group.keys[0]]))


def similarity(one: str, other: str) -> float:
    """The Jaccard similarity, 0 to 1, of the runs of words of two texts."""
    sets = [_runs(tuple(_WORD.findall(fold(text)))) for text in (one, other)]
    return _jaccard(*sets)


def _runs(told: Sequence[str]) -> frozenset[int]:
    count = max(1, len(told) - RUN + 1)
    return frozenset(zlib.crc32(" ".join(told[at : at + RUN]).encode()) for at in range(count))


def _jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    common = len(one & other)
    return common / (len(one) + len(other) - common)


def _joined(sets: Sequence[frozenset[int]]) -> list[tuple[list[int], float]]:
    """The ranks of texts that are near one another, step by step, and their least similarity."""
    parents = list(range(len(sets)))
    least = dict.fromkeys(parents, 1.0)

    def root(rank: int) -> int:
        while parents[rank] != rank:
            parents[rank] = parents[parents[rank]]
            rank = parents[rank]
        return rank

    for one, other in _candidates(sets):
        first, second = root(one), root(other)
        if first != second and (measured := _jaccard(sets[one], sets[other])) >= NEAR:
            parents[second] = first
            least[first] = min(least[first], least[second], measured)
    members: dict[int, list[int]] = defaultdict(list)
    for rank in range(len(sets)):
        members[root(rank)].append(rank)
    return [(ranks, least[top]) for top, ranks in members.items()]


def _candidates(sets: Sequence[frozenset[int]]) -> Iterator[tuple[int, int]]:
    """Pairs that share a band of their signatures, each once."""
    buckets: dict[bytes, list[int]] = defaultdict(list)
    for rank, runs in enumerate(sets):
        signature = _signature(runs)
        for band in range(_BANDS):
            part = signature[band * _EACH : (band + 1) * _EACH].tobytes()
            buckets[bytes([band]) + part].append(rank)
    seen = set()
    for ranks in buckets.values():
        # In a great bucket, each is compared with the first: a chain joins them all the same.
        pairs = combinations(ranks, 2) if len(ranks) < 30 else ((ranks[0], r) for r in ranks[1:])
        for pair in pairs:
            if pair not in seen:
                seen.add(pair)
                yield pair


def _signature(runs: frozenset[int]) -> "NDArray[np.uint64]":
    """The least of each of some hashings of a text's runs."""
    hashed = np.fromiter(runs, dtype=np.uint64, count=len(runs))
    factors, shifts = _hashings()
    shared = (hashed[:, None] * factors + shifts) % np.uint64(_PRIME)
    least: NDArray[np.uint64] = shared.min(axis=0)
    return least


@cache
def _hashings() -> "tuple[NDArray[np.uint64], NDArray[np.uint64]]":
    """The factors and the shifts of the hashings, the same in every process.

    Under 2³¹: a factor times a hashing of 32 bits, and a shift, hold in 64.
    """
    chance = np.random.default_rng(1997)
    factors = chance.integers(1, 2**31, size=_BANDS * _EACH, dtype=np.uint64)
    return factors, chance.integers(0, 2**31, size=_BANDS * _EACH, dtype=np.uint64)
