"""One question of a definition file, checked and typed."""

from collections.abc import Callable, Sequence
from pathlib import Path

from forms.schema import Kind, Option, Purpose, Question, Quotation, Scale
from forms.source import Cell, Table, read

COMMON = "id genre intitule facile aide"
OPTIONAL = "aide_facile pictogramme pourquoi obligatoire variable"
OWN_KEYS = {
    Kind.ONE_CHOICE: ("options", ""),
    Kind.SEVERAL_CHOICES: ("options", ""),
    Kind.SCALE: ("minimum maximum bornes", ""),
    Kind.NUMBER: ("", "minimum maximum decimales"),
    Kind.YEAR: ("minimum maximum", ""),
    Kind.CONSENT: ("objet", ""),
    Kind.QUOTATION: ("options", ""),
}
"""The keys that only some kinds have: those they need, those they may have."""

BOUNDS = {Kind.YEAR: (1000, 9999), Kind.SCALE: (0, 10)}
ANY_NUMBER = (-999_999_999, 999_999_999)
LONGEST_VALUE = 100
"""Code points: what the database keeps of a choice."""

FindList = Callable[[Cell], Path]
"""Gives the file of the list that a cell names, or raises DefinitionError."""


def read_question(cell: Cell, find_list: FindList) -> Question:
    """Give the question written in this cell. Raises DefinitionError."""
    table, kind = _identified(cell)
    minimum, maximum = _bounds(kind, table)
    return Question(
        id=table["id"].text("id"),
        kind=kind,
        label=table["intitule"].text("intitule"),
        easy_label=table["facile"].text("facile"),
        help=table["aide"].text("aide"),
        easy_help=table["aide_facile"].text("aide_facile") if "aide_facile" in table else None,
        pictogram=table["pictogramme"].name("pictogramme") if "pictogramme" in table else None,
        why=table["pourquoi"].text("pourquoi") if "pourquoi" in table else None,
        options=_offered(kind, table["options"], find_list) if "options" in table else (),
        minimum=minimum,
        maximum=maximum,
        scale=_scale(table["bornes"]) if "bornes" in table else None,
        decimals="decimales" in table and table["decimales"].flag("decimales"),
        required="obligatoire" in table and table["obligatoire"].flag("obligatoire"),
        variable=table["variable"].name("variable") if "variable" in table else None,
        purpose=_purpose(kind, table),
    )


def _identified(cell: Cell) -> tuple[Table, Kind]:
    if (name := cell.peek("id")) is not None:
        cell = cell.about(name.name("id"))
    keys = cell.keys("question")
    for key in ("id", "genre"):
        if key not in keys:
            raise cell.wrong(
                f"il manque la clé « {key} » ; clés attendues : {', '.join(COMMON.split())}."
            )
    kind = Kind(keys["genre"][1].one_of("genre", [k.value for k in Kind]))
    needed, allowed = OWN_KEYS.get(kind, ("", ""))
    return cell.table("question", f"{COMMON} {needed}", f"{OPTIONAL} {allowed}"), kind


def _bounds(kind: Kind, table: Table) -> tuple[int | None, int | None]:
    low, high = BOUNDS.get(kind, ANY_NUMBER)
    minimum = table["minimum"].whole("minimum", low, high) if "minimum" in table else None
    maximum = table["maximum"].whole("maximum", low, high) if "maximum" in table else None
    if minimum is not None and maximum is not None and minimum >= maximum:
        raise table["maximum"].wrong(
            f"« maximum » vaut {maximum} ; écrivez un nombre plus grand que « minimum », "
            f"qui vaut {minimum}."
        )
    return minimum, maximum


def _scale(cell: Cell) -> Scale:
    ends = cell.table("bornes", "bas haut")
    return Scale(low_label=ends["bas"].text("bas"), high_label=ends["haut"].text("haut"))


def _purpose(kind: Kind, table: Table) -> Purpose | None:
    if kind is Kind.QUOTATION:
        return Purpose.CITATION
    if "objet" not in table:
        return None
    return Purpose(table["objet"].one_of("objet", [purpose.value for purpose in Purpose]))


def _offered(kind: Kind, cell: Cell, find_list: FindList) -> tuple[Option, ...]:
    options = read_options(cell, find_list)
    if kind is Kind.QUOTATION and {option.value for option in options} != set(Quotation):
        values = ", ".join(Quotation)
        raise cell.wrong(f"un accord de citation offre ces trois réponses, sans autre : {values}.")
    return options


def read_options(cell: Cell, find_list: FindList) -> tuple[Option, ...]:
    """Give the offered answers, written on the spot or named as a list. Raises DefinitionError."""
    if not cell.is_table:
        return _options(cell.items("options"))
    named = cell.table("options", "liste")
    return _options(read(find_list(named["liste"])).items("liste"))


def _options(cells: Sequence[Cell]) -> tuple[Option, ...]:
    options: dict[str, Option] = {}
    for cell in cells:
        table = cell.table("option", "valeur libelle", "facile")
        value, label = table["valeur"].text("valeur"), table["libelle"].text("libelle")
        if len(value) > LONGEST_VALUE:
            raise table["valeur"].wrong(
                f"« valeur » compte {len(value)} signes ; {LONGEST_VALUE} au plus."
            )
        if value in options:
            raise table["valeur"].wrong(
                f"la valeur « {value} » est offerte deux fois ; chaque option a la sienne."
            )
        easy_label = table["facile"].text("facile") if "facile" in table else label
        options[value] = Option(value, label, easy_label)
    return tuple(options.values())
