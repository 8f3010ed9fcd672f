"""What a trained spaCy pipeline knows of a sentence besides its words: one vector.

The mean of its tokens' vectors, of length 1: a transformer's last layer, else the table of words
that the pipeline came with, else what it computed for its own tasks (``doc.tensor``).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from spacy.tokens import Doc

from analysis.learning.linear import Floats

_TRANSFORMER = "trf_data"  # the extension in which curated transformers leave what they computed


def vectors_of(doc: Doc, spans: Sequence[tuple[int, int]]) -> Floats:
    """A row for each of *spans* (first token, token after the last); no column without vectors."""
    rows = _rows(doc)
    if rows is None:
        return np.zeros((len(spans), 0), dtype=np.float32)
    table = np.zeros((len(spans), rows.shape[1]), dtype=np.float32)
    for row, (first, after) in zip(table, spans, strict=True):
        row[:] = rows[first:after].mean(axis=0)
    lengths = np.linalg.norm(table, axis=1, keepdims=True)
    return (table / np.where(lengths == 0, 1, lengths)).astype(np.float32)


def _rows(doc: Doc) -> Floats | None:
    """A row a token, or none."""
    if not len(doc):
        return None
    layer = _last_layer(doc)
    if layer is not None:
        return _pieces(layer)
    if doc.vocab.vectors.size:
        return np.array([token.vector for token in doc], dtype=np.float32)
    if doc.tensor.shape[:1] == (len(doc),):
        return np.asarray(doc.tensor, dtype=np.float32)
    return None


def _last_layer(doc: Doc) -> Any | None:
    if not Doc.has_extension(_TRANSFORMER):
        return None
    return getattr(doc._.get(_TRANSFORMER), "last_hidden_layer_state", None)


def _pieces(ragged: Any) -> Floats:
    """The mean of each token's pieces, zeros without any; kept as a ragged array."""
    pieces = np.asarray(ragged.dataXd, dtype=np.float32)
    table = np.zeros((len(ragged.lengths), pieces.shape[1]), dtype=np.float32)
    end = 0
    for row, length in zip(table, ragged.lengths, strict=True):
        end += length
        if length:
            row[:] = pieces[end - length : end].mean(axis=0)
    return table
