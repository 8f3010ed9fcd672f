"""The pages by which a file of contacts or CLSMs comes in: choose, match columns, preview, yes.

Each room adds them to its own blueprint. Between two pages the file waits encrypted in the
database (services.imports): no page needs JavaScript, and nothing is sent twice.
"""

import io
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_security import current_user
from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.extensions import db
from app.models import Act, Import, ImportKind
from app.services import imports, table_exports, table_files
from app.services.columns import Choices, Columns
from app.services.import_plans import Fate, Plan, Planned
from app.services.spreadsheets import Sheet, UnreadableFileError
from app.views.acting import looked
from app.views.import_forms import FileForm, ImportForm, columns_form, columns_of, sent_file
from app.views.paging import paged

Page = str | Response | tuple[str, int]
TOO_BIG, NOT_FOUND, UNPROCESSABLE = 413, 404, 422
CHANGED = "Vos données ont changé depuis cet aperçu. Relisez-le, puis importez."
REMARKS = "remarques"


@dataclass(frozen=True)
class Told:
    """A fate as it is shown: of one line, of many to come, of many that are done, and its shape."""

    one: str
    coming: str
    done: str
    css: str


FATES = {
    Fate.ADDED: Told("À ajouter", "À ajouter", "Ajoutés", "state-done"),
    Fate.COMPLETED: Told("À compléter", "À compléter", "Complétés", "state-fixed"),
    Fate.UNCHANGED: Told("Déjà connu, inchangé", "Déjà connus", "Déjà connus", "state-no"),
    Fate.MERGED: Told("Fusionnée", "Lignes fusionnées", "Lignes fusionnées", "state-wait"),
    Fate.REFUSED: Told("Refusée", "Lignes refusées", "Lignes refusées", "state-bad"),
}


@dataclass(frozen=True, kw_only=True)
class Importing:
    """What one kind of file is, and how it comes in."""

    kind: ImportKind
    columns: Columns
    plan: Callable[[Session, Sheet, Choices], Plan[Any]]
    carry_out: Callable[[Session, Plan[Any]], None]
    title: str
    room: str
    one: str
    many: str
    who: Sequence[str]  # the titles of what a line is known by
    folder: str  # of its own templates
    audiences: Callable[[], Sequence[tuple[str, str]]] = field(default=lambda: ())
    fates: dict[Fate, Told] = field(default_factory=lambda: FATES)


def add_pages(blueprint: Blueprint, importing: Importing) -> None:
    """Give a room the pages of its files."""
    pages = Pages(importing)
    for rule, endpoint, view, method in (
        ("/importer", "choose_file", pages.choose_file, "GET"),
        ("/importer", "import_file", pages.import_file, "POST"),
        ("/importer/<uuid:import_id>/colonnes", "columns", pages.columns, "GET"),
        ("/importer/<uuid:import_id>/colonnes", "match", pages.match, "POST"),
        ("/importer/<uuid:import_id>", "preview", pages.preview, "GET"),
        ("/importer/<uuid:import_id>", "carry_out", pages.carry_out, "POST"),
        ("/importer/<uuid:import_id>/refus", "refusals", pages.refusals, "GET"),
        ("/importer/<uuid:import_id>/abandonner", "drop", pages.drop, "POST"),
    ):
        blueprint.add_url_rule(rule, endpoint, view, methods=[method])


class Pages:
    """The views of one kind of file."""

    def __init__(self, importing: Importing) -> None:
        self.importing = importing

    def choose_file(self) -> str:
        """Ask for a file."""
        return self._ask(FileForm())

    def import_file(self) -> Page:
        """Read a file, keep what was read, and go on to its columns or to its preview."""
        form = sent_file()
        if form.file.errors:
            return self._ask(form), TOO_BIG
        if not form.validate():
            return self._ask(form), UNPROCESSABLE
        try:
            sheet = table_files.read(form.file.data.read(), self.importing.columns)
        except UnreadableFileError as error:
            form.file.errors = [str(error)]
            return self._ask(form), UNPROCESSABLE
        choices = Choices(self.importing.columns.guess(sheet.titles))
        imports.purge_expired(db.session)
        kept = imports.keep(
            db.session, self.importing.kind, sheet, choices, account_id=current_user.id
        )
        db.session.commit()
        is_clear = not self.importing.columns.missing(choices) and not self._twice(sheet)
        return redirect(url_for(".preview" if is_clear else ".columns", import_id=kept.id), 303)

    def columns(self, import_id: uuid.UUID) -> Page:
        """Ask what each column is."""
        kept = self._find(import_id)
        if kept is None or kept.imported_at:
            return self._gone()
        return self._ask_columns(kept, imports.sheet(kept))

    def match(self, import_id: uuid.UUID) -> Page:
        """Keep what each column is."""
        kept = self._find(import_id)
        if kept is None or kept.imported_at:
            return self._gone()
        sheet = imports.sheet(kept)
        form = self._columns_form(kept, sheet)
        if not form.validate():
            return self._ask_columns(kept, sheet, form), UNPROCESSABLE
        imports.choose(db.session, kept, form.chosen())
        db.session.commit()
        return redirect(url_for(".preview", import_id=kept.id), 303)

    def preview(self, import_id: uuid.UUID) -> Page:
        """Show what importing would do, line by line; once it is done, what it did."""
        kept = self._find(import_id)
        if kept is None:
            return self._gone()
        if kept.imported_at:
            return self._report(kept)
        sheet, choices = imports.sheet(kept), imports.choices(kept)
        if self.importing.columns.missing(choices):
            return redirect(url_for(".columns", import_id=kept.id))
        return self._show(kept, sheet, self.importing.plan(db.session, sheet, choices))

    def carry_out(self, import_id: uuid.UUID) -> Page:
        """Import what the preview showed, all of it or nothing. Asked twice, it is done once."""
        kept = self._find(import_id)
        if kept is None:
            return self._gone()
        form, sheet = ImportForm(), imports.sheet(kept)
        if form.validate() and not kept.imported_at:
            if not self._do(kept, sheet, seen=form.seen.data or ""):
                flash(CHANGED, "warning")
        elif not kept.imported_at:
            flash("La page était restée ouverte trop longtemps. Recommencez.", "warning")
        return redirect(url_for(".preview", import_id=import_id), 303)

    def refusals(self, import_id: uuid.UUID) -> Page | Response:
        """Give the refused lines as a file."""
        kept = self._find(import_id)
        if kept is None:
            return self._gone()
        sheet = imports.sheet(kept)
        if not kept.imported_at:
            planned = self.importing.plan(db.session, sheet, imports.choices(kept))
            sheet = imports.refusals(sheet, planned)
        if self.importing.kind is ImportKind.CONTACTS:
            looked(Act.CONTACTS_EXPORTED, import_id, detail="refused")
        return attachment(imports.file_of(sheet), "lignes-refusees", sheet.format)

    def drop(self, import_id: uuid.UUID) -> Page:
        """Erase a file that is no longer wanted."""
        kept = self._find(import_id)
        if kept is not None and FlaskForm().validate():
            imports.drop(db.session, kept)
            db.session.commit()
            flash("Le fichier envoyé est effacé d’ici.", "success")
        return redirect(url_for(".choose_file"), 303)

    def _do(self, kept: Import, sheet: Sheet, *, seen: str) -> bool:
        """Import; say no, and change nothing, when that is not what was seen any more."""
        if not imports.begin(db.session, kept):
            db.session.rollback()
            return True
        planned = self.importing.plan(db.session, sheet, imports.choices(kept))
        if planned.digest != seen or not planned.total:
            db.session.rollback()
            return False
        try:
            self.importing.carry_out(db.session, planned)
            imports.finish(db.session, kept, sheet, planned)
            db.session.commit()
        except IntegrityError:  # somebody added one of them at this very moment
            db.session.rollback()
            return False
        return True

    def _find(self, import_id: uuid.UUID) -> Import | None:
        kind = self.importing.kind
        return imports.find(db.session, kind, import_id, account_id=current_user.id)

    def _twice(self, sheet: Sheet) -> bool:
        columns = self.importing.columns
        return bool(columns.twice(columns.recognise(sheet.titles)))

    def _columns_form(self, kept: Import, sheet: Sheet) -> Any:
        audiences = self.importing.audiences()
        return columns_form(sheet, self.importing.columns, imports.choices(kept), audiences)

    def _ask(self, form: FileForm) -> str:
        folder = self.importing.folder
        return render_template(f"{folder}/import.html", form=form, importing=self.importing)

    def _ask_columns(self, kept: Import, sheet: Sheet, form: Any = None) -> str:
        return render_template(
            "imports/columns.html",
            kept=kept,
            sheet=sheet,
            form=form or self._columns_form(kept, sheet),
            columns=columns_of(sheet),
            importing=self.importing,
        )

    def _show(self, kept: Import, sheet: Sheet, planned: Plan[Any]) -> str:
        chosen = request.args.get("lignes", "")
        listed = _of(planned.lines, chosen)
        pairs = zip(sheet.titles, imports.choices(kept).columns, strict=True)
        return render_template(
            "imports/preview.html",
            kept=kept,
            sheet=sheet,
            planned=planned,
            form=ImportForm(data={"seen": planned.digest}),
            page=paged(listed),
            chosen=chosen,
            filters=self._filters(planned),
            ignored=[title for title, column in pairs if title and not column],
            importing=self.importing,
        )

    def _filters(self, planned: Plan[Any]) -> list[tuple[str, str, int]]:
        """Return what the lines can be narrowed to: key, label, how many."""
        counted = planned.counts
        found = [(str(fate), told.coming, counted[fate]) for fate, told in self._fates()]
        remarked = len(_of(planned.lines, REMARKS))
        return [
            ("", "Toutes", len(planned.lines)),
            *(each for each in found if each[2]),
            *([(REMARKS, "Avec une remarque", remarked)] if remarked else []),
        ]

    def _fates(self) -> Sequence[tuple[Fate, Told]]:
        return list(self.importing.fates.items())

    def _report(self, kept: Import) -> str:
        counted = Counter({Fate(key): count for key, count in (kept.counts or {}).items()})
        refused = imports.sheet(kept)
        return render_template(
            "imports/report.html",
            kept=kept,
            counted=counted,
            refused=refused,
            page=paged(refused.records),
            importing=self.importing,
        )

    def _gone(self) -> tuple[str, int]:
        return render_template("imports/gone.html", importing=self.importing), NOT_FOUND


def _of(lines: Sequence[Planned], chosen: str) -> Sequence[Planned]:
    """Return the lines of one fate, or those with a remark; all when nothing is chosen."""
    if chosen == REMARKS:
        return [each for each in lines if each.remarks and each.fate is not Fate.REFUSED]
    if chosen in set(Fate):
        return [each for each in lines if each.fate == chosen]
    return lines


def attachment(data: bytes, name: str, kind: str) -> Response:
    """Return a file to download, that no cache keeps."""
    reply = send_file(
        io.BytesIO(data),
        mimetype=table_exports.TYPES[kind],
        as_attachment=True,
        download_name=f"{name}.{kind}",
    )
    reply.headers["Cache-Control"] = "no-store"
    return reply
