"""Labelled answers as a judge learns from them: read by the same pipeline that will use it."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from analysis.labelled import Answer, Sentence
from analysis.learning.passages import Example
from analysis.learning.vectors import vectors_of
from analysis.learning.words import WordReader
from analysis.pieces import legible
from analysis.reading import Reader, Span
from analysis.weighing import cue_scores


def examples_of(
    answers: Iterable[Answer], nlp: Language, reader: Reader, themes: Sequence[str]
) -> Iterator[Example]:
    """*answers*, in order, those without a labelled sentence left out."""
    words = WordReader()
    docs = nlp.pipe(((legible(each.passage.text), each) for each in answers), as_tuples=True)
    for doc, answer in docs:
        found = [(span, each) for each in answer.sentences if (span := _span(doc, each))]
        if found:
            passage = answer.passage
            spans = [span for span, _ in found]
            reading = reader.read(doc, spans, reader.context(passage.question, passage.audience))
            given = [[theme in each.themes for theme in themes] for _, each in found]
            known = [
                [each.judged is None or theme in each.judged for theme in themes]
                for _, each in found
            ]
            yield Example(
                answer.testimony,
                passage.question,
                passage.audience,
                tuple(words.read(doc[first:after]) for first, after, _, _ in spans),
                cue_scores(reading, themes),
                np.array(given, dtype=bool),
                np.array(known, dtype=bool),
                vectors_of(doc, [(first, after) for first, after, _, _ in spans]),
            )


def _span(doc: Doc, sentence: Sentence) -> Span | None:
    """The tokens of *sentence*, those that it cuts through included."""
    span = doc.char_span(sentence.start, sentence.end, alignment_mode="expand")
    return (span.start, span.end, span.start_char, span.end_char) if span else None
