"""A project leaves by the page, is coded elsewhere, and comes back: nothing is doubled."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import delete, func, select

from analysis.exchange.project import Code, Coding
from app.extensions import db
from app.models import Coding as Laid
from app.models import RoleName, Testimony
from tests import factories
from tests.analysis.exchange.projects import packed
from tests.exchanges import exported
from tests.journeys.test_states import enter_as, look, press

pytestmark = pytest.mark.xdist_group("states")
Visit = Callable[..., BrowserContext]
TITLE, IMPORT, PREVIEW = "Exporter les témoignages", "Importer un projet", "Aperçu avant d’importer"


def planted() -> Testimony:
    made = factories.testimony(db.session, answers={"demarche_elus": "Le maire préside 🧠."})
    factories.coding(db.session, factories.free_text(made), quote="préside 🧠")
    db.session.commit()
    return made


def leave(page: Page, folder: Path) -> Path:
    """Export a project by the page; give where it was saved."""
    page.goto("/recherche/")
    page.get_by_role("link", name="Exporter les témoignages").click()
    page.get_by_label("Projet REFI-QDA").check()
    page.get_by_label("Joindre les mémos").check()
    page.get_by_label("Texte brut").check()
    with page.expect_download() as download:
        press(page, "Faire le fichier")
    download.value.save_as(folder / "export.zip")
    with zipfile.ZipFile(folder / "export.zip") as archive:
        archive.extract("recueil.qdpx", folder)
    return folder / "recueil.qdpx"


def send(page: Page, path: Path) -> None:
    page.goto("/recherche/exports/importer")
    page.get_by_label("Projet (.qdpx)").set_input_files(path)
    press(page, "Lire ce projet")


def coded_elsewhere(testimony: Testimony, path: Path) -> None:
    """Write the project once a code of another program was laid on a word."""
    project, code = exported(db.session), Code(testimony.answers[0].id, "Mon code")
    (source,) = project.sources
    start = source.text.index("maire")
    laid = Coding(testimony.answers[-1].id, code.guid, start, start + 5)
    head = replace(project.head, codes=(*project.head.codes, code))
    path.write_bytes(
        packed(replace(project, head=head, sources=(replace(source, codings=(laid,)),)))
    )


def count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Laid)) or 0


def test_a_project_leaves_and_comes_back_without_doubling(
    site: str, visitor: Visit, tmp_path: Path
) -> None:
    testimony = planted()
    page = visitor(site, accept_downloads=True).new_page()
    enter_as(page, RoleName.RESEARCHER)
    path = leave(page, tmp_path)
    page.goto("/recherche/exports")
    wrong = look(page, TITLE)
    press(page, "Faire le fichier")  # without a kind
    expect(page.locator(".error-summary li")).to_have_count(1)
    wrong += look(page, TITLE)
    page.goto("/recherche/exports/importer")
    wrong += look(page, IMPORT)
    send(page, path)
    expect(page.locator(".empty")).to_contain_text("Il n’y a rien à importer")
    wrong += look(page, PREVIEW)
    coded_elsewhere(testimony, path)
    send(page, path)
    page.get_by_label("Mon code (1)").select_option(value="freins_elus")
    wrong += look(page, PREVIEW)
    press(page, "Refaire l’aperçu")
    press(page, "Importer ce projet")
    wrong += look(page, "Projet importé")
    assert count() == 2
    db.session.execute(delete(Testimony))
    db.session.commit()
    send(page, path)
    page.get_by_label("Ces personnes ont donné leur accord").check()
    press(page, "Refaire l’aperçu")
    wrong += look(page, PREVIEW)
    page.goto("/recherche/exports/importer/00000000-0000-0000-0000-000000000000")
    wrong += look(page, "Ce projet n’est plus là")
    assert wrong == []
