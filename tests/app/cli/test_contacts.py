"""`flask contacts import`: the same report as on the page, in a terminal."""

from pathlib import Path

import pytest
from flask import Flask

from app.extensions import db
from app.models import Act, Actor, AuditEntry
from app.services import contact_searches, contacts, spreadsheets
from tests.workbooks import workbook

HEADER = "courriel;nom;profil\n"


def run(app: Flask, *arguments: str | Path) -> tuple[int, list[str]]:
    done = app.test_cli_runner().invoke(args=["contacts", "import", *map(str, arguments)])
    return done.exit_code, done.output.splitlines()


def report(*, added: int, known: int, refused: int = 1) -> list[str]:
    return [
        "Fichier lu en UTF-8, séparateur\u00a0: point-virgule.",
        f"Ajoutés\u00a0: {added}.",
        "Complétés\u00a0: 0.",
        f"Déjà connus, inchangés\u00a0: {known}.",
        "Lignes fusionnées avec une autre\u00a0: 0.",
        f"Lignes refusées\u00a0: {refused}.",
        "Ligne 3\u00a0: l’adresse électronique n’est pas valable.",
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with one good line and a bad one."""
    path = tmp_path / "contacts.csv"
    path.write_text(f"{HEADER}z@exemple.fr;Zoé;élue\nfaux;B;élu\n", encoding="utf-8")
    return path


def test_good_lines_enter_and_bad_ones_are_told(app: Flask, path: Path) -> None:
    assert run(app, path) == (0, report(added=1, known=0))
    assert [each.name for each in contact_searches.matching(db.session)] == ["Zoé"]
    assert run(app, path) == (0, report(added=0, known=1))


def test_a_trial_changes_nothing(app: Flask, path: Path) -> None:
    code, lines = run(app, path, "--essai")
    assert (code, lines[1]) == (0, "Essai\u00a0: rien n’est importé. Voici ce qui se passerait.")
    assert lines[2] == "Ajoutés\u00a0: 1."
    assert contacts.count(db.session) == 0


def test_the_refused_lines_go_to_a_file_of_their_own(app: Flask, path: Path) -> None:
    refused = path.with_name("refus.csv")
    assert run(app, path, "--refus", refused)[0] == 0
    assert refused.stat().st_mode & 0o077 == 0
    assert refused.read_text(encoding="utf-8-sig").splitlines() == [
        "courriel;nom;profil;motif",
        "faux;B;élu;l’adresse électronique n’est pas valable",
    ]


def test_a_workbook_and_a_profile_for_all(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "contacts.xlsx"
    path.write_bytes(workbook(("courriel", "nom"), ("z@exemple.fr", "Zoé")))
    code, lines = run(app, path, "--profil", "elu")
    assert (code, lines[0]) == (0, "Classeur Excel, feuille «\u00a0Feuille 1\u00a0».")
    assert [each.audience for each in contact_searches.matching(db.session)] == ["elu"]
    wrong = run(app, path, "--profil", "maire")
    assert wrong == (1, ["Profils possibles\u00a0: coordinateur, elu, usager, aidant."])


@pytest.mark.parametrize(
    ("data", "last"),
    [
        (b"", "Ce fichier est vide."),
        (
            b"Nom;Ville\na;b\n",
            "Colonnes trouvées\u00a0: Nom, Ville. Colonnes nécessaires\u00a0: courriel, "
            "nom, profil. Il manque\u00a0: courriel, profil.",
        ),
        (f"{HEADER}faux;B;élu\n".encode(), "Aucune ligne n’a pu être lue."),
        (b"x" * (spreadsheets.MAX_BYTES + 1), spreadsheets.TOO_BIG),
    ],
    ids=range(4),
)
def test_nothing_to_read_is_an_error(app: Flask, tmp_path: Path, data: bytes, last: str) -> None:
    path = tmp_path / "contacts.csv"
    path.write_bytes(data)
    code, lines = run(app, path)
    assert (code, lines[-1]) == (1, last)
    assert contacts.count(db.session) == 0


def test_the_directory_of_clsms(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "clsm.csv"
    path.write_text("nom;région;département\nCLSM de Brest;Bretagne;29\nFaux;Corse;29\n")
    done = app.test_cli_runner().invoke(args=["clsms", "import", str(path)])
    assert (done.exit_code, done.output.splitlines()[-2:]) == (
        0,
        [
            "Ligne 3\u00a0: le département Finistère (29) n’est pas dans la région Corse, "
            "mais dans Bretagne.",
            "1 CLSM dans l’annuaire.",
        ],
    )
    assert app.test_cli_runner().invoke(args=["clsms", "import", str(path)]).exit_code == 0
    (told,) = db.session.query(AuditEntry)  # nothing was changed the second time
    assert (told.act, told.actor, told.detail) == (Act.DESK_DONE, Actor.SYSTEM, "clsms.carry_out")
