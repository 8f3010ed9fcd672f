"""Answers of which only some sentences were judged, made whole: the others stand around them."""

from collections.abc import Iterable, Iterator

from spacy.language import Language

from analysis.components.sentences import sentence_spans
from analysis.labelled import Answer, Sentence
from analysis.pieces import legible

_NOBODY: frozenset[str] = frozenset()


def surrounded(answers: Iterable[Answer], nlp: Language) -> Iterator[Answer]:
    """*answers*, in order, with the sentences of their texts that no labelled one overlaps.

    Of those nobody said anything: they teach nothing themselves, but are what their neighbours are
    read beside.
    """
    docs = nlp.pipe(((legible(each.passage.text), each) for each in answers), as_tuples=True)
    for doc, answer in docs:
        others = [
            Sentence(start, end, _NOBODY, _NOBODY)
            for _, _, start, end in sentence_spans(doc)
            if not any(start < each.end and each.start < end for each in answer.sentences)
        ]
        found = sorted([*answer.sentences, *others], key=lambda each: (each.start, each.end))
        yield Answer(answer.testimony, answer.passage, tuple(found))
