"""The sentences of a text, as the pipelines cut it, without what they know of themes."""

from functools import lru_cache

import spacy
from spacy.language import Language

from analysis.components import inclusive, sentences


@lru_cache(maxsize=1)
def _splitter() -> Language:
    nlp = spacy.blank("fr")
    nlp.add_pipe(inclusive.NAME)
    nlp.add_pipe(sentences.NAME)
    return nlp


def sentences_of(text: str) -> list[tuple[int, int]]:
    """Return where each sentence of *text* stands, in code points, blanks left out."""
    doc = _splitter()(text)
    return [(start, end) for _, _, start, end in sentences.sentence_spans(doc)]
