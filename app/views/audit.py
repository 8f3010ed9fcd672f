"""The log of acts, for the data protection officer: looked through, read whole, taken away."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, stream_with_context, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from app.extensions import csrf, db
from app.models import Act, Actor, AuditEntry, RoleName
from app.models.base import PARIS, today
from app.presentation import plural
from app.services import audit, audit_checks, audit_searches
from app.services.audit_searches import Filters
from app.services.periods import periods
from app.views import audit_words as words
from app.views.access import only_for
from app.views.acting import looked

blueprint = Blueprint("audit", __name__, url_prefix="/dpo/journal")
only_for(blueprint, RoleName.DPO)
csrf.exempt(blueprint)  # each form checks its own token, and leads back to the page when it is old

NOBODY = {"personne": Actor.PERSON, "systeme": Actor.SYSTEM}
TITLES = ("ligne", "moment", "qui", "compte", "acte", "en clair", "objet", "nombre", "précision")
PROOFS = ("empreinte", "clé", "sceau")
TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}
LONGEST, MOST = 36, 2**31
TOO_LATE = "La page était restée ouverte trop longtemps. Recommencez."


@blueprint.get("")
def index() -> str:
    """Show what was done, the latest first, and whether the log is whole."""
    filters, chosen = _asked()
    looked(Act.JOURNAL_OPENED)
    before = request.args.get("avant", type=int)
    people = audit_searches.people(db.session)
    return render_template(
        "audit/index.html",
        page=audit_searches.page(db.session, filters, _bounded(before)),
        check=audit_searches.last(db.session, Act.JOURNAL_VERIFIED, Act.JOURNAL_BROKEN),
        head=audit_checks.head(db.session),
        people={str(number): name for number, name in people.items()},
        who=lambda entry: words.who(entry, people),
        words=words,
        acts={act.value: told for act, told in words.ACTS.items()},
        chosen=chosen,
        is_later=before is not None,
        kept_for=periods.of.journal,
    )


@blueprint.post("/relire")
def check() -> Response:
    """Read the whole log, and write down what was found."""
    if not FlaskForm().validate():
        flash(TOO_LATE, "warning")
        return redirect(url_for(".index"), 303)
    report = audit_checks.check(db.session)
    db.session.commit()
    if report.fault is None:
        read = plural(report.count, "ligne relue", "lignes relues")
        flash(f"Le journal est entier\u00a0: {read}.", "success")
    else:
        flash(f"Le journal est rompu\u00a0: {audit_checks.told(report.fault)}.", "error")
    return redirect(url_for(".index"), 303)


@blueprint.post("/journal.<any(csv, jsonl):kind>")
def export(kind: str) -> Response:
    """Give the rows that are looked for as a file, with their hashes, as they are read."""
    filters, chosen = _asked()
    if not FlaskForm().validate():
        flash(TOO_LATE, "warning")
        arguments: dict[str, Any] = {**chosen}
        return redirect(url_for(".index", **arguments), 303)
    audit.record(db.session, Act.JOURNAL_EXPORTED, detail=kind)
    db.session.commit()
    rows = audit_searches.stream(db.session, filters)
    lines = _csv(rows) if kind == "csv" else _jsonl(rows)
    reply = Response(stream_with_context(lines), content_type=TYPES[kind])
    name = f"journal-{today().isoformat()}.{kind}"
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    reply.headers["Cache-Control"] = "no-store"
    return reply


def _asked() -> tuple[Filters, dict[str, str]]:
    """Return what the address looks for, and its arguments; what it says wrongly is left out."""
    said = {name: value.strip() for name, value in request.args.items()}
    filters: dict[str, Any] = {}
    chosen: dict[str, str] = {}
    for name, read in READERS.items():
        found = read(said.get(name, ""))
        if found:
            filters.update(found)
            chosen[name] = said[name]
    return Filters(**filters), chosen


def _who(said: str) -> Mapping[str, object]:
    if said in NOBODY:
        return {"actor": NOBODY[said]}
    number = _bounded(int(said)) if said.isascii() and said.isdigit() else None
    return {"account_id": number} if number is not None else {}


def _acts(said: str) -> Mapping[str, object]:
    found = tuple(act for act in Act if said in (act.kind, act.value))
    return {"acts": found} if found else {}


def _object(said: str) -> Mapping[str, object]:
    return {"object_id": said.lower()} if 0 < len(said) <= LONGEST and said.isascii() else {}


def _day(name: str, said: str) -> Mapping[str, object]:
    try:
        return {name: date.fromisoformat(said)}
    except ValueError:
        return {}


READERS: dict[str, Callable[[str], Mapping[str, object]]] = {
    "qui": _who,
    "acte": _acts,
    "objet": _object,
    "du": lambda said: _day("since", said),
    "au": lambda said: _day("until", said),
}


def _bounded(number: int | None) -> int | None:
    return number if number is not None and 0 <= number < MOST else None


def _csv(rows: Iterator[AuditEntry]) -> Iterator[str]:
    """Yield the lines of a CSV as a French Excel opens it. Nothing there is in free words."""
    held = io.StringIO()
    writer = csv.writer(held, delimiter=";", lineterminator="\r\n")
    held.write("\ufeff")
    writer.writerow((*TITLES, *PROOFS))
    for entry in rows:
        writer.writerow(_cells(entry))
        yield _emptied(held)
    yield _emptied(held)


def _emptied(held: io.StringIO) -> str:
    told = held.getvalue()
    held.seek(0)
    held.truncate()
    return told


def _cells(entry: AuditEntry) -> tuple[object, ...]:
    return (
        entry.sequence,
        entry.moment.astimezone(PARIS).isoformat(timespec="seconds"),
        words.NATURES[entry.actor],
        entry.account_id,
        entry.act.value,
        words.ACTS[entry.act],
        entry.object_id,
        entry.count,
        words.detail(entry),
        entry.hash,
        entry.key_id,
        entry.seal,
    )


def _jsonl(rows: Iterator[AuditEntry]) -> Iterator[str]:
    """Yield a line a row, with exactly what its hash covers (docs/decisions/0027)."""
    for entry in rows:
        told = {
            "sequence": entry.sequence,
            "moment": entry.moment.isoformat(timespec="seconds"),
            "actor": entry.actor.value,
            "account_id": entry.account_id,
            "act": entry.act.value,
            "object_id": entry.object_id,
            "count": entry.count,
            "detail": entry.detail,
            "hash": entry.hash,
            "key_id": entry.key_id,
            "seal": entry.seal,
        }
        yield f"{json.dumps(told)}\n"
