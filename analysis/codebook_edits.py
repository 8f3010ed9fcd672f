"""A codebook changed by a person: each act on its YAML, whose cues and notions stay as written.

A codebook is handled here as YAML has it (``Raw``: mappings, lists, and texts for every scalar);
``Codebook.parse`` says whether the result is one. The comments of a file are lost on the way.
"""

import copy
import re
import string
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

from analysis import cue_lines
from analysis.cue_lines import RawCue
from analysis.folding import fold

Raw: TypeAlias = dict[str, Any]

LONGEST_ID = 40
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class EditError(ValueError):
    """An act that cannot be; ``str()`` says why, in French."""


@dataclass(frozen=True)
class Sketch:
    """What a person writes of a theme, its cues apart."""

    family: str
    label: str
    definition: str
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    color: str | None = None


def load(text: str) -> Raw:
    """The codebook that *text* is, one that ``Codebook.parse`` accepts."""
    raw: Raw = yaml.load(text, Loader=_Loader)  # noqa: S506 -- makes texts, lists, mappings alone
    return copy.deepcopy(raw)  # an alias would make two parts one


def dump(raw: Raw) -> str:
    """*raw* as YAML."""
    # A part that two themes share is written twice: whoever reads it needs no « *id001 ».
    dumper = type("_Plain", (_Dumper,), {"ignore_aliases": lambda *_: True})
    return str(
        yaml.dump(
            raw,
            Dumper=dumper,
            allow_unicode=True,
            sort_keys=False,
            width=120,
            default_flow_style=None,
        )
    )


def theme(raw: Raw, theme_id: str) -> Raw:
    """The theme of this id; raises ``EditError``."""
    for each in raw["themes"]:
        if _said(each["id"]) == theme_id:
            found: Raw = each
            return found
    raise EditError(f"Le thème « {theme_id} » n’est plus dans la grille.")


def sketch(found: Raw) -> Sketch:
    """What a theme says of itself."""
    return Sketch(
        family=_said(found["famille"]),
        label=_said(found["libelle"]),
        definition=_said(found["definition"]),
        examples=tuple(map(_said, found.get("exemples", ()))),
        counter_examples=tuple(map(_said, found.get("contre_exemples", ()))),
        color=_said(found["couleur"]) if "couleur" in found else None,
    )


def is_retired(found: Raw) -> bool:
    return _said(found.get("retire", "non")) == "oui"


def cues(found: Raw, *, weak: bool = False) -> list[RawCue]:
    """A theme's cues, those that suffice alone or the weak ones."""
    return list(found.get("indices_faibles" if weak else "indices", ()))


def notions(raw: Raw) -> dict[str, Raw]:
    """The notions that cues can name, by name."""
    found: dict[str, Raw] = raw.get("notions", {})
    return found


def add(raw: Raw, new: Sketch, strong: Sequence[RawCue] = (), weak: Sequence[RawCue] = ()) -> str:
    """Add a theme, the last of its family; return its id, which no other ever had."""
    _check(raw, new)
    theme_id = _new_id(raw, new.label)
    made: Raw = {"id": theme_id}
    raw["themes"].append(made)
    _write(made, new)
    set_cues(raw, theme_id, strong, weak)
    return theme_id


def add_family(raw: Raw, title: str) -> str:
    """Add a family of themes, the last; return its id.

    Its letter is the first of its title that no other bears. Raises ``EditError``.
    """
    families = raw["familles"]
    for each in families:
        if fold(_said(each["titre"])) == fold(title):
            raise EditError(f"Une autre famille s’appelle déjà « {_said(each['titre'])} ».")
    taken = {_said(each["sigle"]) for each in families}
    offered = [*re.findall(r"[a-z]", fold(title)), *string.ascii_lowercase]
    letter = next((each.upper() for each in offered if each.upper() not in taken), None)
    if letter is None:
        raise EditError("Il y a déjà autant de familles que de lettres.")
    family_id = _free(_base(title, "famille"), {_said(each["id"]) for each in families})
    guide = _said(families[-1]["guide"]) if families else title
    families.append({"id": family_id, "sigle": letter, "titre": title, "guide": guide})
    return family_id


def redefine(raw: Raw, theme_id: str, new: Sketch) -> None:
    """Write what a theme says of itself anew; its id and its cues stay."""
    found = theme(raw, theme_id)
    _check(raw, new, but=theme_id)
    moved = _said(found["famille"]) != new.family
    _write(found, new)
    if moved:
        _place(raw, found, rank=len(raw["themes"]))


def move(raw: Raw, theme_id: str, rank: int) -> None:
    """Give a theme this rank in its family, from 1; beyond the last, it becomes the last."""
    _place(raw, theme(raw, theme_id), rank)


def set_cues(
    raw: Raw, theme_id: str, strong: Sequence[RawCue], weak: Sequence[RawCue] = ()
) -> None:
    """Replace a theme's cues."""
    found = theme(raw, theme_id)
    _keep(found, "indices", list(strong))
    _keep(found, "indices_faibles", list(weak))


def retire(raw: Raw, theme_id: str) -> None:
    """Have a theme suggested no more; what bears it stays."""
    theme(raw, theme_id)["retire"] = "oui"


def restore(raw: Raw, theme_id: str) -> None:
    """Have a theme suggested again."""
    theme(raw, theme_id).pop("retire", None)


def merge(raw: Raw, theme_id: str, into: str) -> None:
    """Make a theme part of another, which takes its cues and its examples over."""
    former, kept = theme(raw, theme_id), theme(raw, into)
    if former is kept:
        raise EditError("Un thème ne se réunit pas avec lui-même.")
    if is_retired(kept):
        raise EditError("Le thème qui reste est retiré : remettez-le d’abord en usage.")
    for key in ("indices", "indices_faibles", "exemples"):
        _keep(kept, key, _union(kept.get(key, ()), former.get(key, ())))
    raw["themes"].remove(former)
    merged = raw.setdefault("fusions", {})
    for earlier, target in merged.items():
        if target == theme_id:
            merged[earlier] = into
    merged[theme_id] = into


def go_back(raw: Raw, to: Raw, *, bearing: Iterable[str]) -> Raw:
    """The codebook *to* once more; a theme added since that something bears stays, retired."""
    result, borne = copy.deepcopy(to), set(bearing)
    ids = {_said(each["id"]) for each in result["themes"]}
    families = {_said(each["id"]): each for each in result["familles"]}
    merged = result.get("fusions", {})
    for each in raw["themes"]:
        theme_id = _said(each["id"])
        if theme_id in ids or theme_id in merged or theme_id not in borne:
            continue
        left = copy.deepcopy(each)
        left["retire"] = "oui"
        if _said(left["famille"]) not in families:
            left["famille"] = next(iter(families))
        for key in ("indices", "indices_faibles"):
            known = [cue for cue in left.get(key, ()) if _named(cue) <= set(notions(result))]
            _keep(left, key, known)
        result["themes"].append(left)
    return result


def _named(cue: RawCue) -> set[str]:
    """The notions that a cue names."""
    return set(re.findall(r"\$(\w+)", cue_lines.lines([cue])[0]))


def _union(*lists: Iterable[RawCue]) -> list[RawCue]:
    found: dict[str, RawCue] = {}
    for cue in (cue for each in lists for cue in each):
        found.setdefault(cue_lines.lines([cue])[0], cue)
    return list(found.values())


def _place(raw: Raw, found: Raw, rank: int) -> None:
    themes = raw["themes"]
    themes.remove(found)
    family = _said(found["famille"])
    beside = [at for at, each in enumerate(themes) if _said(each["famille"]) == family]
    if not beside:
        at = len(themes)
    elif rank <= len(beside):
        at = beside[max(rank, 1) - 1]
    else:
        at = beside[-1] + 1
    themes.insert(at, found)


def _write(found: Raw, new: Sketch) -> None:
    found["famille"] = new.family
    found["libelle"], found["definition"] = new.label, new.definition
    _keep(found, "exemples", list(new.examples))
    _keep(found, "contre_exemples", list(new.counter_examples))
    _keep(found, "couleur", new.color)


def _keep(found: Raw, key: str, value: Any) -> None:
    if value:
        found[key] = value
    else:
        found.pop(key, None)


def _check(raw: Raw, new: Sketch, but: str | None = None) -> None:
    if new.family not in {_said(each["id"]) for each in raw["familles"]}:
        raise EditError("Cette famille n’est pas dans la grille.")
    for each in raw["themes"]:
        if _said(each["id"]) != but and fold(_said(each["libelle"])) == fold(new.label):
            raise EditError(f"Un autre thème s’appelle déjà « {_said(each['libelle'])} ».")


def _new_id(raw: Raw, label: str) -> str:
    taken = {_said(each["id"]) for each in raw["themes"]} | set(raw.get("fusions", {}))
    return _free(_base(label, "theme"), taken)


def _base(title: str, kind: str) -> str:
    words = re.findall(r"[a-z0-9]+", fold(title).replace("œ", "oe").replace("æ", "ae"))
    base = "_".join(words)[:LONGEST_ID].strip("_")
    if not base or not base[0].isalpha():
        base = f"{kind}_{base}".strip("_")[:LONGEST_ID]
    return base


def _free(base: str, taken: Collection[str]) -> str:
    return next(each for each in _numbered(base) if each not in taken)


def _numbered(base: str) -> Iterable[str]:
    yield base
    for number in range(2, 10_000):
        yield f"{base[: LONGEST_ID - 5]}_{number}"


def _said(value: Any) -> str:
    return " ".join(str(value).split())


Edit: TypeAlias = Callable[[Raw], Raw | None]
"""Changes a codebook in place, or returns another."""
