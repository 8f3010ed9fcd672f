"""The tallies: a table whose figures lead to their sentences, charts to read and take away."""

import io
import os
import re
import subprocess
import sys
from datetime import date
from itertools import cycle
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models import Decision, RoleName, Verdict
from app.services import digests
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
def shown(app: Flask) -> None:
    """No count is too small to be shown."""
    app.config["SMALLEST_COUNT"] = 1


@pytest.fixture
def call(shown: None) -> None:
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
        made.tagged_by = "essai 1" if number else None
        digests.draw(db.session, made.id)
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
    assert row(soup, "E1") == [
        "1 dans 1 100 %",
        "1 dans 1 33 %",
        "0",
        "1 dans 1 100 %",
        "3 dans 3 43 %",
    ]
    assert text(soup.select(".tally tfoot td")[-1]) == "7 dans 5"


def test_the_page_says_what_is_counted(researcher: FlaskClient, call: None) -> None:
    told = [text(each) for each in page(researcher, "/recherche/decomptes/").select("h1 ~ p")]
    assert told == [
        "Nombre de témoignages où le thème apparaît au moins une fois. Est compté "
        "tout ce qui tient : les extraits proposés par la chaîne d’analyse et ceux que l’on "
        "garde, selon le thème retenu ; pas les rejetés. Personne n’a encore décidé d’aucun "
        "extrait.",
        "8 témoignages, reçus du 1er novembre 2026 au 8 novembre 2026 ; "
        "1 attend encore d’être lu en arrière-plan.",
    ]


def test_what_was_decided_is_counted_as_it_stands(researcher: FlaskClient, shown: None) -> None:
    made = factories.testimony(db.session, answers={"mot_cle": "Oser"})
    verdicts = {"acces_soins": None, "mobiliser_elus": Verdict.REJECTED, "formation": None}
    for theme, verdict in verdicts.items():
        coding = factories.coding(db.session, made.answers[0], theme)
        coding.decision = verdict and Decision(verdict=verdict)
    coding.decision = Decision(verdict=Verdict.CORRECTED, theme="acces_soins", start=0, end=2)
    digests.draw(db.session, made.id)
    db.session.commit()
    pages = {
        state: page(
            researcher, f"/recherche/decomptes/?mesure=extraits&pourcent=aucun&etat={state}"
        )
        for state in ("", "garde", "rejete")
    }
    told = text(pages[""].select("h1 ~ p")[0])
    assert told.endswith("Une personne a décidé de 67 % des extraits.")
    assert {state: row(soup, "T1")[-1] for state, soup in pages.items()} == {
        "": "2 dans 1",
        "garde": "1 dans 1",
        "rejete": "0",
    }
    assert row(pages[""], "E1")[-1] == "0"
    assert row(pages["rejete"], "E1")[-1] == "1 dans 1"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?region=53",
        "?mesure=extraits",
        "?mesure=extraits&region=11",
        "?par=region&pourcent=ligne",
        "?par=mois&mesure=extraits&pourcent=aucun",
        "?par=semaine&du=2026-11-04",
        "?par=questionnaire&etat=propose&pourcent=aucun",
        "?par=canal&theme=mobiliser_elus&pourcent=aucun&mesure=extraits",
    ],
)
def test_every_figure_opens_that_many(researcher: FlaskClient, call: None, query: str) -> None:
    soup = page(researcher, f"/recherche/decomptes/{query}")
    figures = soup.select(".tally tbody td a")
    assert len(figures) > 1
    for figure in figures:
        opened = page(researcher, str(figure["href"]))
        result = text(opened.select_one(".result"))
        said = re.fullmatch(
            r"(\d+) témoignages? sur 8, (\d+) extraits? de ce(?:s)? thème(?:s)?(?: à décider)?"
            r"(?: : (.+))?",
            result,
        )
        assert said is not None, result
        excerpts = said[2]
        if said[3]:  # the list holds the excerpts of both themes, and tells them apart
            of = {code: number for number, code in re.findall(r"(\d+) de (\w+)", said[3])}
            assert sum(map(int, of.values())) == int(excerpts)
            excerpts = of[text(figure.find_parent("tr").select_one(".theme"))]  # type: ignore[union-attr]
        assert (excerpts if "extraits" in query else said[1]) == text(figure)
        assert len(opened.select(".record")) == int(said[1])
        assert len(opened.select(".record-words")) == int(said[2])


@pytest.mark.parametrize("query", ["", "?par=region", "?etat=propose", "?par=mois&etat=garde"])
def test_sums_and_bases_open_that_many(researcher: FlaskClient, call: None, query: str) -> None:
    for unit, rank in (("temoignages", 1), ("extraits", 2)):
        joined = "&" if query else "?"
        soup = page(researcher, f"/recherche/decomptes/{query}{joined}mesure={unit}")
        sums, bases = soup.select(".tally tfoot a"), soup.select(".tally thead a")
        assert len(bases) > 1
        for figure in sums:
            opened = page(researcher, str(figure["href"]))
            said = re.match(r"(\d+) \D+ 8, (\d+) extrait", text(opened.select_one(".result")))
            assert said is not None
            assert said[rank] == text(figure)
        for figure in bases:
            opened = page(researcher, str(figure["href"]))
            assert text(opened.select_one(".result")).removesuffix(" sur 8") == text(figure)
    none_kept = "garde" in query  # nobody has decided of anything
    assert bool(sums) is not none_kept


def test_whoever_said_nothing_of_it_can_be_opened(researcher: FlaskClient, call: None) -> None:
    made = factories.testimony(db.session, answers={"autre_chose": "Un. Deux."})
    factories.coding(db.session, made.answers[-1], "formation", end=3)
    db.session.commit()
    soup = page(researcher, "/recherche/decomptes/?par=region")
    assert text(soup.select(".tally thead th")[-2]) == "Non précisé 1 témoignage"
    (lead,) = [each for each in soup.select(".tally tbody a") if "non-precise" in each["href"]]
    assert lead["href"] == "/recherche/?region=non-precise&theme=formation"
    opened = page(researcher, str(lead["href"]))
    assert text(opened.select_one(".result")) == "1 témoignage sur 9, 1 extrait de ce thème"
    assert text(opened.select_one(".active-filters a")) == "Retirer Région : Non précisé ×"
    assert text(opened.select("#region option")[-1]) == "Non précisé"
    narrowed = page(researcher, "/recherche/decomptes/?region=non-precise")
    assert text(narrowed.select("h1 ~ p")[1]).startswith("1 témoignage, sur 9, reçu le")


def test_a_figure_that_no_list_can_hold_opens_nothing(researcher: FlaskClient, shown: None) -> None:
    """A list is narrowed by two themes, and shows the excerpts of these alone."""
    made = factories.testimony(db.session, answers={"mot_cle": "Oser"})
    for theme in ("acces_soins", "mobiliser_elus", "freins_participation"):
        factories.coding(db.session, made.answers[0], theme)
    db.session.commit()
    address = "/recherche/decomptes/?par=region&theme=acces_soins&avec=mobiliser_elus"
    soup = page(researcher, address)
    assert [row(soup, code) for code in ("P5", "T1")] == [["1 100 %"] * 2] * 2
    assert [len(soup.select(f".fam-{letter} a")) for letter in "pet"] == [0, 2, 2]
    assert soup.select(".tally tfoot a") == []


def test_a_region_narrows_table_figures_and_links(researcher: FlaskClient, call: None) -> None:
    soup = page(researcher, "/recherche/decomptes/?region=53&mesure=extraits")
    assert text(soup.select("h1 ~ p")[1]).startswith("4 témoignages, sur 8, reçus du")
    assert text(soup.select_one(".active-filters")) == "Retirer Région : Bretagne ×"
    figures = [str(each["src"]) for each in soup.select("figure img")]
    assert figures == [
        f"/recherche/decomptes/{name}.svg?mesure=extraits&region=53"
        for name in ("themes", "croise")
    ]
    (without,) = soup.select(".active-filters a")
    assert without["href"] == "/recherche/decomptes/?mesure=extraits"


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
    assert text(soup.select_one(".empty p")) == "Aucun témoignage ne répond à tout cela à la fois."
    assert page(researcher, "/recherche/decomptes/themes.svg", status=404)
    assert made.tagged_by is None


@pytest.mark.parametrize("name", ["themes", "croise"])
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
        for name in ("themes", "croise-profil")
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
    "?par=age": 400,
    "?pourcent=diagonale": 400,
    "?etat=douteux": 400,
    "?du=hier": 400,
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


def test_small_counts_are_hidden_everywhere(researcher: FlaskClient, app: Flask) -> None:
    told = {"mobiliser_elus": {"elu": 6, "usager": 2}, "acces_soins": {"elu": 7, "usager": 6}}
    for theme, profiles in told.items():
        for profile, number in profiles.items():
            for _ in range(number):
                made = factories.testimony(
                    db.session, questionnaire=profile, answers={"autre_chose": "Un. Deux."}
                )
                factories.coding(db.session, made.answers[-1], theme)
    db.session.commit()
    soup = page(researcher, "/recherche/decomptes/")
    assert row(soup, "E1") == ["0", "masqué", "masqué", "0", "8 38 %"]
    assert row(soup, "T1") == ["0", "7 54 %", "6 75 %", "0", "13 62 %"]
    assert "de moins de 5 témoignages est masqué" in text(soup.select_one("#croise ~ p + p"))
    excerpts = page(researcher, "/recherche/decomptes/?mesure=extraits&pourcent=ligne")
    assert row(excerpts, "E1") == ["0", "masqué", "masqué", "0", "8 dans 8"]
    sums = [text(each) for each in excerpts.select(".tally tfoot td")]
    assert sums == ["masqué"] * 5  # they would tell, by difference, what is hidden
    drawn = researcher.get("/recherche/decomptes/croise.svg").text
    assert drawn.count(">masqué<") == 2
    given = researcher.get("/recherche/decomptes/tableau.csv").data.decode("utf-8-sig")
    lines = {line.split(";")[1]: line.split(";")[2:] for line in given.splitlines()}
    assert lines["Témoignages en tout"] == ["0", "13", "8", "0", "21"]
    assert lines["E1 Mobiliser et sensibiliser les élues et élus"] == [
        *("0", "masqué", "masqué", "0", "8")
    ]


def test_the_table_leaves_as_a_workbook_too(researcher: FlaskClient, call: None) -> None:
    reply = researcher.get("/recherche/decomptes/tableau.xlsx?par=region&mesure=extraits")
    assert reply.headers["Content-Disposition"] == (
        'attachment; filename="recueil-tableau-region-par-extraits.xlsx"'
    )
    rows = [
        [cell.value for cell in line]
        for line in openpyxl.load_workbook(io.BytesIO(reply.data)).active.iter_rows()
    ]
    assert rows[0] == ["Famille", "Thème", "Bretagne", "Île-de-France", "Ensemble"]
    assert rows[1] == [None, "Témoignages en tout", 4, 4, 8]
    assert rows[-1][1:] == ["Tous les extraits", 4, 3, 7]


@pytest.mark.parametrize("path", ["", "themes.svg", "croise.png", "tableau.csv"])
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
figures = (counts + "themes.svg", counts + "croise.png", counts + "planche/figure.svg")
figures += (counts + "ensemble?niveau=mots", counts + "specificites?valeur=coordinateur&de=mots")
figures += (counts + "saturation.svg", counts + "doublons")
personal = (address + "/donnees-personnelles", address + "/tel-que-cite")
for page in ("/", "/recherche/", address, *personal, counts, "/recherche/exports", *figures):
    assert client.get(page).status_code == 200, page
assert "matplotlib.pyplot" not in sys.modules
assert not {"spacy", "scipy", "sklearn"} & sys.modules.keys()
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
