"""Communes."""

import pytest

from analysis.personal import propose
from tests.analysis.personal.found import words


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Je vis à Roubaix.", ["Roubaix"]),
        ("J’ai grandi au Havre puis aux Mureaux.", ["Havre", "Mureaux"]),
        ("Le CLSM couvre La Courneuve et Stains.", ["La Courneuve", "Stains"]),
        ("a brest ya rien", ["brest"]),
        ("j habite saint denis", ["saint denis"]),
        ("La mairie de Kergrist nous prête la salle.", ["Kergrist"]),
        ("Le maire de Die et celui de Gap", ["Die", "Gap"]),
        ("À Nice il fait beau", ["Nice"]),
        ("près de Trifouilly-les-Oies", ["Trifouilly-les-Oies"]),
        ("12 rue Pasteur, 00000 Villebourg", ["Villebourg"]),
        ("le gendarme de Signy-l’Abbaye", ["Signy-l’Abbaye"]),
        ("entre Jarnages et Guéret", ["Jarnages", "Guéret"]),
    ],
)
def test_finds_communes(text: str, places: list[str]) -> None:
    assert words(text, "LOC") == places


@pytest.mark.parametrize(
    "text",
    [
        "En Bretagne, dans la Creuse, à La Réunion et en France.",
        "la rue de Brest, l’avenue de Lyon",
        "le quartier Maurepas et l’hôpital Sainte-Marie",
        "Elle ne vient pas, entre les deux, dans le blanc de la carte.",
        "À Noël, à Madame la préfète, à Pâques.",
        "L’hôpital et le port, le tampon et le salon",
        "les croix et la mer, la rue et le sens",
        "au XIXe siècle",
    ],
)
def test_leaves_other_places_and_words(text: str) -> None:
    assert words(text, "LOC") == []


def test_says_where_a_place_belongs_to_an_office() -> None:
    (one,) = propose("le maire de Guingamp")
    assert one.reason == (
        "commune de la liste, après « maire de » : le lieu d’une institution ou d’une fonction"
    )
