"""Telephone numbers."""

import pytest

from tests.analysis.personal.found import words


@pytest.mark.parametrize(
    "number",
    [
        "06 39 98 12 44",
        "06.39.98.12.44",
        "06-39-98-12-44",
        "06/39/98/12/44",
        "0639981244",
        "0639 98 12 44",
        "06 3998 1244",
        "06\u00a039\u202f98 12 44",
        "０６ ３９ ９８ １２ ４４",
        "+33 6 39 98 12 44",
        "+33 (0)6 39 98 12 44",
        "(+33) 06 39 98 12 44",
        "0033639981244",
        "+262 639 12 34 56",
        "+212 6 12 34 56 78",
        "zéro six trente-neuf quatre-vingt-dix-huit douze douze",
    ],
)
def test_finds_a_number_however_it_is_written(number: str) -> None:
    assert words(f"Appelez le {number}, le soir.", "PHONE") == [number]


def test_finds_numbers_overseas_and_without_their_zero() -> None:
    assert words("De Cayenne, le 0594 12 34 56 répond.", "PHONE") == ["0594 12 34 56"]
    assert words("tél : 6 39 98 12 44", "PHONE") == ["6 39 98 12 44"]


@pytest.mark.parametrize(
    "text",
    [
        "Le 15, le 115, le 3114, le 39 19 et le 119.",
        "12 000 euros en 2019, 3 500 en 2020.",
        "Le 05/06/2023 14 30, salle 2.",
        "Le 05.06.2023.1430 du dossier.",
        "SIRET 812 345 678 00015",
        "+12 000 000 d’habitants",
        "page 06, ligne 12, 18 %, 45 places",
        "0639 98",
    ],
)
def test_leaves_other_numbers(text: str) -> None:
    assert words(text, "PHONE") == []
