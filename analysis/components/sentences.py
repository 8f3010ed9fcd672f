"""Sentences of answers as people type them: lists, lines without a full stop, capitals forgotten."""

import re
from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc, Token

NAME = "recueil_phrases"

LINE_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_LINE_BREAK = re.compile(f"[{LINE_BREAKS}]")
_BULLETS = frozenset("•▪◦‣●■►➢✓")
_CLOSERS = frozenset("»”\")]’'")
_STOPS = re.compile(r"[.!?…]+")
_ABBREVIATIONS = frozenset(
    "m mm mme mlle dr pr me st ste art p pp n no cf ex env tel tél etc vol chap hab resp min max dpt dept av bd".split()
)


@Language.component(NAME, assigns=["token.is_sent_start"])
def split_sentences(doc: Doc) -> Doc:
    """Sets the sentence starts by rules: stops, line breaks and bullets."""
    after_stop = False
    for token in doc:
        previous = doc[token.i - 1] if token.i else None
        if previous is None:
            token.is_sent_start = True
            continue
        if after_stop and (token.is_space or token.text in _CLOSERS):
            starts = False
        else:
            starts = after_stop or token.text in _BULLETS
            after_stop = False
        token.is_sent_start = starts or bool(_LINE_BREAK.search(previous.text))
        after_stop = after_stop or _is_final(token)
    return doc


def _is_final(token: Token) -> bool:
    """Whether a sentence ends with *token*, closing marks aside."""
    text = token.text
    following = token.nbor() if token.i + 1 < len(token.doc) else None
    if following is None:
        return False
    if not _STOPS.fullmatch(text):
        return text.lower() == "etc." and following.is_title
    if text == ".":
        return not (token.i and _is_abbreviation(token.nbor(-1), token))
    return not (text in {"…", "..."} and following.text[:1].islower())


def _is_abbreviation(word: Token, stop: Token) -> bool:
    if word.whitespace_:
        return False
    return word.lower_ in _ABBREVIATIONS or (len(word) == 1 and word.is_alpha and word.is_upper)


def sentence_spans(doc: Doc) -> Iterator[tuple[int, int, int, int]]:
    """Each sentence of *doc* that is not blank: first token, token after the last, and its trimmed span.

    Splits at line breaks whatever set the sentences, since a statistical model reads through them. The span is in
    code points of ``doc.text``, without the white space at both ends.
    """
    for sentence in doc.sents:
        first = sentence.start
        for token in sentence:
            if token.is_space and _LINE_BREAK.search(token.text):
                yield from _trimmed(doc, first, token.i)
                first = token.i + 1
        yield from _trimmed(doc, first, sentence.end)


def _trimmed(doc: Doc, first: int, after: int) -> Iterator[tuple[int, int, int, int]]:
    while first < after and doc[first].is_space:
        first += 1
    while first < after and doc[after - 1].is_space:
        after -= 1
    if first < after:
        yield first, after, doc[first].idx, doc[after - 1].idx + len(doc[after - 1])
