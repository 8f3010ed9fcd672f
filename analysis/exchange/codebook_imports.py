"""A codebook read from a file, laid over the one in use: what would be added, and what changed.

Nothing is ever taken away: a theme that the file does not have stays as it is.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis import codebook_edits, cue_lines
from analysis.codebook_changes import Difference, differences
from analysis.codebook_edits import EditError, Raw, Sketch
from analysis.cue_lines import CueError
from analysis.exchange import guids
from analysis.exchange.codebooks import Entry, ExchangeError, entry_says
from analysis.folding import fold
from analysis.palette import COLORS

LONGEST_LABEL, LONGEST_TEXT, MOST_EXAMPLES = 120, 4_000, 50


@dataclass(frozen=True)
class Laid:
    """What a file would make of a codebook."""

    raw: Raw
    added: Sequence[str]  # labels
    changed: Sequence[Difference]
    missing: Sequence[str]  # labels of the themes that the file does not have
    alike: int


def lay(raw: Raw, entries: Sequence[Entry], *, family: str) -> Laid:
    """*raw* with these entries; new themes whose family is unknown go to *family*.

    Raises ``ExchangeError``.
    """
    result = codebook_edits.load(codebook_edits.dump(raw))
    known = _Known(raw)
    said: dict[str, str] = {}
    added = []
    for entry in entries:
        theme_id = known.find(entry)
        try:
            if theme_id is None:
                theme_id = codebook_edits.add(result, _completed(entry, None, raw, family))
                added.append(entry.label)
            else:
                codebook_edits.redefine(
                    result, theme_id, _completed(entry, known.theme(theme_id), raw, family)
                )
            _set_cues(result, theme_id, entry)
        except (EditError, CueError) as error:
            raise ExchangeError(f"{_capital(entry.place)} : {error}") from None
        if theme_id in said:
            raise ExchangeError(
                f"{_capital(entry.place)} : ce thème est déjà dit ({said[theme_id]})."
            )
        said[theme_id] = entry.place
        if entry.is_retired is not None:
            act = codebook_edits.retire if entry.is_retired else codebook_edits.restore
            act(result, theme_id)
    found = differences(raw, result)
    touched = {each.theme for each in found}
    return Laid(
        result,
        added=added,
        changed=[each for each in found if known.has(each.theme)],
        missing=[known.label(each) for each in known.ids if each not in said],
        alike=sum(theme_id not in touched for theme_id in said),
    )


class _Known:
    """The themes in use, found as a file names them: by id, by GUID, by label."""

    def __init__(self, raw: Raw) -> None:
        self._themes = {str(each["id"]): each for each in raw["themes"]}
        self._merged: Mapping[str, str] = raw.get("fusions", {})
        self._guids: dict[uuid.UUID, str] = {
            guids.theme(each): str(self._merged.get(each, each))
            for each in (*self._themes, *self._merged)
        }
        self._labels = {fold(self.label(each)): each for each in self._themes}

    @property
    def ids(self) -> Sequence[str]:
        return list(self._themes)

    def has(self, theme_id: str) -> bool:
        return theme_id in self._themes

    def theme(self, theme_id: str) -> Raw:
        found: Raw = self._themes[theme_id]
        return found

    def label(self, theme_id: str) -> str:
        return codebook_edits.sketch(self._themes[theme_id]).label

    def find(self, entry: Entry) -> str | None:
        """The theme that an entry is about, none if it is new."""
        if entry.id in self._themes:
            return entry.id
        if entry.guid is not None and entry.guid in self._guids:
            return self._guids[entry.guid]
        return self._labels.get(fold(entry.label)) if entry.label else None


def _completed(entry: Entry, own: Raw | None, raw: Raw, family: str) -> Sketch:
    before = entry_says(own) if own is not None else None
    label = entry.label or (before.label if before else "")
    definition = entry.definition or (before.definition if before else None) or label
    if not label:
        raise EditError("il manque le libellé.")
    wanted = _family(entry.family, raw) or (before.family if before else family)
    texts = (*(entry.examples or ()), *(entry.counter_examples or ()), definition)
    if len(label) > LONGEST_LABEL or any(len(each) > LONGEST_TEXT for each in texts):
        raise EditError(
            f"un libellé tient en {LONGEST_LABEL} caractères, une définition ou un exemple en "
            f"{LONGEST_TEXT}."
        )
    if max(map(len, (entry.examples or (), entry.counter_examples or ()))) > MOST_EXAMPLES:
        raise EditError(f"un thème a {MOST_EXAMPLES} exemples au plus.")
    return Sketch(
        family=wanted,
        label=label,
        definition=definition,
        examples=_or(entry.examples, before.examples if before else ()),
        counter_examples=_or(entry.counter_examples, before.counter_examples if before else ()),
        color=_color(entry, before, wanted, raw),
    )


def _or(said: tuple[str, ...] | None, before: tuple[str, ...] | None) -> tuple[str, ...]:
    return (before or ()) if said is None else said


def _color(entry: Entry, before: Entry | None, family: str, raw: Raw) -> str | None:
    """The colour that a theme would have; its family's own is no choice of its own."""
    if entry.color is None:
        return before.color if before else None
    rank = [str(each["id"]) for each in raw["familles"]].index(family)
    chosen = before.color if before else None
    if entry.color == list(COLORS)[rank % len(COLORS)] and chosen is None:
        return None
    return entry.color or None


def _family(said: str, raw: Raw) -> str | None:
    for each in raw["familles"]:
        title = " ".join(str(each["titre"]).split())
        if said and fold(said) in (fold(str(each["id"])), fold(title)):
            return str(each["id"])
    return None


def _set_cues(raw: Raw, theme_id: str, entry: Entry) -> None:
    if entry.strong is None and entry.weak is None:
        return
    found, notions = codebook_edits.theme(raw, theme_id), codebook_edits.notions(raw)
    both = []
    for lines, weak in ((entry.strong, False), (entry.weak, True)):
        own = codebook_edits.cues(found, weak=weak)
        is_same = lines is None or list(lines) == cue_lines.lines(own)
        both.append(own if is_same else cue_lines.parse("\n".join(lines or ()), notions))
    codebook_edits.set_cues(raw, theme_id, *both)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
