"""How fast the built-in pipeline tags, and whether it grows.

Three questions, on the testimonies of the repository's corpus, answers as people type them:

- words a second of the whole built-in pipeline (sentences, cues, what was learnt, reasons), beside
  spaCy's blank French pipeline with its sentencizer and its lookup lemmatizer;
- what our components add to a statistical pipeline: an installed ``fr_core_news_*``, else one of
  the same parts that has learnt nothing (half as quick again as the real ones, so that what is
  added looks larger); and what the whole tagger takes over it, cues and reasons included;
- how much memory is held after 1,000 texts, and after 100,000.

Readers take turns on the same texts, others at each turn; each figure is the median of the turns.
Time is the processor's, one process: what else runs on the machine hardly counts.

  python -m bench.tagging [--turns 7] [--texts 1800] [--growth 100000]
                          [--results FOLDER]
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
from bench import results

Read = Callable[[Sequence[Passage]], int]
CORPUS = Path(labelled.__file__).with_name("corpora")
LEAST, MOST_ADDED, MOST_GROWTH = 0.4, 15, 1.1  # of the floor; per cent; of the memory
FEW = 1_000  # texts before memory is looked at
TAGS = ("DET", "NOUN", "VERB", "ADP", "PUNCT", "PRON", "ADV", "ADJ")


def passages() -> list[Passage]:
    """The answers of the corpus, with their question and profile."""
    return [answer.passage for answer in labelled.read(CORPUS)]


def tagging_with(model: str) -> Read:
    """The whole tagger over *model*: sentences, cues, what was learnt, reasons."""
    tagger = pipeline.load(model=model)
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
    return "une chaîne des mêmes parties, qui n’a rien appris", unlearnt()


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


def added(turns: int, size: int) -> Iterator[results.Figure]:
    """What our components add to a statistical pipeline."""
    name, nlp = statistical()
    with tempfile.TemporaryDirectory() as folder:
        ours = with_ours(nlp, Path(folder))
    readers = {"with": reading_with(ours), "bare": reading_with(nlp)}
    if name in models.PACKAGES:
        readers["tagger"] = tagging_with(name)
    speeds = compared(readers, turns, size // 3)
    told = f"{results.number(speeds['bare'])} mots/s"
    more = 100 * (speeds["bare"] / speeds["with"] - 1)
    what = f"Ajouté par nos composants à {name}"
    yield results.at_most(what, more, MOST_ADDED, unit="%", beside=told)
    if "tagger" in speeds:  # it leaves out the parts that it has no use for, such as the parser
        more = 100 * (speeds["bare"] / speeds["tagger"] - 1)
        yield results.Figure(f"Ajouté par toute la lecture à {name}", more, "%", beside=told)


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
    results.add_option(parser)
    options = parser.parse_args()
    results.keep("tagging", list(measured(options)), options.results)


def measured(options: argparse.Namespace) -> Iterator[results.Figure]:
    """The three questions' answers; memory first, while nothing else was read."""
    if options.growth:
        few, many = growth(FEW, options.growth)
        yield results.at_most(
            f"Mémoire après {options.growth} textes, après {FEW}",
            many / few,
            MOST_GROWTH,
            beside=f"{few:.0f} Mo, puis {many:.0f} Mo",
        )
    readers = {"tagging": tagging_with(models.BUILT_IN), "floor": floor()}
    speeds = compared(readers, options.turns, options.texts)
    ours, bare = (results.number(speeds[name]) for name in ("tagging", "floor"))
    ratio = speeds["tagging"] / speeds["floor"]
    told = f"{ours} mots/s, plancher {bare}"
    yield results.at_least("Lecture par la chaîne d’analyse", ratio, LEAST, beside=told)
    yield from added(options.turns, options.texts)


if __name__ == "__main__":
    main()
