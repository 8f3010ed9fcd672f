"""The tallies: a table whose figures lead to their sentences, charts to read and take away."""

import os
import re
import subprocess
import sys
from datetime import date
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from app.extensions import db
from app.models import Decision, RoleName, Verdict
from tests import factories, reading
from tests.reading import page

ROOT = Path(__file__).resolve().parents[3]
PROFILES = ("coordinateur", "elu", "usager", "aidant")


def text(tag: Tag | None) -> str:
    """Return a tag's text, a space between its parts."""
    return reading.text(tag, " ")


def row(soup: Tag, code: str) -> list[str]:
    (found,) = [each for each in soup.select(".tally tr") if each.find("span", string=code)]
    return [text(cell) for cell in found.select("td")]


@pytest.fixture
def call(app: object) -> None:
    """Eight testimonies: each second one of Brittany, three themes in turn, one still unread."""
    themes = cycle(("mobiliser_elus", "freins_participation", "acces_soins"))
    for number, profile in enumerate(PROFILES * 2):
        made = factories.testimony(
            db.session,
            questionnaire=profile,
            answers={"region": "53" if number % 2 else "11", "autre_chose": "Un. Deux."},
            received_on=date(2026, 11, 1 + number),
        )
        for _ in range(number % 3):
            factories.coding(db.session, made.answers[-1], next(themes), end=2 + number)
        if number:
            made.tagged_by = "essai 1"
    db.session.commit()


def test_the_table_counts_testimonies_and_their_share(researcher: FlaskClient, call: None) -> None:
    soup = page(researcher, "/recherche/decomptes/")
    assert [text(cell) for cell in soup.select(".tally thead th")] == [
        "Thème",
        "Coordinatrice ou coordinateur de CLSM 2 témoignages",
        "Élue ou élu 2 témoignages",
        "Usagère ou usager 2 témoignages",
        "Proche, aidante ou aidant 2 témoignages",
        "Ensemble 8 témoignages",
    ]
    assert row(soup, "E1") == ["1 50 %", "1 50 %", "0", "1 50 %", "3 38 %"]
    assert row(soup, "P1") == ["0", "0", "0", "0", "0"]
    assert [text(cell) for cell in soup.select(".tally tfoot td")] == [
        "1 50 %",
        "2 100 %",
        "1 50 %",
        "1 50 %",
        "5 63 %",
    ]
    assert [text(cell) for cell in soup.select("th[scope=rowgroup]")] == [
        "Participation des personnes concernées",
        "Implication des élues et élus",
        "Ce à quoi sert un CLSM",
    ]


def test_the_table_counts_excerpts_too(researcher: FlaskClient, call: None) -> None:
    soup = page(researcher, "/recherche/decomptes/?mesure=extraits")
    assert row(soup, "E1") == ["1 dans 1", "1 dans 1", "0", "1 dans 1", "3 dans 3"]
    assert text(soup.select(".tally tfoot td")[-1]) == "7 dans 5"


def test_the_page_says_what_is_counted(researcher: FlaskClient, call: None) -> None:
    told = [text(each) for each in page(researcher, "/recherche/decomptes/").select("h1 ~ p")]
    assert told == [
        "Nombre de témoignages où le thème est proposé au moins une fois. Sont comptées "
        "toutes les propositions de la chaîne d’analyse , aucune n’ayant encore été validée "
        "par une personne.",
        "8 témoignages, reçus du 1er novembre 2026 au 8 novembre 2026 ; "
        "1 attend encore d’être lu en arrière-plan.",
    ]


def test_decisions_are_told_and_counted_as_proposed(researcher: FlaskClient) -> None:
    made = factories.testimony(db.session, answers={"mot_cle": "Oser"})
    for theme, verdict in (("acces_soins", "rejected"), ("mobiliser_elus", "accepted")):
        coding = factories.coding(db.session, made.answers[0], theme)
        coding.decision = Decision(verdict=Verdict(verdict))
    db.session.commit()
    soup = page(researcher, "/recherche/decomptes/")
    assert "dont 2 décidées par une personne (1 acceptée, 1 rejetée)" in text(
        soup.select("h1 ~ p")[0]
    )
    assert row(soup, "T1")[-1] == "1 100 %"


@pytest.mark.parametrize(
    "query", ["", "?region=53", "?mesure=extraits", "?mesure=extraits&region=11"]
)
def test_every_figure_opens_that_many(researcher: FlaskClient, call: None, query: str) -> None:
    soup = page(researcher, f"/recherche/decomptes/{query}")
    figures = soup.select(".tally td a")
    assert len(figures) > 3
    for figure in figures:
        opened = page(researcher, str(figure["href"]))
        result = text(opened.select_one(".result"))
        said = re.fullmatch(r"(\d+) témoignages? sur 8, (\d+) extraits? de ce thème", result)
        assert said is not None, result
        assert said[2 if "extraits" in query else 1] == text(figure)
        assert len(opened.select(".record")) == int(said[1])
        assert len(opened.select(".record-words")) == int(said[2])


def test_a_region_narrows_table_figures_and_links(researcher: FlaskClient, call: None) -> None:
    soup = page(researcher, "/recherche/decomptes/?region=53&mesure=extraits")
    assert "4 témoignages de la région Bretagne, sur 8" in text(soup.select("h1 ~ p")[1])
    figures = [str(each["src"]) for each in soup.select("figure img")]
    assert figures == [
        f"/recherche/decomptes/{name}.svg?mesure=extraits&region=53"
        for name in ("themes", "profils")
    ]
    assert [str(each["href"]) for each in soup.select(".toggle a")] == [
        f"/recherche/decomptes/?mesure={name}&region=53" for name in ("temoignages", "extraits")
    ]


def test_nothing_to_count_is_said(researcher: FlaskClient) -> None:
    soup = page(researcher, "/recherche/decomptes/")
    assert text(soup.select_one(".empty p")) == "Il n’y a encore rien à compter."
    made = factories.testimony(db.session, answers={"region": "53"})
    db.session.commit()
    soup = page(researcher, "/recherche/decomptes/")
    assert text(soup.select_one(".empty")) == (
        "Aucun thème n’est codé ici : il n’y a pas de figure à montrer."
    )
    soup = page(researcher, "/recherche/decomptes/?region=11")
    assert (
        text(soup.select_one(".empty p")) == "Aucun témoignage ne vient de la région Île-de-France."
    )
    assert page(researcher, "/recherche/decomptes/themes.svg", status=404)
    assert made.tagged_by is None


@pytest.mark.parametrize("name", ["themes", "profils"])
@pytest.mark.parametrize("width", ["large", "etroite"])
def test_figures_are_drawn_in_both_widths(
    researcher: FlaskClient, call: None, name: str, width: str
) -> None:
    reply = researcher.get(f"/recherche/decomptes/{name}.svg?largeur={width}&region=53")
    assert (reply.status_code, reply.mimetype) == (200, "image/svg+xml")
    (drawing,) = BeautifulSoup(reply.text, "html5lib").select("svg")
    names = {"large": "wide", "etroite": "narrow"}
    assert drawing["class"] == ["chart", f"chart-{names[width]}"]


def test_figures_can_be_taken_away(researcher: FlaskClient, call: None) -> None:
    soup = page(researcher, "/recherche/decomptes/?region=84&mesure=extraits", status=200)
    assert soup.select("figure") == []
    soup = page(researcher, "/recherche/decomptes/?region=53")
    names = [str(each["download"]) for each in soup.select("figure a[download]")]
    assert names == [
        f"recueil-{name}-par-temoignages-bretagne.{kind}"
        for name in ("themes", "profils")
        for kind in ("svg", "png")
    ]
    png = researcher.get(str(soup.select("figure a[download]")[1]["href"]))
    assert (png.mimetype, png.data[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")
    assert png.headers["Content-Disposition"] == f'attachment; filename="{names[1]}"'


def test_each_figure_is_told_in_words(researcher: FlaskClient, call: None) -> None:
    soup = page(researcher, "/recherche/decomptes/")
    alternatives = [text(each) for each in soup.select("figure details p")]
    assert [each.split(".")[0] for each in alternatives] == [
        "Nombre de témoignages où chaque thème apparaît au moins une fois, sur 8 témoignages"
    ] * 2
    assert "Élue ou élu" in alternatives[1]
    assert all(each["alt"] for each in soup.select("figure img"))


WRONG = {
    "?region=999": 400,
    "?mesure=mots": 400,
    "?theme=inconnu": 400,
    "themes.svg?largeur=immense": 400,
    "themes.svg?region=999": 400,
    "themes.png?mesure=x": 400,
    "nuage.svg": 404,
    "nuage.png": 404,
    "themes.gif": 404,
}


def test_an_address_that_cannot_be_is_explained(researcher: FlaskClient, call: None) -> None:
    headings = {400: "Cette recherche ne peut pas se faire", 404: "Cette page n’existe pas"}
    for address, status in WRONG.items():
        soup = page(researcher, f"/recherche/decomptes/{address}", status=status)
        assert text(soup.h1) == headings[status]


@pytest.mark.parametrize("path", ["", "themes.svg", "profils.png"])
def test_only_researchers_enter(signed_in: Any, client: FlaskClient, path: str) -> None:
    assert client.get(f"/recherche/decomptes/{path}").status_code == 302
    for role in (RoleName.STAFF, RoleName.ADMINISTRATOR):
        assert signed_in(role).get(f"/recherche/decomptes/{path}").status_code == 403


VISIT = """
import sys
from wsgi import app
from app.extensions import db
from app.models import RoleName
from tests import factories, reading
from tests.reading import page
with app.app_context():
    factories.account(db.session, email="r@recueil.example", roles=[RoleName.RESEARCHER])
    made = factories.testimony(db.session, answers={"demarche_elus": "L’élue est venue."})
    factories.coding(db.session, made.answers[0])
    db.session.commit()
    address = f"/recherche/temoignages/{made.id}"
app.config["WTF_CSRF_ENABLED"] = False
client = app.test_client()
person = {"email": "r@recueil.example", "password": "une phrase de passe"}
client.post("/compte/connexion", data=person)
counts = "/recherche/decomptes/"
figures = (counts + "themes.svg", counts + "profils.png")
personal = (address + "/donnees-personnelles", address + "/tel-que-cite")
for page in ("/", "/recherche/", address, *personal, counts, *figures):
    assert client.get(page).status_code == 200, page
assert "matplotlib.pyplot" not in sys.modules
assert "spacy" not in sys.modules
"""


def test_the_web_process_never_loads_spacy(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", VISIT],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
