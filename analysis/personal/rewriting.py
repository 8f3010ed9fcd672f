"""Accepted proposals applied: pseudonyms in place of what identifies, the same ones throughout a
testimony.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from analysis.folding import fold
from analysis.personal.proposals import Proposal, Type

LABELS: dict[Type, str] = {
    "PER": "Personne",
    "PHONE": "Téléphone",
    "EMAIL": "Courriel",
    "ADDRESS": "Adresse",
    "LOC": "Commune",
    "ORG": "Organisme",
    "URL": "Lien",
    "ID": "Identifiant",
}
_KNOWN = "|".join(("Prénom", "Nom", *LABELS.values()))
_PSEUDONYM = re.compile(rf"\[({_KNOWN}) ([1-9][0-9]{{0,8}})\]")
_NOT_KEY = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A text with pseudonyms. ``pieces``: each replaced span, and the span that took its place."""

    text: str
    pieces: tuple[tuple[int, int, int, int], ...]

    def moved(self, offset: int) -> int:
        """Where the place *offset* of the original is now; inside what was replaced, its start."""
        place = bisect_right(self.pieces, (offset, float("inf"))) - 1
        if place < 0:
            return offset
        _, end, new_start, new_end = self.pieces[place]
        return new_start if offset < end else new_end + offset - end


def apply(text: str, accepted: Iterable[Proposal]) -> Rewritten:
    """*text* with the *accepted* proposals replaced, and only those.

    Raises ``ValueError`` where a proposal lies outside of the text or over another.
    """
    return apply_all([text], [list(accepted)])[0]


def apply_all(texts: Sequence[str], accepted: Sequence[Iterable[Proposal]]) -> list[Rewritten]:
    """The same for the *texts* of one testimony: one entity has one pseudonym in all of them.

    The numbers follow the order of the texts, after those of pseudonyms that are there already.
    """
    names = _Names(texts)
    return [_rewrite(text, one, names) for text, one in zip(texts, accepted, strict=True)]


def pseudonyms_in(text: str) -> Iterator[tuple[int, int, str]]:
    """The pseudonyms that *text* already bears: start, end, label."""
    for found in _PSEUDONYM.finditer(text):
        yield found.start(), found.end(), found[1]


class _Names:
    """The pseudonyms of one testimony, given out as entities appear."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._last: dict[str, int] = {}
        self._given: dict[tuple[str, str], str] = {}
        for text in texts:
            for found in _PSEUDONYM.finditer(text):
                self._last[found[1]] = max(self._last.get(found[1], 0), int(found[2]))

    def of(self, label: str, original: str) -> str:
        key = (label, _key(label, original))
        if key not in self._given:
            self._last[label] = self._last.get(label, 0) + 1
            self._given[key] = f"[{label} {self._last[label]}]"
        return self._given[key]


def _key(label: str, original: str) -> str:
    """What makes two writings one entity: « +33 6 … » and « 06 … », « KERBRAT » and « Kerbrat »."""
    folded = fold(original)
    if label == LABELS["PHONE"]:
        digits = "".join(str(int(one)) for one in original if one.isdigit() and one.isdecimal())
        return digits[-9:] or _NOT_KEY.sub(" ", folded)
    if label == LABELS["EMAIL"]:
        folded = re.sub(
            r"\b(?:at|arr?obase?|chez)\b", "@", re.sub(r"\b(?:point|dot)\b", ".", folded)
        )
    return _NOT_KEY.sub(" ", folded).strip() or original


def _rewrite(text: str, accepted: Iterable[Proposal], names: _Names) -> Rewritten:
    pieces: list[tuple[int, int, int, int]] = []
    out: list[str] = []
    end, length = 0, 0
    for start, stop, label in sorted(part for proposal in accepted for part in proposal.parts):
        if not (end <= start < stop <= len(text)):
            raise ValueError("une proposition sort du texte ou en recouvre une autre.")
        name = names.of(label, text[start:stop])
        out += (text[end:start], name)
        length += start - end
        pieces.append((start, stop, length, length + len(name)))
        length += len(name)
        end = stop
    return Rewritten("".join((*out, text[end:])), tuple(pieces))
