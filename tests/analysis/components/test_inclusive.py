"""Inclusive spellings and long forms, in a text as people type it."""

from pathlib import Path

import pytest
import spacy

from analysis.components import inclusive, sentences
from analysis.components.keys import Keys
from analysis.components.shadow import Shades
from analysis.learning.words import WordReader

LINES = Path(__file__).with_name("inclusive.txt").read_text(encoding="utf-8").splitlines()
FORMS = [
    (line.split(":")[0], form.strip())
    for line in LINES
    if not line.startswith("#")
    for form in line.partition(":")[2].split("  ")
    if form.strip()
]
NLP = spacy.blank("fr")
NLP.add_pipe(inclusive.NAME)
NLP.add_pipe(sentences.NAME)


def shadow(text: str) -> list[str]:
    return Shades(Keys()).of(NLP(text))[0].words


def test_the_table_is_long() -> None:
    assert len(set(FORMS)) == len(FORMS) >= 120


@pytest.mark.parametrize(("word", "form"), FORMS)
@pytest.mark.parametrize("sentence", ["Pour les {}, c’est non.", "«{}»", "Avec l’avis de {}."])
def test_every_spelling_is_one_word(word: str, form: str, sentence: str) -> None:
    """For the cues and for the classifier; whatever stands around it."""
    assert shadow(sentence.format(form)) == shadow(sentence.format(word))
    reader = WordReader()
    plain = reader.read(NLP(sentence.format(word))).keys
    read = reader.read(NLP(sentence.format(form))).keys
    assert [key for key in read if key != "le"] == [key for key in plain if key != "le"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("C’est la fin.Les gens", ["C’", "est", "la", "fin", ".", "Les", "gens"]),
        ("prenez-les et/ou dis-tu", ["prenez", "-les", "et", "/", "ou", "dis", "-tu"]),
        ("écrire à jean.elu.es@ville-elu.fr", ["écrire", "à", "jean.elu.es@ville-elu.fr"]),
        ("a@elu.es", ["a@elu.es"]),
        ("http://elu.es/a-e-s www.elu.es", ["http://elu.es/a-e-s", "www.elu.es"]),
        ("le 12.e et le 2e", ["le", "12.e", "et", "le", "2e"]),
        ("le C.L.S.M. est", ["le", "C.L.S.M.", "est"]),
        ("lundi-mardi (matin) 14/15", ["lundi", "-", "mardi", "(", "matin", ")", "14/15"]),
    ],
)
def test_ordinary_text_is_left_alone(text: str, words: list[str]) -> None:
    bare = spacy.blank("fr")
    assert [token.text for token in NLP(text)] == [token.text for token in bare(text)]
    assert "".join(words).replace(" ", "") == text.replace(" ", "")
    assert not [token.text for token in NLP(text) if token.norm_ == "elu"]


def test_a_merged_word_points_into_the_text() -> None:
    text = "Les élu-e-s du groupe d’entraide\nmutuelle, oui."
    doc = NLP(text)
    assert doc.text == text
    assert [text[token.idx : token.idx + len(token)] for token in doc] == [t.text for t in doc]
    assert [token.norm_ for token in doc if len(token) > 5] == ["élu", "gem"]


def test_a_doublet_is_read_once_and_only_a_doublet() -> None:
    reader = WordReader()
    assert reader.read(NLP("les usagères et les usagers")).words == ("les", "usagères")
    assert reader.read(NLP("les élus et les usagers")).words == (
        *("les", "élus", "et", "les", "usagers"),
    )
    assert reader.read(NLP("Élus ET ÉLUES, usager/usagère")).words == ("Élus", "usager")
    assert reader.read(NLP("et, élus")).words == ("et", "élus")
