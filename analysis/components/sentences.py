"""Sentences of answers as people type them: lists, no full stops, capitals forgotten."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from spacy.attrs import SENT_START
from spacy.language import Language
from spacy.tokens import Doc, Token

from analysis.components.numbers import texts_of

NAME = "recueil_phrases"

LINE_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_LINE_BREAK = re.compile(f"[{LINE_BREAKS}]")
_WRAPPED = 60  # a line this long that breaks off before a small letter was cut by a margin
_BULLETS = frozenset("•▪◦‣●■►➢✓")
_CLOSERS = frozenset("»”\")]’'")
_STRAIGHT = frozenset("\"'")
_LINE_ENDS = frozenset(".!?…:;")
_GOES_ON = re.compile(r"[.!?…,;]+")  # what follows a stop without starting anything
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


def _starts(doc: Doc) -> list[bool]:
    """Whether each token of *doc* starts a sentence."""
    starts = [False] * len(doc)
    after_stop, closed = False, False  # a sentence has ended; and its quotation or bracket too
    before, line_start = "", 0
    is_calm = False  # nothing near by that could end a sentence: most tokens are passed over
    for place, orth in enumerate(texts_of(doc)):
        is_plain = _PLAIN.get(orth)
        if is_plain is None:
            is_plain = _learn(orth, doc.vocab.strings[orth])
        if is_calm and is_plain:
            continue
        token = doc[place]
        text = token.text
        breaks = before.isspace() and bool(_LINE_BREAK.search(before))
        if breaks:
            wraps = not after_stop and _is_cut(doc.text[line_start : token.idx], token)
            line_start = token.idx
        if place == 0:
            is_start = True
        elif breaks:
            is_start, after_stop = not wraps, False
        elif after_stop and (token.is_space or _closes(text, before)):
            is_start, closed = False, closed or not token.is_space
        elif after_stop and (_GOES_ON.fullmatch(text) or (closed and text[0].islower())):
            is_start, after_stop = False, bool(_STOPS.fullmatch(text))
        else:
            is_start, after_stop = after_stop or text in _BULLETS, False
        closed = closed and after_stop
        starts[place] = is_start
        after_stop = after_stop or (text[-1] in _STOP_ENDS and _is_final(token))
        before = text + token.whitespace_
        is_calm = is_plain and not after_stop
    return starts


# By the number that spaCy gives a text, always the same: whether it is a word like another, that
# neither begins nor ends a sentence by itself.
_PLAIN: dict[int, bool] = {}
_MOST_PLAIN = 20_000  # words remembered: a ceiling for a worker that lives for months


def _learn(orth: int, text: str) -> bool:
    if len(_PLAIN) >= _MOST_PLAIN:
        _PLAIN.clear()
    is_plain = not text.isspace() and text[-1] not in _STOP_ENDS and text not in _BULLETS
    _PLAIN[orth] = is_plain
    return is_plain


def _closes(mark: str, before: str) -> bool:
    """Whether *mark* closes what was said; a straight quote after a space opens something."""
    return mark in _CLOSERS and not (mark in _STRAIGHT and before[-1:].isspace())


def _is_cut(line: str, token: Token) -> bool:
    """Whether a margin cut *line*, as in a text pasted from a PDF, and it goes on at *token*."""
    line = line.strip()
    return len(line) >= _WRAPPED and line[-1] not in _LINE_ENDS and token.text[0].islower()


def _is_final(token: Token) -> bool:
    """Whether a sentence ends with *token*, which ends with a stop, closing marks aside."""
    text = token.text
    following = token.nbor() if token.i + 1 < len(token.doc) else None
    if following is None:
        return False
    if not _STOPS.fullmatch(text):  # the tokenizer keeps « etc. » and the « 2]. » of a footnote
        return following.is_title and (text.lower() == "etc." or text[-2] in _CLOSERS)
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
