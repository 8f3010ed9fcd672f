"""The testimonies: listed, filtered, turned page by page, read with the reason of each theme."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import html5lib
import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from sqlalchemy import event

from app.extensions import db
from app.models import Consent, ConsentPurpose, Decision, RoleName, Testimony, Verdict
from app.services import testimonies
from tests import factories

TRICKY = "  👩‍🏫 <b>Élue & co</b>\n\n  e\u0301lue : peur de parler. Fin\u00a0!"


def page(client: FlaskClient, address: str, status: int = 200) -> BeautifulSoup:
    """Return a page that is valid HTML and has this status."""
    reply = client.get(address)
    assert reply.status_code == status, reply.text
    html5lib.HTMLParser(strict=True).parse(reply.text)
    return BeautifulSoup(reply.text, "html5lib")


def text(tag: Tag | None) -> str:
    assert tag is not None
    return " ".join(tag.get_text().split())


def texts(soup: Tag, selector: str) -> list[str]:
    return [text(tag) for tag in soup.select(selector)]


def links(soup: Tag, selector: str) -> list[str]:
    return [str(tag["href"]) for tag in soup.select(selector)]


@pytest.fixture
def three(app: object) -> list[Testimony]:
    """Three testimonies, the newest first; the first bears three excerpts."""
    made = [
        factories.testimony(
            db.session,
            answers={"region": "53", "demarche_elus": "L’élue est venue.", "mot_cle": "Oser"},
            received_on=date(2026, 11, 9),
        ),
        factories.testimony(
            db.session,
            questionnaire="elu",
            answers={"venue": "Un café."},
            received_on=date(2026, 11, 8),
        ),
        factories.testimony(db.session, questionnaire="usager", received_on=date(2026, 11, 7)),
    ]
    free = [answer for answer in made[0].answers if answer.text]
    for answer, theme in zip(
        (*free, free[0]), ("mobiliser_elus", "acces_soins", "acces_soins"), strict=True
    ):
        factories.coding(db.session, answer, theme)
    made[1].tagged_by = "essai 1"
    db.session.commit()
    return made


def test_the_list_says_what_each_testimony_is(
    researcher: FlaskClient, three: list[Testimony]
) -> None:
    soup = page(researcher, "/recherche/")
    assert texts(soup, ".result") == ["3 témoignages"]
    assert texts(soup, ".record h2") == [f"Témoignage {each.reference}" for each in three]
    assert links(soup, ".record h2 a") == [f"/recherche/temoignages/{each.id}" for each in three]
    assert texts(soup, ".record-of") == [
        "Coordinatrice ou coordinateur de CLSM, Bretagne, reçu le 9 novembre 2026",
        "Élue ou élu, reçu le 8 novembre 2026",
        "Usagère ou usager, reçu le 7 novembre 2026",
    ]
    assert texts(soup, ".record-words") == [
        "L’élue est venue.",
        "Un café.",
        "Pas de réponse en texte libre.",
    ]
    assert texts(soup, ".record-themes") == [
        "3 extraits E1 Mobiliser et sensibiliser les élu·es T1 Accès aux soins et prévention",
        "Aucun thème reconnu",
        "Les thèmes arrivent",
    ]
    assert [tag["class"] for tag in soup.select(".record .theme")] == [
        ["theme", "fam-e"],
        ["theme", "fam-t"],
    ]


@pytest.mark.parametrize(
    ("query", "result", "words"),
    [
        ("?profil=elu", "1 témoignage sur 3", ["Un café."]),
        ("?region=53&profil=", "1 témoignage sur 3", ["L’élue est venue."]),
        ("?mots=ELUE+oser", "1 témoignage sur 3", ["L’élue est venue.", "Oser"]),
        (
            "?theme=acces_soins",
            "1 témoignage sur 3, 2 extraits de ce thème",
            [f"{word} Lire cet extrait de " for word in ("L’élue est venue.", "Oser")],
        ),
    ],
)
def test_filters_narrow_the_list_and_say_by_how_much(
    researcher: FlaskClient, three: list[Testimony], query: str, result: str, words: list[str]
) -> None:
    soup = page(researcher, f"/recherche/{query}")
    assert texts(soup, ".result") == [result]
    assert [each.replace(three[0].reference, "") for each in texts(soup, ".record-words")] == words
    assert texts(soup, ".filters .acts a") == ["Tout afficher"]


def test_filters_stay_in_links_and_fields(researcher: FlaskClient, three: list[Testimony]) -> None:
    soup = page(researcher, "/recherche/?theme=acces_soins&mots=elue&profil=coordinateur")
    assert links(soup, ".record h2 a") == [
        f"/recherche/temoignages/{three[0].id}?profil=coordinateur&theme=acces_soins&mots=elue"
    ]
    assert [tag["value"] for tag in soup.select("option[selected]")] == [
        "coordinateur",
        "acces_soins",
    ]
    assert [tag["value"] for tag in soup.select("#mots")] == ["elue"]
    assert texts(soup, ".record-words mark") == ["élue"]
    (words, _) = links(soup, ".record-to")
    shown = page(researcher, words.split("#")[0])
    assert shown.find(id=words.split("#")[1]) is not None


def test_an_empty_list_says_why_and_the_way_out(
    researcher: FlaskClient, three: list[Testimony]
) -> None:
    soup = page(researcher, "/recherche/?profil=elu&mots=zzz&region=53&theme=acces_soins")
    assert texts(soup, ".result") == ["0 témoignage sur 3, 0 extrait de ce thème"]
    assert links(soup, ".empty a") == [
        "/recherche/?profil=elu&region=53&theme=acces_soins",
        "/recherche/?profil=elu&region=53&mots=zzz",
        "/recherche/?profil=elu&theme=acces_soins&mots=zzz",
        "/recherche/?region=53&theme=acces_soins&mots=zzz",
        "/recherche/",
    ]


def test_before_the_first_testimony_the_list_says_so(researcher: FlaskClient) -> None:
    soup = page(researcher, "/recherche/")
    assert texts(soup, ".empty p")[0] == "Aucun témoignage n’est encore arrivé."
    assert soup.select("form.filters") == []


def test_the_list_turns_its_pages_with_its_filters(researcher: FlaskClient) -> None:
    for _ in range(51):
        factories.testimony(db.session, questionnaire="elu")
    db.session.commit()
    first, last = (page(researcher, f"/recherche/?profil=elu&page={n}") for n in (1, 2))
    assert [len(soup.select(".record")) for soup in (first, last)] == [50, 1]
    assert [links(soup, ".pager a") for soup in (first, last)] == [
        ["/recherche/?page=2&profil=elu"],
        ["/recherche/?page=1&profil=elu"],
    ]
    page(researcher, "/recherche/?page=3", status=400)


@contextmanager
def queries() -> Iterator[list[str]]:
    """Gather the SQL that the block sends."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("query", ["", "?mots=mot", "?theme=acces_soins", "?profil=elu&region=53"])
def test_a_long_list_asks_no_more_than_a_short_one(researcher: FlaskClient, query: str) -> None:
    counts = []
    for more in (2, 20):
        for _ in range(more):
            made = factories.testimony(
                db.session, questionnaire="elu", answers={"region": "53", "venue": "Un mot."}
            )
            factories.coding(db.session, testimonies_text(made), "acces_soins")
        db.session.commit()
        with queries() as sent:
            page(researcher, f"/recherche/{query}")
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 12


def testimonies_text(testimony: Testimony) -> Any:
    return next(answer for answer in testimony.answers if answer.text)


WRONG = {
    "?theme=inconnu": "Aucun thème ne s’appelle « inconnu ».",
    "?region=999": "Aucune région n’a le code « 999 ».",
    "?profil=<b>": "Aucun profil ne s’appelle « <b> ».",
    "?page=abc": "La liste n’a pas de page « abc ».",
    "?page=0": "La liste n’a pas de page 0 : elle s’arrête à 1.",
    "?page=²": "La liste n’a pas de page « ² ».",
    "?page=99999999999999999999": "La liste n’a pas de page « 99999999999999999999 ».",
    f"?mots={'a' * 101}": "Une recherche tient en 100 caractères.",
    "?mots=a%00b": "Une recherche tient en 100 caractères.",
}


def test_an_address_that_cannot_be_is_explained(researcher: FlaskClient) -> None:
    said = {}
    for address in WRONG:
        soup = page(researcher, f"/recherche/{address}", status=400)
        (said[address],) = texts(soup, "h1 + p")
        assert links(soup, ".leaf .acts a") == ["/recherche/"]
    assert said == WRONG


def test_a_theme_that_left_the_codebook_can_still_be_read(researcher: FlaskClient) -> None:
    made = factories.testimony(db.session, answers={"mot_cle": "Oser"})
    factories.coding(db.session, testimonies_text(made), "ancien_theme")
    db.session.commit()
    soup = page(researcher, "/recherche/?theme=ancien_theme")
    assert texts(soup, ".record-themes") == ["1 extrait ancien_theme"]
    assert [tag["value"] for tag in soup.select("option[selected]")] == ["ancien_theme"]
    shown = page(researcher, f"/recherche/temoignages/{made.id}")
    assert texts(shown, ".proposal .theme") == ["ancien_theme (hors de la grille actuelle)"]


def shown(client: FlaskClient, testimony: Testimony, query: str = "") -> BeautifulSoup:
    db.session.commit()
    return page(client, f"/recherche/temoignages/{testimony.id}{query}")


def test_free_text_is_shown_exactly_as_typed(researcher: FlaskClient) -> None:
    made = factories.testimony(db.session, answers={"demarche_elus": TRICKY})
    answer = testimonies_text(made)
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
    factories.coding(db.session, testimonies_text(made), evidence=[why])
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
        (Verdict.ACCEPTED, None, ["P5 Freins à la participation", "Accepté"], "fam-p is-kept"),
        (Verdict.REJECTED, None, ["P5 Freins à la participation", "Rejeté"], "fam-p is-out"),
        (
            Verdict.CORRECTED,
            "acces_soins",
            ["T1 Accès aux soins et prévention", "Corrigé, P5 était proposé"],
            "fam-t is-kept",
        ),
    ],
)
def test_a_decision_is_shown_in_place_of_the_proposal(
    researcher: FlaskClient, verdict: Verdict, theme: str | None, said: list[str], mark: str
) -> None:
    made = factories.testimony(db.session, answers={"demarche_elus": "Peur de parler."})
    coding = factories.coding(db.session, testimonies_text(made))
    coding.decision = Decision(verdict=verdict, theme=theme)
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
    ("is_given", "said"),
    [
        (True, "Citation permise par la personne qui témoigne."),
        (False, "Citation non permise : à lire et à compter, jamais à citer."),
    ],
)
def test_the_consent_to_be_quoted_is_said(
    researcher: FlaskClient, is_given: bool, said: str
) -> None:
    made = factories.testimony(db.session)
    key = {"testimony_id": made.id, "purpose": ConsentPurpose.QUOTATION}
    consent = db.session.get(Consent, key)
    assert consent is not None
    consent.is_given = is_given
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


def test_no_page_tells_the_time_or_who(researcher: FlaskClient, three: list[Testimony]) -> None:
    for address in ("/recherche/", f"/recherche/temoignages/{three[0].id}"):
        told = text(page(researcher, address).main)
        assert re.search(r"\d\s*(h|:)\s*\d\d|invitation|@", told) is None
        assert str(three[0].submission_key) not in told


@pytest.mark.parametrize("name", [uuid.UUID(int=4 << 76 | 8 << 60), "pas-un-identifiant"])
def test_an_unknown_testimony_is_said_in_french(researcher: FlaskClient, name: object) -> None:
    soup = page(researcher, f"/recherche/temoignages/{name}", status=404)
    assert text(soup.h1) in (
        "Ce témoignage n’existe pas, ou n’existe plus",
        "Cette page n’existe pas",
    )


@pytest.mark.parametrize("path", ["", "temoignages/00000000-0000-4000-8000-000000000000"])
def test_only_researchers_enter(signed_in: Any, client: FlaskClient, path: str) -> None:
    assert client.get(f"/recherche/{path}").status_code == 302
    for role in (RoleName.STAFF, RoleName.ADMINISTRATOR):
        assert signed_in(role).get(f"/recherche/{path}").status_code == 403
