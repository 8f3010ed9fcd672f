"""Spelling made comparable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.folding import fold, inclusive_base, inclusive_forms, is_empty_phrase


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ÉLU·ES", "elu·es"),
        ("L’Œuvre", "l'oeuvre"),
        ("e\u0301lu", "elu"),
        ("so\u200bin\u00ad", "soin"),
        ("", ""),
    ],
)
def test_folds(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("form", "base"),
    [
        ("élu·es", "élu"),
        ("usagers-ères", "usagers"),
        ("coordinateur(trice)", "coordinateur"),
        ("tou·te·s", "tou"),
        ("adjoint/e", "adjoint"),
        ("éluE", "élu"),
        ("prenez-les", None),
        ("fin.Les", None),
        ("rendez-vous", None),
        ("maire", None),
    ],
)
def test_knows_inclusive_forms(form: str, base: str | None) -> None:
    assert inclusive_base(form) == base


def test_finds_inclusive_forms_where_they_are() -> None:
    text = "Nos élu·es et les usager(e)s, prenez-les."
    assert [(text[start:end], base) for start, end, base in inclusive_forms(text)] == [
        ("élu·es", "élu"),
        ("usager(e)s", "usager"),
    ]


def test_knows_empty_phrases() -> None:
    assert is_empty_phrase("de la")
    assert is_empty_phrase("€")
    assert not is_empty_phrase("pas")
    assert not is_empty_phrase("je")
