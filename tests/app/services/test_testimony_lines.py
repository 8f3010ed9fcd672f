"""What a line must say: nothing enters that a form would have refused."""

import json
from typing import Any

import pytest
from flask import Flask, current_app

from app.services.testimony_lines import BadLineError, Line, named, said

ID = "6f1f3a52-5d2c-4a43-9f0b-0c7d3f6b1a11"
ASKED_NOT = "Son questionnaire ne demande pas «\u00a0{}\u00a0» ({})."
REFUSED = "La réponse à «\u00a0{}\u00a0» n’est pas de celles que la question accepte."
NO_ID = "«\u00a0{}\u00a0» manque ou n’est pas un UUID."


def line(**changes: Any) -> dict[str, Any]:
    whole = {
        "id": ID,
        "questionnaire": "elu.v2",
        "recu_le": "2026-11-03",
        "valeurs": {"region": "28", "delegation_sante": True},
        "reponses": [{"id": ID, "question": "venue", "texte": "Le maire."}],
    }
    return {name: value for name, value in (whole | changes).items() if value is not ...}


def reason(raw: bytes) -> str:
    with pytest.raises(BadLineError) as refused:
        said(named(Line(3, raw)), current_app.extensions["questionnaires"])
    return str(refused.value)


def answer(**changes: Any) -> list[dict[str, Any]]:
    return [{"id": ID, "question": "venue", "texte": "Le maire."} | changes]


def test_a_line_that_says_little_is_enough(app: Flask) -> None:
    library = app.extensions["questionnaires"]
    read = said(named(Line(1, b"\xef\xbb\xbf" + json.dumps(line()).encode())), library)
    assert (read.questionnaire.slug, read.questionnaire.version) == ("elu", 2)
    assert read.values == {"region": "28", "delegation_sante": True, "venue": "Le maire."}
    assert (read.reference, read.received_on.isoformat()) == ("", "2026-11-03")
    chosen = json.dumps(line(questionnaire=...)).encode()
    assert said(named(Line(1, chosen)), library, "elu.v1").questionnaire.version == 1


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b'{"id": ', "Cette ligne n’est pas du JSON, ou elle est coupée."),
        (b"[" * 100_000, "Cette ligne n’est pas du JSON, ou elle est coupée."),
        (b"\xff{}", "Cette ligne n’est pas en UTF-8."),
        (b"[]", "Cette ligne n’est pas un témoignage\u00a0: un objet JSON est attendu."),
    ],
)
def test_what_is_no_object_is_refused(app: Flask, raw: bytes, told: str) -> None:
    assert reason(raw) == told


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"id": ...}, NO_ID.format("id")),
        ({"id": 12}, NO_ID.format("id")),
        (
            {"questionnaire": ...},
            "Son questionnaire n’est pas dit («\u00a0elu.v2\u00a0» par exemple).",
        ),
        ({"questionnaire": "elu.v99"}, "Son questionnaire, elu.v99, n’est pas installé ici."),
        ({"profil": "usager"}, "«\u00a0profil\u00a0» n’est pas celui du questionnaire, elu."),
        (
            {"canal": "interview"},
            "«\u00a0canal\u00a0» n’est pas celui du questionnaire, questionnaire.",
        ),
        ({"recu_le": "hier"}, "«\u00a0recu_le\u00a0» manque ou n’est pas une date (2026-11-03)."),
        ({"recu_le": "9999-01-01"}, "«\u00a0recu_le\u00a0» est un jour à venir."),
        ({"valeurs": ...}, "«\u00a0valeurs\u00a0» manque ou n’a pas la forme attendue."),
        ({"reponses": {}}, "«\u00a0reponses\u00a0» manque ou n’a pas la forme attendue."),
        ({"reponses": ["mot"]}, "«\u00a0reponses\u00a0» n’a pas la forme attendue."),
        ({"valeurs": {"lune": "28"}}, ASKED_NOT.format("lune", "valeurs")),
        ({"valeurs": {"venue": "mot"}}, ASKED_NOT.format("venue", "valeurs")),
        (
            {"valeurs": {"consentement_contact": True}},
            ASKED_NOT.format("consentement_contact", "valeurs"),
        ),
        ({"valeurs": {"region": "lune"}}, REFUSED.format("region")),
        ({"valeurs": {"region": {"28": 1}}}, REFUSED.format("region")),
        ({"valeurs": {"delegation_sante": "oui"}}, REFUSED.format("delegation_sante")),
        ({"valeurs": {"aisance": 10**400}}, REFUSED.format("aisance")),
        ({"valeurs": {"declencheurs": [1]}}, REFUSED.format("declencheurs")),
        ({"reponses": answer(question="region")}, ASKED_NOT.format("region", "reponses")),
        ({"reponses": answer(id="")}, NO_ID.format("id de réponse")),
        ({"reponses": answer() * 2}, "«\u00a0venue\u00a0» a deux réponses."),
        (
            {"reponses": answer(texte=" ")},
            "La réponse à «\u00a0venue\u00a0» est vide ou n’est pas un texte.",
        ),
        (
            {"reponses": answer(texte="a" * 200_001)},
            "La réponse à «\u00a0venue\u00a0» est trop longue.",
        ),
        (
            {"reponses": answer(texte="a\ud800")},
            "La réponse à «\u00a0venue\u00a0» contient des signes qui ne s’écrivent pas.",
        ),
        (
            {"reponses": answer(texte="a\0")},
            "La réponse à «\u00a0venue\u00a0» contient des signes qui ne s’écrivent pas.",
        ),
    ],
)
def test_what_a_form_would_refuse_is_refused(
    app: Flask, changes: dict[str, Any], told: str
) -> None:
    assert reason(json.dumps(line(**changes)).encode()) == told


def test_a_line_too_long_is_refused(app: Flask) -> None:
    with pytest.raises(BadLineError, match="trop longue\u00a0: 16 Mo au plus"):
        named(Line(3, b"", is_whole=False))
