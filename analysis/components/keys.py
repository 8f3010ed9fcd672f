"""From a word to its key: what makes two forms of one French word equal.

Own method, over spaCy's table of lemmas: the own words of ``forms.txt`` first (words of the field,
irregular verbs, false lemmas of the table), acronyms, then the lemma, then a light inflectional
stem (plural, feminine, -er verbs); all without accents, but where an accent alone parts two words
(« où », « ou »). The table alone is uneven (« isolé » stays, « isolés » gives « isoler »); the stem
levels it. A word that no list knows may lack its apostrophe (« lhopital »), or be mistyped by one
letter (``mistyping``). The same word always has the same key, in a cue and in a text, whatever its
case, accents and inclusive spelling.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

from spacy.util import load_language_data, registry

from analysis.components.acronyms import acronyms
from analysis.components.mistyping import Mistyping
from analysis.folding import fold, inclusive_base

_ELISION = re.compile(r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’ʼ](?=\w)", re.IGNORECASE)
# « lhopital », « jhabite », « quon »: the apostrophe was forgotten; c’ only comes before e
_GLUED = re.compile(r"(?:c(?=e)|[djlmnst](?=[aeiouyh])|(?:jus|lors|puis)?qu(?=[aeiouyh]))(?=\w{4})")
_STEM = re.compile(r"[^\W\d_]{4,}")
_HYPHENS = re.compile(r"[-‐‑–—]")
_LEAST_KNOWN = 4  # letters: shorter words are never taken for mistakes
# forms of verbs that nobody mistypes because hardly anybody writes them
_RARE = re.compile(
    r".*(?:ass(?:es?|ent|iez|ions)|[aiu]mes|[aiu]tes|[aeiu]rent|[^ts]ions|iez|[^aeiou]a[is]|it"
    r"|[ei]r(?:a|ai|ais|ait|aient|as|ons|ont|ez|ions|iez)|iss(?:es?|ions|iez))"
)


class Keys:
    """The key of each word, remembered; one instance serves one thread at a time."""

    _LIMIT = 20_000  # words remembered: a ceiling for a worker that lives for months

    def __init__(self) -> None:
        self._own = _own_words()
        self._acronyms = acronyms()
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
        whole = self._whole(word.strip())
        if whole is not None:
            return (whole,)
        base = inclusive_base(word)
        if base is not None:
            return self.of(base)
        parts = [part for part in _HYPHENS.split(word.strip()) if part]
        if len(parts) == 1:
            return (self._single(parts[0]),)
        return tuple(key for part in parts for key in self.of(part))

    def _whole(self, word: str) -> str | None:
        """The key of an own word, or of an acronym. An accent that parts two words counts."""
        accented = self._own.get(word.lower())
        if accented is not None:
            return accented
        return self._acronyms.key(word) or self._own.get(fold(word))

    def _single(self, word: str) -> str:
        elided = _ELISION.match(word)
        if elided:
            return self.of(word[elided.end() :])[0]
        return self._folded(fold(word), is_name=word[:1].isupper() and not word.isupper())

    def _folded(self, word: str, *, is_name: bool = False) -> str:
        """The key of a folded word; one that may be a name is no other word mistyped."""
        if len(word) >= _LEAST_KNOWN and word not in _known_words():
            glued = _GLUED.match(word)
            rest = word[glued.end() :] if glued else ""
            if rest in _known_words() and not (is_name and word[0] not in "cjq"):
                return self._folded(rest)
            corrected = None if is_name else _mistyping().corrected(word)
            if corrected is not None:
                return _plain_key(corrected)
        return _plain_key(word)


def _plain_key(word: str) -> str:
    """The key of a folded word taken as it is."""
    own, lemma = _own_words(), _lemmas().get(word, word)
    return own.get(word) or own.get(lemma) or _stem(lemma)


@cache
def _known_words() -> frozenset[str]:
    """Every folded word that is no mistake: of the table, of the field, acronyms."""
    lemmas, tables = _lemmas(), registry.lookups.get("fr")
    listed: list[str] = []
    for name in ("lemma_index", "lemma_exc"):  # words by part of speech, and irregular forms
        table: Any = load_language_data(tables[name])
        for words in table.values():
            listed.extend(word for word in words if len(word) >= _LEAST_KNOWN)
    folded = fold("\n".join(listed)).split("\n")
    own = (*_own_words(), *_field_words(), *acronyms().keys)
    return frozenset((*lemmas, *lemmas.values(), *own, *folded))


@cache
def _field_words() -> tuple[str, ...]:
    lines = Path(__file__).with_name("field.txt").read_text(encoding="utf-8").splitlines()
    return tuple(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def _mistyping() -> Mistyping:
    """Corrects towards the field's words and their usual forms."""
    lemmas, field = _lemmas(), dict.fromkeys(_field_words())
    wanted = {lemmas.get(word, word) for word in field}
    forms = (form for form, lemma in lemmas.items() if lemma in wanted)
    return Mistyping(
        dict.fromkeys((*field, *sorted(wanted), *(f for f in forms if not _RARE.fullmatch(f)))),
        _plain_key,
    )


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
