"""A text's shadow: the keys of its words that a codebook knows, in order, for PhraseMatcher."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Span

from analysis.components.keys import Keys
from analysis.components.numbers import texts_and_lemmas_of
from analysis.folding import FIRST_PERSON, FUNCTION_WORDS, THIRD_PERSON, fold

_OWNED = "à:"
OTHER = "∅"  # any word that no cue has, and what parts two sentences
VOICE, THEM = "je", "ils"  # a sentence in the first person; a sentence about people named before
_HYPHENS = frozenset("-‐‑–—")
JOINTS = frozenset(("et", "ou", "/", ","))
# « Ma femme » is a relative; « une femme » is anybody: these words bear their owner in their key.
_OWNERS = frozenset(
    """
    mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs
    """.split()  # noqa: SIM905 -- read as a text
)
_KIN = frozenset(
    """
    fils fille filles frere freres soeur soeurs mere meres pere peres mari epouse epoux femme
    conjoint conjointe compagne compagnon enfant enfants
    """.split()  # noqa: SIM905 -- read as a text
)
_IMPERSONAL = frozenset(
    ("y", "n'", "s'", "faut", "fallait", "faudrait", "faudra", "est", "etait", "semble", "manque")
)


@dataclass(frozen=True, slots=True)
class Shadow:
    """Keys, and for each the index of its first and last token in the document."""

    words: list[str]
    tokens: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Word:
    """What there is to know of a word, whatever its neighbours: read once and remembered.

    ``shown``: its keys, ``OTHER`` in place of an unknown one; none for what is left out.
    ``is_known``: whether one of its keys is known. ``person``: whom a pronoun speaks of.
    """

    text: str
    folded: str
    shown: tuple[str, ...]
    is_known: bool
    person: str | None
    is_owner: bool
    is_kin: bool


class Shades:
    """Makes shadows with the keys that are *known*, all of them when it is None; one instance
    serves one thread at a time.
    """

    _LIMIT = 20_000  # words remembered: a ceiling for a worker that lives for months

    def __init__(self, keys: Keys, known: Container[str] | None = None) -> None:
        self._keys, self._known = keys, known
        self._words: dict[int, _Word] = {}  # by the number that spaCy gives a text, always the same

    def of(self, tokens: Doc | Span) -> tuple[Shadow, dict[str, int]]:
        """The keys of *tokens*: function words, hyphens and white space left out, doublets once;
        and the first token of each person in them: under ``VOICE`` « je », « nous »…, under
        ``THEM`` « ils »…

        A doublet (« les élues et les élus », « usager/usagère ») is two words of the same key
        around a joint. A key that is not known becomes ``OTHER``, unless the lemma that a trained
        model gave has a known one.
        """
        words: list[str] = []
        spans: list[tuple[int, int]] = []
        persons: dict[str, int] = {}
        before: _Word | None = None
        strings = tokens.vocab.strings
        first = tokens.start if isinstance(tokens, Span) else 0
        for place, (orth, lemma) in enumerate(texts_and_lemmas_of(tokens), first):
            word = self._words.get(orth) or self._learn(orth, strings[orth])
            if before is not None and before.folded == "il" and word.folded in _IMPERSONAL:
                persons.pop(THEM, None)
            if word.person is not None:
                persons.setdefault(word.person, place)
            is_plain = word.is_known and not word.is_kin
            lemma_text = strings[lemma] if lemma and not is_plain else ""
            for key in word.shown if is_plain else self._shown(word, before, lemma_text):
                if len(words) > 1 and words[-2] == key != OTHER and words[-1] in JOINTS:
                    words.pop()
                    spans.pop()
                    spans[-1] = (spans[-1][0], place)
                else:
                    words.append(key)
                    spans.append((place, place))
            before = word
        return Shadow(words, spans), persons

    def _shown(self, word: _Word, before: _Word | None, lemma: str) -> Sequence[str]:
        """The keys of *word* where it stands."""
        if word.is_kin and before is not None and before.is_owner:
            return self._chosen([_OWNED + key for key in self._keys.of(word.text)])
        if word.is_known or not word.shown or not lemma:
            return word.shown
        keys = self._keys.of(lemma)
        return self._chosen(keys) if keys else word.shown

    def _learn(self, orth: int, text: str) -> _Word:
        if len(self._words) >= self._LIMIT:
            self._words.clear()
        folded = fold(text)
        is_left_out = text.isspace() or text in _HYPHENS or folded in FUNCTION_WORDS
        keys = () if is_left_out else self._keys.of(text)
        known = self._known
        is_free = known is None or folded in JOINTS
        found = self._words[orth] = _Word(
            text,
            folded,
            keys if is_free else self._chosen(keys),
            known is None or is_free or any(key in known for key in keys),
            VOICE if folded in FIRST_PERSON else THEM if folded in THIRD_PERSON else None,
            folded in _OWNERS,
            folded in _KIN,
        )
        return found

    def _chosen(self, keys: Iterable[str]) -> tuple[str, ...]:
        known = self._known
        return tuple(key if known is None or key in known else OTHER for key in keys)
