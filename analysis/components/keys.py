"""From a word to its key: what makes two forms of one French word equal.

Own method, over spaCy's table of lemmas: the own words of ``forms.txt`` first (words of the field,
irregular verbs), then the lemma, then a light inflectional stem (plural, feminine, -er verbs); all
without accents. The table alone is uneven (« isolé » stays, « isolés » gives « isoler »); the stem
levels it. The same word always has the same key, in a cue and in a text, whatever its case, accents
and inclusive spelling.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

from spacy.util import load_language_data, registry

from analysis.folding import fold, inclusive_base

_ELISION = re.compile(r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)'(?=\w)")
_STEM = re.compile(r"[^\W\d_]{4,}")
_HYPHENS = re.compile(r"[-‐‑–—]")


class Keys:
    """The key of each word, remembered; one instance serves one thread at a time."""

    _LIMIT = 200_000  # words remembered: a ceiling for a worker that lives for months

    def __init__(self) -> None:
        self._own = _own_words()
        self._lemmas = _lemmas()
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, word: str) -> tuple[str, ...]:
        """The keys of *word*: one, one a part for a hyphenated word, none for white space."""
        keys = self._known.get(word)
        if keys is None:
            if len(self._known) >= self._LIMIT:
                self._known.clear()
            keys = self._known[word] = self._compute(word)
        return keys

    def _compute(self, word: str) -> tuple[str, ...]:
        if fold(word).strip() in self._own:
            return (self._own[fold(word).strip()],)
        base = inclusive_base(word)
        if base is not None:
            return self.of(base)
        parts = [part for part in _HYPHENS.split(word.strip()) if part]
        if len(parts) == 1:
            return (self._single(parts[0]),)
        return tuple(key for part in parts for key in self.of(part))

    def _single(self, word: str) -> str:
        folded = _ELISION.sub("", fold(word), count=1)
        lemma = self._lemmas.get(folded, folded)
        return self._own.get(folded) or self._own.get(lemma) or _stem(lemma)


@cache
def _own_words() -> dict[str, str]:
    lines = Path(__file__).with_name("forms.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(":") for line in lines if not line.startswith("#"))
    return {form: key for key, forms in pairs for form in forms.split()}


@cache
def _lemmas() -> dict[str, str]:
    """The first lemma of each form, both folded; where two forms fold alike, the first has it."""
    # spaCy's own Table keeps hashes of the forms, which cannot be folded any more
    table: Any = load_language_data(registry.lookups.get("fr")["lemma_lookup"])
    forms = fold("\n".join(table)).split("\n")
    found = (lemma if isinstance(lemma, str) else lemma[0] for lemma in table.values())
    lemmas = fold("\n".join(found)).split("\n")
    return dict(zip(reversed(forms), reversed(lemmas), strict=True))


def _stem(word: str) -> str:
    if not _STEM.fullmatch(word):
        return word
    for ending, base in (
        ("trices", "teur"),
        ("trice", "teur"),
        ("euses", "eur"),
        ("euse", "eur"),
        ("aux", "al"),
    ):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word.removesuffix(ending) + base
    if word[-1] in "sx":
        word = word[:-1]
    while word[-1] == "e" and len(word) > 3:
        word = word[:-1]
    return word[:-2] if word.endswith("er") and len(word) > 4 else word
