"""The drafts that left, and what changed since: by counts and prints, never by words."""

import hashlib
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.models import Act, GuideEdition, Quotation
from app.models.base import PARIS
from app.services import audit
from app.services.guides import GuideState
from app.services.quotable import Shown, Why
from guides.french import counted, day
from guides.schema import KINDS

NBSP = "\u00a0"
LISTED = 20
MOST_THEMES = 5
LOST = {
    Why.CONSENT: "accord repris",
    Why.PERSONAL: "données personnelles à relire",
    Why.EMPTY: "plus aucun mot à citer",
    None: "témoignage retiré ou modifié par son autrice ou auteur",
}


@dataclass(frozen=True)
class Since:
    """What changed since an edition: its number, its moment, French sentences (none: nothing)."""

    number: int
    moment: datetime
    changes: Sequence[str]

    @property
    def title(self) -> str:
        when = day(self.moment.astimezone(PARIS).date())
        return f"Depuis la version {self.number} du {when}"


def contents(state: GuideState) -> dict[str, Any]:
    """Return the fingerprint of a draft: counts, and a print of each passage. No words."""
    call = state.call
    return {
        "testimonies": dict(sorted(call.audiences.items())),
        "themes": {
            theme: [call.bearing(theme).total(), call.kept[theme]] for theme in state.guide.themes
        },
        "quotations": {str(each.quotation.id): _print(each) for each in state.passages()},
    }


def _print(shown: Shown) -> list[str]:
    """Return where a passage stands, and 8 digits that change with what is shown of it."""
    told = f"{shown.quotation.id}\n{shown.text}\n{shown.signature}"
    own = shown.quotation
    return [own.chapter, own.kind.value, hashlib.sha256(told.encode()).hexdigest()[:8]]


def record(
    session: Session, guide: str, form: str, told: dict[str, Any], *, by: int | None
) -> GuideEdition:
    """Write down that a draft is about to leave. The same contents keep the same number."""
    last = latest(session, guide)
    number = 1 if last is None else last.number + (last.contents != told)
    made = GuideEdition(guide=guide, number=number, format=form, made_by_id=by, contents=told)
    session.add(made)
    audit.record(session, Act.GUIDE_DRAFTED, detail=f"{guide}:{form}", by=by)
    session.flush()
    return made


def next_number(session: Session, guide: str, told: Mapping[str, Any]) -> int:
    """Return the number that a draft of these contents would bear."""
    last = latest(session, guide)
    return 1 if last is None else last.number + (last.contents != told)


def latest(session: Session, guide: str, *, but: int | None = None) -> GuideEdition | None:
    """Return the last edition of a guide, or the last that does not bear the number `but`."""
    query = select(GuideEdition).where(GuideEdition.guide == guide)
    if but is not None:
        query = query.where(GuideEdition.number != but)
    return session.scalar(query.order_by(GuideEdition.made_at.desc(), GuideEdition.id).limit(1))


def traces(session: Session, guide: str) -> Sequence[GuideEdition]:
    """Return the last times a guide left, the latest first."""
    query = select(GuideEdition).where(GuideEdition.guide == guide)
    query = query.options(joinedload(GuideEdition.made_by))
    return session.scalars(
        query.order_by(GuideEdition.made_at.desc(), GuideEdition.id).limit(LISTED)
    ).all()


def since_last(session: Session, state: GuideState, themes: Mapping[str, str]) -> Since | None:
    """Return what changed since the last edition; none where there is none."""
    return _since(session, latest(session, state.guide.slug), state, themes)


def since_other(
    session: Session, state: GuideState, number: int, themes: Mapping[str, str]
) -> Since | None:
    """Return what changed since the last edition that is not this one (`number`)."""
    return _since(session, latest(session, state.guide.slug, but=number), state, themes)


def _since(
    session: Session, edition: GuideEdition | None, state: GuideState, themes: Mapping[str, str]
) -> Since | None:
    if edition is None:
        return None
    before, now = edition.contents, contents(state)
    told = [
        *_testimonies(before, now),
        *_kept(before, now, themes),
        *_gone(session, before, now, state.reasons),
        *_new(before, now),
    ]
    return Since(edition.number, edition.made_at, told)


def _testimonies(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    more = sum(now["testimonies"].values()) - sum(before["testimonies"].values())
    return [_more(more, "témoignage", "témoignages")] if more else []


def _more(difference: int, one: str, many: str) -> str:
    way = "de plus" if difference > 0 else "de moins"
    return f"{counted(abs(difference), one, many)} {way}"


def _kept(
    before: Mapping[str, Any], now: Mapping[str, Any], themes: Mapping[str, str]
) -> list[str]:
    """Say how many more excerpts were kept, and in which themes most."""
    changed = Counter(
        {
            theme: kept - before["themes"].get(theme, [0, 0])[1]
            for theme, (_, kept) in now["themes"].items()
        }
    )
    changed = Counter({theme: more for theme, more in changed.items() if more})
    if not changed:
        return []
    first = sorted(changed.items(), key=lambda pair: (-abs(pair[1]), pair[0]))[:MOST_THEMES]
    listed = ", ".join(f"{themes.get(theme, theme)} {_signed(more)}" for theme, more in first)
    return [f"extraits gardés{NBSP}: {listed}"]


def _signed(difference: int) -> str:
    return f"{'+' if difference > 0 else '−'}{abs(difference)}"


def _gone(
    session: Session,
    before: Mapping[str, Any],
    now: Mapping[str, Any],
    reasons: Mapping[str, Why],
) -> list[str]:
    """Say what is not there any more, and why: an author's no first."""
    gone = before["quotations"].keys() - now["quotations"].keys()
    counts = Counter(_reason(session, each, reasons) for each in gone)
    kinds = {reason: Counter[str]() for reason in counts}
    for each in gone:
        kinds[_reason(session, each, reasons)][before["quotations"][each][1]] += 1
    order = [*LOST.values(), *sorted(kinds)]
    return [
        f"{_of_kinds(kinds[reason])} en moins ({reason})"
        for reason in dict.fromkeys(order)
        if reason in kinds
    ]


def _reason(session: Session, quotation_id: str, reasons: Mapping[str, Why]) -> str:
    quotation = session.get(Quotation, uuid.UUID(quotation_id))
    if quotation is None:
        return LOST[None]
    if quotation.removed_on is not None:
        return "choix de l’équipe"
    return LOST.get(reasons.get(quotation_id), "chapitre absent du guide")


def _new(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    was, is_ = before["quotations"], now["quotations"]
    added = Counter(is_[each][1] for each in is_.keys() - was.keys())
    both = was.keys() & is_.keys()
    moved = sum(was[each][:2] != is_[each][:2] for each in both)
    changed = sum(was[each][2] != is_[each][2] for each in both)
    told = [f"{_of_kinds(added)} de plus"] if added else []
    if moved:
        told.append(counted(moved, "passage changé de place", "passages changés de place"))
    if changed:
        one, many = "passage coupé, remplacé ou signé", "passages coupés, remplacés ou signés"
        told.append(f"{counted(changed, one, many)} autrement")
    return told


def _of_kinds(counts: Mapping[str, int]) -> str:
    told = [
        counted(counts[kind], KINDS[kind].one, KINDS[kind].many)
        for kind in KINDS
        if counts.get(kind)
    ]
    return ", ".join(told)
