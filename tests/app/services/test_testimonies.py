"""Testimonies: sent once, found by what they say and where they come from, turned page by page."""

from collections.abc import Iterable
from datetime import date

import pytest
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Answer, CaseVariable, Consent, Testimony
from app.services import testimonies
from app.services.testimonies import ConsentMissingError, Filters
from forms.schema import Value
from tests import factories

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


def found(session: Session, three: dict[str, Testimony], **wanted: str) -> set[str]:
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
    ({"words": "_"}, set()),
    ({"theme": "freins_participation"}, {"fear"}),
    ({"theme": "freins_participation", "words": "elue"}, set()),
    ({"theme": "mobiliser_elus"}, set()),
]


def test_filters_hold_together(session: Session, three: dict[str, Testimony]) -> None:
    factories.coding(session, three["fear"].answers[0], quote="J’avais PEUR de parler.")
    asked = [(wanted, found(session, three, **wanted)) for wanted, _ in LOOKED_FOR]
    assert asked == LOOKED_FOR


def test_a_page_holds_fifty_the_newest_day_first(session: Session) -> None:
    days = [date(2026, 10, 1 + number % 28) for number in range(53)]
    for day in days:
        factories.testimony(session, received_on=day)
    pages = [testimonies.page(session, Filters(), number) for number in (1, 2)]
    assert [len(page) for page in pages] == [50, 3]
    listed = [*pages[0], *pages[1]]
    assert [each.received_on for each in listed] == sorted(days, reverse=True)
    assert len({each.id for each in listed}) == 53
    assert [testimonies.pages(total) for total in (0, 1, 50, 51, 100, 101)] == [1, 1, 1, 2, 2, 3]


def test_neighbours_follow_the_list(session: Session) -> None:
    for number in range(7):
        audience = "elu" if number % 3 else "coordinateur"
        factories.testimony(
            session, questionnaire=audience, received_on=date(2026, 11, 1 + number // 3)
        )
    for filters in (Filters(), Filters(audience="elu")):
        listed = testimonies.page(session, filters, 1)
        around = [testimonies.neighbours(session, each, filters) for each in listed]
        assert ids(each.before for each in around) == ids([None, *listed[:-1]])
        assert ids(each.after for each in around) == ids([*listed[1:], None])


def ids(listed: Iterable[Testimony | None]) -> list[object]:
    return [each and each.id for each in listed]


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


def test_nothing_is_stored_without_consent(session: Session) -> None:
    questionnaire = current_app.extensions["questionnaires"].current("elu")
    with pytest.raises(ConsentMissingError):
        testimonies.submit(session, questionnaire, {"region": "53"}, submission_key="k")
    assert testimonies.count(session) == 0


def test_what_no_pipeline_has_read_waits(session: Session, three: dict[str, Testimony]) -> None:
    three["fear"].tagged_by = "essai 1"
    waiting = {three["mayor"].id, three["elu"].id}
    assert set(testimonies.waiting_for_tags(session)) == waiting
    assert set(testimonies.all_ids(session)) == set(session.scalars(select(Testimony.id)))
