"""Sentences of answers as people type them."""

import pytest
import spacy

from analysis.components import inclusive, sentences


@pytest.fixture(scope="module")
def nlp() -> spacy.Language:
    nlp = spacy.blank("fr")
    nlp.add_pipe(inclusive.NAME)
    nlp.add_pipe(sentences.NAME)
    return nlp


@pytest.mark.parametrize(
    "parts",
    [
        ["Un maire.", "Deux élus !", "Trois ?"],
        ["M. le maire et le Dr A. Petit sont venus.", "Voilà."],
        ["Des freins", "- le temps", "- l’argent"],
        ["• un\t", "• deux"],
        ["Il a dit : « Venez. »", "Nous sommes venus."],
        ["Des réunions, des notes, etc.", "Puis rien."],
        ["Du temps... et de l’argent", "Fin"],
        ["Les élu.e.s viennent.", "Oui."],
        ["Le CLSM est présidé par une élue [2].", "Il se réunit."],
        ["« Venez. » nous dit-elle.", "Puis rien."],
        ["Tout va bien (enfin presque !), et je reste.", "Voilà."],
        ["Quel vacarme ! ».", "Elle rit."],
        ['Elle répond : "Non."', '"Pourquoi ?"', "Silence."],
        ["Le bruit, la fatigue…, se souvient une adhérente.", "Elle rit."],
    ],
)
def test_parts_sentences(nlp: spacy.Language, parts: list[str]) -> None:
    text = "\n".join(parts) if parts[0][-1].isalpha() else " ".join(parts)
    doc = nlp(text)
    assert [text[start:end] for _, _, start, end in sentences.sentence_spans(doc)] == [
        part.strip() for part in parts
    ]


def test_has_nothing_in_nothing(nlp: spacy.Language) -> None:
    for text in ("", " \n\t\r\n "):
        assert list(sentences.sentence_spans(nlp(text))) == []


def test_an_inclusive_form_is_one_token(nlp: spacy.Language) -> None:
    doc = nlp("Les élu-e-s et le coordinateur(trice) viennent, prenez-les.")
    words = {token.text: token.norm_ for token in doc}
    assert words["élu-e-s"] == "élu"
    assert words["coordinateur(trice)"] == "coordinateur"
    assert "prenez-les" not in words


def test_a_line_cut_by_a_margin_goes_on(nlp: spacy.Language) -> None:
    text = (
        "Le groupe se retrouve chaque mois dans la salle du centre social autour d’un\n"
        "café que prépare une adhérente.\nFrais\nhoraires trop tôt\n\n"
        '"La mairie paie."'
    )
    spans = [text[start:end] for _, _, start, end in sentences.sentence_spans(nlp(text))]
    first, after = text.index("Le groupe"), text.index("\nFrais")
    assert spans == [text[first:after], "Frais", "horaires trop tôt", '"La mairie paie."']
