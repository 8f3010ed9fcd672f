"""Postal addresses."""

import pytest

from tests.analysis.personal.found import found


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("au 12 rue des Lilas, 29600 Morlaix", "12 rue des Lilas, 29600"),
        ("au 7 bis, impasse du Four à Uzès", "7 bis, impasse du Four"),
        ("au 14, av. du Maréchal-Foch", "14, av. du Maréchal-Foch"),
        ("au 114 bd Gambetta, sixième", "114 bd Gambetta"),
        ("18 ch. des Vignes", "18 ch. des Vignes"),
        ("3 rue du 8 mai 1945", "3 rue du 8 mai 1945"),
        ("5 rue des lilas", "5 rue des lilas"),
        ("au 8 de la traverse des Accoules", "8 de la traverse des Accoules"),
        ("douze rue Pasteur", "douze rue Pasteur"),
        ("route de Brest, n° 17", "route de Brest, n° 17"),
        ("bât. B, appt 12, 3 allée des Cormorans", "bât. B, appt 12, 3 allée des Cormorans"),
        ("à la résidence Les Tilleuls", "résidence Les Tilleuls"),
        ("lieu-dit Kervoal", "lieu-dit Kervoal"),
        ("au lieu-dit « Le Moulin Neuf »", "lieu-dit « Le Moulin Neuf »"),
        ("BP 214, 35202 Rennes Cedex 2", "BP 214, 35202"),
        ("59100 Roubaix", "59100"),
    ],
)
def test_finds_an_address(text: str, address: str) -> None:
    assert [words for kind, words in found(text) if kind == "ADDRESS"] == [address]


@pytest.mark.parametrize(
    "text",
    [
        "rue Pasteur, sous les arbres de la place du Marché",
        "Sur 12 places de parking, 8 étaient prises.",
        "12 cours de yoga et 3 heures de route",
        "12000 habitants, 12000 Français, 45000 euros",
        "la résidence d’Annemasse",
        "dans un hameau de la Haute-Loire",
        "un dimanche sur deux, rue Pasteur",
        "le bâtiment B de l’hôpital",
        "au 3e étage",
    ],
)
def test_leaves_streets_without_number_and_sums(text: str) -> None:
    assert [words for kind, words in found(text) if kind == "ADDRESS"] == []
