"""Words as they are counted."""

import pytest

from analysis.wordings import words


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("Les élu·es ET l’Élue : élus !", ["elu", "elue", "elus"]),
        ("Un rendez-vous, aujourd’hui ; c’est-à-dire 3 fois.", ["rendez-vous", "fois"]),
        ("On était très bien avec eux.", []),
        ("Œuvrer, cœur, maître", ["oeuvrer", "coeur", "maitre"]),
        ("", []),
        ("usager(e)s ou usagers-ères", ["usager", "usagers"]),
    ],
)
def test_words(text, counted):
    assert list(words(text)) == counted
