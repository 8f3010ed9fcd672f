"""How far the decisions on testimonies are, in words."""

import uuid
from collections.abc import Iterable

from app.extensions import db
from app.presentation import number, plural
from app.services import progress
from app.services.progress import Progress


def of(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return what is said of each of these testimonies; nothing of those without an excerpt."""
    found = progress.of(db.session, ids)
    return {id_: in_words(each) for id_, each in found.items() if each.total}


def in_words(far: Progress) -> str:
    """Return how many excerpts there are, and how they stand: the parts add up."""
    total = plural(far.total, "extrait", "extraits")
    if far.waiting == far.total:
        return f"{total} à décider"
    told = [
        plural(far.kept, "gardé", "gardés") if far.kept else "",
        plural(far.rejected, "rejeté", "rejetés") if far.rejected else "",
        f"{number(far.waiting)} à décider" if far.waiting else "",
    ]
    return f"{total}\u00a0: {', '.join(filter(None, told))}"
