"""A codebook for other programs, and back: rows of a table, and REFI-QDA's ``.qdc``.

REFI-QDA 1.0, « Codebook exchange »: families are codes that nothing can be coded with, themes the
codes beneath. A theme's GUID comes from its id, so that a new label changes nothing.
"""

import re
import uuid
import xml.etree.ElementTree as ET  # to write; what comes from elsewhere is read by defusedxml
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import defusedxml
from defusedxml.ElementTree import fromstring

from analysis import cue_lines
from analysis.codebook import Codebook
from analysis.codebook_edits import Raw, cues, is_retired, sketch
from analysis.exchange import guids
from analysis.exchange.names import Names
from analysis.palette import COLORS
from analysis.themes import Family, Theme

NAMESPACE = "urn:QDA-XML:codebook:1.0"
COLUMNS = (
    "identifiant",
    "code",
    "famille",
    "libelle",
    "definition",
    "exemples",
    "contre_exemples",
    "indices",
    "indices_faibles",
    "couleur",
    "retire",
)
EXAMPLES, COUNTER_EXAMPLES = "Exemples :", "Contre-exemples :"
RETIRED = "Retiré : n’est plus suggéré."
MOST = 2_000  # codes of one file
DEEPEST = 20

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


class ExchangeError(ValueError):
    """A file that is no codebook; ``str()`` says why, in French."""


@dataclass(frozen=True)
class Entry:
    """One theme as a file has it; None: the file does not say.

    ``family`` is an id or a title, ``color`` a name of the palette, ``strong`` and ``weak`` lines
    of cues.
    """

    place: str
    label: str
    id: str = ""
    guid: uuid.UUID | None = None
    family: str = ""
    definition: str | None = None
    examples: tuple[str, ...] | None = None
    counter_examples: tuple[str, ...] | None = None
    strong: tuple[str, ...] | None = None
    weak: tuple[str, ...] | None = None
    color: str | None = None
    is_retired: bool | None = None


def color_of(theme: Theme, families: Sequence[Family]) -> str:
    """The name of a theme's colour: its own, or its family's."""
    return theme.color or list(COLORS)[families.index(theme.family) % len(COLORS)]


def rows(codebook: Codebook, raw: Raw) -> Iterator[list[str]]:
    """The codebook as a table, titles first; *raw* is the same, whose cues are as written."""
    yield list(COLUMNS)
    written = {str(each["id"]): each for each in raw["themes"]}
    for theme in codebook.themes:
        found = written[theme.id]
        yield [
            theme.id,
            theme.code,
            theme.family.title,
            theme.label,
            theme.definition,
            "\n".join(theme.examples),
            "\n".join(theme.counter_examples),
            "\n".join(cue_lines.lines(cues(found))),
            "\n".join(cue_lines.lines(cues(found, weak=True))),
            theme.color or "",
            "oui" if theme.is_retired else "non",
        ]


def entries_of_rows(records: Iterable[tuple[int, Mapping[str, str]]]) -> list[Entry]:
    """The themes of a table: the number of each line, and its cells by the names of COLUMNS.

    A column that is not there changes nothing; raises ``ExchangeError``.
    """
    return [_entry(number, cells) for number, cells in records]


def _entry(number: int, cells: Mapping[str, str]) -> Entry:
    place, color = f"ligne {number}", _said(cells.get("couleur", "")).lower()
    if color and color not in COLORS:
        raise ExchangeError(
            f"Ligne {number} : couleur inconnue, « {color} ». Les couleurs sont : "
            f"{', '.join(COLORS)}."
        )
    retired = _said(cells["retire"]).lower() if "retire" in cells else None
    if retired not in (None, "", "oui", "non"):
        raise ExchangeError(f"Ligne {number} : « retire » se dit par oui ou non.")
    return Entry(
        place,
        label=_said(cells.get("libelle", "")),
        id=_said(cells.get("identifiant", "")),
        family=_said(cells.get("famille", "")),
        definition=_said(cells["definition"]) if "definition" in cells else None,
        examples=_lines(cells, "exemples"),
        counter_examples=_lines(cells, "contre_exemples"),
        strong=_lines(cells, "indices"),
        weak=_lines(cells, "indices_faibles"),
        color=color if "couleur" in cells else None,
        is_retired=None if retired is None else retired == "oui",
    )


def _lines(cells: Mapping[str, str], name: str) -> tuple[str, ...] | None:
    if name not in cells:
        return None
    return tuple(said for line in cells[name].splitlines() if (said := _said(line)))


def _said(text: str) -> str:
    return " ".join(text.split())


def qdc(codebook: Codebook, *, origin: str) -> bytes:
    """The codebook as a ``.qdc`` file; *origin* names the program and its version."""
    root = ET.Element("CodeBook", {"xmlns": NAMESPACE, "origin": origin})
    top, names = ET.SubElement(root, "Codes"), Names()
    families = list(codebook.families)
    for family in families:
        color = COLORS[list(COLORS)[families.index(family) % len(COLORS)]]
        themes = [theme for theme in codebook.themes if theme.family == family]
        if not themes:
            continue
        code = _code(top, guids.family(family.id), names.of(family.title), color, is_codable=False)
        ET.SubElement(code, "Description").text = _clean(family.guide)
        for theme in themes:
            own = COLORS[color_of(theme, families)]
            made = _code(code, guids.theme(theme.id), names.of(_clean(theme.label)), own)
            ET.SubElement(made, "Description").text = describe(theme)
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _code(
    parent: ET.Element, guid: uuid.UUID, name: str, color: str, *, is_codable: bool = True
) -> ET.Element:
    about = {"guid": str(guid).upper(), "name": name, "isCodable": str(is_codable).lower()}
    return ET.SubElement(parent, "Code", about | {"color": color})


def describe(theme: Theme) -> str:
    """A theme's definition, examples and counter-examples, as one text."""
    parts = [theme.definition]
    for title, said in ((EXAMPLES, theme.examples), (COUNTER_EXAMPLES, theme.counter_examples)):
        if said:
            parts.append("\n".join([title, *(f"– {each}" for each in said)]))
    if theme.is_retired:
        parts.append(RETIRED)
    return _clean("\n\n".join(parts))


def _clean(text: str) -> str:
    return _UNSEEN.sub(" ", text)


def read_qdc(data: bytes) -> list[Entry]:
    """The themes of a ``.qdc`` file, whatever program wrote it; raises ``ExchangeError``."""
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ET.ParseError, defusedxml.DefusedXmlException, ValueError, LookupError):
        raise ExchangeError(
            "Ce fichier n’est pas une grille REFI-QDA (.qdc) : son XML est fautif."
        ) from None
    if _name(root) != "CodeBook":
        raise ExchangeError(
            "Ce fichier n’est pas une grille REFI-QDA (.qdc) : il ne commence pas par « CodeBook »."
        )
    codes = [code for each in root if _name(each) == "Codes" for code in each]
    found = [entry for code in codes for entry in _entries(code, "", 0)]
    if not found:
        raise ExchangeError("Cette grille n’a aucun code.")
    if len(found) > MOST:
        raise ExchangeError(f"Cette grille a plus de {MOST} codes.")
    return found


def _entries(code: ET.Element, family: str, depth: int) -> Iterator[Entry]:
    """The codable codes of a tree; what stands above them all is their family."""
    if _name(code) != "Code":
        return
    if depth > DEEPEST:
        raise ExchangeError(f"Cette grille a plus de {DEEPEST} niveaux de codes.")
    label = _said(code.get("name", ""))
    if not label:
        raise ExchangeError("Un code de cette grille n’a pas de nom.")
    beneath = [each for each in code if _name(each) == "Code"]
    if code.get("isCodable", "true").strip().lower() not in ("false", "0"):
        told = next((each.text or "" for each in code if _name(each) == "Description"), None)
        yield _of_code(code, label, family, told)
    for each in beneath:
        yield from _entries(each, family or label, depth + 1)


def _of_code(code: ET.Element, label: str, family: str, told: str | None) -> Entry:
    definition, examples, counter_examples, retired = _described(told)
    return Entry(
        f"code « {label} »",
        label=label,
        guid=guids.read(code.get("guid")),
        family=family,
        definition=definition,
        examples=examples,
        counter_examples=counter_examples,
        color=_nearest(code.get("color")),
        is_retired=retired,
    )


def _described(
    told: str | None,
) -> tuple[str | None, tuple[str, ...] | None, tuple[str, ...] | None, bool | None]:
    """What ``describe`` put together, taken apart; None for all where nothing was said."""
    if told is None or not told.strip():
        return None, None, None, None
    parts: dict[str, list[str]] = {"": [], EXAMPLES: [], COUNTER_EXAMPLES: []}
    at, retired = "", False
    for line in map(_said, told.splitlines()):
        if line == RETIRED:
            retired = True
        elif line in parts:
            at = line
        elif line:
            parts[at].append(line)
    listed = (tuple(each.removeprefix("– ") for each in parts[key]) for key in list(parts)[1:])
    examples, counter_examples = listed
    return " ".join(parts[""]), examples, counter_examples, retired


def _nearest(written: str | None) -> str | None:
    """The colour of the palette that is nearest to « #RGB » or « #RRGGBB »."""
    if not written or not re.fullmatch(r"#(?:[0-9A-Fa-f]{3}){1,2}", written.strip()):
        return None
    hexed = written.strip()[1:]
    wanted = _channels("".join(each * 2 for each in hexed) if len(hexed) == 3 else hexed)

    def distance(name: str) -> int:
        own = _channels(COLORS[name][1:])
        return sum((one - other) ** 2 for one, other in zip(own, wanted, strict=True))

    return min(COLORS, key=distance)


def _channels(hexed: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(hexed))


def _name(element: ET.Element) -> str:
    """An element's name, whatever its namespace: older programs wrote another."""
    return str(element.tag).rpartition("}")[2]


def entry_says(raw: Raw) -> Entry:
    """A theme of ours, as a file would say it: what an entry that says less is completed by."""
    own = sketch(raw)
    return Entry(
        "",
        label=own.label,
        id=str(raw["id"]),
        family=own.family,
        definition=own.definition,
        examples=own.examples,
        counter_examples=own.counter_examples,
        strong=tuple(cue_lines.lines(cues(raw))),
        weak=tuple(cue_lines.lines(cues(raw, weak=True))),
        color=own.color,
        is_retired=is_retired(raw),
    )
