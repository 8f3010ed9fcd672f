"""The other pages of tallies: each says what it counts, and its figures open what they count."""

import io
import re
from datetime import date

import openpyxl
import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models import Decision, Verdict
from app.services import digests
from tests import factories, reading
from tests.reading import links, page

PAGES = ("planche", "ensemble", "au-fil-du-temps", "saturation", "specificites", "doublons")
COPIED = (
    "Nous avons rencontré chaque maire en tête à tête avec les chiffres du territoire et "
    "l’élue préside."
)


def text(tag: Tag | None) -> str:
    return reading.text(tag, " ")


def send(profile: str, day: int, *themes: str, month: int = 11, told: str = "") -> None:
    made = factories.testimony(
        db.session,
        questionnaire=profile,
        answers={"region": "53", "autre_chose": told or f"Un récit {day}. Deux."},
        received_on=date(2026, month, day),
    )
    for theme in themes:
        factories.coding(db.session, made.answers[-1], theme, end=8)


@pytest.fixture
def call(app: Flask) -> None:
    """Ten testimonies over two months; no count is too small to be shown."""
    app.config["SMALLEST_COUNT"] = 1
    for day in (1, 2, 3):
        send("elu", day, "mobiliser_elus", "freins_elus", month=10)
    for day in (4, 5, 6):
        send("usager", day, "freins_participation", "acces_soins")
    send("usager", 7, "acces_soins", "mobiliser_elus")
    send("aidant", 8)
    for day in (9, 10):
        send("elu", day, told=COPIED)
    db.session.commit()


def rows(soup: Tag, id_: str) -> list[list[str]]:
    table = soup.select_one(f"[aria-labelledby={id_}] table")
    assert table is not None
    return [[text(cell) for cell in line.select("th, td")] for line in table.select("tbody tr")]


def test_themes_together(researcher: FlaskClient, call: None) -> None:
    soup = page(researcher, "/recherche/decomptes/ensemble")
    strongest = [text(each).rpartition(" : ")[2] for each in soup.select("ol li")]
    assert strongest == ["3", "3", "1"]
    cells = soup.select("[aria-labelledby=matrice] td a")
    for cell in cells:
        opened = page(researcher, str(cell["href"]))
        assert text(opened.select_one(".result")).split(" ")[0] == text(cell)
    words = page(researcher, "/recherche/decomptes/ensemble?niveau=mots")
    assert [text(each).rpartition(" : ")[2] for each in words.select("ol li")] == ["3", "3", "1"]


def test_pairs_leave_as_a_table_what_is_hidden_left_hidden(
    researcher: FlaskClient, app: Flask, call: None
) -> None:
    app.config["SMALLEST_COUNT"] = 2
    soup = page(researcher, "/recherche/decomptes/ensemble?profil=usager")
    _, workbook = links(soup, "a[href*=tableau]")
    reply = researcher.get(workbook)
    assert reply.headers["Content-Disposition"].endswith(
        '"recueil-themes-ensemble-temoignage-usagere-ou-usager.xlsx"'
    )
    sheet = openpyxl.load_workbook(io.BytesIO(reply.data)).active
    heads, *lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
    found = {
        line[0][:2]: dict(zip([each[:2] for each in heads], line, strict=True)) for line in lines
    }
    assert [found["T1"][code] for code in ("T1", "P5", "E1", "E4")] == [4, 3, "masqué", 0]
    given = researcher.get(workbook.replace(".xlsx", ".csv")).data.decode("utf-8-sig")
    assert given.splitlines()[0].startswith("Thème;P1 Mobiliser les personnes concernées;")


def test_excerpts_side_by_side_are_not_on_the_same_words(
    researcher: FlaskClient, app: Flask
) -> None:
    app.config["SMALLEST_COUNT"] = 1
    made = factories.testimony(db.session, answers={"autre_chose": "Un récit. Deux récits."})
    answer = made.answers[-1]
    factories.coding(db.session, answer, "acces_soins", quote="Un récit.")
    factories.coding(db.session, answer, "mobiliser_elus", quote="Deux récits.")
    moved = factories.coding(db.session, answer, "formation", quote="Un récit.")
    moved.decision = Decision(
        verdict=Verdict.CORRECTED, theme="freins_elus", start=5, end=len("Un récit. Deux")
    )
    digests.draw(db.session, made.id)
    db.session.commit()
    soup = page(researcher, "/recherche/decomptes/ensemble?niveau=mots")
    assert len(soup.select("ol li")) == 2  # the one moved is on the words of both
    assert len(page(researcher, "/recherche/decomptes/ensemble").select("ol li")) == 3


def test_themes_over_time(researcher: FlaskClient, call: None) -> None:
    soup = page(researcher, "/recherche/decomptes/au-fil-du-temps")
    heads = [text(each).split(" ")[0] for each in soup.select(".tally thead th")]
    assert heads[0] == "Mois"
    lines = rows(soup, "periodes")
    assert [line[0] for line in lines] == ["oct. 2026", "nov. 2026"]
    column = heads.index("E1")
    assert [line[column] for line in lines] == ["3", "1"]
    for cell in soup.select(".tally td a"):
        opened = page(researcher, str(cell["href"]))
        assert text(opened.select_one(".result")).split(" ")[0] == text(cell)
    family = page(researcher, "/recherche/decomptes/au-fil-du-temps?famille=E&pas=semaine")
    codes = [text(each).split(" ")[0] for each in family.select(".tally thead th")[1:]]
    assert {code[0] for code in codes} == {"E"}


def test_the_shares_of_the_sheet_open_what_they_count(researcher: FlaskClient, call: None) -> None:
    soup = page(researcher, "/recherche/decomptes/planche")
    (line,) = [each for each in soup.select(".tally tbody tr") if text(each.th).startswith("T1 ")]
    assert [text(cell) for cell in line.select("td")] == ["–", "0 %", "100 %", "0 %", "40 %"]
    told = [text(page(researcher, each).select_one(".result")) for each in links(line, "a")]
    assert told == ["4 témoignages sur 10, 4 extraits de ce thème"] * 2


def test_saturation_says_whether_one_may_stop(researcher: FlaskClient, call: None) -> None:
    soup = page(researcher, "/recherche/decomptes/saturation")
    assert text(soup.select_one("#verdict")) == (
        "Avec une base de 4 témoignages, des suites de 2 et un seuil de 5 % de thèmes nouveaux "
        "(Guest, Namey et Chen, 2020), la saturation est atteinte au 6e témoignage (4+2) : on "
        "pouvait s’arrêter là."
    )
    assert rows(soup, "suites")[0][:2] == ["1 à 4 (base)", "4"]
    few = page(researcher, "/recherche/decomptes/saturation?base=20")
    assert text(few.select_one("#verdict")).endswith(
        "pas encore assez de témoignages pour conclure."
    )
    none = page(researcher, "/recherche/decomptes/saturation?etat=rejete")
    assert text(none.select_one(".empty")) == "Aucun thème n’est encore apparu."


def test_what_a_group_says_more_and_less(researcher: FlaskClient, app: Flask) -> None:
    app.config["SMALLEST_COUNT"] = 2
    for day in range(1, 16):
        send("elu", day, "mobiliser_elus", told=f"Le maire et la mairie, {day} fois.")
        send("usager", day, "acces_soins", told=f"Le psychiatre et l’usager·ère, {day} fois.")
    send("usager", 20, "formation")
    db.session.commit()
    address = "/recherche/decomptes/specificites?par=profil&valeur=elu"
    soup = page(researcher, address)
    (over,), (under,) = rows(soup, "plus"), rows(soup, "moins")
    assert over[0].startswith("E1 ")
    assert over[1:4] == ["15", "7,3", "15"]
    assert float(over[4].replace(",", ".")) > 0
    assert under[0].startswith("T1 ")
    assert under[1] == "0"
    assert "1 laissé de côté" in text(soup)  # said once in all: it would point at somebody
    for cell in soup.select(".tally td a"):
        opened = page(researcher, str(cell["href"]))
        assert text(opened.select_one(".result")).split(" ")[0] == text(cell)
    assert [text(cell) for cell in soup.select(".tally td a")] == ["15", "15", "15"]
    drawn, png = links(soup, ".figure figcaption a")
    assert over[0] in " ".join(researcher.get(drawn).text.split())
    assert researcher.get(png).data.startswith(b"\x89PNG")
    described = text(soup.select_one(".figure details p"))
    assert described.startswith(f"{over[0]} : +{over[4].removeprefix('+')}")
    nothing = researcher.get("/recherche/decomptes/specificites/figure.svg?par=profil")
    assert nothing.status_code == 404
    words = page(researcher, f"{address}&de=mots")
    assert {line[0] for line in rows(words, "plus")} == {"maire", "mairie"}
    assert {line[0] for line in rows(words, "moins")} == {"psychiatre", "usager"}
    said = [text(cell) for cell in words.select(".tally td a")]
    assert said == ["15", "15", "15", "15", "15", "15"]  # nothing opens what nobody has said
    for cell in words.select(".tally td a"):
        opened = page(researcher, str(cell["href"]))
        assert text(opened.select_one("#resultat")) == "15 passages dans 15 témoignages"
    given = researcher.get(f"{address.replace('?', '/tableau.csv?')}&de=mots")
    lines = given.data.decode("utf-8-sig").splitlines()
    assert lines[0] == "Forme;Dans le groupe;En tout;Attendu;Score;p;p corrigé"
    assert len(lines) > 4


def test_words_open_as_they_are_written(researcher: FlaskClient, app: Flask) -> None:
    app.config["SMALLEST_COUNT"] = 1
    for day in range(1, 16):
        send("elu", day, told=f"Le maire préside, {day} fois.")
        send("usager", day, told=f"Les maires sont loin, {day} fois.")
    db.session.commit()
    address = "/recherche/decomptes/specificites?par=profil&valeur=elu&de=mots"
    (line,) = [
        each for each in page(researcher, address).select(".tally tr") if text(each.th) == "maire"
    ]
    group, every = links(line, "td a")
    assert group == "/recherche/concordance?profil=elu&mots=%22maire%22"
    opened = page(researcher, every)
    assert text(opened.select_one("#resultat")) == "15 passages dans 15 témoignages"


def test_nothing_is_told_of_a_group_that_is_too_small(researcher: FlaskClient, app: Flask) -> None:
    app.config["SMALLEST_COUNT"] = 3
    for day in range(1, 16):
        send("elu", day, "mobiliser_elus", told=f"Le maire préside, {day} fois.")
    for day in (1, 2):
        send("usager", day, "acces_soins", told="Soigner. " * 12)
    db.session.commit()
    for of in ("themes", "mots"):
        for group in ("usager", "elu"):  # the one, and what is left beside the other
            address = f"/recherche/decomptes/specificites?par=profil&valeur={group}&de={of}"
            soup = page(researcher, address)
            told = text(soup.select("p.result")[-1])
            assert told.endswith("trop peu de témoignages, dans ce groupe ou hors de lui.")
            assert soup.select(".tally") == []
            lines = researcher.get(address.replace("?", "/tableau.csv?")).data.splitlines()
            assert len(lines) == 1


def test_duplicates_are_grouped_and_counted_once(researcher: FlaskClient, call: None) -> None:
    soup = page(researcher, "/recherche/decomptes/doublons")
    assert text(soup.select_one(".result")) == "1 groupe , 1 témoignage répète un autre."
    assert len(soup.select("section.record li a")) == 2
    (once,) = soup.select("a[href*=une-fois]")
    counted = page(researcher, str(once["href"]))
    assert text(counted.select_one("h1 ~ p + p")).startswith("9 témoignages")
    assert "1 témoignage, qui répète un autre, n’est pas compté" in text(counted)


@pytest.mark.parametrize(
    "path",
    [
        *("planche/figure.svg", "planche/figure.png", "planche/figure.svg?par=territoire"),
        *("ensemble/figure.svg", "ensemble/figure.png?niveau=mots"),
        *("au-fil-du-temps.svg?pas=semaine", "au-fil-du-temps.png?famille=T"),
        *("saturation.svg", "saturation.png?base=5"),
        *("croise.svg?par=semaine", "croise.png?par=departement"),
    ],
)
def test_figures_are_drawn(researcher: FlaskClient, call: None, path: str) -> None:
    reply = researcher.get(f"/recherche/decomptes/{path}")
    assert reply.status_code == 200
    if ".svg" in path:
        (drawing,) = BeautifulSoup(reply.text, "html5lib").select("svg")
        assert drawing["class"] == ["chart", "chart-wide"]
        assert not re.search(r"style=|<style|<script", reply.text)
    else:
        assert reply.data[:8] == b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize("name", PAGES)
def test_each_page_says_when_there_is_nothing(researcher: FlaskClient, name: str) -> None:
    soup = page(researcher, f"/recherche/decomptes/{name}")
    assert soup.h1 is not None
    assert soup.select("figure") == []


@pytest.mark.parametrize("name", PAGES[:3] + PAGES[4:5])
def test_small_counts_never_show(
    researcher: FlaskClient, call: None, app: Flask, name: str
) -> None:
    """Under five testimonies, no figure is a link nor a number of the table."""
    app.config["SMALLEST_COUNT"] = 5
    if name in ("saturation", "doublons"):
        return  # no count of people there: themes, and whole testimonies
    soup = page(researcher, f"/recherche/decomptes/{name}?par=profil&valeur=elu")
    assert [text(each) for each in soup.select(".tally td a")] == []


WRONG = (
    "planche?par=clsm",
    "ensemble?niveau=page",
    "au-fil-du-temps?pas=jour",
    "au-fil-du-temps?famille=Z",
    "saturation?base=3",
    "saturation?seuil=50",
    "specificites?de=lettres",
    "specificites?par=mois",
    "?doublons=jamais",
)


@pytest.mark.parametrize("address", WRONG)
def test_an_address_that_cannot_be_is_explained(researcher: FlaskClient, address: str) -> None:
    soup = page(researcher, f"/recherche/decomptes/{address}", status=400)
    assert text(soup.h1) == "Cette recherche ne peut pas se faire"


@pytest.mark.parametrize("name", PAGES)
def test_only_researchers_enter(staff: FlaskClient, name: str) -> None:
    assert staff.get(f"/recherche/decomptes/{name}").status_code == 403
