"""The forms by which a file comes in: the file, what its columns are, and the yes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any, BinaryIO, cast

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice

from app.services import spreadsheets
from app.services.columns import PROFILE, Choices, Columns
from app.services.spreadsheets import MEGABYTE, Sheet
from app.views.choices import ListField

ENVELOPE = 64 * 1024  # what a form adds to its file
DRAINED = 256 * MEGABYTE
PIECE = 1024 * 1024
EXAMPLES = 3


class FileForm(FlaskForm):
    """A file to import."""

    file = FileField(
        "Fichier (.xlsx ou .csv)",
        [FileRequired("Choisissez un fichier.")],
        description="Dix mégaoctets et 20 000 lignes au plus.",
        render_kw={"accept": ".csv,.xlsx,.txt,text/csv,text/plain"},
    )


class ImportForm(FlaskForm):
    """The yes to what a preview shows; `seen` says which one."""

    seen = HiddenField()


def sent_file(kind: type[FileForm] = FileForm) -> FileForm:
    """Return the form of this request with its file (`receive`)."""
    form: FileForm = receive(kind, spreadsheets.MAX_BYTES, spreadsheets.TOO_BIG)
    return form


def receive(form_class: type[Any], most: int, too_big: str) -> Any:
    """Return the form of this request with its `file`, which never touches the disk in clear.

    A request that is too big is read to its end, up to a point, and forgotten: a browser that is
    cut off while it sends shows an error of its own instead of our page.
    """
    request.max_content_length = most + ENVELOPE
    request._get_file_stream = _in_memory  # type: ignore[method-assign]
    try:
        return form_class()
    except RequestEntityTooLarge:
        _drain()
        form = form_class(formdata=MultiDict())
        form.file.errors = [too_big]
        return form


def _in_memory(*_: Any, **__: Any) -> BinaryIO:
    """Werkzeug's own choice is a temporary file, in clear, for whatever is not small."""
    return BytesIO()


def _drain() -> None:
    stream, left = request.environ["wsgi.input"], min(request.content_length or 0, DRAINED)
    while left > 0 and (piece := stream.read(min(PIECE, left))):
        left -= len(piece)


@dataclass(frozen=True)
class SheetColumn:
    """A column as it is shown: its title, and what some of its cells hold."""

    title: str
    examples: Sequence[str]


def columns_of(sheet: Sheet) -> list[SheetColumn]:
    """Return each column of a sheet with its first different cells."""
    return [SheetColumn(title, _examples(sheet, at)) for at, title in enumerate(sheet.titles)]


def _examples(sheet: Sheet, at: int) -> list[str]:
    found: dict[str, None] = {}
    for _, cells in sheet.records:
        if len(found) == EXAMPLES:
            break
        if cells[at : at + 1] != [""] and len(cells) > at:
            found[cells[at][:60]] = None
    return list(found)


class ColumnsForm(FlaskForm):
    """What each column of a file is; made for one file by `columns_form`."""

    sheet: Sheet
    offered: Columns

    @cached_property
    def selects(self) -> list[ListField]:
        return [self[f"column_{at}"] for at in range(len(self.sheet.titles))]

    def chosen(self) -> Choices:
        audience = self["audience"].data if "audience" in self else ""
        return Choices(tuple(field.data or "" for field in self.selects), audience or "")

    def validate(self, **options: Any) -> bool:
        """Check that what is needed was chosen, and nothing twice."""
        is_right = super().validate(**options)
        chosen = self.chosen()
        for key in self.offered.missing(chosen):
            self.form_errors.append(self._absent(key))
        for key in self.offered.twice(chosen.columns):
            last = [field for field in self.selects if field.data == key][-1]
            last.errors = [
                f"« {self.offered.labels[key]} » est déjà choisi pour une autre colonne."
            ]
            is_right = False
        return is_right and not self.form_errors

    def _absent(self, key: str) -> str:
        label = self.offered.labels[key]
        if key == PROFILE:
            return f"« {label} » : choisissez la colonne, ou un profil pour toutes les lignes."
        return f"« {label} » : choisissez la colonne qui le donne."


def _options(pairs: Sequence[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


def columns_form(
    sheet: Sheet, offered: Columns, choices: Choices, audiences: Sequence[tuple[str, str]]
) -> ColumnsForm:
    """Return the form that asks what each column of `sheet` is, with what is chosen so far.

    `audiences` are the profiles that a whole file may have; none when it has no profile at all.
    """
    options = _options([("", "Ne pas reprendre"), *offered.labels.items()])
    fields: dict[str, Any] = {"sheet": sheet, "offered": offered}
    for at, title in enumerate(sheet.titles):
        label = f"Colonne {at + 1} : {title}" if title else f"Colonne {at + 1}, sans titre"
        fields[f"column_{at}"] = ListField(label, choices=options)
    if audiences:
        fields["audience"] = ListField(
            "Profil des lignes qui n’en disent pas",
            choices=_options([("", "Aucun : ces lignes sont refusées"), *audiences]),
            description="Quand le fichier ne parle que d’élues et élus, par exemple.",
        )
    made = cast(type[ColumnsForm], type("FileColumnsForm", (ColumnsForm,), fields))
    kept = {f"column_{at}": key for at, key in enumerate(choices.columns)}
    return made(data=kept | {"audience": choices.audience})
