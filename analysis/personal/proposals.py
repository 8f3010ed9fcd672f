"""What is proposed, and which proposals hold when several claim the same letters."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Type: TypeAlias = Literal["PER", "PHONE", "EMAIL", "ADDRESS", "LOC", "ORG", "URL", "ID"]
Part: TypeAlias = tuple[int, int, str]  # start, end, and what a pseudonym calls it: « Prénom »


@dataclass(frozen=True, slots=True)
class Proposal:
    """A span that may identify somebody, in code points of its text.

    *reason*: what made it, in French, for whoever decides. *parts*: the spans that are replaced
    each by its own pseudonym (a first name, a family name). *is_sure*: whether it hardly ever is
    anything else; False asks for a closer look.
    """

    start: int
    end: int
    type: Type
    reason: str
    parts: tuple[Part, ...]
    is_sure: bool = True

    def as_dict(self) -> dict[str, object]:
        """The form of the contract: start, end, type."""
        return {"start": self.start, "end": self.end, "type": self.type}


@dataclass(frozen=True, slots=True)
class Claim:
    """A proposal in the making, in characters of a ``Reading``; the heavier claim wins."""

    start: int
    end: int
    type: Type
    reason: str
    weight: int
    parts: tuple[Part, ...] = ()
    is_sure: bool = True


def settle(claims: Iterable[Claim]) -> list[Claim]:
    """The claims that hold, by place, none overlapping: by weight, then length, then place."""
    ranked = sorted(claims, key=lambda one: (-one.weight, one.start - one.end, one.start))
    taken = bytearray(max((claim.end for claim in ranked), default=0))
    kept: list[Claim] = []
    for claim in ranked:
        if claim.start < claim.end and not any(taken[claim.start : claim.end]):
            taken[claim.start : claim.end] = bytes([1]) * (claim.end - claim.start)
            kept.append(claim)
    return sorted(kept, key=lambda one: one.start)
