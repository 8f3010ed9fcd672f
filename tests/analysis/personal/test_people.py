"""People's names."""

import pytest

from analysis.personal import propose
from tests.analysis.personal.found import words


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Mme Kerbrat est venue.", ["Kerbrat"]),
        ("M. le docteur Lefebvre-Masson", ["Lefebvre-Masson"]),
        ("Mmes Rey et Lopez", ["Rey", "Lopez"]),
        ("M. O’Connor et Mme N’Diaye", ["O’Connor", "N’Diaye"]),
        ("Mon tuteur, M. de La Rivière,", ["de La Rivière"]),
        ("mme kerbrat ma dit", ["kerbrat"]),
        ("Le Dr Petit est muté.", ["Petit"]),
        ("Mme L. Horth", ["L. Horth"]),
        ("Mme K. ne vient plus", ["K."]),
        ("Mon fils Théo et ma fille julie", ["Théo", "julie"]),
        ("L’éducateur, Aimé, avait gardé mes affaires.", ["Aimé"]),
        ("Je m’appelle Nadège Le Goff.", ["Nadège Le Goff"]),
        ("moi c’est Fred", ["Fred"]),
        ("Bonjour, Antoine de Kerautem", ["Antoine de Kerautem"]),
        ("Julie de Roubaix", ["Julie"]),
        ("DUPONT Jean-Marc, délégué", ["DUPONT Jean-Marc"]),
        ("J’AI VU MARTINE AU CMP ET ELLE PLEURAIT.", ["MARTINE"]),
        ("Thi Lan Nguyen et Ben Youssef", ["Thi Lan Nguyen", "Ben Youssef"]),
        (
            "La famille Ferreira, les Le Bihan et chez les Boudon",
            ["Ferreira", "Le Bihan", "Boudon"],
        ),
        ("J. m’a raconté sa nuit.", ["J."]),
        ("Je signe A. B., usager", ["A. B."]),
        ("Sandrine L., usagère", ["Sandrine L."]),
        ("le soir stephane passe me voir", ["stephane"]),
        ("Mon pseudo : Lune_verte", ["Lune_verte"]),
        ("Signé : Le Grand Bleu", ["Le Grand Bleu"]),
        ("Rose a pris la parole.", ["Rose"]),
        ("Claire, 51 ans", ["Claire"]),
        ("C’est Noël qui conduit.", ["Noël"]),
        ("avec He\u0301le\u0300ne", ["He\u0301le\u0300ne"]),
    ],
)
def test_finds_people(text: str, people: list[str]) -> None:
    assert words(text, "PER") == people


@pytest.mark.parametrize(
    "text",
    [
        "Monsieur le maire, Madame l’adjointe, M. l’adjoint, Mme la directrice",
        "Le docteur m’a dit d’attendre, madame parle trop.",
        "Rose, jaune, vert. Claire ou pas. Pierre après pierre. Avril est passé.",
        "La salle rose, une réponse claire, à Noël, en France, par prudence.",
        "France Travail, France Bleu, le collège Jean-Moulin, rue du Dr Schaffner",
        "Mon fils est malade, ma fille aime le judo, mon mari comprend.",
        "Je suis usagère. Je m’appelle comme mon grand-père.",
        "le même jour, on vera, je l’ai marié",
        "un bon d’achat Leclerc, des cachets de Xanax",
        "Un jeune homme, un vieux monsieur, une petite ville",
        "on m’appelle « la dame de l’autisme »",
    ],
)
def test_leaves_functions_words_and_institutions(text: str) -> None:
    assert words(text, "PER") == []


def test_says_why() -> None:
    reasons = [one.reason for one in propose("Mme Zorglub et Fatoumata. Zorglub ne lâche rien.")]
    assert reasons == [
        "nom après « Mme »",
        "prénom de la liste",
        "nom déjà rencontré dans ce témoignage",
    ]
