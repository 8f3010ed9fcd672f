"""Sentences of answers as people type them: lists, no full stops, capitals forgotten."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from spacy.attrs import SENT_START
from spacy.language import Language
from spacy.tokens import Doc, Token

NAME = "recueil_phrases"

LINE_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_LINE_BREAK = re.compile(f"[{LINE_BREAKS}]")
_BULLETS = frozenset("•▪◦‣●■►➢✓")
_CLOSERS = frozenset("»”\")]’'")
_STOP_ENDS = frozenset(".!?…")
_STOPS = re.compile(r"[.!?…]+")
_ABBREVIATIONS = frozenset(
    """
    m mm mme mlle dr pr me st ste art p pp n no cf ex env tel tél etc vol chap hab resp min max dpt
    dept av bd
    """.split()  # noqa: SIM905 -- read as a text
)


@Language.component(NAME, assigns=["token.is_sent_start"])
def split_sentences(doc: Doc) -> Doc:
    """Sets the sentence starts by rules: stops, line breaks and bullets."""
    if not len(doc):
        return doc
    starts: Any = np.array([1 if is_start else -1 for is_start in _starts(doc)], dtype="int64")
    # all at once, since spaCy looks through the whole document at each token that one sets; and
    # in the type that it wants, where −1 wraps round
    return doc.from_array([SENT_START], starts.astype("uint64").reshape(-1, 1))


def _starts(doc: Doc) -> Iterator[bool]:
    """Whether each token of *doc* starts a sentence."""
    after_stop, before = False, ""
    for token in doc:
        text = token.text
        if token.i == 0:
            is_start = True
        elif after_stop and (token.is_space or text in _CLOSERS):
            is_start = bool(_LINE_BREAK.search(before))
        else:
            is_start = after_stop or text in _BULLETS or bool(_LINE_BREAK.search(before))
            after_stop = False
        yield is_start
        after_stop, before = after_stop or _is_final(token), text


def _is_final(token: Token) -> bool:
    """Whether a sentence ends with *token*, closing marks aside."""
    text = token.text
    if text[-1] not in _STOP_ENDS:
        return False
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
    """Each sentence of *doc* that is not blank: first token, token after the last, trimmed span.

    The span is in code points of ``doc.text``, without the white space at both ends.
    """
    starts = np.flatnonzero(doc.to_array([SENT_START]).ravel() == 1).tolist()
    for first, after in pairwise([*starts, len(doc)]):
        yield from _trimmed(doc, first, after)


def _trimmed(doc: Doc, first: int, after: int) -> Iterator[tuple[int, int, int, int]]:
    while first < after and doc[first].is_space:
        first += 1
    while first < after and doc[after - 1].is_space:
        after -= 1
    if first < after:
        yield first, after, doc[first].idx, doc[after - 1].idx + len(doc[after - 1])
