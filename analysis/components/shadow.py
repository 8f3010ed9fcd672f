"""A text's shadow: the keys of its words that a codebook knows, in order, for PhraseMatcher."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Token

from analysis.components.keys import Keys
from analysis.folding import FIRST_PERSON, FUNCTION_WORDS, THIRD_PERSON, fold

_OWNED = "à:"
OTHER = "∅"  # any word that no cue has, and what parts two sentences
VOICE, THEM = "je", "ils"  # a sentence in the first person; a sentence about people named before
_HYPHENS = frozenset("-‐‑–—")
_JOINTS = frozenset(("et", "ou", "/", ","))
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

_fold = lru_cache(50_000)(fold)  # of words


@dataclass(frozen=True, slots=True)
class Shadow:
    """Keys, and for each the index of its first and last token in the document."""

    words: list[str]
    tokens: list[tuple[int, int]]


def words_of(tokens: Iterable[Token], keys: Keys, known: Container[str] | None = None) -> Shadow:
    """The keys of *tokens*: function words, hyphens and white space left out, doublets once.

    A doublet (« les élues et les élus », « usager/usagère ») is two words of the same key around a
    joint. A key that is not *known* becomes ``OTHER``, unless the lemma that a trained model gave
    has a known one.
    """
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    is_owned = False
    for token in tokens:
        word = _fold(token.text)
        prefix, is_owned = _OWNED if is_owned and word in _KIN else "", word in _OWNERS
        for key in _keys_of(token, keys, known, prefix):
            if len(words) > 1 and words[-2] == key != OTHER and words[-1] in _JOINTS:
                words.pop()
                spans.pop()
                spans[-1] = (spans[-1][0], token.i)
            else:
                words.append(key)
                spans.append((token.i, token.i))
    return Shadow(words, spans)


def _keys_of(token: Token, keys: Keys, known: Container[str] | None, prefix: str) -> Iterable[str]:
    text = token.text
    if text.isspace() or text in _HYPHENS or _fold(text) in FUNCTION_WORDS:
        return ()
    found = [prefix + key for key in keys.of(text)]
    if known is None or text in _JOINTS:
        return found
    if token.lemma_ and not any(key in known for key in found):
        found = [prefix + key for key in keys.of(token.lemma_)] or found
    return [key if key in known else OTHER for key in found]


def persons_in(tokens: Iterable[Token]) -> dict[str, int]:
    """The first token of each person in *tokens*: under ``VOICE`` « je », « nous »…, under
    ``THEM`` « ils »…
    """
    persons: dict[str, int] = {}
    before = ""
    for token in tokens:
        word = _fold(token.text)
        if before == "il" and word in _IMPERSONAL:
            persons.pop(THEM, None)
        if word in FIRST_PERSON:
            persons.setdefault(VOICE, token.i)
        elif word in THIRD_PERSON:
            persons.setdefault(THEM, token.i)
        before = word
    return persons
