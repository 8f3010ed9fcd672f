"""Who suggests themes: one small interface, which our pipeline and any other reader can have.

Another reader joins by its name alone, ``package.module:factory``, wherever a model is named
(``SPACY_MODEL``, ``--model``): the factory is called with the codebook and gives a ``Suggester``.
"""

import importlib
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Protocol

from analysis import pipeline
from analysis.codebook import Codebook
from analysis.corpus import Passage
from analysis.models import AUTO, ModelError
from analysis.suggestions import Suggestion


class Suggester(Protocol):
    """Reads passages, sentence by sentence in their context, and suggests themes with reasons."""

    @property
    def origin(self) -> str:
        """Its name and version, which sign what it suggests; 80 characters at most."""

    def info(self) -> dict[str, str]:
        """What is in use, French label by French label, for a person to read."""

    def suggest(self, passages: Iterable[Passage]) -> Iterator[tuple[Passage, list[Suggestion]]]:
        """Each passage, in order, with its suggestions: offsets in code points of its text."""


def load(codebook: Codebook, name: str = AUTO) -> Suggester:
    """The suggester called *name*: one of our models, or ``package.module:factory``.

    Raises ``ModelError``, one French line.
    """
    if ":" not in name or "/" in name:
        return pipeline.load(codebook, name)
    module, _, factory = name.partition(":")
    try:
        made: Suggester = getattr(importlib.import_module(module), factory)(codebook)
    except Exception as error:  # another's code may raise anything
        reason = " ".join(f"{type(error).__name__} : {error}".split())[:200]
        raise ModelError(f"lecteur « {name} » : il ne se charge pas ({reason}).") from error
    return _Checked(made, codebook)


class _Checked:
    """Another's suggester, whose mistakes must not reach the database."""

    def __init__(self, other: Suggester, codebook: Codebook) -> None:
        self._other = other
        self._themes = {theme.id for theme in codebook.themes} | set(codebook.merged)

    @property
    def origin(self) -> str:
        return self._other.origin[:80]

    def info(self) -> dict[str, str]:
        return self._other.info()

    def suggest(self, passages: Iterable[Passage]) -> Iterator[tuple[Passage, list[Suggestion]]]:
        asked: deque[Passage] = deque()
        rest = _noted(passages, asked)
        for passage, suggestions in self._other.suggest(rest):
            if not asked or asked.popleft() != passage:
                raise ModelError(f"{self.origin} : les textes ne reviennent pas dans l’ordre.")
            yield passage, self._checked(passage, suggestions)
        if asked or next(rest, None) is not None:
            raise ModelError(f"{self.origin} : des textes ne reviennent pas.")

    def _checked(self, passage: Passage, suggestions: Iterable[Suggestion]) -> list[Suggestion]:
        found = list(suggestions)
        for each in found:
            if not isinstance(each, Suggestion):
                raise ModelError(f"{self.origin} : ce ne sont pas des suggestions.")
            self._check(passage, each)
        if len({(each.theme, each.start, each.end) for each in found}) < len(found):
            raise ModelError(f"{self.origin} : un thème deux fois sur la même phrase.")
        return found

    def _check(self, passage: Passage, suggestion: Suggestion) -> None:
        places = [(suggestion.start, suggestion.end)]
        places += [(one.start, one.end) for one in suggestion.evidence]
        if any(not 0 <= start < end <= len(passage.text) for start, end in places):
            raise ModelError(f"{self.origin} : une place hors du texte.")
        if suggestion.theme not in self._themes or not 0 < suggestion.score <= 1:
            raise ModelError(f"{self.origin} : un thème ou un score inconnu.")


def _noted(passages: Iterable[Passage], asked: deque[Passage]) -> Iterator[Passage]:
    """*passages*, each noted in *asked* as it is handed over."""
    for passage in passages:
        asked.append(passage)
        yield passage
