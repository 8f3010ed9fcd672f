"""How fast the built-in pipeline tags, beside the least that spaCy needs for as many patterns.

The floor is a blank French pipeline with spaCy's sentencizer and a PhraseMatcher on the lower-case
form, holding as many random patterns as the codebook has phrases, of the same lengths. Both read
the same texts, made of the codebook's own labels, definitions and phrases, in the same run, taking
turns; each figure is the median of the turns, of texts never read before. One process, one core.

  python -m bench.tagging [--characters 300000] [--turns 5]
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable

import spacy
from spacy.language import Language
from spacy.matcher import PhraseMatcher

from analysis import pipeline
from analysis.codebook import Codebook
from analysis.corpus import Passage

Read = Callable[[list[str]], int]
_GLUE = [
    "et",
    "puis",
    "alors",
    "nous",
    "avons",
    "dit",
    "que",
    "cela",
    "dans",
    "la",
    "ville",
    "avec",
    "les",
    "gens",
]


def phrases_of(codebook: Codebook) -> list[str]:
    """Every phrase of the codebook, each once."""
    ideas = (idea for theme in codebook.themes for cue in theme.cues for idea in cue.ideas)
    return list(dict.fromkeys(phrase for idea in ideas for phrase in idea.phrases))


def texts_of(codebook: Codebook, characters: int, rng: random.Random) -> list[str]:
    """Texts of about 900 characters, as long as an answer; one sentence in three holds a cue."""
    phrases = phrases_of(codebook)
    texts, size = [], 0
    while size < characters:
        sentences = []
        while sum(map(len, sentences)) < 900:
            words = rng.choices(_GLUE, k=rng.randint(8, 20))
            if rng.random() < 1 / 3:
                words.insert(rng.randrange(len(words)), rng.choice(phrases))
            sentences.append(" ".join(words).capitalize() + ".")
        texts.append(" ".join(sentences))
        size += len(texts[-1])
    return texts


def ours(codebook: Codebook) -> Read:
    """The built-in pipeline."""
    tagger = pipeline.load(codebook, model="intégré")

    def read(texts: list[str]) -> int:
        return sum(len(found) for _, found in tagger.suggest(Passage(None, text) for text in texts))

    return read


def floor(codebook: Codebook, rng: random.Random) -> Read:
    """The least: sentences, and as many patterns."""
    nlp = spacy.blank("fr")
    nlp.add_pipe("sentencizer")
    matcher = matcher_of(nlp, phrases_of(codebook), rng)

    def read(texts: list[str]) -> int:
        with nlp.memory_zone():
            return sum(len(matcher(doc)) for doc in nlp.pipe(texts, batch_size=64))

    return read


def matcher_of(nlp: Language, phrases: list[str], rng: random.Random) -> PhraseMatcher:
    """As many patterns as *phrases*, of the same lengths, made of their words in another order."""
    words = [word for phrase in phrases for word in phrase.split()]
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    patterns = (" ".join(rng.sample(words, len(phrase.split()))) for phrase in phrases)
    matcher.add("floor", list(nlp.tokenizer.pipe(patterns)))
    return matcher


def speed(read: Read, texts: list[str]) -> float:
    """Characters a second."""
    began = time.perf_counter()
    read(texts)
    return sum(map(len, texts)) / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--characters", type=int, default=300_000, help="a turn")
    parser.add_argument("--turns", type=int, default=5)
    options = parser.parse_args()
    rng = random.Random(1)
    codebook = Codebook.read()
    readers = {"tagging": ours(codebook), "floor": floor(codebook, rng)}
    for read in readers.values():
        read(texts_of(codebook, 20_000, rng))
    speeds: dict[str, list[float]] = {name: [] for name in readers}
    for _ in range(options.turns):
        texts = texts_of(codebook, options.characters, rng)
        for name, read in readers.items():
            speeds[name].append(speed(read, texts))
    medians = {name: statistics.median(values) for name, values in speeds.items()}
    for name, value in medians.items():
        print(f"{name}: {value:,.0f} characters/s")
    print(f"patterns: {len(phrases_of(codebook))}")
    print(f"ratio tagging/floor: {medians['tagging'] / medians['floor']:.2f}")


if __name__ == "__main__":
    main()
