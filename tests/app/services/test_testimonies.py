"""Testimonies: sent once, found by what they say and where they come from, turned page by page."""

from datetime import date
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Answer, CaseVariable, Consent, Decision, Testimony, Verdict
from app.services import summaries, testimonies
from app.services.testimonies import ConsentMissingError, Filters
from forms.schema import Value
from tests import factories
from tests.tagging import waiting

MAYOR = "Nous avons rencontré l’Élue au café. Elle a dit : « 100 % d’accord »."
FEAR = "J’avais PEUR de parler.\nUne œuvre à faire ensemble."


@pytest.fixture
def three(session: Session) -> dict[str, Testimony]:
    """A coordinator of Brittany, another of nowhere, an élue of Brittany."""
    return {
        "mayor": factories.testimony(
            session,
            answers={"region": "53", "demarche_elus": MAYOR, "conseil_collegue": "Osez."},
            received_on=date(2026, 11, 3),
        ),
        "fear": factories.testimony(
            session, answers={"demarche_elus": FEAR}, received_on=date(2026, 11, 5)
        ),
        "elu": factories.testimony(
            session,
            questionnaire="elu",
            answers={"region": "53"},
            received_on=date(2026, 11, 3),
        ),
    }


def found(session: Session, three: dict[str, Testimony], **wanted: Any) -> set[str]:
    names = {testimony.id: name for name, testimony in three.items()}
    shown = testimonies.page(session, Filters(**wanted), 1)
    assert len(shown) == testimonies.count(session, Filters(**wanted))
    return {names[testimony.id] for testimony in shown}


LOOKED_FOR: list[tuple[dict[str, str], set[str]]] = [
    ({}, {"mayor", "fear", "elu"}),
    ({"audience": "coordinateur"}, {"mayor", "fear"}),
    ({"region": "53"}, {"mayor", "elu"}),
    ({"region": "53", "audience": "elu"}, {"elu"}),
    ({"words": "elue"}, {"mayor"}),
    ({"words": "ÉLUE osez"}, {"mayor"}),
    ({"words": "élue peur"}, set()),
    ({"words": "peur oeuvre"}, {"fear"}),
    ({"words": "d'accord"}, {"mayor"}),
    ({"words": "100"}, {"mayor"}),
    ({"words": "10%"}, set()),
    ({"words": "rencontres"}, {"mayor"}),
    ({"words": '"rencontrer"'}, set()),
    ({"words": "elue OU peur"}, {"mayor", "fear"}),
    ({"words": "-peur"}, {"mayor", "elu"}),
    ({"theme": "freins_participation"}, {"fear"}),
    ({"theme": "freins_participation", "words": "elue"}, set()),
    ({"theme": "mobiliser_elus"}, set()),
]


def test_filters_hold_together(session: Session, three: dict[str, Testimony]) -> None:
    factories.coding(session, three["fear"].answers[0], quote="J’avais PEUR de parler.")
    asked = [(wanted, found(session, three, **wanted)) for wanted, _ in LOOKED_FOR]
    assert asked == LOOKED_FOR


WHERE: list[tuple[dict[str, Any], set[str]]] = [
    ({"department": "44"}, {"town"}),
    ({"department": "53"}, set()),
    ({"territory": "rural"}, {"fields"}),
    ({"priority": "oui"}, {"town"}),
    ({"priority": "non"}, {"fields"}),
    ({"department": "non-precise"}, {"fields", "told"}),
    ({"territory": "non-precise"}, {"told"}),
    ({"clsm": "CLSM d’Erdre"}, {"town"}),
    ({"questionnaire": "elu"}, {"fields"}),
    ({"questionnaire": "coordinateur"}, {"town", "told"}),
    ({"channel": "entretien"}, set()),
    ({"since": date(2026, 11, 4)}, {"fields", "told"}),
    ({"until": date(2026, 11, 4)}, {"town", "fields"}),
    ({"since": date(2026, 11, 4), "until": date(2026, 11, 4), "priority": "non"}, {"fields"}),
]


def test_testimonies_are_found_by_where_and_when(session: Session) -> None:
    town = {
        "departement": "44",
        "type_territoire": "urbain",
        "quartiers_prioritaires": True,
        "clsm": "CLSM d’Erdre",
    }
    fields = {"type_territoire": "rural", "quartiers_prioritaires": False}
    made = {
        "town": factories.testimony(session, answers=town, received_on=date(2026, 11, 3)),
        "fields": factories.testimony(
            session, questionnaire="elu", answers=fields, received_on=date(2026, 11, 4)
        ),
        "told": factories.testimony(session, received_on=date(2026, 11, 5)),
    }
    assert [(wanted, found(session, made, **wanted)) for wanted, _ in WHERE] == WHERE


BORNE: list[tuple[dict[str, Any], set[str]]] = [
    ({"theme": "acces_soins"}, {"proposed", "held"}),
    ({"theme": "acces_soins", "state": "propose"}, {"proposed"}),
    ({"theme": "acces_soins", "state": "garde"}, {"held"}),
    ({"theme": "acces_soins", "state": "rejete"}, {"rejected"}),
    ({"theme": "mobiliser_elus"}, {"proposed"}),
    ({"theme": "acces_soins", "beside": "mobiliser_elus"}, {"proposed"}),
    ({"theme": "freins_participation"}, set()),
    ({"state": "tient"}, {"proposed", "held"}),
    ({"state": "propose"}, {"proposed"}),
    ({"state": "garde"}, {"held"}),
    ({"state": "rejete"}, {"rejected"}),
]


def test_a_theme_is_found_where_it_stands(session: Session) -> None:
    made = {name: factories.testimony(session, answers={"mot_cle": "Oser"}) for name in BORNE_BY}
    codings = {
        name: [factories.coding(session, made[name].answers[0], theme) for theme in themes]
        for name, themes in BORNE_BY.items()
    }
    session.add(Decision(coding_id=codings["rejected"][0].id, verdict=Verdict.REJECTED))
    session.add(
        Decision(coding_id=codings["held"][0].id, verdict=Verdict.CORRECTED, theme="acces_soins")
    )
    session.flush()
    assert [(wanted, found(session, made, **wanted)) for wanted, _ in BORNE] == BORNE
    counts = [summaries.excerpts(session, Filters(**wanted)) for wanted, _ in BORNE]
    assert counts == [2, 1, 1, 1, 1, 2, 0, 3, 2, 1, 1]


BORNE_BY = {
    "proposed": ["acces_soins", "mobiliser_elus"],
    "rejected": ["acces_soins"],
    "held": ["freins_participation"],  # corrected: acces_soins
}


def test_a_page_holds_fifty_the_newest_day_first(session: Session) -> None:
    days = [date(2026, 10, 1 + number % 28) for number in range(53)]
    for day in days:
        factories.testimony(session, received_on=day)
    pages = [testimonies.page(session, Filters(), number) for number in (1, 2)]
    assert [len(page) for page in pages] == [50, 3]
    listed = [*pages[0], *pages[1]]
    assert [each.received_on for each in listed] == sorted(days, reverse=True)
    assert len({each.id for each in listed}) == 53
    last = pages[0][-1]
    assert list(testimonies.page(session, Filters(), 2, after=last)) == list(pages[1])
    assert [testimonies.pages(total) for total in (0, 1, 50, 51, 100, 101)] == [1, 1, 1, 2, 2, 3]


def test_the_same_submission_is_one_testimony(session: Session) -> None:
    questionnaire = current_app.extensions["questionnaires"].current("elu")
    values: dict[str, Value] = {
        "consentement_participation": True,
        "region": "53",
        "quartiers_prioritaires": True,
    }
    sent = [
        testimonies.submit(session, questionnaire, values, submission_key="k" * 64)
        for _ in range(2)
    ]
    assert sent[0] is sent[1]
    assert session.scalars(select(Answer.value).order_by(Answer.position)).all() == ["53", True]
    variables = select(CaseVariable.name, CaseVariable.value).order_by(CaseVariable.name)
    assert [tuple(row) for row in session.execute(variables)] == [
        ("quartiers_prioritaires", "oui"),
        ("region", "53"),
    ]
    consents = select(Consent.purpose, Consent.is_given).order_by(Consent.purpose)
    assert [tuple(row) for row in session.execute(consents)] == [
        ("citation", False),
        ("contact", False),
        ("participation", True),
    ]


def test_no_two_testimonies_bear_one_reference(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = factories.testimony(session)
    drawn = iter([first.reference, first.reference, "ZZZZZZ"])
    monkeypatch.setattr(testimonies, "new_reference", lambda: next(drawn))
    assert factories.testimony(session).reference == "ZZZZZZ"
    assert list(drawn) == []


def test_nothing_is_stored_without_consent(session: Session) -> None:
    questionnaire = current_app.extensions["questionnaires"].current("elu")
    with pytest.raises(ConsentMissingError):
        testimonies.submit(session, questionnaire, {"region": "53"}, submission_key="k")
    assert testimonies.count(session) == 0


def test_what_no_pipeline_has_read_waits(session: Session, three: dict[str, Testimony]) -> None:
    three["fear"].tagged_by = "essai 1"
    assert set(waiting(session)) == {three["mayor"].id, three["elu"].id}
    assert set(testimonies.all_ids(session)) == set(session.scalars(select(Testimony.id)))
