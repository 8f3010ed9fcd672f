"""The pages by which testimonies leave and codings come back."""

import io
import re
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from analysis.exchange.project import Code, Coding
from analysis.exchange.refi_qda import archives
from app.extensions import db
from app.models import Coding as Laid
from app.models import ProjectImport, ResearchExport, RoleName, Testimony
from app.models.base import now
from app.services import project_files
from tests import factories
from tests.analysis.exchange.projects import packed
from tests.exchanges import exported

PATH = "/recherche/exports"
IMPORT = "/recherche/exports/importer"
ALL = {"codings": "tous", "raw": "y"}


@pytest.fixture
def testimony(app: Flask) -> Testimony:
    made = factories.testimony(db.session, answers={"demarche_elus": "Le maire préside 🧠."})
    factories.coding(db.session, factories.free_text(made), quote="préside 🧠")
    db.session.commit()
    return made


def text(reply: object) -> str:
    page = BeautifulSoup(reply.text, "html.parser").find("main")  # type: ignore[attr-defined]
    return " ".join(page.get_text(" ").split()) if page else ""


def export(client: FlaskClient, data: dict[str, str], path: str = PATH) -> TestResponse:
    """Ask for a file, and read it whole as a browser does."""
    return client.post(path, data=data, buffered=True)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def send(client: FlaskClient, data: bytes) -> str:
    """Send a project; give the address of its preview."""
    reply = client.post(IMPORT, data={"file": (io.BytesIO(data), "p.qdpx")})
    assert reply.status_code == 303, text(reply)
    return reply.location


def yes(client: FlaskClient, path: str) -> str:
    """Say yes to what a preview shows; give what the page then says."""
    seen = re.search(r'name="seen"[^>]*value="([0-9a-f]{64})"', client.get(path).text)
    assert seen is not None
    reply = client.post(path, data={"seen": seen[1]})
    assert (reply.status_code, reply.location) == (303, path)
    return text(client.get(path))


def test_only_researchers_enter(staff: FlaskClient, client: FlaskClient) -> None:
    for path in ("/recherche/exports", IMPORT):
        assert staff.get(path).status_code == 403
        assert staff.post(path).status_code == 403
        assert client.get(path).status_code == 302


def test_a_file_leaves_with_its_trace(researcher: FlaskClient, testimony: Testimony) -> None:
    reply = export(researcher, ALL | {"kind": "qdpx"})
    assert (reply.status_code, reply.mimetype) == (200, "application/zip")
    assert reply.headers["Cache-Control"] == "no-store"
    assert re.search(
        r"recueil-qdpx-\d{4}-\d\d-\d\d-brut\.zip", reply.headers["Content-Disposition"]
    )
    with zipfile.ZipFile(io.BytesIO(reply.data)) as archive:
        assert archive.namelist() == ["recueil.qdpx", "LISEZ-MOI.txt", "empreintes.sha256"]
    (trace,) = db.session.scalars(select(ResearchExport))
    assert (trace.kind, trace.is_raw, trace.testimonies, trace.codings) == ("qdpx", True, 1, 1)
    assert "REFI-QDA (.qdpx) brut 1 1 0" in text(researcher.get("/recherche/exports"))


def test_by_default_what_nobody_confirmed_stays(
    researcher: FlaskClient, testimony: Testimony
) -> None:
    reply = export(researcher, {"kind": "jsonl", "codings": "tous"})
    with zipfile.ZipFile(io.BytesIO(reply.data)) as archive:
        assert archive.read("temoignages.jsonl") == b""
        assert "Données personnelles\u00a0»)\u00a0: 1\n" in archive.read("LISEZ-MOI.txt").decode()


def test_filters_of_the_address_hold(researcher: FlaskClient, testimony: Testimony) -> None:
    page = researcher.get("/recherche/exports?profil=elu")
    assert "0 sur 1 témoignage" in text(page)
    assert "flask export docbin" in text(page)  # spaCy is never loaded by the web
    form = BeautifulSoup(page.text, "html.parser").find("form", method="post", novalidate=True)
    assert form is not None
    export(researcher, ALL | {"kind": "csv"}, str(form["action"]))
    assert db.session.scalars(select(ResearchExport.testimonies)).all() == [0]
    assert researcher.get("/recherche/exports?profil=rien").status_code == 400


def test_a_form_without_a_kind_is_told(researcher: FlaskClient, testimony: Testimony) -> None:
    for data in ({}, {"kind": "docbin", "codings": "tous"}):
        reply = researcher.post("/recherche/exports", data=data)
        assert reply.status_code == 422
        assert "<title>Erreur : " in reply.text.replace("\u00a0", " ")
        assert "Choisissez un format." in text(reply)
    assert count(ResearchExport) == 0


def test_without_a_token_nothing_leaves(
    make_app: Callable[..., Flask], signed_in: Callable[..., FlaskClient]
) -> None:
    client = signed_in(RoleName.RESEARCHER)
    client.application.config["WTF_CSRF_ENABLED"] = True
    assert client.post("/recherche/exports", data=ALL | {"kind": "csv"}).status_code == 422
    assert client.post(IMPORT, data={"file": (io.BytesIO(b"x"), "p.qdpx")}).status_code == 422
    assert count(ResearchExport) == 0


def test_too_many_for_one_request(
    researcher: FlaskClient, testimony: Testimony, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.views.exports.MOST", 0)
    reply = researcher.post("/recherche/exports", data=ALL | {"kind": "csv"})
    assert reply.status_code == 303
    assert "Plus de 0 témoignages d’un coup" in researcher.get(reply.location).text
    assert count(ResearchExport) == 0


def test_a_project_comes_back_and_doubles_nothing(
    researcher: FlaskClient, testimony: Testimony
) -> None:
    path = send(researcher, packed(exported(db.session)))
    page = text(researcher.get(path))
    assert "1 déjà ici : rien ne change" in page.replace("\u00a0", " ")
    assert "Il n’y a rien à importer" in page
    assert count(Laid) == 1


def laid_there(code: Code) -> bytes:
    """The project once a code was laid on the first word of its answer."""
    project = exported(db.session)
    (source,) = project.sources
    start = source.landmarks[0].start
    laid = Coding(uuid.uuid4(), code.guid, start, start + 2)
    head = replace(project.head, codes=(*project.head.codes, code))
    return packed(replace(project, head=head, sources=(replace(source, codings=(laid,)),)))


def test_an_unknown_code_is_given_its_theme_then_imported_once(
    researcher: FlaskClient, testimony: Testimony
) -> None:
    code = Code(uuid.uuid4(), "Mon code")
    path = send(researcher, laid_there(code))
    assert "Mon code (1)" in text(researcher.get(path))
    assert 'href="/recherche/grille/nouveau?libelle=Mon+code"' in researcher.get(path).text
    reply = researcher.post(f"{path}/choix", data={f"code-{code.guid}": "freins_elus"})
    assert (reply.status_code, reply.location) == (303, path)
    assert "1 ajouté, comme posé à la main" in text(researcher.get(path))
    assert "Projet importé" in yes(researcher, path)
    (made,) = db.session.scalars(select(Laid).where(Laid.is_by_hand))
    assert (made.theme, made.start, made.end, made.score) == ("freins_elus", 0, 2, 1.0)
    researcher.post(path, data={"seen": "x"})
    assert count(Laid) == 2
    (kept,) = db.session.scalars(select(ProjectImport))
    assert (kept.content, (kept.counts or {})["added"]) == ("", 1)


def test_a_code_added_to_the_codebook_is_known_at_once(
    researcher: FlaskClient, testimony: Testimony
) -> None:
    path = send(researcher, laid_there(Code(uuid.uuid4(), "Mon code")))
    typed = {"label": "Mon code", "definition": "Ce que dit ce code.", "family": "personnes"}
    added = researcher.post(
        "/recherche/grille/nouveau", data=typed | {"color": "", "seen": "0", "why": "Vu ailleurs."}
    )
    assert added.location == "/recherche/grille/themes/mon_code/indices"
    assert "Projet importé" in yes(researcher, path)
    (made,) = db.session.scalars(select(Laid).where(Laid.is_by_hand))
    assert made.theme == "mon_code"


def test_a_testimony_enters_only_with_a_consent(
    researcher: FlaskClient, testimony: Testimony
) -> None:
    data = packed(exported(db.session))
    db.session.delete(testimony)
    db.session.commit()
    path = send(researcher, data)
    assert "Ce texte n’est pas un témoignage d’ici." in text(researcher.get(path))
    researcher.post(f"{path}/choix", data={"consent": "y", "questionnaire": ""})
    assert "Projet importé" in yes(researcher, path)
    made = db.session.get_one(Testimony, testimony.id)
    assert factories.free_text(made).text == "Le maire préside 🧠."


def test_what_changed_since_the_preview_is_seen_again(
    researcher: FlaskClient, testimony: Testimony
) -> None:
    path = send(researcher, laid_there(Code(uuid.uuid4(), "freins_elus")))
    reply = researcher.post(path, data={"seen": "0" * 64})
    assert "quelque chose a changé ici" in researcher.get(reply.location).text
    assert count(Laid) == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"bonjour", archives.NOT_ZIP), (b"", archives.NOT_ZIP)],
)
def test_what_is_no_project_is_told(researcher: FlaskClient, data: bytes, sentence: str) -> None:
    reply = researcher.post(IMPORT, data={"file": (io.BytesIO(data), "p.qdpx")})
    assert reply.status_code == 422
    assert sentence.replace("\u00a0", " ") in text(reply).replace("\u00a0", " ")
    assert researcher.post(IMPORT, data={}).status_code == 422


def test_a_project_too_big_is_told(
    researcher: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_files, "MAX_BYTES", 1_000)
    reply = researcher.post(IMPORT, data={"file": (io.BytesIO(b"x" * 200_000), "p.qdpx")})
    assert reply.status_code == 413
    assert "dépasse 20 mégaoctets" in text(reply)


def test_a_file_is_its_senders_own_for_a_day(
    researcher: FlaskClient, signed_in: Callable[..., FlaskClient], testimony: Testimony
) -> None:
    path = send(researcher, packed(exported(db.session)))
    other = signed_in(RoleName.RESEARCHER, RoleName.STAFF)
    for reply in (other.get(path), other.post(path), other.post(f"{path}/choix")):
        assert reply.status_code == 404
    (kept,) = db.session.scalars(select(ProjectImport))
    assert b"project.qde" not in kept.content.encode()
    kept.created_at = now() - timedelta(hours=25)
    db.session.commit()
    assert researcher.get(path).status_code == 404
    assert project_files.purge_expired(db.session) == 1


def test_a_file_can_be_dropped(researcher: FlaskClient, testimony: Testimony) -> None:
    path = send(researcher, packed(exported(db.session)))
    assert researcher.post(f"{path}/abandonner").location == IMPORT
    assert count(ProjectImport) == 0
