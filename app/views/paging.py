"""Long lists, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

Item = TypeVar("Item")
PAGE_SIZE = 100


@dataclass(frozen=True)
class Paged(Generic[Item]):
    """One page of a list."""

    items: Sequence[Item]
    number: int
    pages: int
    total: int


def paged(items: Sequence[Item]) -> Paged[Item]:
    """Return the page that the address asks for (`?page=2`), the nearest one when it has none."""
    pages = max(1, -(-len(items) // PAGE_SIZE))
    asked = request.args.get("page", 1, type=int)
    number = min(max(asked, 1), pages)
    shown = items[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return Paged(shown, number, pages, len(items))
