"""Answers and their themes as spaCy reads them back: a ``DocBin`` of documents with span groups.

This module alone loads spaCy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

import spacy
from spacy.tokens import Doc, DocBin, Span

GROUP = "themes"
ATTRIBUTES = ("ORTH", "SPACY")


@dataclass(frozen=True, slots=True)
class Text:
    """A text, what is known of it, and its spans: theme, start, end in code points."""

    text: str
    about: Mapping[str, Any]
    spans: tuple[tuple[str, int, int], ...] = ()


class Writer:
    """Gathers documents, then writes them: ``doc.spans["themes"]``, the rest in ``user_data``.

    A span of spaCy is made of whole tokens: ``widened`` counts those that had to grow to theirs.
    """

    def __init__(self) -> None:
        self._language = spacy.blank("fr")
        self._language.max_length = 10_000_000
        self._found = DocBin(attrs=ATTRIBUTES, store_user_data=True)
        self.documents = self.spans = self.widened = 0

    def add(self, text: Text) -> None:
        """Add a text as a document."""
        doc = self._language.make_doc(text.text)
        doc.user_data.update(text.about)
        doc.spans[GROUP] = [self._span(doc, *span) for span in text.spans]
        self._found.add(doc)
        self.documents += 1

    def _span(self, doc: Doc, theme: str, start: int, end: int) -> Span:
        span = doc.char_span(start, end, label=theme, alignment_mode="expand")
        if span is None:
            raise ValueError("a span lies outside of its text")
        self.spans += 1
        self.widened += (span.start_char, span.end_char) != (start, end)
        return span

    def save(self, stream: IO[bytes]) -> None:
        """Write the ``.spacy`` file."""
        stream.write(self._found.to_bytes())
