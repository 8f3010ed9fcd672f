"""The lists of names that ship with the package, folded: no capitals, no accents."""

import gzip
import importlib.util
import json
import re
from functools import cache
from itertools import chain
from pathlib import Path

from analysis.folding import fold

_LISTS = Path(__file__).with_name("lists")
_FIRST_HALVES = ("jean", "marie", "anne")
_ARTICLE = re.compile(r"(?:le|la|les) ")


@cache
def given() -> frozenset[str]:
    """First names."""
    return _folded("given-names.txt")


@cache
def given_as_written() -> frozenset[str]:
    """First names in lower case with their accents."""
    return frozenset(word.lower() for line in _lines("given-names.txt") for word in line.split())


@cache
def families() -> frozenset[str]:
    """Frequent family names."""
    return _folded("family-names.txt")


@cache
def words() -> dict[str, frozenset[str]]:
    """The sections of ``words.txt`` by title: what tells a name from another word."""
    sections: dict[str, set[str]] = {}
    here: set[str] = set()
    for line in (_LISTS / "words.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            here = sections.setdefault(line.strip("[]"), set())
        elif not line.startswith("#"):
            here.update(fold(word.replace("_", " ")) for word in line.split())
    return {title: frozenset(section) for title, section in sections.items()}


@cache
def communes() -> frozenset[str]:
    """Communes, as ``place_key`` writes them: words joined by spaces."""
    return frozenset(map(place_key, _entries("communes.txt")))


@cache
def other_places() -> frozenset[str]:
    """Départements, regions, countries: places that are no communes, as ``place_key`` has them."""
    return frozenset(map(place_key, _entries("other-places.txt")))


@cache
def french() -> frozenset[str]:
    """Words of the dictionary, folded, from spaCy's French table where it is installed."""
    spec = importlib.util.find_spec("spacy_lookups_data")
    if spec is None or spec.origin is None:
        return frozenset()
    table = Path(spec.origin).with_name("data") / "fr_lemma_lookup.json.gz"
    try:
        with gzip.open(table, "rt", encoding="utf-8") as file:
            lemmas: dict[str, list[str]] = json.load(file)
    except OSError:
        return frozenset()
    both = chain(lemmas, chain.from_iterable(lemmas.values()))
    return frozenset(fold(word) for word in both if word[:1].islower())


def place_key(name: str) -> str:
    """How a commune's name is looked up: « La Roche-sur-Yon » and « la roche sur yon » alike."""
    key = re.sub(r"[\s-]+", " ", fold(name)).strip()
    return re.sub(r"\bste\b", "sainte", re.sub(r"\bst\b", "saint", key))


def is_given(folded: str) -> bool:
    """Whether a folded word is a first name, or a compound of first names."""
    if folded in given():
        return True
    parts = folded.split("-")
    if len(parts) == 2 and parts[0] in _FIRST_HALVES and len(parts[1]) > 1:
        return folded.replace("-", " ") not in communes() and folded not in other_places()
    return 1 < len(parts) < 5 and all(part in given() for part in parts)


def is_word(folded: str) -> bool:
    """Whether *folded* also is a word of the language, read without its capital."""
    sections = words()
    if folded in sections["prénoms non mots"]:
        return False
    return any(
        folded in group
        for group in (sections["prénoms mots"], sections["minuscules douteuses"], french())
    )


def _folded(name: str) -> frozenset[str]:
    return frozenset(fold(word) for line in _lines(name) for word in line.split())


def _entries(name: str) -> list[str]:
    return [entry.strip() for line in _lines(name) for entry in line.split(",") if entry.strip()]


def _lines(name: str) -> list[str]:
    text = (_LISTS / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


@cache
def _articles() -> dict[str, str]:
    """The article of each commune that has one: « havre » → « le »."""
    pairs = (key.split(" ", 1) for key in communes() if _ARTICLE.match(key) and " " in key)
    return {rest: article for article, rest in pairs}


def has_article(article: str, key: str) -> bool:
    """Whether the commune *key* is written with *article*: « Le Havre »."""
    return _articles().get(key) == article


@cache
def first_words_of_places() -> frozenset[str]:
    """The words by which the names of the listed places begin, with and without their article."""
    keys = (*communes(), *other_places(), *_articles())
    return frozenset(key.split(" ", 1)[0] for key in keys)
