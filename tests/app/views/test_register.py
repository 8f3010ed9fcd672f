"""The register and the impact analysis say what this installation does, and no more."""

import io
from collections.abc import Callable

import docx
import html5lib
import odfdo
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models import Act, RoleName
from app.models.base import today
from app.services import audit, register_facts, register_measures, retention
from app.services.periods import periods
from app.services.register_facts import Served
from app.views.register import OURS
from settings.periods import Period
from settings.retention import Retention
from tests import factories

PAGES = ("/dpo/registre", "/dpo/analyse-d-impact")


@pytest.fixture
def officer(signed_in: Callable[..., FlaskClient]) -> FlaskClient:
    return signed_in(RoleName.DPO)


def lines(client: FlaskClient, path: str) -> list[str]:
    page = BeautifulSoup(client.get(path).text, "html5lib")
    return [each.get_text(" ", strip=True) for each in page.select("main li, main p, main h2")]


def test_every_rule_of_retention_is_in_one_treatment() -> None:
    told = [name for each in register_facts.treatments(OURS) for name in each.rules]
    assert sorted(told) == sorted(rule.name for rule in retention.rules())


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_are_the_officers_alone(signed_in: Callable[..., FlaskClient], path: str) -> None:
    statuses = {role: signed_in(role).get(path).status_code for role in RoleName}
    assert statuses == {role: 200 if role is RoleName.DPO else 403 for role in RoleName}
    html5lib.HTMLParser(strict=True).parse(signed_in(RoleName.DPO).get(path).text)


@pytest.mark.parametrize("path", PAGES)
def test_they_follow_the_settings(officer: FlaskClient, path: str) -> None:
    kept = periods.of
    try:
        periods.configure(Retention(testimonies=Period(9)))
        rule = retention.find("testimonies")
        assert rule.sentence in lines(officer, path)
    finally:
        periods.configure(kept)


def test_what_is_on_is_said_and_what_is_not_too(officer: FlaskClient) -> None:
    factories.contact(db.session)
    db.session.commit()
    before = lines(officer, "/dpo/registre")
    assert "Site servi en HTTP, sans chiffrement du transport." in before
    assert "Sauvegardes\u00a0: aucune n’est connue du journal, à compléter." in before
    assert "Contacts\u00a0: 1." in before
    (technical,) = [each for each in before if each.startswith("Journaux techniques")]
    assert technical.endswith("sans que l’on sache lequel\u00a0; durée à compléter.")
    assert "Hébergement\u00a0: à compléter." in before
    audit.record(db.session, Act.BACKUP_MADE)
    db.session.commit()
    officer.post("/dpo/journal/relire")
    after = lines(officer, "/dpo/registre")
    day = f"{today():%d/%m/%Y}"
    assert f"Dernière sauvegarde\u00a0: le {day}." in after
    said = "Journal des actes, en ajout seul et chaîné\u00a0; relu le"
    assert f"{said} {day}\u00a0: entier." in after


def test_behind_https_with_two_keys(app: Flask) -> None:
    served = Served(
        is_https=True,
        has_hsts=True,
        has_policy=True,
        has_secure_cookies=True,
        is_production=True,
        keys=2,
    )
    entries = register_facts.treatments(OURS)
    facts = register_facts.gather(db.session, app.config["ORGANISATION"], entries, served)
    told = list(register_measures.technical(facts))
    assert "Site servi en HTTPS, avec HSTS." in told
    assert "réponses remplacées, 2 clés en service." in told[1]
    assert not [each for each in told if "production" in each or "cookie" in each]


@pytest.mark.parametrize("path", PAGES)
def test_the_files_say_what_the_page_says(officer: FlaskClient, path: str) -> None:
    heads = [
        each.get_text(strip=True)
        for each in BeautifulSoup(officer.get(path).text, "html5lib").select("main h2, main h3")
    ]
    heads = heads[: heads.index("D’où vient ce texte")] if "D’où vient ce texte" in heads else heads
    word = docx.Document(io.BytesIO(officer.post(f"{path}.docx").data))
    assert [each.text for each in word.paragraphs if each.style.name.startswith("Heading")] == heads
    written = odfdo.Document(io.BytesIO(officer.post(f"{path}.odt").data))
    assert [str(each).strip() for each in written.body.headers] == heads
    marked = officer.post(f"{path}.md").text.splitlines()
    assert len([line for line in marked if line.startswith(("## ", "### "))]) == len(heads)
