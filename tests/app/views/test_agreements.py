"""Rounds of blind coding as researchers see them: made, coded blind, closed, compared, settled."""

import csv
import io
import re
import uuid
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from app import pipelines
from app.extensions import db
from app.models import Account, AgreementRound, Coding, RoundMark, Settlement, Testimony
from app.services import accounts, agreement_differences, agreement_rounds, receipts
from app.task_queue import run_waiting
from tests import factories
from tests.agreements import FEAR, MAYOR, TEXT, coder, opened, planned, say, units
from tests.conftest import PASSWORD
from tests.reading import links, page, text, texts

HERE = "/recherche/accord"
GONE = f"{HERE}/{uuid.uuid4()}"
SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def enter(app: Flask) -> SignIn:
    """Return a client signed in with this first name's account."""

    def sign_in(name: str) -> FlaskClient:
        client = app.test_client()
        data = {"email": f"{name.lower()}@recueil.example", "password": PASSWORD}
        reply = client.post("/compte/connexion", data=data)
        assert reply.status_code == 302, reply.text
        return client

    return sign_in


@pytest.fixture
def people(app: Flask) -> list[int]:
    """Anne and Bachir, who code; Chloe, who does not."""
    made = [coder(db.session, name) for name in ("Anne", "Bachir", "Chloe")]
    db.session.commit()
    return made


def told(number: int = 1) -> None:
    for _ in range(number):
        factories.testimony(db.session, answers={"demarche_elus": TEXT})


def test_the_workbench_waits_for_who_codes_blind(open_round: AgreementRound, enter: SignIn) -> None:
    """Anne and Bachir must not see the pipeline's reading first; Chloe, who does not code, may."""
    made = db.session.scalars(select(Testimony)).one()
    factories.coding(db.session, factories.free_text(made), MAYOR, quote="Le maire préside")
    db.session.commit()
    where, anne = f"/recherche/temoignages/{made.id}?theme={MAYOR}", enter("Anne")
    soup = page(anne, where)
    assert text(soup.h1) == "Vous codez ce témoignage à l’aveugle"
    assert soup.select(".proposal") == []
    *_, anyway = links(soup, "main .acts a")
    assert anyway == f"{where}&ouvrir=oui"
    assert len(page(anne, anyway).select(".proposal")) == 1
    assert len(page(enter("Chloe"), where).select(".proposal")) == 1
    say(db.session, open_round, open_round.coders[0].account_id or 0, [FEAR], [], [])
    db.session.commit()
    assert len(page(anne, where).select(".proposal")) == 1
    assert page(enter("Bachir"), where).select(".proposal") == []
    agreement_rounds.close(db.session, open_round.id, by=open_round.coders[0].account_id or 0)
    db.session.commit()
    assert len(page(enter("Bachir"), where).select(".proposal")) == 1


@pytest.fixture
def open_round(people: list[int]) -> AgreementRound:
    """Three sentences that Anne and Bachir are to code."""
    told()
    made = opened(db.session, people[:2])
    db.session.commit()
    return made


@pytest.fixture
def closed_round(open_round: AgreementRound, people: list[int]) -> AgreementRound:
    """Anne and Bachir differ on the mayor, in the second sentence."""
    say(db.session, open_round, people[0], [FEAR], [MAYOR], [])
    say(db.session, open_round, people[1], [FEAR], [], [])
    agreement_rounds.close(db.session, open_round.id, by=people[0])
    db.session.commit()
    return open_round


def at(round_: AgreementRound, rest: str = "") -> str:
    return f"{HERE}/{round_.id}{rest}"


def marks() -> list[tuple[int, list[str]]]:
    db.session.expire_all()
    query = select(RoundMark).order_by(RoundMark.coder_id, RoundMark.unit_id)
    people = {each.id: each for each in db.session.scalars(select(AgreementRound)).one().coders}
    return [
        (people[each.coder_id].rank, each.themes)
        for each in db.session.scalars(query)
        if not people[each.coder_id].is_pipeline
    ]


def alerts(client: FlaskClient, address: str) -> list[str]:
    return texts(page(client, address), ".alert")


def test_without_a_round_there_is_only_one_to_make(people: list[int], enter: SignIn) -> None:
    soup = page(enter("Anne"), HERE)
    assert texts(soup, ".empty p")[0] == "Aucun codage croisé pour l’instant."
    assert links(soup, "main .btn") == [f"{HERE}/nouveau"]


def test_a_round_is_made_from_the_filters_of_the_address(
    app: Flask, people: list[int], enter: SignIn
) -> None:
    told(2)
    factories.testimony(db.session, questionnaire="usager", answers={"venue_recit": TEXT})
    db.session.commit()
    anne = enter("Anne")
    soup = page(anne, f"{HERE}/nouveau?profil=usager")
    assert text(soup.select_one("main p.mt-3")) == (
        "1 réponse en mots libres peut être tirée : 1 réponse (Usagère ou usager)."
    )
    assert texts(soup, "#coders label") == ["Anne", "Bachir", "Chloe"]
    assert len(soup.select("#themes input[checked]")) == 22
    data = {"title": " Essai ", "size": "5", "coders": people[:2], "themes": [FEAR, MAYOR]}
    reply = anne.post(f"{HERE}/nouveau?profil=usager", data=data)
    made = db.session.scalars(select(AgreementRound)).one()
    assert (reply.status_code, reply.location) == (302, at(made))
    assert (made.title, made.size, made.themes) == ("Essai", 5, [FEAR, MAYOR])
    assert (made.filters, made.made_by_id) == ({"audience": "usager"}, people[0])
    assert [each.account_id for each in made.coders] == people[:2]
    waiting = alerts(anne, at(made))
    assert waiting[-1] == (
        "Les phrases se préparent en arrière-plan, quelques instants d’ordinaire. Actualiser"
    )
    run_waiting(app)
    db.session.expire_all()
    assert (made.is_open, made.drawn_answers, made.drawn_units) == (True, 1, 3)
    soup = page(anne, at(made))
    assert texts(soup, "main .btn") == ["Commencer à coder"]
    assert texts(soup, "main .leaf p")[2] == (
        "3 phrases de 1 réponse, dans 1 témoignage, tirée au hasard dans chaque profil, parmi "
        f"celles-ci : profil Usagère ou usager (graine {made.seed})."
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": " "}, "Titre : Donnez un titre, pour le retrouver."),
        ({"size": "x"}, "Nombre de réponses à coder : Écrivez un nombre entier."),
        ({"size": "0"}, "Nombre de réponses à coder : Écrivez un nombre de 1 à 2 000."),
        ({"coders": "seul"}, "Qui code : Choisissez deux personnes au moins."),
        ({"coders": ["1", "999"]}, "Qui code : Choisissez dans la liste."),
        ({"themes": []}, "Thèmes à coder : Choisissez un thème au moins."),
        ({"themes": ["inconnu"]}, "Thèmes à coder : Choisissez dans la liste."),
    ],
)
def test_what_is_wrong_with_a_round_is_said(
    people: list[int], enter: SignIn, wrong: dict[str, object], said: str
) -> None:
    told()
    db.session.commit()
    data = {"title": "Essai", "size": "5", "coders": people[:2], "themes": [FEAR]} | wrong
    if data["coders"] == "seul":
        data["coders"] = people[:1] * 2
    reply = enter("Anne").post(f"{HERE}/nouveau", data=data)
    assert reply.status_code == 422
    errors = re.findall(r'<li><a href="#\w+">(.*?)</a></li>', reply.text)
    assert [re.sub("&nbsp;|\\s", " ", each) for each in errors] == [said]
    assert "<title>Erreur\u00a0: " in reply.text
    assert db.session.scalars(select(AgreementRound)).all() == []


def test_a_round_says_what_it_was_drawn_among(people: list[int], enter: SignIn) -> None:
    told()
    db.session.commit()
    data = {"title": "Essai", "size": "5", "coders": people[:2], "themes": [FEAR]}
    anne = enter("Anne")
    narrowing = "profil=coordinateur&canal=questionnaire&du=2026-01-01&mots=maire&tri=pertinence"
    asked = f"{HERE}/nouveau?{narrowing}"
    soup = page(anne, asked)
    assert text(soup.select_one("main p.mt-3")).endswith(
        "Attention : des réponses choisies par un mot ou un thème ne disent rien de l’accord sur "
        "les autres."
    )
    reply = anne.post(asked, data=data)
    made = db.session.scalars(select(AgreementRound)).one()
    assert made.filters == {
        "audience": "coordinateur",
        "channel": "questionnaire",
        "since": "2026-01-01",
        "words": "maire",
    }
    assert reply.location == at(made)
    pipelines.cut(made.id)
    assert texts(page(anne, at(made)), "main .leaf p")[2] == (
        "3 phrases de 1 réponse, dans 1 témoignage, tirée au hasard dans chaque profil, parmi "
        "celles-ci : profil Coordinatrice ou coordinateur de CLSM, voie Questionnaires, depuis le "
        f"1er janvier 2026, mots maire (graine {made.seed})."
    )


def test_nothing_to_draw(people: list[int], enter: SignIn) -> None:
    data = {"title": "Essai", "size": "5", "coders": people[:2], "themes": [FEAR]}
    reply = enter("Anne").post(f"{HERE}/nouveau?canal=entretien", data=data)
    assert reply.status_code == 422
    assert "Aucune réponse en mots libres ne passe ces filtres\u00a0: élargissez-les." in reply.text


def test_sentence_by_sentence(open_round: AgreementRound, enter: SignIn) -> None:
    anne = enter("Anne")
    begun = anne.get(at(open_round, "/coder"))
    assert begun.location == at(open_round, "/coder/1?phrase=1#phrase-1")
    soup = page(anne, begun.location)
    assert text(soup.select_one("h1")) == "Réponse 1 sur 1"
    assert texts(soup, ".sentences > li > .voice") == [
        "Peur de parler.",
        "Le maire préside.",
        "Rien d’autre.",
    ]
    assert texts(soup, ".said") == ["À coder Coder la phrase 2", "À coder Coder la phrase 3"]
    assert texts(soup, "#themes .form-check") == [
        "P5 Freins à la participation",
        "E2 Portage politique et gouvernance",
    ]
    reply = anne.post(
        at(open_round, "/coder/1?phrase=1"), data={"themes": [FEAR], "acte": "themes"}
    )
    assert reply.location == at(open_round, "/coder/1?phrase=2#phrase-2")
    anne.post(at(open_round, "/coder/1?phrase=2"), data={"acte": "aucun"})
    assert marks() == [(0, [FEAR]), (0, [])]
    soup = page(anne, at(open_round, "/coder/1"))
    assert texts(soup, ".said") == [
        "P5 Freins à la participation Changer la phrase 1",
        "Aucun thème Changer la phrase 2",
    ]
    assert text(soup.select_one(".sending .num")) == "2 sur 3"
    last = anne.post(at(open_round, "/coder/1?phrase=3"), data={"acte": "aucun"})
    assert last.location == at(open_round)
    assert alerts(anne, at(open_round)) == [
        "Vous avez tout codé. Vous pouvez encore changer jusqu’à la clôture."
    ]
    assert texts(page(anne, at(open_round)), "tbody tr") == [
        "Anne 3 sur 3 Tout est codé",
        "Bachir 0 sur 3 Pas commencé",
    ]
    again = anne.get(at(open_round, "/coder")).location
    assert again == at(open_round, "/coder/1")
    soup = page(anne, again)
    assert len(soup.select("#themes input[checked]")) == 1
    anne.post(at(open_round, "/coder/1?phrase=1"), data={"themes": [MAYOR], "acte": "themes"})
    assert marks()[0] == (0, [MAYOR])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            {"acte": "themes"},
            "Cochez un thème au moins, ou appuyez sur « Aucun thème ».",
        ),
        (
            {"acte": "aucun", "themes": [FEAR]},
            "Des thèmes sont cochés : enregistrez-les, ou décochez-les d’abord.",
        ),
        ({"acte": "themes", "themes": ["inconnu"]}, "Choisissez dans la liste."),
    ],
)
def test_what_a_coder_must_make_clear(
    open_round: AgreementRound, enter: SignIn, data: dict[str, object], said: str
) -> None:
    reply = enter("Anne").post(at(open_round, "/coder/1?phrase=2"), data=data)
    assert reply.status_code == 422
    assert f"Erreur\u00a0: {said}".replace(" :", "\u00a0:").replace("« ", "«\u00a0").replace(
        " »", "\u00a0»"
    ) in reply.text.replace("&nbsp;", "\u00a0")
    assert marks() == []


def test_addresses_that_lead_nowhere(open_round: AgreementRound, enter: SignIn) -> None:
    anne = enter("Anne")
    for address in (GONE, f"{GONE}/coder", f"{GONE}/desaccords", f"{GONE}/codages.csv"):
        page(anne, address, status=404)
    page(anne, at(open_round, "/coder/1?phrase=9"), status=404)
    assert anne.get(at(open_round, "/coder/2")).location == at(open_round)
    assert alerts(anne, at(open_round)) == [
        "Cette réponse n’est plus là : la personne l’a retirée ou changée. Passez à la suite."
    ]


def test_only_its_coders_code_a_round(
    open_round: AgreementRound, enter: SignIn, staff: FlaskClient
) -> None:
    chloe = enter("Chloe")
    assert texts(page(chloe, at(open_round)), "main .btn") == []
    for client in (chloe, staff):
        for address in ("/coder", "/coder/1"):
            page(client, at(open_round, address), status=403)
        reply = client.post(at(open_round, "/coder/1?phrase=1"), data={"acte": "aucun"})
        assert reply.status_code == 403
    assert marks() == []
    for address in (HERE, f"{HERE}/nouveau", at(open_round)):
        page(staff, address, status=403)
    for act in ("/clore", "/abandonner"):
        assert chloe.post(at(open_round, act)).status_code == 403
    page(chloe, at(open_round, "/clore"), status=403)
    assert open_round.is_open


def test_nobody_sees_what_others_say_of_an_open_round(
    open_round: AgreementRound, people: list[int], enter: SignIn
) -> None:
    say(db.session, open_round, people[0], [FEAR], [MAYOR], [])
    answer = factories.free_text(db.session.scalars(select(factories.Testimony)).one())
    factories.coding(db.session, answer, MAYOR, quote="Le maire préside.")
    db.session.commit()
    tables = ("/codages.csv", "/codages.xlsx", "/chiffres.csv", "/chiffres.xlsx")
    hidden = ("/desaccords", *tables, "/figure.svg", "/figure.png")
    for name in ("Anne", "Bachir", "Chloe"):
        client = enter(name)
        for address in hidden:
            assert client.get(at(open_round, address)).status_code == 403
        unit = units(db.session, open_round)[0]
        refused = client.post(
            at(open_round, f"/desaccords/{unit.id}"), data={f"regle-{FEAR}": "oui"}
        )
        assert refused.status_code == 403
        shown = page(client, at(open_round))
        assert len(shown.select("table")) == 1  # how far each person is, and no figure
    bachir = enter("Bachir")
    for address in ("/coder/1", "/coder/1?phrase=2"):
        soup = page(bachir, at(open_round, address))
        assert soup.select("input[checked]") == []
        assert {text(each) for each in soup.select(".said .state")} == {"À coder"}
        assert soup.select(".said .theme") == []
        assert [each for each in links(soup, "main a") if "temoignages" in each] == []


def test_closing_warns_then_shows_the_figures(
    open_round: AgreementRound, people: list[int], enter: SignIn
) -> None:
    say(db.session, open_round, people[0], [FEAR], [MAYOR], [])
    say(db.session, open_round, people[1], [FEAR])
    db.session.commit()
    anne = enter("Anne")
    soup = page(anne, at(open_round, "/clore"))
    assert texts(soup, ".alert") == [
        "Attention : Bachir (1 sur 3) n’a pas fini. Seules les phrases vues par deux personnes "
        "seront comparées."
    ]
    assert texts(soup, "main .acts button") == ["Clore quand même", "Abandonner et tout effacer"]
    assert anne.post(at(open_round, "/clore")).location == at(open_round)
    soup = page(anne, at(open_round))
    assert texts(soup, ".alert") == ["Le codage croisé est clos. Voici ce qu’il donne."]
    rows = texts(soup, ".agreement tbody tr")
    assert rows[0].startswith(
        "P5 Freins à la participation Désaccords sur Freins à la participation "
        "Anne : 1 Bachir : 1 1,00 sans intervalle : un seul témoignage"
    )
    late = anne.post(at(open_round, "/coder/1?phrase=1"), data={"acte": "aucun"})
    assert late.location == at(open_round)
    assert alerts(anne, at(open_round)) == [
        "Ce codage croisé est clos : ce que vous venez de dire n’est pas enregistré."
    ]
    assert anne.get(at(open_round, "/coder/1")).location == at(open_round)
    assert anne.get(at(open_round, "/clore")).location == at(open_round)
    kept = anne.post(at(open_round, "/abandonner"))
    assert kept.location == at(open_round)
    assert db.session.get(AgreementRound, open_round.id) is not None


def test_a_round_is_abandoned(open_round: AgreementRound, enter: SignIn) -> None:
    anne, round_id = enter("Anne"), open_round.id
    assert anne.post(at(open_round, "/abandonner")).location == HERE
    db.session.expire_all()
    assert db.session.get(AgreementRound, round_id) is None


def cells(client: FlaskClient, address: str) -> list[list[str]]:
    soup = page(client, address)
    return [texts(row, "td") for row in soup.select(".agreement tbody tr, .agreement tfoot tr")]


def test_figures_by_sentence_and_by_answer(closed_round: AgreementRound, enter: SignIn) -> None:
    chloe = enter("Chloe")
    one = " sans intervalle : un seul témoignage"
    fear, mayor, overall = cells(chloe, at(closed_round))
    assert fear[1:] == [f"1,00{one}"] * 5
    assert mayor[1:] == [f"{value}{one}" for value in ("0,00", "0,00", "0,00", "0,54", "0,67")]
    assert overall[0] == "Anne : 2 Bachir : 1"
    whole = cells(chloe, at(closed_round, "?niveau=reponses"))
    assert whole[1][1] == f"0,00{one}"
    assert whole[0][2] == (
        "non défini chacun répond toujours de même : rien ne distingue l’accord du hasard"
    )
    everyone = cells(chloe, at(closed_round, "?qui=0&qui=1&qui=2"))
    assert everyone[0][0] == "Anne : 1 Bachir : 1 Chaîne d’analyse : 1"
    alone = cells(chloe, at(closed_round, "?qui=2"))
    assert alone[0][1:] == ["non défini il faut au moins deux codages"] * 5


@pytest.mark.parametrize(
    "asked", ["?qui=9", "?niveau=mots", "/desaccords?theme=x", "/desaccords?etat=x"]
)
def test_an_address_that_asks_for_what_cannot_be(
    closed_round: AgreementRound, enter: SignIn, asked: str
) -> None:
    page(enter("Chloe"), at(closed_round, asked), status=400)


def test_a_withdrawal_leaves_the_figures_and_the_page_says_so(
    people: list[int], enter: SignIn
) -> None:
    told(2)
    made = opened(db.session, people[:2])
    for account_id in people[:2]:
        say(db.session, made, account_id, *[[FEAR], [], []] * 2)
    agreement_rounds.close(db.session, made.id, by=people[0])
    gone = db.session.scalars(select(factories.Testimony)).first()
    assert gone is not None
    receipts.withdraw(db.session, gone)
    db.session.commit()
    anne = enter("Anne")
    assert alerts(anne, at(made)) == [
        "Depuis le tirage, 1 réponse a été retirée ou changée par leur auteur ou leur autrice : "
        "elle ne compte plus, ni ce qui en était dit. 3 phrases restent, et tout est compté sans "
        "elles."
    ]
    assert cells(anne, at(made))[0][0] == "Anne : 1 Bachir : 1"
    receipts.withdraw(db.session, db.session.scalars(select(factories.Testimony)).one())
    db.session.commit()
    assert texts(page(anne, at(made)), ".empty p")[0] == "Il ne reste rien à comparer."


def test_differences_are_settled_by_a_third_person(
    closed_round: AgreementRound, enter: SignIn
) -> None:
    chloe, unit = enter("Chloe"), units(db.session, closed_round)[1]
    soup = page(chloe, at(closed_round, "/desaccords"))
    assert texts(soup, ".difference mark") == ["Le maire préside."]
    assert texts(soup, ".difference tbody td")[:2] == ["Anne", "Bachir"]
    reply = chloe.post(
        at(closed_round, f"/desaccords/{unit.id}"), data={f"regle-{MAYOR}": "oui", "carry": "y"}
    )
    assert reply.location == at(closed_round, "/desaccords")
    soup = page(chloe, reply.location)
    assert texts(soup, ".alert") == ["C’est tranché, et 1 codage du témoignage a changé."]
    assert texts(soup, ".empty p")[0] == "Rien n’est à trancher ici."
    laid = db.session.scalars(select(Coding)).one()
    assert (laid.theme, laid.start, laid.end, laid.is_by_hand) == (MAYOR, 16, 33, True)
    soup = page(chloe, at(closed_round, "/desaccords?etat=tranches"))
    assert text(soup.select_one(".difference td .state")) == "Oui"
    chloe.post(at(closed_round, f"/desaccords/{unit.id}"), data={f"regle-{MAYOR}": ""})
    db.session.expire_all()
    assert db.session.scalars(select(Settlement)).all() == []
    for wrong in ({f"regle-{MAYOR}": "peut-être"}, {"regle-inconnu": "oui"}):
        refused = chloe.post(at(closed_round, f"/desaccords/{unit.id}"), data=wrong)
        assert refused.status_code == 400
    lost = chloe.post(at(closed_round, "/desaccords/999999"), data={f"regle-{MAYOR}": "oui"})
    assert alerts(chloe, lost.location) == [
        "Cette phrase n’est plus là : la personne l’a retirée ou changée."
    ]


def test_who_coded_reads_and_does_not_settle(closed_round: AgreementRound, enter: SignIn) -> None:
    anne, unit = enter("Anne"), units(db.session, closed_round)[1]
    soup = page(anne, at(closed_round, "/desaccords"))
    assert texts(soup, ".difference button") == []
    anne.post(at(closed_round, f"/desaccords/{unit.id}"), data={f"regle-{MAYOR}": "oui"})
    assert db.session.scalars(select(Settlement)).all() == []
    assert alerts(anne, at(closed_round, "/desaccords")) == [
        "Vous avez codé ces phrases : c’est à quelqu’un d’autre de trancher. Rien n’est enregistré."
    ]


def test_with_nobody_else_the_maker_settles_and_is_told_so(
    closed_round: AgreementRound, people: list[int], enter: SignIn
) -> None:
    db.session.get_one(Account, people[2]).active = False
    db.session.commit()
    anne, bachir = enter("Anne"), enter("Bachir")
    assert alerts(anne, at(closed_round, "/desaccords"))[0].startswith(
        "Personne d’autre ne peut trancher"
    )
    assert texts(page(bachir, at(closed_round, "/desaccords")), ".difference button") == []
    unit = units(db.session, closed_round)[1]
    anne.post(at(closed_round, f"/desaccords/{unit.id}"), data={f"regle-{MAYOR}": "non"})
    db.session.expire_all()
    assert [each.is_given for each in db.session.scalars(select(Settlement))] == [False]


def rows(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def test_marks_and_figures_are_taken_away_without_anybodys_words(
    closed_round: AgreementRound, people: list[int], enter: SignIn
) -> None:
    chloe, unit = enter("Chloe"), units(db.session, closed_round)[1]
    by = db.session.get_one(Account, people[2])
    agreement_differences.settle(db.session, closed_round, unit.id, {MAYOR: False}, by=by)
    db.session.commit()
    reply = chloe.get(at(closed_round, "/codages.csv"))
    assert reply.headers["Content-Disposition"] == "attachment; filename=codages-croises.csv"
    titles, *table = rows(reply.data)
    assert titles[8:] == ["A Anne", "B Bachir", "C Chaîne d’analyse", "Tranché"]
    assert [row[3:7] + row[8:] for row in table] == [
        ["1", "1", "0", "15", "1", "1", "1", ""],
        ["1", "1", "0", "15", "0", "0", "0", ""],
        ["1", "2", "16", "33", "0", "0", "0", ""],
        ["1", "2", "16", "33", "1", "0", "0", "0"],
        ["1", "3", "34", "47", "0", "0", "0", ""],
        ["1", "3", "34", "47", "0", "0", "0", ""],
    ]
    assert b"maire" not in reply.data
    titles, *table = rows(chloe.get(at(closed_round, "/chiffres.csv")).data)
    assert titles[:7] == [
        "Niveau",
        "Thème",
        "Unités",
        "Témoignages",
        "Oui, A Anne",
        "Oui, B Bachir",
        "Accord positif",
    ]
    assert [row[0] for row in table] == ["phrases"] * 3 + ["réponses"] * 3
    assert table[1][2:10] == ["3", "1", "1", "0", "0", "", "", "0"]
    book = load_workbook(io.BytesIO(chloe.get(at(closed_round, "/chiffres.xlsx?qui=0&qui=2")).data))
    assert [cell.value for cell in book["Accord"][1]][4:6] == [
        "Oui, A Anne",
        "Oui, B Chaîne d’analyse",
    ]
    soup = page(chloe, at(closed_round, "?niveau=reponses&qui=0&qui=2"))
    drawn, png = links(soup, ".figure figcaption a")
    assert "P5 Freins à la participation" in chloe.get(drawn).text
    assert chloe.get(png).data.startswith(b"\x89PNG")
    described = text(soup.select_one(".figure details p"))
    assert described.startswith("P5 Freins à la participation : 1,00 (")
    sheet = load_workbook(io.BytesIO(chloe.get(at(closed_round, "/codages.xlsx")).data))["Codages"]
    assert [[cell.value for cell in row][4:9] for row in sheet.iter_rows(min_row=2, max_row=3)] == [
        [1, 0, 15, "P5 Freins à la participation", 1],  # numbers, to be counted with
        [1, 0, 15, "E2 Portage politique et gouvernance", 0],
    ]
    assert sheet.max_row == 7


def test_the_list_says_whose_turn_it_is(
    open_round: AgreementRound, people: list[int], enter: SignIn
) -> None:
    planned(db.session, people[:2])
    say(db.session, open_round, people[1], [], [], [])
    db.session.commit()
    turn = f"{HERE}/{open_round.id}/coder"
    assert links(page(enter("Anne"), HERE), "td a") == [turn]
    assert links(page(enter("Bachir"), HERE), "td a") == []
    states = texts(page(enter("Chloe"), HERE), "tbody .state")
    assert sorted(states) == ["En préparation", "Ouvert"]


def test_an_account_that_is_gone(
    closed_round: AgreementRound, people: list[int], enter: SignIn
) -> None:
    chloe = enter("Chloe")
    db.session.delete(db.session.get_one(Account, people[0]))
    db.session.commit()
    assert cells(chloe, at(closed_round))[0][0] == "Compte supprimé : 1 Bachir : 1"
    page(chloe, at(closed_round, "/desaccords"))
    assert accounts.find(db.session, "anne@recueil.example") is None


def test_a_page_open_too_long_says_so(
    make_app: Callable[..., Flask],
) -> None:
    app = make_app()
    one, two = coder(db.session, "Anne"), coder(db.session, "Bachir")
    told()
    made = opened(db.session, [one, two])
    db.session.commit()
    client = app.test_client()
    sign_in = client.get("/compte/connexion").text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', sign_in)
    assert found is not None
    data = {"email": "anne@recueil.example", "password": PASSWORD, "csrf_token": found[1]}
    assert client.post("/compte/connexion", data=data).status_code == 302
    reply = client.post(at(made, "/coder/1?phrase=1"), data={"acte": "themes", "themes": [FEAR]})
    assert reply.status_code == 422
    assert "Cette page est restée ouverte trop longtemps." in reply.text
    soup = BeautifulSoup(reply.text, "html5lib")
    assert [each["value"] for each in soup.select("input[checked]")] == [FEAR]  # nothing is lost
    assert client.post(at(made, "/clore")).location == at(made, "/clore")
    assert client.post(at(made, "/abandonner")).location == at(made, "/clore")
    db.session.expire_all()
    assert made.is_open
