"""The call in easy French: its pages, their doors, and the words they are written with."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

import app as application

PAGES = ("/facile", "/facile/vos-reponses", "/facile/changer-d-avis", "/facile/aide")
CALLING = ("/etre-rappele?facile=1", "/etre-rappele?facile=1&depuis=usager")
CODE = "/mon-temoignage?facile=1"
LONGEST = 13
"""Words in a sentence, as in the easy wordings of the questionnaires."""
STATIC = Path(application.__file__).parent / "static"


def page(client: FlaskClient, path: str) -> BeautifulSoup:
    reply = client.get(path)
    assert reply.status_code == 200
    return BeautifulSoup(reply.text, "html5lib")


def sentences(html: BeautifulSoup) -> list[str]:
    return [" ".join(each.text.split()) for each in html.select("main .sentence, main h1, main h2")]


def test_each_questionnaire_has_its_easy_door(client: FlaskClient) -> None:
    doors = page(client, "/facile").select(".door a")
    assert [(door["href"], door.text) for door in doors] == [
        ("/temoigner/coordinateur/?facile=1", "Vous coordonnez un CLSM"),
        ("/temoigner/elu/?facile=1", "Vous êtes élue ou élu"),
        ("/temoigner/usager/?facile=1", "Vous êtes usagère ou usager"),
        ("/temoigner/aidant/?facile=1", "Vous aidez une ou un proche"),
    ]


def test_a_door_leads_to_the_questions_in_easy_french(client: FlaskClient) -> None:
    html = BeautifulSoup(
        client.get("/temoigner/usager/?facile=1", follow_redirects=True).text, "html5lib"
    )
    chosen = html.select_one(".falc [aria-current]")
    assert chosen is not None
    assert chosen.text == "facile à lire"


def test_the_call_leads_there_from_its_page_and_from_everywhere(client: FlaskClient) -> None:
    links = [a["href"] for a in page(client, "/").select("a[href='/facile']")]
    assert links == ["/facile"] * 2
    assert [a.text for a in page(client, "/confidentialite").select("nav a[href='/facile']")] == [
        "Facile à lire"
    ]


@pytest.mark.parametrize("path", PAGES)
def test_each_page_leads_to_the_others_and_to_usual_french(client: FlaskClient, path: str) -> None:
    html = page(client, path)
    assert [a["href"] for a in html.select(".easy-pages a")] == list(PAGES)
    assert [a["href"] for a in html.select(".easy-pages a[aria-current=page]")] == [path]
    usual = html.select_one(".falc a:not([aria-current])")
    assert usual is not None
    assert client.get(str(usual["href"])).status_code == 200


each_page = pytest.mark.parametrize("path", [*PAGES, *CALLING, CODE])
"""What follows are the European rules that a program can check."""


@each_page
def test_sentences_are_short(client: FlaskClient, path: str) -> None:
    said = sentences(page(client, path))
    assert [each for each in said if len(each.split()) > LONGEST] == []


@each_page
def test_a_line_holds_one_sentence(client: FlaskClient, path: str) -> None:
    said = sentences(page(client, path))
    assert [each for each in said if re.search(r"[.?!] \w", each)] == []


@each_page
def test_numbers_are_in_figures(client: FlaskClient, path: str) -> None:
    spelt = re.compile(r"\b(deux|trois|quatre|cinq|six|sept|huit|neuf|dix|trente)\b")
    assert [each for each in sentences(page(client, path)) if spelt.search(each)] == []


@each_page
def test_the_typography_is_french(client: FlaskClient, path: str) -> None:
    text = page(client, path).select_one("main")
    assert text is not None
    assert re.findall(r".{9}(?:[^\u00a0][;:?!»](?=\s)|«[^\u00a0]|').{0,9}", text.text) == []


@each_page
def test_each_drawing_is_there_and_says_nothing(client: FlaskClient, path: str) -> None:
    drawings = page(client, path).select("img")
    assert [drawing["alt"] for drawing in drawings] == [""] * len(drawings)
    files = {str(drawing["src"]).removeprefix("/static/") for drawing in drawings}
    assert {file for file in files if not (STATIC / file).is_file()} == set()


@each_page
def test_the_page_is_large_and_can_be_read_aloud(client: FlaskClient, path: str) -> None:
    html = page(client, path)
    assert html.body is not None
    assert html.body["class"] == ["easy"]
    assert len(html.select("[data-speak]")) > 0
    assert [s["src"] for s in html.select("script[src*=speak]")] == ["/static/speak.js"]


def test_drawings_are_of_one_hand() -> None:
    """One colour on one ground, one stroke; nothing that runs or that is fetched from elsewhere."""
    heads = set()
    for file in (STATIC / "pictograms").glob("*.svg"):
        text = file.read_text(encoding="utf-8")
        heads.add(text[: text.index('stroke="none"')])
        assert re.findall(r"<(?:script|style|image|a|use)\b|style=|href|url\(", text) == []
    assert heads == {
        '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64" '
        'fill="#fff" stroke="#4b2a78" stroke-width="3" stroke-linecap="round" '
        'stroke-linejoin="round">\n<rect width="64" height="64" rx="12" fill="#ece5f3" '
    }


def heading(html: BeautifulSoup) -> str:
    title = html.select_one("h1")
    assert title is not None
    return title.text


def test_the_code_is_given_in_easy_french_to_whoever_reads_it(client: FlaskClient) -> None:
    first = "/temoigner/usager/rubrique/accord?facile=1&question=consentement_participation"
    reply = client.post(first, data={"q_consentement_participation": "oui", "vers": "pause"})
    assert reply.location == "/mon-temoignage/code/usager?facile=1"
    pause = page(client, reply.location)
    assert heading(pause) == "Vous pouvez continuer plus tard"
    assert len(pause.select("a[href='/etre-rappele?depuis=usager&facile=1']")) == 1
    on = pause.select_one("[data-goes-on]")
    assert on is not None
    assert on["href"] == "/temoigner/usager/?facile=1"
    reply = client.post("/temoigner/usager/relire?facile=1")
    assert reply.location == "/temoigner/usager/merci?facile=1"
    thanks = page(client, reply.location)
    assert heading(thanks) == "Merci. Nous avons vos réponses."
    for html in (pause, thanks):
        assert html.body is not None
        assert (html.body["class"], len(html.select(".receipt-code span"))) == (["easy"], 4)
        assert [each for each in sentences(html) if len(each.split()) > LONGEST] == []


def test_whoever_reads_usual_french_is_given_the_code_in_it(client: FlaskClient) -> None:
    consent = {"q_consentement_participation": "oui"}
    client.post("/temoigner/usager/rubrique/accord", data=consent)
    reply = client.post("/temoigner/usager/relire")
    assert reply.location == "/temoigner/usager/merci"
    assert heading(page(client, reply.location)) == "Merci. Votre témoignage est bien arrivé."
