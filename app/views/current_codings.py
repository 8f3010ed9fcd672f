"""Where the workbench is and leads: the coding that is shown, those around it, what waits."""

import uuid
from collections.abc import Sequence

from flask import request

from app.services.readings import Laid
from app.views import workbench_news as news


def current(rows: Sequence[Laid]) -> int:
    """Return which coding is shown: the one of the address, or the first to decide."""
    asked = request.args.get("codage", "")
    wanted = [rank for rank, each in enumerate(rows) if asked in (str(each.id), each.id.hex)]
    waiting = to_decide(rows)
    return wanted[0] if wanted else rows.index(waiting) if waiting else 0


def to_decide(rows: Sequence[Laid]) -> Laid | None:
    """Return the first coding to decide, of the themes looked for where there are some."""
    sought = news.sought_themes()
    waiting = (each for each in rows if not each.is_decided)
    return next((each for each in waiting if not sought or each.theme in sought), None)


def around(rows: Sequence[Laid], rank: int | None) -> dict[str, uuid.UUID]:
    """Return the codings before and after the one that is shown, where there are."""
    if rank is None:
        return {}
    found = {"before": rank - 1, "after": rank + 1}
    return {name: rows[place].id for name, place in found.items() if 0 <= place < len(rows)}
