"""The page of personal data: proposals in their place, a yes or a no to each, words added."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import PseudonymDecision, RoleName, Testimony
from app.models.base import today
from app.presentation import day
from app.services import pseudonyms, receipts
from tests import factories
from tests.reading import links, page, text, texts

TOLD = "  Mme <b>Jeanne</b> Lemoine,\n\n au CMP de Vitré. Jeanne écoute 👍🏽."
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def testimony(app: Flask) -> Testimony:
    """One that names Jeanne twice, surely, and a place that often is nobody's."""
    made = factories.testimony(
        db.session, answers={"demarche_elus": "Mme Jeanne Lemoine, au CMP de Vitré. Jeanne écoute."}
    )
    db.session.commit()
    return made


def address(testimony: Testimony) -> str:
    return f"/recherche/temoignages/{testimony.id}/donnees-personnelles"


def boxes(soup: Tag) -> list[tuple[str, str, bool]]:
    """The answers that can be given: their name, their words, and whether they are chosen."""
    return [
        (
            str(tag["type"]),
            text(soup.find("label", attrs={"for": tag["id"]})),
            tag.has_attr("checked"),
        )
        for tag in soup.select(".note input:not([type=hidden])")
    ]


def filled(soup: BeautifulSoup, act: str, **more: str) -> dict[str, list[str]]:
    """What the form would send as it stands; in `more`, « choix » answers each open mention."""
    data: dict[str, list[str]] = {"act": [act]}
    for tag in soup.select("form[aria-label] input"):
        if tag["type"] in ("hidden", "text") or tag.has_attr("checked"):
            data.setdefault(str(tag["name"]), []).append(str(tag.get("value", "")))
    for tag in soup.select(".note input[type=radio]"):
        if tag["value"] == more.get("choix"):
            data[str(tag["name"])] = [str(tag["value"])]
    return data | {name: [value] for name, value in more.items() if name != "choix"}


def untick(data: dict[str, list[str]], *keys: str) -> dict[str, list[str]]:
    return data | {"oui": [key for key in data["oui"] if not key.endswith(keys)]}


def send(
    client: FlaskClient, testimony: Testimony, act: str = "enregistrer", **more: str
) -> TestResponse:
    return client.post(
        address(testimony), data=filled(page(client, address(testimony)), act, **more)
    )


def reread(reply: TestResponse, status: int) -> BeautifulSoup:
    assert reply.status_code == status, reply.text
    return BeautifulSoup(reply.text, "html5lib")


def told(testimony: Testimony) -> tuple[list[str], bool]:
    db.session.expire_all()
    found = pseudonyms.pseudonymised(db.session, testimony)
    return list(found.texts.values()), found.is_confirmed


def decisions() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(PseudonymDecision)) or 0


def test_each_proposal_stands_in_its_place_with_its_reason(
    researcher: FlaskClient, testimony: Testimony
) -> None:
    soup = page(researcher, address(testimony))
    assert texts(soup, ".typed mark") == ["Jeanne", "Lemoine", "Vitré", "Jeanne"]
    assert boxes(soup) == [
        ("checkbox", "Remplacer « Jeanne » par [Prénom 1]", True),
        ("checkbox", "Remplacer « Lemoine » par [Nom 1]", True),
        ("radio", "Remplacer par [Commune 1]", False),
        ("radio", "Laisser tel quel", False),
        ("checkbox", "Remplacer « Jeanne » par [Prénom 1]", True),
    ]
    assert texts(soup, ".note legend") == ["« Vitré »"]
    assert texts(soup, ".note-why") == [
        "Personne : nom après « Mme ».",
        "Personne : nom après « Mme ».",
        "Lieu : commune de la liste, après « CMP de » : le lieu d’une institution ou d’une "
        "fonction. À décider : c’est souvent autre chose.",
        "Personne : prénom de la liste.",
    ]
    assert texts(soup, ".margin p")[1] == "4 passages, dont 1 à décider."
    assert texts(soup, ".state") == ["À relire"]


def test_no_line_breaks_inside_the_marks_of_a_reason(
    researcher: FlaskClient, testimony: Testimony
) -> None:
    told = page(researcher, address(testimony)).select(".note-why")[2].get_text()
    assert "commune de la liste, après «\u00a0CMP de\u00a0»\u00a0: le lieu" in told


def test_each_note_leads_to_its_words_and_back(
    researcher: FlaskClient, testimony: Testimony
) -> None:
    soup = page(researcher, address(testimony))
    for href in links(soup, ".note-n, .typed .ref"):
        assert soup.find(id=href.removeprefix("#")) is not None, href
    for box in soup.select("[aria-describedby]"):
        for name in str(box["aria-describedby"]).split():
            assert soup.find(id=name) is not None, name
    ids = [str(tag["id"]) for tag in soup.select("[id]")]
    assert len(ids) == len(set(ids))


def test_the_text_is_shown_exactly_as_typed(researcher: FlaskClient) -> None:
    made = factories.testimony(db.session, answers={"demarche_elus": TOLD})
    db.session.commit()
    for path in (address(made), address(made).replace("donnees-personnelles", "tel-que-cite")):
        (typed,) = page(researcher, path).select(".typed")
        for ref in typed.select(".ref"):
            ref.decompose()
        assert typed.get_text() == TOLD


def test_the_page_of_the_testimony_leads_there(
    researcher: FlaskClient, testimony: Testimony
) -> None:
    soup = page(researcher, f"/recherche/temoignages/{testimony.id}")
    assert [tag["href"] for tag in soup.select("a") if text(tag) == "Données personnelles"] == [
        address(testimony)
    ]


def test_choices_are_kept_and_shown_at_the_second_reading(
    researcher: FlaskClient, testimony: Testimony
) -> None:
    data = filled(page(researcher, address(testimony)), "enregistrer", choix="non")
    reply = researcher.post(address(testimony), data=untick(data, "-11-18"))
    assert (reply.status_code, reply.location) == (302, address(testimony))
    soup = page(researcher, address(testimony))
    assert texts(soup, "[role=status]") == [
        "Vos choix sont enregistrés : 2 passages remplacés, 2 laissés."
    ]
    assert boxes(soup) == [
        ("checkbox", "Remplacer « Jeanne » par [Prénom 1]", True),
        ("checkbox", "Remplacer « Lemoine » par [Nom 1]", False),
        ("checkbox", "Remplacer « Vitré » par [Commune 1]", False),
        ("checkbox", "Remplacer « Jeanne » par [Prénom 1]", True),
    ]
    assert texts(soup, ".note-why")[1] == (
        f"Personne : nom après « Mme ». Laissé, décidé le {day(today())}."
    ).replace("\u00a0", " ")
    assert texts(soup, ".state") == ["Relu en entier"]
    assert [mark["class"] for mark in soup.select(".typed mark")] == [
        ["ex", "fam-p", "is-kept"],
        ["ex", "fam-t"],
        ["ex", "fam-t"],
        ["ex", "fam-p", "is-kept"],
    ]
    assert told(testimony) == (
        ["Mme [Prénom 1] Lemoine, au CMP de Vitré. [Prénom 1] écoute."],
        True,
    )
    assert {row.decided_by_id for row in db.session.scalars(select(PseudonymDecision))} == {1}


def test_a_choice_can_be_taken_back(researcher: FlaskClient, testimony: Testimony) -> None:
    send(researcher, testimony, choix="oui")
    data = filled(page(researcher, address(testimony)), "enregistrer")
    researcher.post(address(testimony), data=untick(data, "-11-18"))
    assert told(testimony)[0] == [
        "Mme [Prénom 1] Lemoine, au CMP de [Commune 1]. [Prénom 1] écoute."
    ]


def test_all_is_accepted_by_one_button(researcher: FlaskClient, testimony: Testimony) -> None:
    assert send(researcher, testimony, "tout").status_code == 302
    assert told(testimony) == (
        ["Mme [Prénom 1] [Nom 1], au CMP de [Commune 1]. [Prénom 1] écoute."],
        True,
    )


def test_what_is_open_must_be_decided(researcher: FlaskClient, testimony: Testimony) -> None:
    data = filled(page(researcher, address(testimony)), "enregistrer")
    soup = reread(researcher.post(address(testimony), data=untick(data, "-11-18")), 422)
    assert text(soup.title).startswith("Erreur : Données personnelles")
    assert texts(soup, ".error-summary h2") == ["Une réponse est à corriger"]
    (link,) = links(soup, ".error-summary a")
    assert text(soup.find("label", attrs={"for": link.removeprefix("#")})) == (
        "Remplacer par [Commune 1]"
    )
    assert texts(soup, ".note .invalid-feedback") == [
        "Erreur : dites si ces mots sont à remplacer."
    ]
    assert [chosen for *_, chosen in boxes(soup)] == [True, False, False, False, True]
    assert decisions() == 0


def test_words_are_added_by_hand_wherever_they_stand(
    researcher: FlaskClient, testimony: Testimony
) -> None:
    data = filled(page(researcher, address(testimony)), "ajouter", words="CMP", nature="organisme")
    reply = researcher.post(address(testimony), data=untick(data, "-11-18"))
    assert reply.status_code == 302
    soup = page(researcher, address(testimony))
    assert texts(soup, "[role=status]") == [
        "1 passage ajouté. Relisez, puis enregistrez vos choix."
    ]
    assert boxes(soup) == [
        ("checkbox", "Remplacer « Jeanne » par [Prénom 1]", True),
        ("checkbox", "Remplacer « Lemoine » par [Nom 1]", False),
        ("checkbox", "Remplacer « CMP » par [Organisme 1]", True),
        ("radio", "Remplacer par [Commune 1]", False),
        ("radio", "Laisser tel quel", False),
        ("checkbox", "Remplacer « Jeanne » par [Prénom 1]", True),
    ]
    assert texts(soup, ".note-why")[2].startswith("Organisme : ajouté à la main. Remplacé")
    assert texts(soup, ".state") == ["Relecture commencée"]
    assert told(testimony)[1] is False
    send(researcher, testimony, choix="oui")
    assert told(testimony) == (
        ["Mme [Prénom 1] Lemoine, au [Organisme 1] de [Commune 1]. [Prénom 1] écoute."],
        True,
    )


def test_words_typed_are_added_whatever_the_button(
    researcher: FlaskClient, testimony: Testimony
) -> None:
    """Words are not lost, and nothing is confirmed that was not shown."""
    for act in ("enregistrer", "tout"):  # and what no keyboard types is left aside
        send(researcher, testimony, act, words="C\x00MP ", nature="organisme", choix="oui")
        assert texts(page(researcher, address(testimony)), ".typed mark")[2] == "CMP"
        assert told(testimony)[1] is False


def test_words_that_all_are_proposed_add_nothing(
    researcher: FlaskClient, testimony: Testimony
) -> None:
    send(researcher, testimony, "tout")
    send(researcher, testimony, "ajouter", words="jeanne", nature="prenom")
    assert texts(page(researcher, address(testimony)), "[role=status]") == [
        "Ces mots sont déjà partout dans un passage proposé : rien n’est ajouté."
    ]


@pytest.mark.parametrize(
    ("words", "nature", "said"),
    [
        ("", "nom", ["Les mots exacts : Écrivez les mots à remplacer, 2 signes au moins."]),
        ("a", "nom", ["Les mots exacts : Écrivez les mots à remplacer, 2 signes au moins."]),
        ("a" * 201, "nom", ["Les mots exacts : Ces mots comptent 200 signes au plus."]),
        ("CMP", "", ["Ce que c’est : Choisissez ce que ces mots désignent."]),
        ("CMP", "PER", ["Ce que c’est : Choisissez ce que ces mots désignent."]),
        (
            "Absent",
            "nom",
            [
                "Les mots exacts : Ces mots ne sont dans aucune réponse. Écrivez-les comme ils "
                "sont dans le témoignage."
            ],
        ),
    ],
)
def test_words_that_cannot_be_added_are_explained_and_kept(
    researcher: FlaskClient, testimony: Testimony, words: str, nature: str, said: list[str]
) -> None:
    data = filled(page(researcher, address(testimony)), "ajouter", words=words, nature=nature)
    soup = reread(researcher.post(address(testimony), data=untick(data, "-11-18")), 422)
    assert texts(soup, ".error-summary li") == said
    assert text(soup.title).startswith("Erreur : ")
    assert [tag.get("value", "") for tag in soup.select("#words")] == [words]
    assert [chosen for *_, chosen in boxes(soup)] == [True, False, False, False, True]
    assert decisions() == 0


@pytest.mark.parametrize(
    "spoilt",
    [
        {"oui": "1-0-3"},
        {"oui": "999-0-3"},
        {"passage": "abc"},
        {"choix-1-0-3": "oui"},
        {"choix-1-0-3": "peut-être"},
        {"act": ""},
        {"act": "effacer"},
        {"seen": ""},
    ],
)
def test_what_no_page_of_ours_sends_changes_nothing(
    researcher: FlaskClient, testimony: Testimony, spoilt: dict[str, str]
) -> None:
    data = filled(page(researcher, address(testimony)), "tout")
    data |= {name: [value] for name, value in spoilt.items()}
    soup = reread(researcher.post(address(testimony), data=data), 400)
    assert texts(soup, "h1") == ["Ces passages ne sont pas ceux de cette page"]
    assert decisions() == 0


def test_the_form_of_another_testimony_changes_nothing(
    researcher: FlaskClient, testimony: Testimony
) -> None:
    other = factories.testimony(db.session, answers={"demarche_elus": "Mme Kerbrat préside."})
    db.session.commit()
    data = filled(page(researcher, address(other)), "tout")
    soup = reread(researcher.post(address(testimony), data=data), 409)
    assert texts(soup, ".error-summary h2") == ["Cette page n’était plus à jour"]
    assert decisions() == 0


def test_a_page_that_a_colleague_overtook_overwrites_nothing(
    researcher: FlaskClient, testimony: Testimony
) -> None:
    late = filled(page(researcher, address(testimony)), "enregistrer", choix="oui")
    send(researcher, testimony, choix="non")
    soup = reread(researcher.post(address(testimony), data=untick(late, "-11-18")), 409)
    assert text(soup.title).startswith("Erreur : ")
    assert [chosen for *_, chosen in boxes(soup)] == [True, False, True, True]
    assert told(testimony)[0] == ["Mme [Prénom 1] [Nom 1], au CMP de Vitré. [Prénom 1] écoute."]
    reply = researcher.post(address(testimony), data=filled(soup, "enregistrer"))
    assert reply.status_code == 302
    assert told(testimony)[0] == [
        "Mme [Prénom 1] Lemoine, au CMP de [Commune 1]. [Prénom 1] écoute."
    ]


def amend(app: Flask, testimony: Testimony, words: str) -> None:
    questionnaire = app.extensions["questionnaires"].current("coordinateur")
    receipts.amend(db.session, testimony, questionnaire, {"demarche_elus": words})
    db.session.commit()


def test_an_amended_testimony_says_that_it_is_to_be_read_again(
    app: Flask, researcher: FlaskClient, testimony: Testimony
) -> None:
    late = filled(page(researcher, address(testimony)), "tout")
    send(researcher, testimony, "tout")
    amend(app, testimony, "Avec Mme Jeanne Lemoine.")
    soup = page(researcher, address(testimony))
    (said,) = texts(soup, ".alert-warning")
    assert said == (
        f"Ce témoignage a été modifié depuis la relecture du {day(today())} : ce qui avait été "
        "décidé ne vaut plus et a été effacé. Il est à relire en entier."
    ).replace("\u00a0", " ")
    assert reread(researcher.post(address(testimony), data=late), 409).select(".error-summary")
    assert told(testimony) == (["Avec Mme Jeanne Lemoine."], False)


def test_what_would_be_quoted_says_whether_somebody_read_it(
    researcher: FlaskClient, testimony: Testimony
) -> None:
    path = address(testimony).replace("donnees-personnelles", "tel-que-cite")
    soup = page(researcher, path)
    assert texts(soup, ".typed mark") == []
    assert texts(soup, ".alert-warning") == [
        "Personne n’a encore relu tout ce témoignage tel qu’il est : il peut encore nommer "
        "quelqu’un, et ne peut pas être cité. Seul ce qui a déjà été accepté est remplacé ici."
    ]
    send(researcher, testimony, choix="non")
    soup = page(researcher, path)
    assert texts(soup, ".typed") == ["Mme [Prénom 1] [Nom 1], au CMP de Vitré. [Prénom 1] écoute."]
    assert texts(soup, ".typed mark") == ["[Prénom 1]", "[Nom 1]", "[Prénom 1]"]
    assert (texts(soup, ".alert-warning"), texts(soup, ".state")) == ([], ["Relu en entier"])


def test_what_may_not_be_quoted_says_so(researcher: FlaskClient) -> None:
    made = factories.testimony(
        db.session, answers={"demarche_elus": "Mme Kerbrat.", "consentement_citation": "non"}
    )
    db.session.commit()
    path = address(made).replace("donnees-personnelles", "tel-que-cite")
    assert texts(page(researcher, path), ".state") == ["Citation non permise"]


def test_a_testimony_without_free_words_has_nothing_to_replace(researcher: FlaskClient) -> None:
    made = factories.testimony(db.session, answers={"region": "53"})
    db.session.commit()
    soup = page(researcher, address(made))
    assert texts(soup, ".empty p") == ["Pas de réponse en texte libre : il n’y a rien à remplacer."]
    assert soup.select("form[aria-label]") == []
    assert texts(
        page(researcher, address(made).replace("donnees-personnelles", "tel-que-cite")), ".empty"
    )


def test_a_testimony_that_names_nobody_can_be_confirmed(researcher: FlaskClient) -> None:
    made = factories.testimony(db.session, answers={"demarche_elus": "Le maire écoute."})
    db.session.commit()
    soup = page(researcher, address(made))
    assert [text(tag) for tag in soup.select("form[aria-label] button")] == [
        "Ajouter ces mots",
        "J’ai tout relu : enregistrer mes choix",
    ]
    send(researcher, made)
    assert told(made) == (["Le maire écoute."], True)


def test_a_proposal_newer_than_the_reading_is_told(
    researcher: FlaskClient, testimony: Testimony
) -> None:
    send(researcher, testimony, choix="oui")
    newest = db.session.scalars(
        select(PseudonymDecision).order_by(PseudonymDecision.start.desc())
    ).first()
    db.session.delete(newest)
    db.session.commit()
    assert texts(page(researcher, address(testimony)), ".alert-warning") == [
        "1 proposition est nouvelle depuis cette relecture : rien n’en est remplacé tant que vous "
        "n’avez pas enregistré."
    ]


def test_a_long_answer_keeps_its_notes_beside_its_words(researcher: FlaskClient) -> None:
    told = "Mme Kerbrat parle.\n" + "Les élus écoutent et ne disent rien.\n" * 60 + "Mme Lemoine."
    made = factories.testimony(db.session, answers={"demarche_elus": told})
    db.session.commit()
    soup = page(researcher, address(made))
    parts = soup.select(".typed")
    assert "".join(re.sub(r"note \d+", "", part.get_text()) for part in parts) == told
    assert len(parts) == len(soup.select(".voice")) == 2
    assert [len(notes.select(".note")) for notes in soup.select(".notes")] == [1, 1]


def test_an_old_token_loses_nothing(
    make_app: Callable[..., Flask], environment: dict[str, str]
) -> None:
    app = make_app()
    factories.account(db.session, email="r@recueil.example", roles=[RoleName.RESEARCHER])
    made = factories.testimony(
        db.session, answers={"demarche_elus": "Mme Kerbrat au CMP de Vitré."}
    )
    db.session.commit()
    client = app.test_client()
    token = page(client, "/compte/connexion").select_one("[name=csrf_token]")
    assert token is not None
    person = {"email": "r@recueil.example", "password": "une phrase de passe"}
    client.post("/compte/connexion", data=person | {"csrf_token": str(token["value"])})
    data = filled(page(client, address(made)), "enregistrer", choix="non", csrf_token="vieux")
    soup = reread(client.post(address(made), data=untick(data, "-4-11")), 422)
    assert texts(soup, ".error-summary li") == [
        "Cette page est restée ouverte trop longtemps. Relisez, puis envoyez à nouveau : rien "
        "n’est perdu."
    ]
    assert [chosen for *_, chosen in boxes(soup)] == [False, False, True]
    assert decisions() == 0
    assert client.post(address(made), data=filled(soup, "enregistrer")).status_code == 302
    assert told(made) == (["Mme Kerbrat au CMP de Vitré."], True)


@pytest.mark.parametrize("path", ["donnees-personnelles", "tel-que-cite"])
def test_a_testimony_that_is_not_there(researcher: FlaskClient, path: str) -> None:
    soup = page(researcher, f"/recherche/temoignages/{NOBODY}/{path}", status=404)
    assert texts(soup, "h1") == ["Ce témoignage n’existe pas, ou n’existe plus"]
    assert researcher.get(f"/recherche/temoignages/abc/{path}").status_code == 404


def test_a_testimony_withdrawn_meanwhile(researcher: FlaskClient, testimony: Testimony) -> None:
    data = filled(page(researcher, address(testimony)), "tout")
    path = address(testimony)
    receipts.withdraw(db.session, testimony)
    db.session.commit()
    soup = reread(researcher.post(path, data=data), 404)
    assert texts(soup, "h1") == ["Ce témoignage n’existe pas, ou n’existe plus"]


def test_only_researchers_enter(signed_in: Any, client: FlaskClient, testimony: Testimony) -> None:
    quoted = address(testimony).replace("donnees-personnelles", "tel-que-cite")
    for path in (address(testimony), quoted):
        assert client.get(path).status_code == 302
        for role in (RoleName.STAFF, RoleName.ADMINISTRATOR):
            assert signed_in(role).get(path).status_code == 403
    assert client.post(address(testimony), data={"act": "tout"}).status_code == 302
    for role in (RoleName.STAFF, RoleName.ADMINISTRATOR):
        reply = signed_in(role).post(address(testimony), data={"act": "tout"})
        assert reply.status_code == 403
    assert decisions() == 0


def test_looking_changes_nothing(researcher: FlaskClient, testimony: Testimony) -> None:
    page(researcher, address(testimony))
    page(researcher, address(testimony).replace("donnees-personnelles", "tel-que-cite"))
    assert decisions() == 0
    assert pseudonyms.standing(db.session, testimony).review is None
