"""A theme's cues as lines that a person writes, and the YAML values that a codebook keeps.

One cue a line: « aller chercher ». Ideas that must all be in the sentence are parted by « + », the
words that say the same idea by « | », a notion is named by its « $ »; a weight of one's own ends
the line: « $elus + présider | présidence (poids 0,4) ».
"""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any, TypeAlias

from analysis.folding import is_empty_phrase

RawCue: TypeAlias = str | dict[str, Any]  # as YAML has it, every scalar a text

_WEIGHT = re.compile(r"(?P<ideas>.*?)\s*\(\s*poids\s+(?P<weight>[\d.,]+)\s*\)")
_MOST = 1_000  # cues of one theme
_LONGEST = 4_000  # characters of one


class CueError(ValueError):
    """A line that is no cue; ``str()`` says which and why, in French."""


def lines(cues: Iterable[RawCue]) -> list[str]:
    """These cues, each as its line."""
    return [_line(cue) for cue in cues]


def _line(cue: RawCue) -> str:
    if isinstance(cue, str):
        return _tidy(cue)
    weight = f" (poids {_tidy(cue['poids'])})" if "poids" in cue else ""
    return " + ".join(" | ".join(_phrases(idea)) for idea in cue["ensemble"]) + weight


def _phrases(idea: Any) -> list[str]:
    if isinstance(idea, str):
        return [_tidy(idea)]
    return [phrase for part in idea for phrase in _phrases(part)]


def _tidy(text: str) -> str:
    return " ".join(text.split())


def parse(text: str, notions: Collection[str]) -> list[RawCue]:
    """The cues of *text*, a line each, those said twice once; raises ``CueError``.

    *notions*: the names that « $ » can be followed by.
    """
    found: dict[str, RawCue] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                for cue in _cues(_tidy(line), notions):
                    found.setdefault(_line(cue), cue)
            except CueError as error:
                raise CueError(f"Ligne {number} : {error}") from None
    if len(found) > _MOST:
        raise CueError(f"Un thème a {_MOST} indices au plus.")
    return list(found.values())


def _cues(line: str, notions: Collection[str]) -> Sequence[RawCue]:
    if len(line) > _LONGEST:
        raise CueError(f"un indice tient en {_LONGEST} caractères.")
    weighed = _WEIGHT.fullmatch(line)
    parts = (weighed["ideas"] if weighed else line).split("+")
    ideas = [_idea(part, notions) for part in parts]
    if len(ideas) == 1:
        if weighed:
            raise CueError("un poids se donne à plusieurs idées ensemble, réunies par « + ».")
        return ideas[0] if isinstance(ideas[0], list) else [ideas[0]]
    cue: dict[str, Any] = {"ensemble": ideas}
    if weighed:
        cue["poids"] = _weight(weighed["weight"])
    return [cue]


def _idea(part: str, notions: Collection[str]) -> Any:
    phrases = [_phrase(each.strip(), notions) for each in part.split("|")]
    return phrases if len(phrases) > 1 else phrases[0]


def _phrase(phrase: str, notions: Collection[str]) -> str:
    if not phrase:
        raise CueError("il manque des mots avant ou après « + » ou « | ».")
    if phrase.startswith("$"):
        if phrase[1:] not in notions:
            raise CueError(f"aucune notion ne s’appelle « {phrase} ».")
    elif is_empty_phrase(phrase):
        raise CueError(f"« {phrase} » ne contient que des mots-outils : il marquerait tout.")
    return phrase


def _weight(written: str) -> str:
    try:
        value = float(written.replace(",", "."))
    except ValueError:
        value = 0
    if not 0 < value < 1:
        raise CueError("un poids est un nombre entre 0 et 1.")
    return written.replace(",", ".")
