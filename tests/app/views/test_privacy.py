"""The notice: whole, drawn from the settings, true of the periods that are enforced."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from html5lib import HTMLParser

import config
from analysis.learning.discretion import LEAST
from app.services import retention
from settings.organisation import Organisation
from settings.periods import Period
from settings.retention import Retention
from tests.reading import links, page, texts

SECTIONS = [
    "En bref",
    "Confidentiel, ou anonyme ?",
    "Qui en répond",
    "Pourquoi, et de quel droit",
    "Quelles données",
    "Qui lit quoi",
    "Combien de temps",
    "Un programme lit aussi",
    "Vos droits, et comment les exercer",
    "Les cookies",
]
WHOLE = Organisation(
    name="Un centre",
    address="1 rue des Essais, 59000 Lille",
    email="recueil@exemple.fr",
    dpo_name="Camille Essai",
    dpo_email="dpo@exemple.fr",
    dpo_address="2 rue des Essais, 59000 Lille",
    hosting="Machine de l’établissement, à Lille",
)


def section(client: FlaskClient, name: str) -> list[str]:
    """The paragraphs and definitions of a section."""
    return texts(page(client, "/confidentialite"), f"section[aria-labelledby={name}] :is(p, dd)")


def test_every_part_of_a_notice_is_there(client: FlaskClient) -> None:
    soup = page(client, "/confidentialite")
    assert texts(soup, "main h2") == SECTIONS
    anchors = links(soup, "nav[aria-label='Dans cette page'] a")
    assert [f"#{heading['id']}" for heading in soup.select("main h2")[1:]] == anchors


def test_the_page_is_valid(client: FlaskClient) -> None:
    parser = HTMLParser()
    parser.parse(client.get("/confidentialite").text)
    assert parser.errors == []


def test_the_periods_are_those_that_are_enforced(client: FlaskClient) -> None:
    soup = page(client, "/confidentialite")
    kept = "section[aria-labelledby=garder]"
    told = zip(texts(soup, f"{kept} dt"), texts(soup, f"{kept} dd"), strict=True)
    assert [f"{what} : {how_long}" for what, how_long in told] == [
        rule.sentence.replace("\u00a0", " ") for rule in retention.rules()
    ]


def test_other_periods_are_said_as_they_are(make_app: Callable[..., Flask]) -> None:
    client = make_app(RETENTION=Retention(drafts=Period(3))).test_client()
    assert section(client, "garder")[1] == "3 jours après la dernière page enregistrée."
    assert "Il s’efface 3 jours après votre dernière page" in section(client, "cookies")[0]


def test_who_answers_for_it_comes_from_the_settings(make_app: Callable[..., Flask]) -> None:
    client = make_app(ORGANISATION=WHOLE).test_client()
    assert section(client, "responsable") == [
        "Un centre, 1 rue des Essais, 59000 Lille. L’équipe vous répond à recueil@exemple.fr.",
        "Une personne y est déléguée à la protection des données : Camille Essai. Vous pouvez "
        "lui écrire à dpo@exemple.fr, ou par courrier, 2 rue des Essais, 59000 Lille.",
    ]
    assert section(client, "lire")[-1] == (
        "Machine de l’établissement, à Lille. L’hébergeur garde la machine et n’a pas à lire ce "
        "qu’elle contient. Ces pages ne demandent rien à un autre site. Les messages passent par "
        "les serveurs de courriel, le nôtre et le vôtre."
    )


def test_what_is_not_set_is_said_to_be_asked_for(client: FlaskClient) -> None:
    assert section(client, "responsable") == [
        "Centre national de ressources et d’appui aux CLSM. "
        "L’équipe vous répond à contact@recueil.example.",
        "Pour joindre la personne déléguée à la protection des données, écrivez à "
        "contact@recueil.example en commençant l’objet par « Protection des "
        "données » : votre message lui sera remis.",
    ]
    hosting = section(client, "lire")[-1].partition(". ")[0]
    assert hosting == "Le lieu où se trouve la machine n’est pas encore écrit ici"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"DPO_EMAIL": "dpo@exemple.fr"}, "Vous pouvez lui écrire à dpo@exemple.fr."),
        ({"DPO_ADDRESS": "2 rue X"}, "Vous pouvez lui écrire par courrier, 2 rue X."),
    ],
)
def test_the_officer_is_reached_as_was_given(
    make_app: Callable[..., Flask], tmp_path: Path, given: dict[str, str], said: str
) -> None:
    settings = config.load({"INSTANCE_PATH": str(tmp_path / "autre")} | given)
    client = make_app(ORGANISATION=settings["ORGANISATION"]).test_client()
    assert section(client, "responsable")[1].endswith(said)


def test_says_what_is_learnt_of_words(client: FlaskClient) -> None:
    numbers = {3: "trois"}
    said = f"seulement s’ils sont dans au moins {numbers[LEAST]} témoignages, et jamais une phrase."
    assert section(client, "robot")[0].endswith(said)
