"""What is one word as one token: inclusive spellings (« élu-e-s » would come in pieces), and long
forms of acronyms (« groupe d’entraide mutuelle »).
"""

from spacy.language import Language
from spacy.tokens import Doc

from analysis.components.acronyms import long_forms
from analysis.folding import inclusive_forms

NAME = "recueil_inclusif"


@Language.component(NAME, retokenizes=True)
def merge_forms(doc: Doc) -> Doc:
    """Merges each such form into one token; its NORM, which trained models read, is the base of an
    inclusive form, the acronym of a long one.
    """
    text = doc.text
    forms = (*inclusive_forms(text), *long_forms(text))
    if not forms:
        return doc
    _cut_after(doc, [(start, end) for start, end, _ in forms])
    spans = ((doc.char_span(start, end), norm) for start, end, norm in forms)
    found = [(span, norm) for span, norm in spans if span is not None]
    if found:
        with doc.retokenize() as retokenizer:
            for span, norm in found:
                if len(span) > 1:
                    retokenizer.merge(span, attrs={"NORM": norm})
                else:
                    span[0].norm_ = norm
    return doc


def _cut_after(doc: Doc, places: list[tuple[int, int]]) -> None:
    """Part a form from the mark that the tokenizer left at its end: the « e. » of « élu-e. »."""
    with doc.retokenize() as retokenizer:
        for start, end in places:
            span = doc.char_span(start, end, alignment_mode="expand")
            if span is None or span.start_char != start or span.end_char == end:
                continue
            last = span[-1]
            kept, mark = last.text[: end - last.idx], last.text[end - last.idx :]
            if kept and not any(map(str.isalnum, mark)):
                retokenizer.split(last, [kept, mark], heads=[(last, 0), (last, 0)])
