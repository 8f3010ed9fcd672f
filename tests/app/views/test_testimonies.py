"""The testimonies: listed, filtered, turned page by page, read with the reason of each theme."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from app.extensions import db
from app.models import RoleName, Testimony
from app.services import testimonies
from app.services.filters import Filters
from tests import factories
from tests.reading import links, page, text, texts


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
        "3 extraits à décider E1 Mobiliser et sensibiliser les élues et élus "
        "T1 Accès aux soins et prévention",
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
            [
                f"{word} Lire cet extrait de  Choisir pour un guide cet extrait de "
                for word in ("L’élue est venue.", "Oser")
            ],
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


def test_a_list_of_two_themes_says_which_each_excerpt_bears(
    researcher: FlaskClient, three: list[Testimony]
) -> None:
    soup = page(researcher, "/recherche/?theme=acces_soins&avec=mobiliser_elus")
    told = "1 témoignage sur 3, 3 extraits de ces thèmes : 2 de T1, 1 de E1"
    assert texts(soup, ".result") == [told]
    care, mayors = "T1 Accès aux soins et prévention", "E1 Mobiliser et sensibiliser les élues"
    assert texts(soup, ".record-words > span.record-to") == [f"{care} {mayors} et élus", care]
    chosen = [each.partition("&theme=")[2] for each in links(soup, ".record-to[href*=choisir]")]
    assert chosen == ["acces_soins", "acces_soins"]
    other = page(researcher, "/recherche/?theme=mobiliser_elus&avec=acces_soins")
    last = links(other, ".record-to[href*=choisir]")[-1]
    assert last.endswith("&theme=acces_soins")  # the theme it bears, not the first looked for
    states = page(researcher, "/recherche/?etat=propose")
    assert texts(states, ".record-words > span.record-to") == [f"{care} {mayors} et élus", care]
    assert page(researcher, "/recherche/?theme=acces_soins").select("span.record-to") == []


def test_what_may_not_be_quoted_is_not_offered_to_a_guide(researcher: FlaskClient) -> None:
    for agreed in ("sans_nom", "non"):
        made = factories.testimony(
            db.session, answers={"mot_cle": "Oser", "consentement_citation": agreed}
        )
        factories.coding(db.session, made.answers[-1], "acces_soins")
    db.session.commit()
    soup = page(researcher, "/recherche/?theme=acces_soins")
    offered = {
        "citation non permise" in text(each.select_one(".record-of")): len(
            each.select("a[href*=choisir]")
        )
        for each in soup.select(".record")
    }
    assert offered == {False: 1, True: 0}


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
    words = links(soup, ".record-to")[0]
    shown = page(researcher, words.split("#")[0])
    assert shown.find(id=words.split("#")[1]) is not None


def test_a_place_is_shown_where_an_address_leads(
    researcher: FlaskClient, three: list[Testimony]
) -> None:
    answer = factories.free_text(three[0])
    where = f"/recherche/temoignages/{three[0].id}?passage={answer.position}"
    shown = page(researcher, f"{where}-2-10#passage")
    assert texts(shown, ".sought") == ["élue est"]
    assert shown.select_one("#passage + .ex.sought") is not None
    told = (shown.select(".typed"), page(researcher, f"{where}-0-0").select(".typed"))
    assert [each.get_text() for each in told[0]] == [each.get_text() for each in told[1]]
    for wrong in ("", "-2", "-10-2", "-²-3", "-99999-999999", "-2-10-11"):
        assert page(researcher, f"{where}{wrong}").select("#passage, .sought") == []


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
    listed = testimonies.page(db.session, Filters(audience="elu"), 1)
    shown = [each.reference for each in listed]
    assert [links(soup, ".pager a") for soup in (first, last)] == [
        [f"/recherche/?page=2&apres={shown[49]}&profil=elu"],
        ["/recherche/?page=1&profil=elu"],
    ]
    from_there = page(researcher, f"/recherche/?profil=elu&page=2&apres={shown[48]}")
    assert len(from_there.select(".record")) == 2  # from the testimony named, whatever its rank
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
    page(researcher, "/recherche/")  # whose opening is written down, once an hour
    for more in (2, 20):
        for _ in range(more):
            made = factories.testimony(
                db.session, questionnaire="elu", answers={"region": "53", "venue": "Un mot."}
            )
            factories.coding(db.session, factories.free_text(made), "acces_soins")
        db.session.commit()
        with queries() as sent:
            page(researcher, f"/recherche/{query}")
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 16


def test_each_filter_can_be_taken_off(researcher: FlaskClient, three: list[Testimony]) -> None:
    query = "profil=coordinateur&region=53&du=2026-11-01&theme=acces_soins&etat=propose"
    soup = page(researcher, f"/recherche/?{query}&mots=oser")
    assert texts(soup, ".result") == ["1 témoignage sur 3, 2 extraits de ce thème à décider"]
    assert texts(soup, ".active-filters a") == [
        "Retirer Profil : Coordinatrice ou coordinateur de CLSM ×",
        "Retirer Région : Bretagne ×",
        "Retirer À partir du : 1er novembre 2026 ×",
        "Retirer Thème : T1 Accès aux soins et prévention ×",
        "Retirer Extraits : Proposés, à décider ×",
        "Retirer Mots : « oser » ×",
    ]
    assert links(soup, ".active-filters a")[-1] == f"/recherche/?{query}"
    assert soup.select_one(".filters details")["open"] == ""  # type: ignore[index]
    assert soup.select_one("#du")["value"] == "2026-11-01"  # type: ignore[index]
    assert page(researcher, "/recherche/").select(".active-filters, details[open]") == []


def test_the_clsms_that_testimonies_name_are_offered(researcher: FlaskClient) -> None:
    factories.testimony(db.session, answers={"clsm": "CLSM d’Erdre"})
    db.session.commit()
    soup = page(researcher, "/recherche/?clsm=CLSM+d%E2%80%99Erdre&questionnaire=coordinateur")
    assert texts(soup, ".result") == ["1 témoignage sur 1"]
    assert [tag["value"] for tag in soup.select("#clsms option")] == ["CLSM d’Erdre"]


WRONG = {
    "?departement=999": "Aucun département n’a le code « 999 ».",
    "?territoire=lunaire": "Aucun territoire n’est dit « lunaire ».",
    "?qpv=peut-être": "« Quartiers prioritaires » se dit oui ou non, pas « peut-être ».",
    "?clsm=Nulle+part": "Aucun témoignage ne parle du CLSM « Nulle part ».",
    "?questionnaire=autre": "Aucun questionnaire ne s’appelle « autre ».",
    "?theme=inconnu&etat=inconnu": "Un extrait est proposé, gardé ou rejeté, pas « inconnu ».",
    "?avec=inconnu": "Aucun thème ne s’appelle « inconnu ».",
    "?du=hier": "« hier » n’est pas un jour : écrivez-le comme « 2026-11-22 ».",
    "?du=2026-11-22&au=2026-11-21": (
        "La période finit avant de commencer : changez l’un des deux jours."
    ),
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
    factories.coding(db.session, factories.free_text(made), "ancien_theme")
    db.session.commit()
    soup = page(researcher, "/recherche/?theme=ancien_theme")
    assert texts(soup, ".record-themes") == ["1 extrait à décider ancien_theme"]
    assert [tag["value"] for tag in soup.select("option[selected]")] == ["ancien_theme"]
    shown = page(researcher, f"/recherche/temoignages/{made.id}")
    assert texts(shown, ".proposal .theme") == ["ancien_theme (hors de la grille actuelle)"]


def test_no_page_tells_the_time_or_who(researcher: FlaskClient, three: list[Testimony]) -> None:
    for address in ("/recherche/", f"/recherche/temoignages/{three[0].id}"):
        told = text(page(researcher, address).main)
        assert re.search(r"\d\s*(h|:)\s*\d\d|invitation|@", told) is None
        assert str(three[0].submission_key) not in told


@pytest.mark.parametrize("path", ["", "temoignages/00000000-0000-4000-8000-000000000000"])
def test_only_researchers_enter(signed_in: Any, client: FlaskClient, path: str) -> None:
    assert client.get(f"/recherche/{path}").status_code == 302
    for role in (RoleName.STAFF, RoleName.ADMINISTRATOR):
        assert signed_in(role).get(f"/recherche/{path}").status_code == 403
