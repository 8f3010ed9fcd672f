"""Import with errors, mend, import: somebody of the team, without JavaScript, and axe watching."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Download, Page, expect

from tests import pages
from tests.instance import ADMINISTRATOR
from tests.journeys.test_accessibility import look
from tests.workbooks import workbook

OWN = "trois hirondelles sur un fil"
SAMIR = "samir@recueil.example"
DIRECTORY = workbook(
    ("Nom", "Région", "Département"),
    ("CLSM du Val-de-Sauldre", "Centre-Val de Loire", 18),
    ("CLSM égaré", "Bretagne", 44),
)
LINES = (
    "Mél pro;Qui;Titre;CLSM;Divers\r\n"
    "nadia@clsm.example;Nadia Bellecour;coordinatrice;clsm du val-de-sauldre;x\r\n"
    "yann@ville;Yann Œuvrard;élu;;\r\n"
    "zoe@ville.example;Zoé L’Été;élue;CLSM d’Étaples;\r\n"
).encode("cp1252")


def test_import_mend_import(
    fresh: Callable[..., Any], visitor: Callable[..., BrowserContext]
) -> None:
    with fresh() as house:
        administrator = visitor(house.url).new_page()
        pages.sign_in(administrator, ADMINISTRATOR, house.password)
        pages.choose_password(administrator, house.password, OWN)
        right = "Équipe\u00a0: contacts et campagnes"
        pages.invite(administrator, SAMIR, "Samir", right)
        message = house.wait_for_mail(lambda mail: mail["To"] == SAMIR)
        page = visitor(house.url, java_script_enabled=False).new_page()
        pages.follow_invitation(page, message, OWN)
        import_directory(page)
        refused = import_contacts(page)
        mend(page, refused)
        say_no_then_erase(page)
        refused_for_good(page)
        with_axe = visitor(house.url).new_page()
        pages.sign_in(with_axe, SAMIR, OWN)
        nothing_to_complain_of(with_axe)


def send(page: Page, name: str, data: bytes) -> None:
    page.get_by_label("Fichier (.xlsx ou .csv)").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    )
    page.get_by_role("button", name="Lire ce fichier").click()


def import_directory(page: Page) -> None:
    """A workbook: one département is not in its region."""
    page.get_by_role("link", name="CLSM", exact=True).click()
    page.get_by_role("link", name="Importer l’annuaire").click()
    send(page, "clsm.xlsx", DIRECTORY)
    expect(page.locator("tbody tr").nth(1)).to_contain_text(
        "le département Loire-Atlantique (44) n’est pas dans la région Bretagne"
    )
    page.get_by_role("button", name="Importer ce CLSM").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import terminé")
    page.get_by_role("link", name="Voir la liste").click()
    expect(page.locator("tbody tr")).to_have_count(1)


def import_contacts(page: Page) -> list[list[str]]:
    """A file whose titles are not ours, with a bad address; return the refused lines."""
    page.get_by_role("link", name="Contacts", exact=True).click()
    page.get_by_role("link", name="Importer un fichier").first.click()
    send(page, "contacts.csv", LINES)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce que contient chaque colonne")
    page.get_by_role("button", name="Voir ce qui serait importé").click()
    expect(page.locator(".error-summary li")).to_have_count(3)
    for label, what in (
        ("Colonne 1", "Adresse électronique"),
        ("Colonne 2", "Nom"),
        ("Colonne 3", "Profil"),
    ):
        page.get_by_label(label).select_option(label=what)
    page.get_by_role("button", name="Voir ce qui serait importé").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator("tbody tr").nth(1)).to_contain_text(
        "l’adresse électronique n’est pas valable"
    )
    page.get_by_role("button", name="Importer ces 2\u00a0contacts").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import terminé")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Télécharger les lignes refusées").click()
    return rows_of(downloading.value)


def rows_of(download: Download) -> list[list[str]]:
    text = Path(download.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert [row[-1] for row in rows] == ["motif", "l’adresse électronique n’est pas valable"]
    return rows


def mend(page: Page, refused: list[list[str]]) -> None:
    """Correct the address in the file of refused lines, and send that file."""
    refused[1][0] = "yann@ville.example"
    text = "\n".join(";".join(row) for row in refused)
    page.get_by_role("link", name="Importer un autre fichier").click()
    send(page, "lignes-refusees.csv", text.encode())
    for label, what in (
        ("Colonne 1", "Adresse électronique"),
        ("Colonne 2", "Nom"),
        ("Colonne 3", "Profil"),
    ):
        page.get_by_label(label).select_option(label=what)
    page.get_by_role("button", name="Voir ce qui serait importé").click()
    page.get_by_role("button", name="Importer ce contact").click()
    page.get_by_role("link", name="Voir la liste").click()
    expect(page.locator("tbody th a")).to_have_text(
        ["Nadia Bellecour", "Yann Œuvrard", "Zoé L’Été"]
    )


def say_no_then_erase(page: Page) -> None:
    page.get_by_role("link", name="Zoé L’Été").click()
    page.get_by_text("Cette personne ne veut plus de message").click()
    page.get_by_role("button", name="Noter son refus").click()
    page.locator("summary", has_text="Effacer ce contact").click()
    page.get_by_role("button", name="Effacer ce contact").click()
    expect(page.get_by_role("status")).to_have_text(
        "Le contact est effacé, avec ses invitations. Son refus reste gardé, sans son adresse."
    )


def refused_for_good(page: Page) -> None:
    """The address of whoever said no is refused, and the page says why."""
    page.get_by_role("link", name="Importer un fichier").first.click()
    send(page, "encore.csv", b"courriel;nom;profil\nZoe@ville.example;Zoe;elue\n")
    expect(page.locator("tbody tr")).to_contain_text(
        "cette personne a demandé à ne plus recevoir de message"
    )
    expect(page.get_by_text("Il n’y a rien à importer.")).to_be_visible()


def nothing_to_complain_of(page: Page) -> None:
    """Axe, valid HTML and 320 px, on each page of the way."""
    page.goto("/equipe/contacts/importer")
    send(page, "contacts.csv", LINES)
    columns = page.url
    page.goto("/equipe/contacts/importer")
    send(page, "c.csv", b"courriel;nom;profil\nfaux;A;elue\nb@ville.example;B;elue\n")
    preview = page.url
    page.goto("/equipe/contacts/importer")
    send(page, "d.csv", b"courriel;nom;profil\nfaux;A;elue\nd@ville.example;D;elue\n")
    report = page.url
    page.get_by_role("button", name="Importer ce contact").click()
    page.goto("/equipe/clsm/importer")
    send(page, "clsm.csv", b"Intitule officiel;Divers\nCLSM du Bocage;x\n")
    clsm_columns = page.url
    page.goto("/equipe/clsm/importer")
    send(page, "clsm.csv", b"nom;region\nCLSM du Bocage;nulle part\nCLSM de la Dune;\n")
    clsm_preview = page.url
    page.goto("/equipe/contacts/")
    contact = page.locator("tbody th a").first.get_attribute("href")
    assert contact is not None
    paths = (
        columns,
        preview,
        report,
        clsm_columns,
        clsm_preview,
        contact,
        "/equipe/contacts/",
        "/equipe/contacts/?etat=refus",
        "/equipe/contacts/exporter",
        "/equipe/contacts/importer",
        "/equipe/clsm/",
        "/equipe/clsm/nouveau",
        "/equipe/clsm/1",
        "/equipe/clsm/importer",
        "/equipe/clsm/importer/00000000-0000-4000-8000-000000000000",
    )
    assert [fault for path in paths for fault in look(page, path)] == []
