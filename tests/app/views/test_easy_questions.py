"""Easy French: one question a page, from the consent to the review, without losing one's place."""

import pytest
from bs4 import Tag
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import Draft
from app.services import drafts
from forms.schema import Questionnaire
from tests.answering import CONSENT, TERRITORY, address, begin, count, kept, page, seen, summary
from tests.answering import whole as whole_section


def easy(section: str, question: str, **more: str) -> str:
    query = "".join(f"&{name}={value}" for name, value in more.items())
    return f"{address(section)}?facile=1&question={question}{query}"


@pytest.fixture
def questionnaire(client: FlaskClient) -> Questionnaire:
    found: Questionnaire = client.application.extensions["questionnaires"].current("coordinateur")
    return found


def sentences(found: Tag) -> list[str]:
    """What is written, line by line."""
    lines = found.get_text("\n").replace("\u00a0", " ").splitlines()
    return [line.strip() for line in lines if line.strip()]


def unticked(client: FlaskClient) -> dict[str, str]:
    """What a browser sends of the consent once its box is no longer ticked."""
    field = page(client.get(easy("accord", "consentement_participation"))).select_one("[name=seen]")
    assert field is not None
    return {"seen": str(field["value"])}


def begin_easily(client: FlaskClient) -> None:
    client.post(easy("accord", "consentement_participation"), data=CONSENT)


def saved_sections() -> list[str]:
    db.session.rollback()
    return drafts.saved_sections(db.session.scalars(select(Draft)).one())


def test_each_page_asks_one_question_until_the_review(
    client: FlaskClient, questionnaire: Questionnaire
) -> None:
    asked, place = [], "/temoigner/coordinateur/?facile=1"
    while True:
        reply = client.get(place, follow_redirects=True)
        if reply.request.path.endswith("/relire"):
            break
        shown = page(reply)
        names = {str(f["name"]) for f in shown.select("form .question [name]")}
        assert len(names) == 1
        asked.extend(names)
        button = shown.select_one("form button.btn-primary")
        assert button is not None
        assert button.text == "Continuer"
        data = CONSENT if asked == ["q_consentement_participation"] else {}
        absent = {name: "" for name in names if name not in data and "consent" not in name}
        field = shown.select_one("form [name=seen]")
        assert field is not None
        sent = client.post(reply.request.full_path, data=data | absent | {"seen": field["value"]})
        assert sent.status_code == 302
        place = sent.location
    assert asked == [f"q_{question.id}" for question in questionnaire.questions]
    assert reply.request.args.to_dict() == {"facile": "1"}
    assert saved_sections() == [section.id for section in questionnaire.sections]


def test_the_place_is_said_in_words(client: FlaskClient) -> None:
    begin(client)
    shown = page(client.get(easy("territoire", "clsm")))
    where, title = shown.select_one(".where"), shown.title
    assert where is not None
    assert title is not None
    assert " ".join(where.text.split()) == (
        f"Vous coordonnez un CLSM. Rubrique 2 sur 5. Question {_number(client, 'clsm')} sur 7. "
        "Une rubrique est enregistrée."
    )
    assert title.text == (
        f"Votre CLSM, question {_number(client, 'clsm')} sur 7, rubrique 2 sur 5 - Recueil"
    )
    assert shown.select_one("body")["class"] == ["easy"]


def _number(client: FlaskClient, question: str) -> int:
    library = client.application.extensions["questionnaires"]
    ids = [q.id for q in library.current("coordinateur").section("territoire").questions]
    return ids.index(question) + 1


def test_the_introduction_comes_once(client: FlaskClient, questionnaire: Questionnaire) -> None:
    begin(client)
    first, second, *_ = questionnaire.section("elus").questions
    shown = [page(client.get(easy("elus", each.id))) for each in (first, second)]
    assert [len(each.select(".idea .part")) > 0 for each in shown] == [True, False]


def test_the_section_is_saved_when_its_last_question_is_passed(
    client: FlaskClient, questionnaire: Questionnaire
) -> None:
    begin_easily(client)
    assert saved_sections() == []
    client.post(easy("accord", "consentement_citation"), data={})
    last = client.post(easy("accord", "consentement_contact"), data={})
    first = questionnaire.section("territoire").questions[0]
    assert (last.location, saved_sections()) == (f"{address('territoire')}?facile=1", ["accord"])
    assert client.get(last.location).location == easy("territoire", first.id)


def test_it_leads_to_the_first_question_not_answered(
    client: FlaskClient, questionnaire: Questionnaire
) -> None:
    begin(client)
    first, second, third, *_ = questionnaire.section("elus").questions
    assert client.get(address("elus") + "?facile=1").location == easy("elus", first.id)
    draft = db.session.scalars(select(Draft)).one()
    given = {first.id: "oui", second.id: "oui"}
    drafts.save(db.session, draft, asked=set(given), given=given, section=None)
    db.session.commit()
    assert client.get(address("elus") + "?facile=1").location == easy("elus", third.id)
    drafts.save(db.session, draft, asked=set(), given={}, section="elus")
    db.session.commit()
    assert client.get(address("elus") + "?facile=1").location == easy("elus", first.id)


def test_one_goes_back_one_question(client: FlaskClient, questionnaire: Questionnaire) -> None:
    begin(client)
    territory, elected = questionnaire.section("territoire"), questionnaire.section("elus")

    assert _way_back(client, "elus", elected.questions[1].id) == [
        easy("elus", elected.questions[0].id)
    ]
    assert _way_back(client, "elus", elected.questions[0].id) == [
        easy("territoire", territory.questions[-1].id)
    ]
    assert _way_back(client, "accord", "consentement_participation") == []


def _way_back(client: FlaskClient, section: str, question: str) -> list[str]:
    here = easy(section, question)
    shown = page(client.get(here))
    if not shown.select("button[value=avant]"):
        return []
    fields = shown.select(".question [name]:not([type=radio], [type=checkbox])")
    empty = {str(field["name"]): "" for field in fields}
    return [client.post(here, data=empty | {"vers": "avant"}).location]


def test_changing_the_wording_keeps_one_s_place(client: FlaskClient) -> None:
    begin(client)
    here = page(client.get(easy("territoire", "clsm"))).select(".falc a")
    assert [link["href"] for link in here] == [easy("territoire", "clsm")]
    typed = {"q_clsm": "CLSM du Bocage", "vers": "langue:courant"}
    usual = client.post(easy("territoire", "clsm"), data=typed)
    anchor = "#q_clsm" if _number(client, "clsm") > 1 else ""
    assert usual.location == address("territoire") + anchor
    again = TERRITORY | seen(client, "territoire") | {"vers": "langue:facile"}
    simple = client.post(address("territoire"), data=again)
    assert simple.location == address("territoire") + "?facile=1"


def test_nothing_is_kept_before_the_consent(client: FlaskClient) -> None:
    reply = client.post(easy("territoire", "clsm"), data={"q_clsm": "CLSM du Bocage"})
    assert summary(reply) == (422, "Nous n’avons plus vos réponses sur cet appareil")
    names = [str(field["name"]) for field in page(reply).select("form .question [name]")]
    assert (names, count(Draft)) == (["q_consentement_participation", "q_clsm"], 0)
    refused = client.get(easy("territoire", "clsm"))
    assert refused.location == "/temoigner/coordinateur/?facile=1"


def test_a_mistake_stays_on_its_page(client: FlaskClient) -> None:
    begin(client)
    path = easy("territoire", "annee_creation")
    reply = client.post(path, data={"q_annee_creation": "jadis"})
    assert summary(reply) == (422, "Vous devez changer une réponse")
    shown = page(reply)
    assert [sentences(each) for each in shown.select(".error-summary p, .error-summary a")] == [
        ["Nous gardons vos autres réponses."],
        ["Écrivez l’année avec 4 chiffres.", "Par exemple : 2016."],
    ]
    error = shown.select_one("#q_annee_creation-erreur")
    assert error is not None
    assert sentences(error) == ["Erreur : Écrivez l’année avec 4 chiffres.", "Par exemple : 2016."]
    field = shown.select_one("#q_annee_creation")
    assert field is not None
    assert field["value"] == "jadis"


def test_the_consent_that_is_missing_is_asked_for_in_easy_french(client: FlaskClient) -> None:
    path = easy("accord", "consentement_participation")
    asked = [["Cochez la case pour commencer.", "Sans votre accord, nous ne gardons rien."]]
    reply = client.post(path, data={})
    assert summary(reply) == (422, "Vous devez changer une réponse")
    assert [sentences(each) for each in page(reply).select(".error-summary a")] == asked
    begin(client)
    withdrawn = client.post(path, data=unticked(client))
    assert summary(withdrawn) == (422, "Nous avons besoin de votre accord")
    shown = page(withdrawn)
    assert [sentences(each) for each in shown.select(".error-summary p, .error-summary a")] == [
        ["Vous voulez continuer ?", "Cochez la case."],
        ["Vous voulez arrêter ?", "J’efface mes réponses"],
        *asked,
    ]
    button = shown.select_one(".error-summary button")
    assert button is not None
    assert shown.select_one(f"form#{button['form']}") is not None


def test_what_was_sent_already_is_said_in_easy_french(client: FlaskClient) -> None:
    begin(client)
    client.post("/temoigner/coordinateur/relire?facile=1")
    reply = client.post(easy("territoire", "clsm"), data={"q_clsm": "D’ici"})
    assert summary(reply) == (422, "Vos réponses sont déjà envoyées")
    told = page(reply).select_one(".error-summary p")
    assert told is not None
    assert sentences(told)[1:] == [
        "Nous ne gardons pas cette page.",
        "Vous voulez envoyer aussi cette page ?",
        "Cochez la case en bas.",
        "Puis appuyez sur « Continuer ».",
    ]


def test_a_page_cut_short_is_said_in_easy_french(client: FlaskClient) -> None:
    begin(client)
    reply = client.post(easy("territoire", "clsm"), data={})
    assert summary(reply) == (400, "Il manque un morceau de la page")


def test_what_the_review_misses_is_said_in_easy_french(client: FlaskClient) -> None:
    begin(client)
    client.post(easy("accord", "consentement_participation"), data=unticked(client))
    reply = page(client.post("/temoigner/coordinateur/relire?facile=1"))
    heading, question = (reply.select_one(each) for each in ("#manques", ".error-summary li a"))
    assert heading is not None
    assert question is not None
    assert heading.text == "Nous avons besoin d’une réponse"
    assert sentences(question)[0] == "Je suis d’accord pour participer."


def test_another_question_is_not_asked_here(client: FlaskClient) -> None:
    begin(client)
    assert client.post(easy("territoire", "clsm"), data=TERRITORY).status_code == 400
    assert client.get(easy("territoire", "inconnue")).status_code == 404
    assert client.post(easy("territoire", "inconnue"), data={}).status_code == 404
    assert kept() == {"consentement_participation": True}


def test_two_tabs_on_one_question(client: FlaskClient) -> None:
    begin(client)
    before = page(client.get(easy("territoire", "clsm"))).select_one("[name=seen]")
    assert before is not None
    client.post(address("territoire"), data=TERRITORY | seen(client, "territoire"))
    data = {"seen": str(before["value"]), "q_clsm": "D’ici"}
    reply = client.post(easy("territoire", "clsm"), data=data)
    assert summary(reply) == (409, "Votre réponse a changé sur une autre page")
    assert kept()["clsm"] == "CLSM du Val d’Orne"


def test_pausing_and_typing_work_on_one_question(client: FlaskClient) -> None:
    begin(client)
    form = page(client.get(easy("territoire", "clsm"))).select_one("form[data-autosave]")
    assert form is not None
    typed = client.post(str(form["data-autosave"]), data={"q_clsm": "CLSM du Bo"})
    assert (typed.status_code, kept()["clsm"]) == (200, "CLSM du Bo")
    data = {"seen": typed.json["seen"], "q_clsm": "CLSM du Bocage", "vers": "pause"}
    paused = client.post(easy("territoire", "clsm"), data=data)
    assert paused.location == "/mon-temoignage/code/coordinateur?facile=1"
    assert kept()["clsm"] == "CLSM du Bocage"


def test_the_review_changes_one_answer_and_comes_back(client: FlaskClient) -> None:
    begin(client)
    client.post(address("territoire"), data=TERRITORY)
    shown = page(client.get("/temoigner/coordinateur/relire?facile=1"))
    links = [str(a["href"]) for a in shown.select("dl.answers a")]
    wanted = f"{address('territoire')}?retour=relire&facile=1&question=clsm"
    assert wanted in links
    field = page(client.get(wanted)).select_one("[name=seen]")
    assert field is not None
    changed = client.post(wanted, data={"seen": str(field["value"]), "q_clsm": "Autre"})
    assert changed.location == "/temoigner/coordinateur/relire?facile=1"
    assert kept()["clsm"] == "Autre"


def test_a_whole_section_may_still_be_sent_at_once(client: FlaskClient) -> None:
    begin(client)
    data = whole_section(client, "conseil")
    reply = client.post(address("conseil") + "?facile=1", data=data)
    assert reply.location == "/temoigner/coordinateur/relire?facile=1"
