"""Stems: what the forms of a word have in common, however they are typed."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.stems import Token, stem, tokens
from app.services.words import fold

FAMILIES = [
    "élu élue élus élues ÉLU·ES élu(e)s élu.e.s",
    "usager usagère usagers usagères usager·ère·s usagers-ères",
    "mobiliser mobilisé mobilisée mobilisés mobilisation mobilisations",
    "médiateur médiatrice médiateurs médiatrices",
    "chercheur chercheuse chercheurs chercheuses",
    "heureux heureuse heureuses",
    "local locale locaux locales",
    "actif active actifs actives",
    "premier première premières",
    "jeu jeux",
    "psychiatre psychiatres psychiatrie psychiatrique",
    "réunion réunions Reunion",
    "œuvre OEUVRES",
]
APART = ["peur peu", "eux eu", "maire mari", "soin soir", "élus plus", "aide idée"]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_forms_of_a_word_share_a_stem(family: str) -> None:
    assert len({token.stem for token in tokens(family)}) == 1


@pytest.mark.parametrize("pair", APART)
def test_other_words_have_another(pair: str) -> None:
    first, second = (token.stem for token in tokens(pair))
    assert first != second


def test_words_stand_where_they_are_and_what_is_elided_has_no_stem() -> None:
    text = "L’E\u0301lu·e n’a qu'un avis, aujourd’hui 🙂 !"
    found = list(tokens(text))
    assert [(each.word, each.stem) for each in found] == [
        ("l", None),
        ("elu", "elu"),
        ("n", None),
        ("a", "a"),
        ("qu", None),
        ("un", "un"),
        ("avis", stem("avis")),
        ("aujourd", "aujourd"),
        ("hui", "hui"),
    ]
    assert text[found[1].start : found[1].end] == "E\u0301lu·e"
    assert list(tokens("🙂 … _ ’")) == []


@given(st.text())
def test_any_text_has_words_in_their_order(text: str) -> None:
    found: list[Token] = list(tokens(text))
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(0 <= each.start < each.end <= len(text) and each.word for each in found)
    assert all(each.stem is None or each.stem for each in found)


@given(st.text("abcdefilmnorstuéèêëàâçîïôûùüÿœæ", min_size=1, max_size=12))
def test_neither_accents_nor_capitals_change_a_word(word: str) -> None:
    (plain,) = tokens(word)
    forms = (word.upper(), word.title(), unicodedata.normalize("NFD", word), fold(word))
    for form in forms:
        (token,) = tokens(form)
        assert (token.word, token.stem) == (plain.word, plain.stem)
