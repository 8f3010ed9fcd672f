"""`flask contacts import`: the same report as on the page, in a terminal."""

from pathlib import Path

import pytest
from flask import Flask

from app.extensions import db
from app.services import contacts

HEADER = "courriel;nom;profil\n"
SUMMARY = [
    "Fichier lu en UTF-8, séparateur\u00a0: point-virgule.",
    "Contacts ajoutés\u00a0: 1.",
    "Déjà connus, inchangés\u00a0: 0.",
    "Lignes à corriger\u00a0: 1.",
    "Ligne 3\u00a0: l’adresse électronique n’est pas valable.",
]


def run(app: Flask, path: Path) -> tuple[int, list[str]]:
    done = app.test_cli_runner().invoke(args=["contacts", "import", str(path)])
    return done.exit_code, done.output.splitlines()


def test_good_lines_enter_and_bad_ones_are_told(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text(f"{HEADER}z@exemple.fr;Zoé;élue\nfaux;B;élu\n", encoding="utf-8")
    assert run(app, path) == (0, SUMMARY)
    assert [each.name for each in contacts.matching(db.session)] == ["Zoé"]
    again = [*SUMMARY]
    again[1:3] = ["Contacts ajoutés\u00a0: 0.", "Déjà connus, inchangés\u00a0: 1."]
    assert run(app, path) == (0, again)


@pytest.mark.parametrize(
    ("data", "last"),
    [
        (b"", "Ce fichier est vide."),
        (
            b"Nom;Ville\n",
            "Colonnes trouvées\u00a0: Nom, Ville. Colonnes nécessaires\u00a0: courriel, "
            "nom, profil. Il manque\u00a0: courriel, profil.",
        ),
        (f"{HEADER}faux;B;élu\n".encode(), "Aucune ligne n’a pu être lue."),
        (
            b"x" * (1024 * 1024 + 1),
            "Ce fichier dépasse un mégaoctet. Envoyez-le en plusieurs fois.",
        ),
    ],
)
def test_nothing_to_read_is_an_error(app: Flask, tmp_path: Path, data: bytes, last: str) -> None:
    path = tmp_path / "contacts.csv"
    path.write_bytes(data)
    code, lines = run(app, path)
    assert (code, lines[-1]) == (1, last)
    assert contacts.count(db.session) == 0
