"""Sentences of texts, as the pipeline reads them, without reading them. Loads spaCy."""

from collections.abc import Callable

import spacy

from analysis.components import inclusive, sentences
from analysis.components.sentences import sentence_spans
from analysis.pieces import legible, pieces


def splitter() -> Callable[[str], list[tuple[int, int]]]:
    """What gives the spans of a text's sentences, in code points, blank ones left out.

    Sentences are told by rules that look at words, stops and lines alone (``components.sentences``)
    over spaCy's French words: whatever pipeline is in use, they are the same.
    """
    nlp = spacy.blank("fr")
    for name in (inclusive.NAME, sentences.NAME):
        nlp.add_pipe(name)

    def spans(text: str) -> list[tuple[int, int]]:
        return [
            (offset + start, offset + end)
            for offset, piece in pieces(legible(text))
            for _, _, start, end in sentence_spans(nlp(piece))
        ]

    return spans
