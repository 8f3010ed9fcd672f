"""Identifiers and dates of birth."""

import pytest

from analysis.personal import propose
from tests.analysis.personal.found import words


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Née le 2 avril 1975, je suis suivie.", ["2 avril 1975"]),
        ("Né(e) le 02/04/75", ["02/04/75"]),
        ("né à Lens, le 14 mars 1968", ["14 mars 1968"]),
        ("Date de naissance : 1975-04-02", ["1975-04-02"]),
        ("dossier MDPH n° 35-2019-004512", ["35-2019-004512"]),
        ("mon numéro d’allocataire est 4512398", ["4512398"]),
        ("RPPS 10101234567", ["10101234567"]),
        ("immatriculée AB-123-CD", ["AB-123-CD"]),
        ("Le 12 mars 2022, le conseil a voté.", []),
        ("il lui faut un permis, le car est a 17h45", []),
        ("le contrat de ville 2015-2020", []),
        ("L’article L. 3221-2 du code", []),
    ],
)
def test_finds_identifiers(text: str, codes: list[str]) -> None:
    assert words(text, "ID") == codes


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2 69 05 49 588 157 80", "numéro de sécurité sociale, clé juste"),
        ("2 69 05 49 588 157 81", "forme d’un numéro de sécurité sociale"),
        ("2 69 05 2A 588 157 05", "forme d’un numéro de sécurité sociale"),
        ("FR76 3000 6000 0112 3456 7890 189", "compte bancaire (IBAN), clé juste"),
        ("FR76 3000 6000 0112 3456 7890 188", "forme d’un compte bancaire (IBAN)"),
        ("732 829 320 00074", "numéro SIRET, clé juste"),
    ],
)
def test_checks_the_keys(text: str, reason: str) -> None:
    (one,) = propose(f"voici {text} merci")
    assert (one.type, one.reason) == ("ID", reason)
