"""The words by which offices name a profile, brought back to ours."""

import re
from dataclasses import dataclass

from analysis.folding import fold
from forms.schema import Audience, Library

# Linking words, and the one that is in everybody's title.
IDLE_WORDS = frozenset(["ou", "et", "de", "du", "des", "la", "le", "les", "un", "une", "clsm"])
# Words that make somebody else of the one they stand by: « pair-aidant », « non élu », « ex-élue ».
TURNING = frozenset(["pair", "paire", "non", "ex", "ancien", "ancienne"])
SHARED_LETTERS = 5
# Shorter ones link words or end them: « adjoint au maire », « 1er adjoint », « conseiller·ère ».
LETTERS_OF_A_TITLE = 4


@dataclass(frozen=True)
class Lexicon:
    """The profiles that a file may name."""

    audiences: tuple[Audience, ...]

    @classmethod
    def of(cls, library: Library) -> "Lexicon":
        """Return the profiles of these questionnaires."""
        return cls(library.audiences)

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
        } | {audience.id for audience in self.audiences if _bears_title(text, audience)}
        return found.pop() if len(found) == 1 else None


def _bears_title(text: str, audience: Audience) -> bool:
    """Say whether `text` begins with a title of these people: a mayor's secretary bears none."""
    said = _title(text)
    return any(said[: len(words)] == words for words in map(_title, audience.titles))


def _title(text: str) -> list[str]:
    return [word for word in _words(text) if len(word) >= LETTERS_OF_A_TITLE]


def _words(text: str) -> list[str]:
    """Return the words of `text`, folded, in the singular; inclusive endings fall apart."""
    found = re.findall(r"[a-z]+", fold(text))
    return [word.rstrip("s") for word in found if word not in IDLE_WORDS]


def _is_near(token: str, word: str) -> bool:
    """Say whether two words are the same, or of one family: « coordination », « coordinatrice »."""
    return token == word or (
        len(token) >= SHARED_LETTERS and token[:SHARED_LETTERS] == word[:SHARED_LETTERS]
    )
