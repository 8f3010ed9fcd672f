"""One testimony: its words exactly as typed, beside them each theme with its reason."""

import uuid
from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from app.extensions import db
from app.models import Decision, Testimony, Verdict
from app.services import testimonies
from tests import factories
from tests.reading import links, page, text, texts

TRICKY = "  👩‍🏫 <b>Élue & co</b>\n\n  e\u0301lue : peur de parler. Fin\u00a0!"


def shown(client: FlaskClient, testimony: Testimony, query: str = "") -> BeautifulSoup:
    db.session.commit()
    return page(client, f"/recherche/temoignages/{testimony.id}{query}")


def test_free_text_is_shown_exactly_as_typed(researcher: FlaskClient) -> None:
    made = factories.testimony(db.session, answers={"demarche_elus": TRICKY})
    answer = factories.free_text(made)
    whole = "<b>Élue & co</b>\n\n  e\u0301lue : peur de parler."
    for theme, quote in (
        ("freins_participation", whole),
        ("mobiliser_elus", whole),
        ("acces_soins", "peur de parler. Fin\u00a0!"),
        ("freins_participation", "e\u0301lue"),
    ):
        factories.coding(db.session, answer, theme, quote=quote)
    soup = shown(researcher, made)
    (typed,) = soup.select(".typed")
    marks = [(mark.get_text(), mark["class"]) for mark in typed.select("mark")]
    assert marks == [
        ("<b>Élue & co</b>\n\n  ", ["ex", "fam-mixed"]),
        ("e\u0301lue", ["ex", "fam-mixed"]),
        (" : ", ["ex", "fam-mixed"]),
        ("peur de parler.", ["ex", "fam-mixed"]),
        (" Fin\u00a0!", ["ex", "fam-t"]),
    ]
    assert texts(typed, ".ref") == ["note 2", "note 1", "note 3"]
    for ref in typed.select(".ref"):
        ref.decompose()
    assert typed.get_text() == TRICKY


def test_each_note_leads_to_its_words_and_back(researcher: FlaskClient) -> None:
    made = factories.testimony(
        db.session, answers={"demarche_elus": "Peur. Joie.", "mot_cle": "Oser"}
    )
    first, second = [answer for answer in made.answers if answer.text]
    for answer, quote in (
        (first, "Peur."),
        (first, "Joie."),
        (second, "Oser"),
        (first, "Peur. Joie."),
    ):
        factories.coding(db.session, answer, quote=quote)
    soup = shown(researcher, made)
    assert [str(tag["id"]) for tag in soup.select(".note")] == [f"note-{n}" for n in (1, 2, 3, 4)]
    for href in links(soup, ".note-n, .ref, .answers-list a"):
        assert soup.find(id=href.removeprefix("#")) is not None, href
    ids = [str(tag["id"]) for tag in soup.select("[id]")]
    assert len(ids) == len(set(ids))


def test_a_note_says_what_how_surely_and_why(researcher: FlaskClient) -> None:
    made = factories.testimony(db.session, answers={"demarche_elus": "Peur de parler."})
    why = {"start": 0, "end": 4, "reason": "« Peur » (émotions)"}
    factories.coding(db.session, factories.free_text(made), evidence=[why])
    soup = shown(researcher, made)
    assert texts(soup, ".proposal p") == [
        "P5 Freins à la participation",
        "Proposé, confiance forte (0,84)",
        "Pourquoi : « Peur » (émotions)",
    ]
    assert texts(soup, ".note-why mark") == ["Peur"]
    assert texts(soup, ".margin p")[1] == "1 extrait : 1 proposé."


@pytest.mark.parametrize(
    ("verdict", "theme", "said", "mark"),
    [
        (
            Verdict.ACCEPTED,
            None,
            ["P5 Freins à la participation", "Accepté le 22 novembre 2026"],
            "fam-p is-kept",
        ),
        (
            Verdict.REJECTED,
            None,
            ["P5 Freins à la participation", "Rejeté le 22 novembre 2026"],
            "fam-p is-out",
        ),
        (
            Verdict.CORRECTED,
            "acces_soins",
            ["T1 Accès aux soins et prévention", "Corrigé le 22 novembre 2026, P5 était proposé"],
            "fam-t is-kept",
        ),
    ],
)
def test_a_decision_is_shown_in_place_of_the_proposal(
    researcher: FlaskClient, verdict: Verdict, theme: str | None, said: list[str], mark: str
) -> None:
    made = factories.testimony(db.session, answers={"demarche_elus": "Peur de parler."})
    coding = factories.coding(db.session, factories.free_text(made))
    moment = datetime(2026, 11, 22, 9, tzinfo=UTC)
    coding.decision = Decision(verdict=verdict, theme=theme, decided_at=moment)
    soup = shown(researcher, made)
    assert texts(soup, ".proposal p") == said
    assert [tag["class"] for tag in soup.select("mark.ex")] == [["ex", *mark.split()]]


def test_answers_stand_under_the_words_of_their_questions(researcher: FlaskClient) -> None:
    made = factories.testimony(
        db.session,
        answers={
            "region": "53",
            "quartiers_prioritaires": True,
            "annee_creation": 2014,
            "demarche_elus": "Un café.",
        },
    )
    soup = shown(researcher, made)
    assert texts(soup, ".voice h2") == [
        "Comment vous y êtes-vous pris pour mobiliser des élues et élus sur la santé mentale ?"
    ]
    assert texts(soup, ".facts dd") == ["Bretagne", "Oui", "2014"]
    assert "Profil : Coordinatrice ou coordinateur de CLSM. Reçu le" in text(soup.main)
    assert texts(soup, ".alert") == [
        "Les thèmes arrivent : la lecture se fait en arrière-plan. "
        "Rechargez la page dans quelques instants."
    ]


def test_a_questionnaire_that_is_gone_is_said(researcher: FlaskClient) -> None:
    made = factories.testimony(
        db.session, answers={"demarche_elus": "Un café.", "quartiers_prioritaires": False}
    )
    made.questionnaire_version, made.tagged_by = 99, "essai 1"
    soup = shown(researcher, made)
    assert texts(soup, ".alert") == [
        "La version 99 du questionnaire « coordinateur » n’est plus installée : "
        "chaque question est nommée par son identifiant."
    ]
    assert texts(soup, ".voice h2, .facts dt, .facts dd") == [
        "demarche_elus",
        "quartiers_prioritaires",
        "non",
    ]


@pytest.mark.parametrize(
    ("agreed", "said"),
    [
        ("sans_nom", "Citation permise, sans aucun nom, ni lieu."),
        (
            "fonction",
            "Citation permise, avec la fonction et le territoire "
            "(région ou département, jamais le nom du CLSM).",
        ),
        ("non", "Citation non permise : à lire et à compter, jamais à citer."),
    ],
)
def test_the_consent_to_be_quoted_is_said(researcher: FlaskClient, agreed: str, said: str) -> None:
    made = factories.testimony(db.session, answers={"consentement_citation": agreed})
    assert texts(shown(researcher, made), "h1 ~ p")[1] == said


def test_neighbours_stay_within_the_filter(researcher: FlaskClient) -> None:
    for day in range(1, 7):
        factories.testimony(
            db.session,
            questionnaire="elu" if day % 2 else "usager",
            received_on=date(2026, 11, day),
        )
    db.session.commit()
    listed = testimonies.page(db.session, testimonies.Filters(audience="elu"), 1)
    soup = shown(researcher, listed[1], "?profil=elu")
    assert links(soup, ".neighbours a") == [
        f"/recherche/temoignages/{listed[0].id}?profil=elu",
        "/recherche/?profil=elu",
        f"/recherche/temoignages/{listed[2].id}?profil=elu",
    ]
    assert len(links(shown(researcher, listed[0], "?profil=elu"), ".neighbours a")) == 2


@pytest.mark.parametrize("name", [uuid.UUID(int=4 << 76 | 8 << 60), "pas-un-identifiant"])
def test_an_unknown_testimony_is_said_in_french(researcher: FlaskClient, name: object) -> None:
    soup = page(researcher, f"/recherche/temoignages/{name}", status=404)
    assert text(soup.h1) in (
        "Ce témoignage n’existe pas, ou n’existe plus",
        "Cette page n’existe pas",
    )
