"""An interview comes in: its text read, checked, and stored with its consents."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models import ConsentPurpose
from app.models.base import today
from app.services import receipts, transcript_files
from app.views import transcript_forms
from app.views.transcripts import MOST_SENT, NEW_VOICES
from tests import factories
from tests.documents import word
from tests.reading import page, texts
from tests.transcripts import (
    CHECK,
    FORM,
    NEW,
    SHOWN,
    TOLD,
    count,
    errors,
    filled,
    read,
    send,
    send_file,
    store,
    the_one,
    title,
)


def test_the_first_page_asks_who_was_met_and_for_the_text(researcher: FlaskClient) -> None:
    soup = page(researcher, NEW)
    assert texts(soup, "#audience label") == [
        "Coordinatrice ou coordinateur de CLSM",
        "Élue ou élu",
        "Usagère ou usager",
        "Proche, aidante ou aidant",
    ]
    names = [str(field["name"]) for field in soup.select("main form [name]")]
    assert list(dict.fromkeys(names)) == ["audience", "file", "text"]


@pytest.mark.parametrize("path", [CHECK, "/recherche/entretiens/remise/inconnue"])
def test_what_is_not_there_leads_back(researcher: FlaskClient, path: str) -> None:
    reply = researcher.get(path)
    if path == CHECK:
        assert (reply.status_code, reply.location) == (302, NEW)
    else:
        assert (reply.status_code, title(reply)) == (
            404,
            "Cette feuille n’est plus montrée - Recueil",
        )


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("path", [NEW, CHECK, "/recherche/entretiens/remise/x"])
def test_only_researchers_enter(
    client: FlaskClient, staff: FlaskClient, method: str, path: str
) -> None:
    assert getattr(client, method)(path).status_code == 302
    assert getattr(staff, method)(path).status_code == 403


def test_an_unknown_profile_has_no_page(researcher: FlaskClient) -> None:
    assert send(researcher, CHECK.replace("elu", "maire"), **FORM).status_code == 404


def test_a_file_is_read_and_shown_to_be_checked(researcher: FlaskClient) -> None:
    reply = send_file(researcher, word("Enquêtrice : Et ?", "Élue : Oui.", "Élue : Non."))
    assert reply.status_code == 200
    sent = filled(read(reply))
    assert sent["text"] == "Enquêtrice : Et ?\nÉlue : Oui.\nÉlue : Non."
    assert (sent["shown"], sent["q_voix_equipe"]) == (SHOWN, "Enquêtrice")
    assert texts(read(reply), "#q_voix_equipe label") == [
        "Élue (2\u00a0prises de parole)".replace("\u00a0", " "),
        "Enquêtrice (1 prise de parole)",
    ]
    assert "q_consentement_participation" not in sent
    assert count() == 0


def test_words_are_kept_exactly_as_typed(researcher: FlaskClient) -> None:
    typed = "\n\n  <b>Élue & co</b> 👩‍🏫\n\te\u0301lue : « non »\n  "
    first = read(send(researcher, audience="elu", text=typed.replace("\n", "\r\n")))
    sent = filled(first)
    assert sent["text"] == typed
    agreed = {name: FORM[name] for name in ("q_consentement_participation", "q_mode_accord")}
    reply = send(researcher, CHECK, **(sent | agreed | {"held_on": "2026-11-03"}))
    assert reply.status_code == 302, errors(reply)
    assert factories.free_text(the_one()).text == typed


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({}, "Profil de la personne\u00a0: Choisissez une des réponses proposées."),
        (
            {"audience": "elu"},
            "Fichier de la transcription ou des notes\u00a0: "
            "Choisissez un fichier, ou écrivez le texte dans la case.",
        ),
        (
            {"audience": "elu", "text": " \n "},
            "Fichier de la transcription ou des notes\u00a0: "
            "Choisissez un fichier, ou écrivez le texte dans la case.",
        ),
        (
            {"audience": "elu", "text": "mot", "file": (io.BytesIO(b"mot"), "a.txt")},
            "Fichier de la transcription ou des notes\u00a0: Choisissez un fichier ou écrivez le "
            "texte, pas les deux. Le texte écrit est resté dans la case.",
        ),
        (
            {"audience": "elu", "file": (io.BytesIO(b"%PDF"), "a.pdf")},
            "Fichier de la transcription ou des notes\u00a0: Ce fichier est un PDF, que Recueil ne "
            f"lit pas. {transcript_files.HOW}",
        ),
        (
            {"audience": "elu", "file": (io.BytesIO(b""), "vide.txt")},
            f"Fichier de la transcription ou des notes\u00a0: {transcript_files.EMPTY}",
        ),
        (
            {"audience": "elu", "file": (io.BytesIO(b"a" * (11 * 2**20)), "gros.txt")},
            f"Fichier de la transcription ou des notes\u00a0: {transcript_files.TOO_BIG}",
        ),
    ],
)
def test_what_is_wrong_with_the_beginning_is_said(
    researcher: FlaskClient, data: dict[str, Any], error: str
) -> None:
    reply = send(researcher, **data)
    assert reply.status_code == 422
    assert " ".join(error.split()) in errors(reply)
    assert title(reply) == "Erreur : Entrer un entretien - Recueil"
    assert filled(read(reply))["text"] == data.get("text", "")


def test_far_too_big_is_said_on_a_page(researcher: FlaskClient) -> None:
    reply = send_file(researcher, b"a" * (MOST_SENT + 1))
    assert (reply.status_code, title(reply)) == (413, "Ce fichier est trop gros - Recueil")


def test_other_pages_take_no_more_than_before(researcher: FlaskClient) -> None:
    reply = researcher.post("/compte/mot-de-passe", data={"password": "a" * 2**21})
    assert reply.status_code == 413


def test_an_interview_is_stored_with_its_consents(researcher: FlaskClient, app: Flask) -> None:
    reply = store(researcher, agreed_on="02/11/2026")
    assert reply.status_code == 302, errors(reply)
    made = the_one()
    assert receipts.values(made) == {
        "transcription": TOLD,
        "voix_equipe": ["Enquêtrice"],
        "mode_accord": "oral",
        "region": "53",
        "mandat": "maire",
    }
    assert made.received_on == date(2026, 11, 3)
    assert {each.purpose: (each.is_given, each.given_on) for each in made.consents} == {
        ConsentPurpose.PARTICIPATION: (True, date(2026, 11, 2)),
        ConsentPurpose.QUOTATION: (True, date(2026, 11, 2)),
    }
    assert len(app.extensions["huey"].pending()) == 1


def test_without_another_day_the_agreement_is_of_the_interview(researcher: FlaskClient) -> None:
    store(researcher, q_consentement_citation=None)
    said = {each.purpose: (each.is_given, each.given_on) for each in the_one().consents}
    assert said == {
        ConsentPurpose.PARTICIPATION: (True, date(2026, 11, 3)),
        ConsentPurpose.QUOTATION: (False, date(2026, 11, 3)),
    }


def test_notes_are_another_question(researcher: FlaskClient) -> None:
    store(researcher, kind="notes", text="Le maire préside.", shown="", q_voix_equipe=None)
    assert receipts.values(the_one()) == {
        "notes": "Le maire préside.",
        "mode_accord": "oral",
        "region": "53",
        "mandat": "maire",
    }


TOMORROW = (today() + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"held_on": ""}, "Jour de l’entretien : Donnez le jour de l’entretien."),
        ({"held_on": "hier"}, "Jour de l’entretien : Donnez un jour, par exemple 03/12/2026."),
        (
            {"held_on": TOMORROW},
            "Jour de l’entretien : L’entretien ne peut pas être dans le futur. Vérifiez le jour.",
        ),
        (
            {"held_on": "0026-11-03"},
            "Jour de l’entretien : Vérifiez l’année : 26 est trop ancienne.",
        ),
        (
            {"agreed_on": TOMORROW},
            "Jour de l’accord : L’accord ne peut pas être dans le futur. Vérifiez le jour.",
        ),
        ({"kind": "film"}, "Nature du texte : Choisissez une des réponses proposées."),
        ({"kind": None}, "Nature du texte : Choisissez une des réponses proposées."),
        (
            {"text": " \n", "shown": ""},
            "Le texte : Le texte est vide. Écrivez-le ou collez-le dans la case.",
        ),
        (
            {"q_mode_accord": None},
            "Comment l’accord a-t-il été donné ? : Choisissez une réponse pour continuer.",
        ),
        (
            {"q_mandat": "roi"},
            "Quel est son mandat principal ? : Choisissez une des réponses proposées.",
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    researcher: FlaskClient, changes: dict[str, Any], error: str
) -> None:
    reply = store(researcher, **changes)
    assert (reply.status_code, errors(reply), count()) == (422, [error], 0)
    assert title(reply) == "Erreur : Vérifier l’entretien - Recueil"
    kept = filled(read(reply))
    assert kept["text"] == changes.get("text", TOLD)
    assert kept["q_region"] == "53"


def test_without_the_consent_nothing_is_kept(researcher: FlaskClient) -> None:
    reply = store(researcher, q_consentement_participation=None)
    asked = (
        "J’accepte que notre entretien soit écrit, gardé et étudié pour préparer les deux guides, "
        "même s’il touche à la santé. Je peux changer d’avis à tout moment."
    )
    assert errors(reply) == [f"{asked} : {transcript_forms.NO_CONSENT}"]
    assert count() == 0


def test_a_text_too_long_is_refused_with_all_of_it(researcher: FlaskClient) -> None:
    long = "é" * 500_001
    reply = store(researcher, text=long, shown="")
    assert errors(reply) == [
        "Le texte : Votre texte est trop long pour cette case : 500 000 signes au plus. "
        "Raccourcissez-le de 1 signe ; il reste affiché pour cela."
    ]
    assert filled(read(reply))["text"] == long


def test_new_voices_are_asked_about_before_storing(researcher: FlaskClient) -> None:
    reply = store(researcher, text=TOLD + "\nObservateur : Merci.")
    assert reply.status_code == 422
    assert errors(reply) == [f"Voix de l’équipe de recherche dans le texte : {NEW_VOICES}"]
    sent = filled(read(reply))
    assert (sent["shown"], sent["q_voix_equipe"]) == (
        "Élue\nEnquêtrice\nObservateur",
        "Enquêtrice",
    )
    assert send(researcher, CHECK, **sent).status_code == 302


def test_voices_are_looked_for_again_without_storing(researcher: FlaskClient) -> None:
    reply = store(researcher, text="Q : Un ?\nR : Deux.", voices="1", held_on="")
    assert (reply.status_code, errors(reply), count()) == (200, [], 0)
    assert texts(read(reply), "#q_voix_equipe label") == [
        "Q (1 prise de parole)",
        "R (1 prise de parole)",
    ]


def test_a_ticked_voice_that_left_the_text_is_let_go(researcher: FlaskClient) -> None:
    assert store(researcher, text="Élue : Oui.", q_voix_equipe="Enquêtrice").status_code == 302
    assert "voix_equipe" not in receipts.values(the_one())


def test_an_old_token_loses_nothing(app: Flask, researcher: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    expired = (
        "Cette page est restée ouverte trop longtemps. Relisez, puis envoyez à nouveau : "
        "rien n’est perdu."
    )
    first = send(researcher, audience="elu", text=TOLD, csrf_token="vieux")
    assert (first.status_code, errors(first)) == (422, [expired])
    assert filled(read(first))["text"] == TOLD
    reply = store(researcher, csrf_token="vieux")
    assert (reply.status_code, errors(reply), count()) == (422, [expired], 0)
    again = filled(read(reply))
    assert (again["text"], again["q_mandat"]) == (TOLD, "maire")
    stored = send(researcher, CHECK, **again)
    assert (stored.status_code, count()) == (302, 1)
    researcher.post(str(stored.location), data={"csrf_token": "vieux"})
    assert page(researcher, str(stored.location)).select_one(".receipt-code") is not None
