"""What differs between two codebooks: for a person to read, and for who must read texts again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from analysis import cue_lines
from analysis.codebook import Codebook
from analysis.codebook_edits import Raw, cues, is_retired, sketch

_WORDS = {"label": "libellé", "definition": "définition", "color": "couleur"}
_LISTS = {"examples": "exemples", "counter_examples": "contre-exemples"}


@dataclass(frozen=True)
class Difference:
    """One thing that changed of one theme: what was said before, and what is said after."""

    theme: str
    label: str
    what: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def differences(before: Raw, after: Raw) -> list[Difference]:
    """What changed from one codebook to the other, in the order of the latter."""
    were, are = _themes(before), _themes(after)
    merged = after.get("fusions", {})
    found = [each for theme_id in are for each in _of_theme(theme_id, were, are)]
    for theme_id, raw in were.items():
        if theme_id not in are:
            into = are.get(str(merged.get(theme_id, "")))
            label = sketch(raw).label
            if into:
                told = f"réuni avec « {sketch(into).label} »"
                found.append(Difference(theme_id, label, told))
            else:
                found.append(Difference(theme_id, label, "n’est plus dans la grille"))
    if _rest(before) != _rest(after):
        found.append(Difference("", "Toute la grille", "notions, expressions neutres ou réglages"))
    return found


def _themes(raw: Raw) -> dict[str, Raw]:
    return {str(each["id"]): each for each in raw["themes"]}


def _rest(raw: Raw) -> dict[str, Any]:
    return {key: value for key, value in raw.items() if key not in ("version", "themes", "fusions")}


def _of_theme(
    theme_id: str, were: Mapping[str, Raw], are: Mapping[str, Raw]
) -> Iterator[Difference]:
    raw = are[theme_id]
    now = sketch(raw)
    if theme_id not in were:
        lines = tuple(cue_lines.lines([*cues(raw), *cues(raw, weak=True)]))
        yield Difference(theme_id, now.label, "thème ajouté", (), (now.definition, *lines))
        return
    old = were[theme_id]
    then = sketch(old)
    for field, what in _WORDS.items():
        pair = getattr(then, field), getattr(now, field)
        if pair[0] != pair[1]:
            yield Difference(
                theme_id, now.label, what, *(((each,) if each else ()) for each in pair)
            )
    for field, what in _LISTS.items():
        yield from _listed(theme_id, now.label, what, getattr(then, field), getattr(now, field))
    for weak, what in ((False, "indices"), (True, "indices faibles")):
        lines_of = [tuple(cue_lines.lines(cues(each, weak=weak))) for each in (old, raw)]
        yield from _listed(theme_id, now.label, what, *lines_of)
    if is_retired(old) != is_retired(raw):
        told = "retiré" if is_retired(raw) else "remis en usage"
        yield Difference(theme_id, now.label, told)
    if (places := (_place(theme_id, were), _place(theme_id, are)))[0] != places[1]:
        family_stays = then.family == now.family
        if not family_stays or _was_moved(theme_id, were, are):
            yield Difference(theme_id, now.label, "place", *((each,) for each in places))


def _listed(
    theme_id: str, label: str, what: str, before: Sequence[str], after: Sequence[str]
) -> Iterator[Difference]:
    gone = tuple(each for each in before if each not in after)
    come = tuple(each for each in after if each not in before)
    if gone or come:
        yield Difference(theme_id, label, what, gone, come)


def _place(theme_id: str, themes: Mapping[str, Raw]) -> str:
    family = sketch(themes[theme_id]).family
    return f"{family}, n° {_family(family, themes).index(theme_id) + 1}"


def _family(family: str, themes: Mapping[str, Raw]) -> list[str]:
    return [each for each, raw in themes.items() if sketch(raw).family == family]


def _was_moved(theme_id: str, were: Mapping[str, Raw], are: Mapping[str, Raw]) -> bool:
    """Whether a theme changed places with those that are in its family in both: one that slid
    because another came, left or moved did not move.
    """
    family = sketch(are[theme_id]).family
    then, now = _family(family, were), _family(family, are)
    kept = [[each for each in one if each in other] for one, other in ((then, now), (now, then))]
    blocks = SequenceMatcher(None, kept[0], kept[1], autojunk=False).get_matching_blocks()
    return theme_id not in {each for start, _, size in blocks for each in kept[0][start:][:size]}


def reads_alike(before: Codebook, after: Codebook) -> bool:
    """Whether nothing that *after* suggests differs from what *before* did: its words or ranks
    changed, or a theme was retired, whose suggestions stay.
    """
    if (
        before.threshold != after.threshold
        or before.neutral != after.neutral
        or before.carried != after.carried
        or dict(before.speakers) != dict(after.speakers)
        or dict(before.merged) != dict(after.merged)
    ):
        return False
    known = {theme.id: _cues(theme.cues) for theme in before.active.themes}
    # One that has no cue yet suggests nothing that was not suggested before.
    return all(
        known.get(theme.id, frozenset()) == _cues(theme.cues) for theme in after.active.themes
    )


def _cues(found: Sequence[Any]) -> frozenset[Any]:
    return frozenset(replace(cue, line=0) for cue in found)
