"""The words by which offices name a profile or a region, brought back to ours."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from analysis.folding import fold
from forms.schema import Audience, Library

# Linking words, and the one that is in everybody's title.
IDLE_WORDS = frozenset(["ou", "et", "de", "du", "des", "la", "le", "les", "un", "une", "clsm"])
# Words that make somebody else of the one they stand by: « pair-aidant », « non élu », « ex-élue ».
TURNING = frozenset(["pair", "paire", "non", "ex", "ancien", "ancienne"])
SHARED_LETTERS = 5
REGION = "region"


@dataclass(frozen=True)
class Lexicon:
    """The profiles and the regions (name → INSEE code) that a file may name."""

    audiences: tuple[Audience, ...]
    regions: Mapping[str, str]

    @classmethod
    def of(cls, library: Library) -> "Lexicon":
        """Return the words of these questionnaires."""
        questions = [question for each in library for question in each.questions]
        options = [
            option
            for question in questions
            if question.variable == REGION
            for option in question.options
        ]
        return cls(library.audiences, {option.label: option.value for option in options})

    def audience(self, text: str) -> str | None:
        """Return the id of the one profile that `text` names, or none: « élu·e », « Usagers »…"""
        tokens = set(_words(text))
        if tokens & TURNING:
            return None
        found = {
            audience.id
            for audience in self.audiences
            for word in _words(f"{audience.id} {audience.label}")
            if any(_is_near(token, word) for token in tokens)
        }
        return found.pop() if len(found) == 1 else None

    def region(self, text: str) -> str | None:
        """Return the code of the region that `text` names, by its name or its code, or none."""
        wanted = _letters(text)
        for label, code in self.regions.items():
            if wanted in (_letters(label), code, code.lstrip("0")):
                return code
        return None


def _words(text: str) -> list[str]:
    """Return the words of `text`, folded, in the singular; inclusive endings fall apart."""
    found = re.findall(r"[a-z]+", fold(text))
    return [word.rstrip("s") for word in found if word not in IDLE_WORDS]


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", fold(text))


def _is_near(token: str, word: str) -> bool:
    """Say whether two words are the same, or of one family: « coordination », « coordinatrice »."""
    return token == word or (
        len(token) >= SHARED_LETTERS and token[:SHARED_LETTERS] == word[:SHARED_LETTERS]
    )
