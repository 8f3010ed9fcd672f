"""Inclusive spellings as one token: « élu-e-s » would otherwise come in pieces."""

from spacy.language import Language
from spacy.tokens import Doc

from analysis.folding import inclusive_forms

NAME = "recueil_inclusif"


@Language.component(NAME, retokenizes=True)
def merge_inclusive_forms(doc: Doc) -> Doc:
    """Merges each inclusive form into one token; its NORM, which trained models read, is its
    base.
    """
    spans = ((doc.char_span(start, end), base) for start, end, base in inclusive_forms(doc.text))
    found = [(span, base) for span, base in spans if span is not None]
    if found:
        with doc.retokenize() as retokenizer:
            for span, base in found:
                if len(span) > 1:
                    retokenizer.merge(span, attrs={"NORM": base})
                else:
                    span[0].norm_ = base
    return doc
