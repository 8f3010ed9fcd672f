"""The codebook's pages: each act is a version, told with its why; nothing typed is ever lost."""

import csv
import io
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import html5lib
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import pipelines
from app.extensions import db
from app.models import CodebookVersion, Coding, RoleName, Verdict
from app.services import codebooks, decisions, tagging
from app.task_queue import run_waiting
from tests import factories
from tests.reading import links, page, text, texts

HERE = "/recherche/grille"
GRID = """\
version: "1"
familles:
  - {id: pers, sigle: P, titre: Personnes, guide: Guide des personnes}
  - {id: elus, sigle: E, titre: Élues et élus, guide: Guide des élus}
notions:
  elus: {titre: élues et élus, mots: [élu, maire]}
themes:
  - {id: peur, famille: pers, libelle: La peur, definition: Dire sa peur.,
     indices: [peur de parler]}
  - {id: venir, famille: pers, libelle: Venir, definition: Faire venir.,
     indices: [aller chercher]}
  - {id: portage, famille: elus, libelle: Le portage, definition: Qui porte.,
     indices: [{ensemble: [$elus, présider]}]}
"""
TEXT = "Peur de parler. Le maire préside. On est allé les chercher."
WHY = {"why": "Relu en équipe."}


@pytest.fixture
def app(make_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    path = tmp_path / "grille.yml"
    path.write_text(GRID, encoding="utf-8")
    return make_app(WTF_CSRF_ENABLED=False, CODEBOOK_PATH=path)


def grid() -> codebooks.Grid:
    db.session.expire_all()
    return pipelines.grid()


def versions() -> list[tuple[int, str, str, str]]:
    query = select(CodebookVersion).order_by(CodebookVersion.number)
    return [
        (each.number, each.act.value, each.summary, each.why) for each in db.session.scalars(query)
    ]


def page_of(html: str) -> BeautifulSoup:
    """A page that was refused: valid HTML all the same."""
    html5lib.HTMLParser(strict=True).parse(html)
    return BeautifulSoup(html, "html5lib")


def fields(soup: BeautifulSoup) -> dict[str, str]:
    """What the page's form would send."""
    form = soup.select_one("main form[method=post]")
    assert form is not None
    sent = {str(each["name"]): str(each.get("value", "")) for each in form.select("input[name]")}
    for area in form.select("textarea"):
        sent[str(area["name"])] = area.get_text().strip("\n")
    for choice in form.select("select"):
        chosen = choice.select_one("option[selected]") or choice.select_one("option")
        sent[str(choice["name"])] = str(chosen["value"]) if chosen else ""
    return sent


def said(*answers: str) -> list[Coding]:
    """Testimonies read by the pipeline in use; their codings."""
    for answer in answers:
        made = factories.testimony(db.session, answers={"demarche_elus": answer})
        db.session.commit()
        pipelines.read(made.id)
    return list(db.session.scalars(select(Coding).order_by(Coding.start)))


def test_only_researchers_enter(client: FlaskClient, staff: FlaskClient) -> None:
    assert client.get(f"{HERE}/").status_code == 302
    assert staff.get(f"{HERE}/").status_code == 403


def test_the_codebook_with_what_bears_it(researcher: FlaskClient) -> None:
    first, *_ = said(TEXT, "Peur de parler.")
    decisions.decide(db.session, first.answer.testimony_id, first.id, Verdict.REJECTED, by=None)
    db.session.commit()
    soup = page(researcher, f"{HERE}/")
    assert texts(soup, "main .leaf > p") == [
        "La grille livrée avec Recueil, version 1. 3 thèmes, 3 indices."
    ]
    assert texts(soup, "h2")[:2] == ["Personnes", "Élues et élus"]
    assert [texts(row, "th, td") for row in soup.select("tbody tr")] == [
        ["P1 La peurDire sa peur.", "1", "1 : témoignages qui portent La peur"],
        ["P2 VenirFaire venir.", "1", "1 : témoignages qui portent Venir"],
        ["E1 Le portageQui porte.", "1", "1 : témoignages qui portent Le portage"],
    ]
    assert links(soup, "td a")[0] == "/recherche/?theme=peur"
    shown = page(researcher, f"{HERE}/themes/portage")
    assert texts(shown, ".cues li") == ["$elus + présider"]
    assert researcher.get(f"{HERE}/themes/inconnu").status_code == 404


def test_a_theme_is_added_then_found_by_its_cues(app: Flask, researcher: FlaskClient) -> None:
    (*_,) = said("Le bus ne passe plus.")
    typed = {
        "label": "Les transports",
        "definition": "Comment on vient.",
        "examples": "Le bus ne passe plus.\n\nJe viens à pied.",
        "counter_examples": "On transporte des idées.",
        "family": "pers",
        "color": "prune",
        "seen": "0",
    }
    refused = researcher.post(f"{HERE}/nouveau", data=typed)
    assert refused.status_code == 422
    assert "l’historique en garde la trace" in refused.text
    reply = researcher.post(f"{HERE}/nouveau", data=typed | WHY)
    assert reply.location == f"{HERE}/themes/les_transports/indices"
    theme = grid().codebook.theme("les_transports")
    assert (theme.code, theme.color, theme.examples) == (
        "P3",
        "prune",
        ("Le bus ne passe plus.", "Je viens à pied."),
    )
    asked = researcher.post(
        f"{HERE}/themes/les_transports/indices",
        data={"indices": "bus\n$elus + bus | car", "indices_faibles": "", "seen": "1"} | WHY,
    )
    assert asked.location == f"{HERE}/themes/les_transports"
    assert run_waiting(app) == 2  # the sweep, then the one testimony
    (coding,) = db.session.scalars(select(Coding))
    assert (coding.theme, coding.origin) == ("les_transports", "indices 1, grille v2")
    assert versions() == [
        (
            0,
            "shipped",
            "La grille livrée avec Recueil (version 1).",
            "C’est d’elle que la grille est partie.",
        ),
        (1, "added", "«\xa0Les transports\xa0»\xa0: thème ajouté.", "Relu en équipe."),
        (2, "cued", "«\xa0Les transports\xa0»\xa0: indices.", "Relu en équipe."),
    ]


def test_a_theme_is_added_in_a_new_family(researcher: FlaskClient) -> None:
    asked = page(researcher, f"{HERE}/nouveau?libelle=Les%20%20transports")
    assert asked.select("#label")[0]["value"] == "Les transports"
    known = [each.title for each in grid().codebook.families]
    typed = {
        "label": "Se déplacer",
        "definition": "Comment on vient.",
        "family": "pers",
        "seen": "0",
    }
    typed |= WHY | {"color": ""}
    taken = researcher.post(f"{HERE}/nouveau", data=typed | {"new_family": known[0].upper()})
    assert f"Une autre famille s’appelle déjà « {known[0]} »." in unescape(taken.text)
    researcher.post(f"{HERE}/nouveau", data=typed | {"new_family": "Éloignement et mobilités"})
    theme = grid().codebook.theme("se_deplacer")
    assert (theme.family.id, theme.family.title) == (
        "eloignement_et_mobilites",
        "Éloignement et mobilités",
    )
    letters = [each.letter for each in grid().codebook.families]
    assert (len(set(letters)), theme.code) == (len(known) + 1, f"{letters[-1]}1")
    assert texts(page(researcher, f"{HERE}/"), "h2[id^=famille-]")[-1] == "Éloignement et mobilités"


def test_a_new_label_has_nothing_read_again(researcher: FlaskClient) -> None:
    said("Peur de parler.")
    typed = {
        "label": "La crainte",
        "definition": "Dire sa peur.",
        "family": "pers",
        "rank": "1",
        "color": "",
        "seen": "0",
    }
    assert researcher.post(f"{HERE}/themes/peur/modifier", data=typed | WHY).status_code == 302
    theme = grid().codebook.theme("peur")
    assert (theme.label, theme.code) == ("La crainte", "P1")
    assert tagging.count_to_read_again(db.session) == 0
    assert versions()[1][2] == "«\xa0La crainte\xa0»\xa0: libellé."
    same = researcher.post(f"{HERE}/themes/peur/modifier", data=typed | {"seen": "1"} | WHY)
    assert same.status_code == 422
    assert "Rien ne diffère de la grille en usage" in same.text


def test_the_later_of_two_is_told_and_loses_nothing(researcher: FlaskClient) -> None:
    mine = {"label": "La peur", "definition": "Dire sa peur.", "family": "pers", "rank": "1"}
    mine |= {"color": ""}
    theirs = mine | {"label": "La crainte", "seen": "0"}
    assert researcher.post(f"{HERE}/themes/peur/modifier", data=theirs | WHY).status_code == 302
    late = mine | {"definition": "Dire de quoi on a peur.", "examples": "J’ose.", "seen": "0"} | WHY
    reply = researcher.post(f"{HERE}/themes/peur/modifier", data=late)
    assert reply.status_code == 409
    soup = page_of(reply.text)
    assert texts(soup, ".error-summary li") == [
        "Claire Morvan a changé la grille entre-temps (version 1 : « La crainte » : libellé.) "
        "Rien n’est perdu : relisez, puis enregistrez à nouveau."
    ]
    sent = fields(soup)
    assert sent["label"] == "La crainte"  # theirs, where I had changed nothing
    assert (sent["definition"], sent["examples"]) == ("Dire de quoi on a peur.", "J’ose.")
    assert researcher.post(f"{HERE}/themes/peur/modifier", data=sent).status_code == 302
    theme = grid().codebook.theme("peur")
    assert (theme.label, theme.definition) == ("La crainte", "Dire de quoi on a peur.")


def test_two_who_write_cues_have_both_theirs(researcher: FlaskClient) -> None:
    address = f"{HERE}/themes/peur/indices"
    one = {"indices": "peur de parler\ncraindre", "seen": "0"} | WHY
    assert researcher.post(address, data=one).status_code == 302
    late = researcher.post(address, data={"indices": "peur de dire", "seen": "0"} | WHY)
    assert late.status_code == 409
    assert fields(page_of(late.text))["indices"] == "craindre\npeur de dire"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("de la", "Ligne 2 : « de la » ne contient que des mots-outils : il marquerait tout."),
        ("$rien + a", "Ligne 2 : aucune notion ne s’appelle « $rien »."),
        ("peur +", "Ligne 2 : il manque des mots avant ou après « + » ou « | »."),
        (
            "oser | dire (poids 2)",
            "Ligne 2 : un poids se donne à plusieurs idées ensemble, réunies par",
        ),
        ("peur + dire (poids 2)", "Ligne 2 : un poids est un nombre entre 0 et 1."),
    ],
)
def test_a_line_that_is_no_cue(researcher: FlaskClient, line: str, complaint: str) -> None:
    typed = {"indices": f"oser\n{line}", "seen": "0"} | WHY
    reply = researcher.post(f"{HERE}/themes/peur/indices", data=typed)
    assert reply.status_code == 422
    assert complaint in text(page_of(reply.text).select_one("#indices-erreur"))
    assert grid().number == 0


def test_cues_are_tried_by_the_worker_before_they_are_saved(
    app: Flask, researcher: FlaskClient
) -> None:
    said(TEXT, "Une belle journée. Elle préside.", "Peur de parler.")
    typed = {"indices": "$elus + présider\nbelle journée", "acte": "essayer", "seen": "0"}
    asked = researcher.post(f"{HERE}/themes/peur/indices", data=typed)
    (draft,) = re.findall(r"essai=([0-9a-f-]{36})", asked.location)
    assert researcher.get(f"{HERE}/essais/{draft}").status_code == 202
    soup = page(researcher, asked.location)
    assert fields(soup)["indices"] == "$elus + présider\nbelle journée"
    assert texts(soup, ".trial") == ["Les témoignages sont en train d’être lus. Actualiser"]
    assert run_waiting(app) == 1
    soup = page(researcher, asked.location)
    assert texts(soup, ".trial > p") == [
        "2 extraits de 2 témoignages",
        "2 ne portent pas encore ce thème. Tous les témoignages ont été lus. Ces indices sont "
        "comptés seuls : ce qui a été appris pèse ensuite aussi.",
    ]
    assert sorted(texts(soup, ".samples blockquote")) == ["Le maire préside.", "Une belle journée."]
    assert sorted(texts(soup, ".samples mark")) == ["Une belle journée"[4:], "maire", "préside"]
    assert grid().number == 0
    json = {"Accept": "application/json"}
    told = researcher.post(f"{HERE}/themes/peur/indices", data=typed, headers=json).get_json()
    assert researcher.get(told["trial"]).status_code == 202
    wrong = typed | {"indices": "de"}
    assert researcher.post(f"{HERE}/themes/peur/indices", data=wrong, headers=json).get_json() == {
        "errors": ["Ligne 1 : « de » ne contient que des mots-outils : il marquerait tout."]
    }


def test_a_trial_is_its_asker_s_own(
    app: Flask, researcher: FlaskClient, signed_in: Callable[..., FlaskClient]
) -> None:
    typed = {"indices": "oser", "acte": "essayer", "seen": "0"}
    asked = researcher.post(f"{HERE}/themes/peur/indices", data=typed)
    (draft,) = re.findall(r"essai=([0-9a-f-]{36})", asked.location)
    other = signed_in(RoleName.RESEARCHER, RoleName.STAFF)
    assert other.get(f"{HERE}/essais/{draft}").status_code == 404


def test_two_themes_become_one(app: Flask, researcher: FlaskClient) -> None:
    said(TEXT)
    reply = researcher.post(
        f"{HERE}/themes/venir/fusionner", data={"into": "peur", "seen": "0"} | WHY
    )
    assert reply.location == f"{HERE}/themes/peur"
    assert [each.theme for each in db.session.scalars(select(Coding).order_by(Coding.start))] == [
        "peur",
        "portage",
        "peur",
    ]
    soup = page(researcher, f"{HERE}/themes/peur")
    assert texts(soup, ".alert") == ["Les deux thèmes n’en font plus qu’un. 1 extrait a suivi."]
    assert texts(soup, ".result") == ["2 extraits dans 1 témoignage"]
    assert texts(soup, ".cues li") == ["peur de parler", "aller chercher"]
    assert researcher.get(f"{HERE}/themes/venir").location == f"{HERE}/themes/peur"
    run_waiting(app)
    assert len(db.session.scalars(select(Coding)).all()) == 3
    itself = {"into": "peur", "seen": "1"} | WHY
    assert researcher.post(f"{HERE}/themes/peur/fusionner", data=itself).status_code == 422


def test_what_was_typed_of_a_theme_merged_meanwhile_stays(researcher: FlaskClient) -> None:
    merging = {"into": "peur", "seen": "0"} | WHY
    assert researcher.post(f"{HERE}/themes/venir/fusionner", data=merging).status_code == 302
    typed = {"indices": "tendre la main", "seen": "0"} | WHY
    late = researcher.post(f"{HERE}/themes/venir/indices", data=typed)
    assert late.status_code == 409
    sent = fields(page_of(late.text))
    assert sent["indices"] == "tendre la main"
    again = researcher.post(f"{HERE}/themes/venir/indices", data=sent)
    assert again.status_code == 422
    soup = page_of(again.text)
    assert texts(soup, ".error-summary li") == ["Le thème « venir » n’est plus dans la grille."]
    assert fields(soup)["indices"] == "tendre la main"


def test_a_theme_is_split_and_its_excerpts_moved(app: Flask, researcher: FlaskClient) -> None:
    said("Peur de parler en réunion.\nPeur de parler au travail.", "Peur de parler.")
    typed = {
        "label_1": "La peur en réunion",
        "definition_1": "Dire sa peur en réunion.",
        "cues_1": "peur + réunion",
        "seen": "0",
    }
    reply = researcher.post(f"{HERE}/themes/peur/scinder", data=typed | WHY)
    assert reply.location == f"{HERE}/themes/peur/deplacer?vers=la_peur_en_reunion"
    soup = page(researcher, f"{reply.location}&mots=reunion")
    assert texts(soup, ".result") == ["1 extrait avec « reunion » Tous"]
    assert texts(soup, ".move label") == ["Peur de parler en réunion."]
    assert texts(soup, ".move mark") == ["réunion"]
    moving = {"into": "la_peur_en_reunion"}
    address = f"{HERE}/themes/peur/deplacer"
    assert researcher.post(address, data=moving).status_code == 422
    assert researcher.post(f"{address}?mots=reunion", data=moving | {"tout": "oui"}).location == (
        f"{address}?mots=reunion&vers=la_peur_en_reunion"
    )
    run_waiting(app)  # all is read again: what was moved stays
    assert texts(page(researcher, f"{HERE}/themes/la_peur_en_reunion"), ".result") == [
        "1 extrait dans 1 témoignage"
    ]
    ticked = [str(each["value"]) for each in page(researcher, address).select(".move input")]
    assert len(ticked) == 2
    researcher.post(address, data=moving | {"extrait": [ticked[0], "rien"]})
    assert texts(page(researcher, address), ".result") == ["1 extrait"]


def test_a_retired_theme_is_suggested_no_more_and_still_counts(
    app: Flask, researcher: FlaskClient
) -> None:
    said("Peur de parler.")
    retiring = {"seen": "0"} | WHY
    assert researcher.post(f"{HERE}/themes/peur/retirer", data=retiring).status_code == 302
    assert run_waiting(app) == 0  # nothing is to be read again
    assert len(said("Peur de parler encore.")) == 1
    row = texts(page(researcher, f"{HERE}/").select("tbody tr")[0], "th, td")
    assert row == ["P1 La peur (retiré)Dire sa peur.", "1", "1 : témoignages qui portent La peur"]
    back = {"seen": "1"} | WHY
    assert researcher.post(f"{HERE}/themes/peur/remettre", data=back).status_code == 302
    run_waiting(app)
    assert len(db.session.scalars(select(Coding)).all()) == 2


def test_going_back_is_a_new_version(app: Flask, researcher: FlaskClient) -> None:
    new = {"label": "Le temps", "definition": "La durée.", "family": "elus", "color": ""} | WHY
    new |= {"seen": "0"}
    researcher.post(f"{HERE}/nouveau", data=new)
    researcher.post(f"{HERE}/themes/le_temps/indices", data={"indices": "durée", "seen": "1"} | WHY)
    said("La durée compte.")
    researcher.post(f"{HERE}/nouveau", data=new | {"label": "L’argent", "seen": "2"})
    soup = page(researcher, f"{HERE}/historique")
    assert texts(soup, "tbody th") == ["Version 3en usage", "Version 2", "Version 1", "Version 0"]
    shown = page(researcher, f"{HERE}/historique/0")
    assert texts(shown, ".differences dt") == ["Le temps", "L’argent"]
    assert texts(shown, ".differences dd") == ["Retiré.", "N’est plus dans la grille."]
    reply = researcher.post(f"{HERE}/historique/0", data={"seen": "3"} | WHY)
    assert reply.location == f"{HERE}/"
    using = grid()
    assert (using.number, [theme.id for theme in using.codebook.themes]) == (
        4,
        ["peur", "venir", "portage", "le_temps"],  # what something bears stays, retired
    )
    assert using.codebook.retired == {"le_temps"}
    assert versions()[4][1:] == ("went_back", "Retour à la version 0.", "Relu en équipe.")
    assert researcher.get(f"{HERE}/historique/9").status_code == 404


def sent(client: FlaskClient, data: bytes, name: str, *, family: str = "elus") -> TestResponse:
    file = (io.BytesIO(data), name)
    return client.post(f"{HERE}/importer", data={"file": file, "family": family})


@pytest.mark.parametrize("kind", ["csv", "xlsx", "qdc"])
def test_what_is_exported_is_imported_the_same(researcher: FlaskClient, kind: str) -> None:
    said(TEXT)
    file = researcher.get(f"{HERE}/exporter/grille.{kind}")
    assert file.headers["Content-Disposition"] == (
        f'attachment; filename="recueil-grille-1.{kind}"'
    )
    shown = page(researcher, sent(researcher, file.data, f"grille.{kind}").location)
    assert texts(shown, ".counts li") == [
        "0thème à ajouter",
        "0à changer",
        "3identiques",
        "0absent du fichier",
    ]
    assert shown.select_one("main form[method=post]") is None


def test_the_table_has_what_bears_each_theme(researcher: FlaskClient) -> None:
    said(TEXT, "Peur de parler.")
    lines = researcher.get(f"{HERE}/exporter/grille.csv").data
    assert lines.startswith(b"\xef\xbb\xbfidentifiant;code;famille;libelle;definition;")
    rows = list(csv.reader(io.StringIO(lines.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][-2:] == ["extraits", "temoignages"]
    assert rows[1] == [
        *("peur", "P1", "Personnes", "La peur", "Dire sa peur.", "", "", "peur de parler"),
        *("", "", "non", "2", "2"),
    ]


def test_a_file_is_shown_before_it_is_imported(app: Flask, researcher: FlaskClient) -> None:
    table = "Libellé;Définition;Indices\nVENIR;On vient.;\nLe temps;;durée\n".encode("cp1252")
    reply = sent(researcher, table, "grille.csv")
    shown = page(researcher, reply.location)
    assert texts(shown, ".counts b") == ["1", "1", "0", "2"]
    assert texts(shown, "main .leaf > ul:not(.counts) li") == ["Le temps"]
    assert texts(shown, ".differences dd") == [
        "Libellé Avant : VenirAprès : VENIR",
        "Définition Avant : Faire venir.Après : On vient.",
        "Indices Avant : aller chercher",
    ]
    assert grid().number == 0
    assert researcher.post(reply.location, data={"seen": "0"}).status_code == 422  # no why
    assert researcher.post(reply.location, data={"seen": "0"} | WHY).location == f"{HERE}/"
    codebook = grid().codebook
    assert [theme.label for theme in codebook.themes] == [
        "La peur",
        "VENIR",
        "Le portage",
        "Le temps",
    ]
    assert codebook.theme("le_temps").family.id == "elus"
    assert researcher.get(reply.location).location == f"{HERE}/importer"  # it has served


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "Ce fichier est vide."),
        (b"a;b\n1;2\n", "Ce fichier n’a pas de colonne « libelle » (ou « identifiant »)."),
        (b"libelle\n", "Cette grille n’a aucun thème."),
        (b'libelle;indices\n"peur;a\n', "Des guillemets ne sont pas refermés"),
        (b"<Project/>", "Ce fichier n’est pas une grille REFI-QDA (.qdc)"),
        (b"PK\x03\x04rien", "Ce classeur est abîmé, ou n’est pas un classeur Excel (.xlsx)."),
        (b"libelle;couleur\nAller;rose\n", "Ligne 2 : couleur inconnue, « rose »."),
    ],
)
def test_a_bad_file_is_told_in_a_sentence(
    researcher: FlaskClient, data: bytes, complaint: str
) -> None:
    reply = sent(researcher, data, "grille.csv")
    assert reply.status_code == 422
    assert text(page_of(reply.text).select_one("#file-erreur")).startswith(f"Erreur : {complaint}")
