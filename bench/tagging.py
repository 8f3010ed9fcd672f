"""How fast the built-in pipeline tags, and whether it grows.

Three questions, on the testimonies of the repository's corpus, answers as people type them:

- words a second of the whole built-in pipeline (sentences, cues, what was learnt, reasons), beside
  spaCy's blank French pipeline with its sentencizer and its lookup lemmatizer;
- what our components add to a statistical pipeline: an installed ``fr_core_news_*``, else one of
  the same parts that has learnt nothing (it tags badly, as fast as a good one);
- how much memory is held after 1,000 texts, and after 100,000.

Readers take turns on the same texts, others at each turn; each figure is the median of the turns.
Time is the processor's, one process: what else runs on the machine hardly counts.

  python -m bench.tagging [--turns 7] [--texts 1800] [--growth 100000]
"""

import argparse
import gc
import itertools
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.training import Example

from analysis import labelled, models, pipeline
from analysis.components import inclusive, sentences
from analysis.corpus import Passage
from analysis.learning import component

Read = Callable[[Sequence[Passage]], int]
CORPUS = Path(labelled.__file__).with_name("corpora")
TAGS = ("DET", "NOUN", "VERB", "ADP", "PUNCT", "PRON", "ADV", "ADJ")


def passages() -> list[Passage]:
    """The answers of the corpus, with their question and profile."""
    return [answer.passage for answer in labelled.read(CORPUS)]


def built_in() -> Read:
    """The whole built-in pipeline."""
    tagger = pipeline.load(model=models.BUILT_IN)
    return lambda texts: sum(len(found) for _, found in tagger.suggest(texts))


def floor() -> Read:
    """The least: spaCy's tokens, sentences and lemmas."""
    nlp = spacy.blank("fr")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("lemmatizer", config={"mode": "lookup"})
    nlp.initialize()
    return reading_with(nlp)


def reading_with(nlp: Language) -> Read:
    """Reads with *nlp* as spaCy does, and no more."""

    def read(texts: Sequence[Passage]) -> int:
        with nlp.memory_zone():
            return sum(len(doc) for doc in nlp.pipe(passage.text for passage in texts))

    return read


def statistical() -> tuple[str, Language]:
    """A statistical pipeline, and its name."""
    for name in models.PACKAGES:
        if spacy.util.is_package(name):
            return name, spacy.load(name, exclude=["ner"])
    return "one of the same parts, made here", unlearnt()


def unlearnt() -> Language:
    """A pipeline of the shape of ``fr_core_news_md``: vectors of words, tagger, parser, lemmas."""
    nlp = spacy.blank("fr")
    width = {"@architectures": "spacy.HashEmbedCNN.v2", "pretrained_vectors": None, "width": 96}
    width |= {"depth": 4, "embed_size": 2000, "window_size": 1, "maxout_pieces": 3}
    nlp.add_pipe("tok2vec", config={"model": width | {"subword_features": True}})
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "*"}
    tagger = {"@architectures": "spacy.Tagger.v2", "tok2vec": listener}
    nlp.add_pipe("morphologizer", config={"model": tagger})
    parser = {"@architectures": "spacy.TransitionBasedParser.v2", "state_type": "parser"}
    parser |= {"extra_state_tokens": False, "hidden_width": 64, "maxout_pieces": 2}
    nlp.add_pipe("parser", config={"model": parser | {"use_upper": True, "tok2vec": listener}})
    nlp.add_pipe("trainable_lemmatizer", config={"model": tagger, "min_tree_freq": 1})
    examples = [_example(nlp, passage.text) for passage in passages()[:20]]
    nlp.initialize(lambda: examples)
    return nlp


def _example(nlp: Language, text: str) -> Example:
    doc = nlp.make_doc(text)
    return Example.from_dict(
        doc,
        {
            "pos": [TAGS[len(token) % len(TAGS)] for token in doc],
            "heads": [max(token.i - 1, 0) for token in doc],
            "deps": ["ROOT" if token.i == 0 else "dep" for token in doc],
            "lemmas": [token.lower_ for token in doc],
        },
    )


def with_ours(nlp: Language, folder: Path) -> Language:
    """The pipeline kept in *folder* with our components, what was learnt included."""
    nlp.to_disk(folder)
    ours = spacy.load(folder)
    for name in (sentences.NAME, inclusive.NAME):
        ours.add_pipe(name, first=True)
    ours.add_pipe(component.NAME, last=True)
    component.judging_part(ours).judge = models.open_model(models.BUILT_IN).judge
    return ours


def added(turns: int, size: int) -> None:
    """Say what our components add to a statistical pipeline."""
    name, nlp = statistical()
    with tempfile.TemporaryDirectory() as folder:
        ours = with_ours(nlp, Path(folder))
    speeds = compared({"with": reading_with(ours), "bare": reading_with(nlp)}, turns, size // 3)
    print(f"statistical pipeline: {name}, {speeds['bare']:,.0f} words/s")
    print(f"added by our components: {speeds['bare'] / speeds['with'] - 1:.0%}")


def compared(readers: dict[str, Read], turns: int, size: int) -> dict[str, float]:
    """Words a second of each reader: the median of its turns."""
    every = itertools.cycle(passages())
    speeds: dict[str, list[float]] = {name: [] for name in readers}
    for turn in range(turns + 1):
        texts = list(itertools.islice(every, size))
        words = sum(len(passage.text.split()) for passage in texts)
        order = list(readers.items())
        for name, read in order if turn % 2 else reversed(order):
            gc.collect()
            began = time.process_time()
            read(texts)
            if turn:  # the first turn learns words
                speeds[name].append(words / (time.process_time() - began))
    return {name: statistics.median(values) for name, values in speeds.items()}


def memory() -> float:
    """What this process holds now, in MB (Linux); elsewhere the most it ever held."""
    gc.collect()
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * resource.getpagesize() / 2**20


def growth(few: int, many: int) -> tuple[float, float]:
    """MB held after *few* texts and after *many*, read as one stream."""
    tagger = pipeline.load(model=models.BUILT_IN)
    found = tagger.suggest(_numbered(many))
    for _ in itertools.islice(found, few):
        pass
    after_few = memory()
    for _ in found:
        pass
    return after_few, memory()


def _numbered(count: int) -> Iterator[Passage]:
    """*count* texts, each with a word that no other has: names and places never end."""
    for number, passage in zip(range(count), itertools.cycle(passages()), strict=False):
        yield Passage(number, f"{passage.text} Vu avec Bérenger{number:x}.", passage.question)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--texts", type=int, default=1_800, help="texts a turn")
    parser.add_argument("--growth", type=int, default=100_000, help="texts for the memory; 0: none")
    options = parser.parse_args()
    if options.growth:
        few, many = growth(1_000, options.growth)
        print(f"memory after 1,000 texts: {few:.0f} MB, after {options.growth:,}: {many:.0f} MB")
        print(f"ratio of memory: {many / few:.3f}")
    speeds = compared({"tagging": built_in(), "floor": floor()}, options.turns, options.texts)
    for name, value in speeds.items():
        print(f"{name}: {value:,.0f} words/s")
    print(f"ratio tagging/floor: {speeds['tagging'] / speeds['floor']:.2f}")
    added(options.turns, options.texts)


if __name__ == "__main__":
    main()
