"""What a workbench is told once it is open: what changed, by whom, and what became of one's act."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, get_template_attribute, jsonify, redirect, request, url_for
from flask_security import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from app.extensions import db
from app.models import Account, Answer, CodingAct, CodingChange, Testimony
from app.services import codebooks, codings, codings_log, consents, memos, readings, summaries
from app.services.readings import Laid, Told
from app.services.words import cut
from app.views import filters as address
from app.views.blind_reading import ANYWAY
from app.views.filters import Choices
from app.views.typed import family_of

MOST = 200  # changes told at once; after that many, the page is opened anew
QUOTE_LENGTH = 80
DONE = {
    CodingAct.ACCEPTED: "a accepté",
    CodingAct.REJECTED: "a rejeté",
    CodingAct.CORRECTED: "a corrigé",
    CodingAct.REOPENED: "a remis à décider",
    CodingAct.ADDED: "a posé",
    CodingAct.REMOVED: "a retiré",
    CodingAct.MEMO: "a écrit un mémo\u00a0:",
}


def wants_json() -> bool:
    """Say whether a script asks, and not a page."""
    return request.accept_mimetypes.best == "application/json"


def narrowed() -> dict[str, Any]:
    """Return the filters of the address as they are, to be carried on, and that it opens anyway."""
    carried = (*address.NAMES.values(), ANYWAY)
    return {name: request.args[name] for name in carried if name in request.args}


def page_of(testimony_id: uuid.UUID, coding_id: uuid.UUID | None = None) -> str:
    """Return the address of the workbench, at one of its codings."""
    where: dict[str, Any] = {"_anchor": f"codage-{coding_id}"} if coding_id else {}
    if coding_id and "panneau" in request.values:
        where["codage"] = coding_id  # a long testimony shows one note at a time
    return url_for("testimonies.show", testimony_id=testimony_id, **narrowed(), **where)


def reply(
    testimony_id: uuid.UUID,
    message: str,
    *,
    coding_id: uuid.UUID | None = None,
    status: int = 200,
    is_told: bool = True,
) -> AnyResponse:
    """Say what became of an act: news for a script; for a page, back to it, the message shown.

    `is_told`: what the page does not show by itself. A status of 4xx: nothing was kept.
    """
    if wants_json():
        since = request.form.get("depuis", type=int) or 0
        told = of(testimony_id, since) | {"message": message}
        return as_json(told | {"codage": coding_id.hex if coding_id else None}, status)
    if is_told:
        flash(message, "success" if status == 200 else "warning")
    return redirect(page_of(testimony_id, coding_id))


def as_json(told: Mapping[str, Any], status: int = 200) -> Response:
    answer = jsonify(told)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer


def of(testimony_id: uuid.UUID, since: int) -> dict[str, Any]:
    """Return what changed of a testimony after the change `since`, as the workbench reads it.

    `rang`: the last change told; `codages`: how each changed coding stands, or `parti`; `dit`: what
    others did, in French; `lu`: changes when all has to be opened anew, as `recharger` says.
    """
    changes = codings_log.since(db.session, testimony_id, since, most=MOST + 1)
    if len(changes) > MOST:
        nothing: dict[str, Any] = {"rang": since, "codages": [], "dit": []}
        return nothing | {"recharger": True, "lu": read_by(testimony_id)}
    ids = {change.coding_id for change in changes} - {testimony_id}
    rows = readings.laid(db.session, testimony_id, ids)
    told = readings.told(db.session, rows)
    gone = [{"id": each.hex, "parti": True} for each in ids - told.keys()]
    news: dict[str, Any] = {
        "rang": changes[-1].id if changes else since,
        "codages": [*(compact(testimony_id, each) for each in told.values()), *gone],
        "dit": [_said(each, told) for each in changes if each.done_by_id != current_user.id],
        "lu": read_by(testimony_id),
    }
    if any(change.coding_id == testimony_id for change in changes):
        news["memos"] = _fragment("memos")(memos.of_testimony(db.session, testimony_id))
    return news


def compact(testimony_id: uuid.UUID, told: Told) -> dict[str, Any]:
    """Return a coding as the workbench holds it, and what its note says."""
    laid = told.laid
    return {
        "id": laid.id.hex,
        "a": laid.position,
        "s": laid.start,
        "e": laid.end,
        "f": family_of(address.choices(), laid.theme),
        "t": mark_of(laid),
        "x": int(laid.theme in sought_themes()),
        "note": _fragment("said")(told, note_setting(testimony_id), None),
    }


def sought_themes() -> set[str]:
    """Return the themes that the list which led here looks for."""
    resolve = address.choices().codebook.resolve
    names = (address.NAMES["theme"], address.NAMES["beside"])
    return {resolve(request.args[name]) for name in names if request.args.get(name)}


@dataclass(frozen=True)
class NoteSetting:
    """What a note is shown with."""

    testimony_id: uuid.UUID
    choices: Choices
    narrowed: Mapping[str, Any]
    is_panel: bool = False
    is_quotable: bool = False  # its author agrees to be quoted

    @property
    def where(self) -> Mapping[str, Any]:
        """The arguments of the addresses that a note leads to."""
        panel = {"panneau": "1"} if self.is_panel else {}
        return {"testimony_id": self.testimony_id, **self.narrowed, **panel}

    @staticmethod
    def anchor(laid: Laid) -> str:
        return summaries.anchor(laid.position, laid.span)

    @staticmethod
    def confidence(score: float) -> str:
        return codings.confidence(score)


def note_setting(testimony_id: uuid.UUID, *, is_panel: bool | None = None) -> NoteSetting:
    """Return what the notes of a testimony are shown with; `is_panel`: one at a time."""
    if is_panel is None:
        is_panel = "panneau" in request.values
    testimony = db.session.get(Testimony, testimony_id)
    is_quotable = testimony is not None and consents.attribution(testimony) is not None
    return NoteSetting(testimony_id, address.choices(), narrowed(), is_panel, is_quotable)


def _fragment(name: str) -> Any:
    return get_template_attribute("testimonies/notes.html", name)


STATES = ("proposed", "accepted", "corrected", "rejected", "by_hand")


def mark_of(laid: Laid) -> int:
    """Return how a coding is counted: its rank in STATES."""
    if laid.is_by_hand and laid.state == "accepted":
        return STATES.index("by_hand")
    return STATES.index(laid.state.value)


def read_by(testimony_id: uuid.UUID) -> str:
    """Return what changes when a testimony is read by another pipeline, or says something else, and
    when the codebook is another: themes merged or renamed are not a change of one coding."""
    tagged_by = db.session.scalar(select(Testimony.tagged_by).where(Testimony.id == testimony_id))
    query = select(Answer.id).where(Answer.testimony_id == testimony_id).order_by(Answer.id)
    answers = " ".join(each.hex for each in db.session.scalars(query))
    grid = codebooks.number_in_use(db.session)
    return hashlib.sha256(f"{tagged_by} {grid} {answers}".encode()).hexdigest()[:12]


def whom(account: Account | None) -> str:
    """Return how somebody is named; their account may be gone."""
    return (account.name or account.email) if account else "Quelqu’un"


def theme_words(theme: str) -> str:
    """Return a theme's code and label; its id where the codebook has it no more."""
    known = address.choices().themes.get(theme)
    return f"{known.code} {known.label}" if known else theme


def _said(change: CodingChange, told: Mapping[uuid.UUID, Told]) -> str:
    here = told.get(change.coding_id)
    if change.act == CodingAct.MEMO and here is None:
        return f"{whom(change.done_by)} a écrit un mémo sur ce témoignage."
    stood = change.after or change.before or {}
    theme = stood.get("theme") or (here.laid.theme if here else "")
    words = f", «\u00a0{cut(here.words, QUOTE_LENGTH)}\u00a0»" if here else ""
    return f"{whom(change.done_by)} {DONE[change.act]} {theme_words(theme)}{words}."
