"""What a trained pipeline knows of a sentence: its last layer, its table, or its tensor."""

from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc
from spacy.vocab import Vocab
from thinc.api import Ragged

from analysis.learning.vectors import vectors_of


@pytest.fixture
def transformer() -> Iterator[None]:
    Doc.set_extension("trf_data", default=None)
    yield
    Doc.remove_extension("trf_data")


def with_table() -> Doc:
    nlp = spacy.blank("fr")
    nlp.vocab.set_vector("le", np.array([3, 0], dtype=np.float32))
    nlp.vocab.set_vector("maire", np.array([0, 4], dtype=np.float32))
    return nlp.make_doc("le maire le inconnu")


def test_none_without_vectors() -> None:
    assert vectors_of(spacy.blank("fr").make_doc("le maire"), [(0, 1), (1, 2)]).shape == (2, 0)


def test_the_mean_of_the_table_s_words_of_length_1() -> None:
    found = vectors_of(with_table(), [(0, 1), (0, 2), (3, 4)])
    np.testing.assert_allclose(found, [[1, 0], [0.6, 0.8], [0, 0]], rtol=1e-6)
    assert found.dtype == np.float32


def test_else_what_was_computed() -> None:
    doc = spacy.blank("fr").make_doc("un deux trois")
    doc.tensor = np.array([[1, 0, 0], [0, 2, 0], [0, 0, 0]], dtype=np.float32)
    np.testing.assert_allclose(vectors_of(doc, [(0, 1), (1, 3)]), [[1, 0, 0], [0, 1, 0]], rtol=1e-6)


def test_a_tensor_that_is_not_of_its_tokens_is_left() -> None:
    doc = spacy.blank("fr").make_doc("un deux trois")
    doc.tensor = np.ones((2, 3), dtype=np.float32)
    assert vectors_of(doc, [(0, 3)]).shape == (1, 0)


def test_a_transformer_s_layer_first(transformer: None) -> None:
    """A token has several pieces, or none, as white space has."""
    doc = with_table()
    pieces = np.array([[2, 0], [0, 0], [0, 5], [9, 0]], dtype=np.float32)
    layer = Ragged(pieces, np.array([2, 1, 0, 1]))
    doc._.trf_data = SimpleNamespace(last_hidden_layer_state=layer)
    found = vectors_of(doc, [(0, 1), (1, 2), (2, 3), (0, 2)])
    np.testing.assert_allclose(
        found, [[1, 0], [0, 1], [0, 0], np.array([1, 5]) / 26**0.5], rtol=1e-6
    )


@pytest.mark.parametrize("data", [None, SimpleNamespace(model_output=3)])
def test_another_kind_of_transformer_is_passed_over(transformer: None, data: object) -> None:
    doc = with_table()
    doc._.trf_data = data
    np.testing.assert_allclose(vectors_of(doc, [(0, 1)]), [[1, 0]])


def test_a_text_without_sentence(transformer: None) -> None:
    table = with_table()
    for doc in (Doc(table.vocab), Doc(Vocab()), table):
        assert vectors_of(doc, []).shape[0] == 0
