"""The workbench: what its page says and carries, what is told of others, undoing, going on."""

import json
import uuid
from collections.abc import Callable
from datetime import date

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import text as sa_text

from analysis.codebook import DEFAULT_PATH
from app.extensions import db
from app.models import (
    Account,
    CodebookAct,
    CodebookVersion,
    Coding,
    RoleName,
    Testimony,
    Verdict,
)
from app.services import accounts, corrections, decisions, hand_codings, memos, receipts
from app.views import testimonies as workbench
from app.views import workbench_news
from tests import factories
from tests.coding import CARE, FEAR, MAYOR, TEXT, stands
from tests.reading import links, page, text, texts

PEUR = TEXT.index("Peur")


@pytest.fixture
def testimony(app: object) -> Testimony:
    made = factories.testimony(db.session, answers={"demarche_elus": TEXT})
    answer = factories.free_text(made)
    factories.coding(db.session, answer, FEAR, quote="Peur de parler.")
    factories.coding(db.session, answer, MAYOR, quote="Le maire préside")
    db.session.commit()
    return made


@pytest.fixture
def paul(app: object) -> Account:
    made = factories.account(db.session, email="paul@recueil.example", name="Paul Roux")
    db.session.commit()
    return made


def coding(testimony: Testimony, theme: str) -> Coding:
    return (
        db.session.query(Coding)
        .filter_by(theme=theme)
        .join(Coding.answer)
        .filter_by(testimony_id=testimony.id)
        .one()
    )


def at(testimony: Testimony, rest: str = "") -> str:
    return f"/recherche/temoignages/{testimony.id}{rest}"


def held(soup: BeautifulSoup) -> dict[str, object]:
    """What the page's script reads."""
    tag = soup.select_one("#etabli")
    assert tag is not None
    told: dict[str, object] = json.loads(tag.string or "")
    return told


def me() -> int:
    found = accounts.find(db.session, f"{RoleName.RESEARCHER}@recueil.example")
    assert found is not None
    return found.id


def test_states_and_progress_are_told_in_words(
    researcher: FlaskClient, testimony: Testimony, paul: Account
) -> None:
    answer = factories.free_text(testimony)
    fear, mayor = coding(testimony, FEAR), coding(testimony, MAYOR)
    decisions.decide(db.session, testimony.id, fear.id, Verdict.REJECTED, by=paul.id)
    span = (mayor.start, mayor.start + len("Le maire"))
    corrections.correct(db.session, testimony.id, mayor.id, theme=MAYOR, span=span, by=paul.id)
    hand_codings.add(
        db.session, testimony.id, answer.position, theme=CARE, span=(PEUR, PEUR + 4), by=paul.id
    )
    factories.coding(db.session, answer, CARE, quote="On a besoin")
    db.session.commit()
    soup = page(researcher, at(testimony))
    assert [each.split(" par ")[0] for each in texts(soup, ".proposal p:has(.state)")] == [
        "Posé à la main",
        "Rejeté",
        "Corrigé",
        "Proposé, confiance forte (0,84)",
    ]
    assert texts(soup, ".note-why") == ["Proposé sur « Le maire préside »"]
    assert text(soup.select_one("#compte")) == (
        "4 extraits : 1 proposé, 1 corrigé, 1 rejeté, 1 posé à la main."
    )
    assert text(soup.select_one("#avancement-dit")) == "3 décidés sur 4"
    assert texts(soup, ".answers-list span") == ["4 extraits, 1 à décider"]
    (line,) = texts(page(researcher, "/recherche/"), ".record-themes > span:first-child")
    assert line == "4 extraits : 2 gardés, 1 rejeté, 1 à décider"


def test_the_page_carries_what_its_script_reads(
    researcher: FlaskClient, testimony: Testimony
) -> None:
    told = held(page(researcher, at(testimony, "?profil=coordinateur")))
    fear, mayor = coding(testimony, FEAR), coding(testimony, MAYOR)
    position = str(factories.free_text(testimony).position)
    assert told["codages"] == {
        position: [
            [fear.id.hex, fear.start, fear.end, "p", 0],
            [mayor.id.hex, mayor.start, mayor.end, "e", 0],
        ]
    }
    assert (told["rang"], told["panneau"], told["cherche"]) == (0, False, False)
    assert told["adresses"] == {
        "changements": at(testimony, "/changements?profil=coordinateur"),
        "coder": at(testimony, "/coder?profil=coordinateur"),
        "codage": at(testimony, f"/suggestions/{uuid.UUID(int=0)}?profil=coordinateur"),
    }


def test_what_is_to_decide_is_of_the_theme_looked_for(
    researcher: FlaskClient, testimony: Testimony
) -> None:
    fear, mayor = coding(testimony, FEAR), coding(testimony, MAYOR)
    leads = {"": fear, f"?theme={MAYOR}": mayor, f"?theme={CARE}&avec={MAYOR}": mayor}
    for query, first in leads.items():
        soup = page(researcher, at(testimony, query))
        assert links(soup, "#a-decider") == [at(testimony, f"{query}#codage-{first.id}")]
    soup = page(researcher, at(testimony, f"?theme={MAYOR}"))
    told = held(soup)
    assert told["cherche"] is True
    (listed,) = told["codages"].values()
    assert [each[0] for each in listed if each[5:] == [1]] == [mayor.id.hex]
    assert "prochain extrait à décider, du thème cherché" in text(soup)
    news = researcher.get(at(testimony, f"/suggestions/{mayor.id}/note?theme={MAYOR}")).get_json()
    assert news["x"] == 1
    assert page(researcher, at(testimony, f"?theme={CARE}")).select("#a-decider") == []


def test_many_codings_are_shown_one_at_a_time(
    researcher: FlaskClient, testimony: Testimony, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbench, "MOST_NOTES", 1)
    fear, mayor = coding(testimony, FEAR), coding(testimony, MAYOR)
    soup = page(researcher, at(testimony))
    assert texts(soup, ".panel .theme") == ["P5 Freins à la participation"]
    assert (soup.select(".notes"), soup.select(".ref")) == ([], [])
    assert links(soup, ".panel-steps a:not([hidden])") == [
        at(testimony, f"?codage={mayor.id}#panneau")
    ]
    (form,) = soup.select(".panel form.acts")
    reply = researcher.post(
        str(form["action"]),
        data={"acte": "accepter", "vu": f"proposed:{FEAR}:{fear.start}:{fear.end}"},
    )
    assert reply.location == at(testimony, f"?codage={fear.id}#codage-{fear.id}")
    # What is decided is passed over: the next to decide is shown.
    assert texts(page(researcher, at(testimony)), ".panel .theme")[0].startswith("E")


def test_what_others_did_is_told_since_a_change(
    researcher: FlaskClient, testimony: Testimony, paul: Account
) -> None:
    fear = coding(testimony, FEAR)
    decisions.decide(db.session, testimony.id, fear.id, Verdict.ACCEPTED, by=paul.id)
    done = hand_codings.add(
        db.session,
        testimony.id,
        factories.free_text(testimony).position,
        theme=CARE,
        span=(PEUR, PEUR + 4),
        by=paul.id,
    )
    memos.write(db.session, testimony.id, None, "<b>À relire</b>", by=paul.id)
    db.session.commit()
    told = researcher.get(at(testimony, "/changements?depuis=0")).get_json()
    assert told["dit"] == [
        "Paul Roux a accepté P5 Freins à la participation, «\u00a0Peur de parler.\u00a0».",
        "Paul Roux a posé T1 Accès aux soins et prévention, «\u00a0Peur\u00a0».",
        "Paul Roux a écrit un mémo sur ce témoignage.",
    ]
    found = {each["id"]: each for each in told["codages"]}
    assert found.keys() == {fear.id.hex, done.coding.id.hex}
    assert [(each["s"], each["e"], each["f"], each["t"]) for each in found.values()] in (
        [(fear.start, fear.end, "p", 1), (PEUR, PEUR + 4, "t", 4)],
        [(PEUR, PEUR + 4, "t", 4), (fear.start, fear.end, "p", 1)],
    )
    assert "Accepté" in found[fear.id.hex]["note"]
    assert "&lt;b&gt;À relire&lt;/b&gt;" in told["memos"]
    later = researcher.get(at(testimony, f"/changements?depuis={told['rang']}")).get_json()
    assert later == {"rang": told["rang"], "codages": [], "dit": [], "lu": told["lu"]}
    hand_codings.remove(db.session, testimony.id, done.coding.id, by=paul.id)
    db.session.commit()
    gone = researcher.get(at(testimony, f"/changements?depuis={told['rang']}")).get_json()
    assert gone["codages"] == [{"id": done.coding.id.hex, "parti": True}]
    assert gone["dit"] == ["Paul Roux a retiré T1 Accès aux soins et prévention."]


def test_after_too_many_changes_or_another_reading_it_is_opened_anew(
    researcher: FlaskClient, testimony: Testimony, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbench_news, "MOST", 1)
    for verdict in (Verdict.ACCEPTED, Verdict.REJECTED):
        decisions.decide(db.session, testimony.id, coding(testimony, FEAR).id, verdict, by=None)
    db.session.commit()
    told = researcher.get(at(testimony, "/changements?depuis=0")).get_json()
    assert (told["recharger"], told["codages"]) == (True, [])
    testimony.tagged_by = "essai 2"
    db.session.commit()
    again = researcher.get(at(testimony, "/changements?depuis=1")).get_json()
    assert again["lu"] != told["lu"]
    text = DEFAULT_PATH.read_text(encoding="utf-8")
    act = CodebookAct.MERGED
    version = CodebookVersion(number=1, content=text, act=act, summary="Réunis.", why="Un doublon.")
    db.session.add(version)
    db.session.commit()
    merged = researcher.get(at(testimony, "/changements?depuis=1")).get_json()
    assert merged["lu"] != again["lu"]


@pytest.mark.parametrize("since", ["-1", "x", "9" * 30, "²"])
def test_a_rank_that_is_no_number_is_refused(
    researcher: FlaskClient, testimony: Testimony, since: str
) -> None:
    reply = researcher.get(at(testimony, "/changements"), query_string={"depuis": since})
    assert reply.status_code == 400


def test_one_note_is_given_alone(researcher: FlaskClient, testimony: Testimony) -> None:
    fear = coding(testimony, FEAR)
    told = researcher.get(at(testimony, f"/suggestions/{fear.id}/note?panneau=1")).get_json()
    soup = BeautifulSoup(told.pop("note"), "html5lib")
    assert texts(soup, ".panel-words") == ["« Peur de parler. »"]
    assert told == {
        "id": fear.id.hex,
        "a": fear.answer.position,
        "s": fear.start,
        "e": fear.end,
        "f": "p",
        "t": 0,
        "x": 0,
    }
    other = factories.testimony(db.session)
    db.session.commit()
    assert researcher.get(at(other, f"/suggestions/{fear.id}/note")).status_code == 404


def test_ones_last_act_is_undone_and_told(researcher: FlaskClient, testimony: Testimony) -> None:
    fear = coding(testimony, FEAR)
    researcher.post(at(testimony, f"/suggestions/{fear.id}"), data={"acte": "accepter"})
    reply = researcher.post(at(testimony, "/annuler"))
    assert reply.location == at(testimony, f"#codage-{fear.id}")
    assert stands(db.session, testimony)[0] == ("proposed", FEAR, "Peur de parler.")
    assert texts(page(researcher, at(testimony)), ".alert") == [
        "Annulé : P5 Freins à la participation est comme avant votre acte."
    ]
    researcher.post(at(testimony, "/annuler"))
    assert texts(page(researcher, at(testimony)), ".alert") == [
        "Rien à annuler ici : vous n’y avez rien fait, ou quelqu’un l’a changé depuis."
    ]
    assert researcher.get(at(testimony, "/annuler")).status_code == 405


def test_the_next_to_review_stays_within_the_filters(researcher: FlaskClient) -> None:
    made = [
        factories.testimony(
            db.session,
            questionnaire=slug,
            answers={name: "Peur."},
            received_on=date(2026, 11, day),
        )
        for day, slug, name in (
            (3, "coordinateur", "demarche_elus"),
            (2, "elu", "mot_cle"),
            (1, "coordinateur", "demarche_elus"),
        )
    ]
    for each in made:
        if any(answer.text for answer in each.answers):
            factories.coding(db.session, factories.free_text(each), FEAR)
    db.session.commit()
    reply = researcher.get(f"/recherche/suivant?profil=coordinateur&apres={made[0].id}")
    assert reply.location == at(made[2], "?profil=coordinateur")
    assert researcher.get("/recherche/suivant").location == at(made[0])
    reply = researcher.get("/recherche/suivant?profil=aidant")
    assert reply.location == "/recherche/?profil=aidant"
    assert texts(page(researcher, reply.location), ".alert") == [
        "Aucun autre témoignage n’a d’extrait à décider dans cette liste."
    ]
    assert researcher.get("/recherche/suivant?apres=x").status_code == 400


def test_nobody_else_opens_any_of_it(
    testimony: Testimony, signed_in: Callable[..., FlaskClient], client: FlaskClient
) -> None:
    fear = coding(testimony, FEAR)
    staff = signed_in(RoleName.STAFF)
    for rest in (
        "/changements",
        "/coder?reponse=3",
        "/memo",
        f"/suggestions/{fear.id}/corriger",
        f"/suggestions/{fear.id}/memo",
        f"/suggestions/{fear.id}/note",
    ):
        assert staff.get(at(testimony, rest)).status_code == 403
        assert client.get(at(testimony, rest)).status_code == 302
    assert staff.post(at(testimony, "/annuler")).status_code == 403


def test_a_withdrawn_testimony_takes_all_of_it_along(
    researcher: FlaskClient, testimony: Testimony, paul: Account
) -> None:
    memos.write(db.session, testimony.id, None, "Un mémo", by=paul.id)
    memos.write(db.session, testimony.id, coding(testimony, FEAR).id, "Un autre", by=paul.id)
    receipts.withdraw(db.session, testimony)
    db.session.commit()
    for name in ("memos", "coding_changes", "codings", "digests"):
        assert db.session.execute(sa_text(f"SELECT count(*) FROM {name}")).scalar() == 0
    assert researcher.post(at(testimony, "/annuler"), follow_redirects=True).status_code == 404
