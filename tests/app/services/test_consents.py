"""Consents: what was said, in which words, since when; what may be quoted, and how signed."""

from collections.abc import Mapping
from datetime import date

import pytest
from flask import current_app
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.models import Consent, ConsentPurpose, QuotationDegree, Testimony
from app.models.base import today
from app.services import consents, receipts, testimonies
from forms.schema import Library, Purpose, Questionnaire, Value
from tests import factories

LONG_AGO = date(2026, 3, 2)
UNNAMED, FUNCTION = QuotationDegree.UNNAMED, QuotationDegree.FUNCTION
CITATION = "consentement_citation"


def library() -> Library:
    installed: Library = current_app.extensions["questionnaires"]
    return installed


def version(number: int) -> Questionnaire:
    return library().get("elu", number)


def told(session: Session, number: int = 2, **said: Value) -> Testimony:
    """A testimony of an élue, in one version of the words."""
    return testimonies.submit(
        session,
        version(number),
        {"consentement_participation": True} | said,
        submission_key="a" * 64,
        received_on=LONG_AGO,
    )


def state(testimony: Testimony) -> tuple[bool, QuotationDegree | None, str, date]:
    """What stands of the consent to be quoted."""
    kept = consents.of(testimony, ConsentPurpose.QUOTATION)
    assert kept is not None
    return kept.is_given, kept.degree, kept.wording, kept.given_on


@pytest.mark.parametrize(
    ("number", "said", "signed"),
    [
        (1, {}, None),
        (1, {CITATION: True}, UNNAMED),
        (2, {}, None),
        (2, {CITATION: "non"}, None),
        (2, {CITATION: "sans_nom"}, UNNAMED),
        (2, {CITATION: "fonction"}, FUNCTION),
    ],
)
def test_whether_and_how_a_passage_may_be_quoted(
    session: Session, number: int, said: Mapping[str, Value], signed: QuotationDegree | None
) -> None:
    testimony = told(session, number, **said)
    session.flush()
    session.expire_all()
    assert consents.attribution(testimony) is signed
    assert state(testimony) == (signed is not None, signed, f"elu.v{number}", LONG_AGO)


def test_a_testimony_never_asked_is_never_quoted(session: Session) -> None:
    testimony = told(session, **{CITATION: "fonction"})
    testimony.consents = []
    assert consents.attribution(testimony) is None


def test_what_was_given_before_degrees_is_without_any_name(session: Session) -> None:
    testimony = told(session, 1, **{CITATION: True})
    session.execute(update(Consent).values(degree=None))
    session.expire_all()
    assert consents.attribution(testimony) is UNNAMED


def test_taken_back_says_no_more_degree(session: Session) -> None:
    testimony = told(session, **{CITATION: "fonction"})
    assert consents.change(testimony, version(2), {}) == {Purpose.CITATION}
    session.flush()
    assert state(testimony) == (False, None, "elu.v2", today())


@pytest.mark.parametrize(
    ("number", "before", "after", "kept"),
    [
        (1, True, "sans_nom", (True, UNNAMED, "elu.v1", LONG_AGO)),
        (1, True, "fonction", (True, FUNCTION, "elu.v2", today())),
        (1, True, "non", (False, None, "elu.v2", today())),
        (2, "non", "non", (False, None, "elu.v2", LONG_AGO)),
        (2, "fonction", "sans_nom", (True, UNNAMED, "elu.v2", today())),
        (2, "fonction", "fonction", (True, FUNCTION, "elu.v2", LONG_AGO)),
    ],
)
def test_only_what_changes_takes_the_day_and_the_words(
    session: Session,
    number: int,
    before: Value,
    after: Value,
    kept: tuple[bool, QuotationDegree | None, str, date],
) -> None:
    testimony = told(session, number, **{CITATION: before})
    consents.change(testimony, version(2), {CITATION: after})
    session.flush()
    assert state(testimony) == kept


def test_the_consent_to_take_part_is_not_changed_by_the_way(session: Session) -> None:
    testimony = told(session)
    changed = consents.change(testimony, version(2), {"consentement_contact": True})
    assert changed == {Purpose.CONTACT}
    assert {each.purpose.value: each.is_given for each in testimony.consents} == {
        "participation": True,
        "citation": False,
        "contact": True,
    }


def test_what_was_never_asked_can_be_given_later(session: Session) -> None:
    testimony = told(session)
    testimony.consents = testimony.consents[:1]
    session.flush()
    consents.change(testimony, version(2), {CITATION: "fonction"})
    session.flush()
    assert state(testimony) == (True, FUNCTION, "elu.v2", today())


def test_a_box_amended_keeps_the_degree_given_since(session: Session) -> None:
    """The first version asks by a box, which says no degree: ticked again, it changes nothing."""
    testimony = told(session, 1, **{CITATION: True})
    consents.change(testimony, version(2), {CITATION: "fonction"})
    draft = receipts.reopen(session, testimony, version(1))
    assert draft.amends
    filled = consents.values(testimony, version(1))
    assert filled == {"consentement_participation": True, CITATION: True}
    receipts.amend(session, testimony, version(1), filled)
    assert state(testimony) == (True, FUNCTION, "elu.v2", today())
    receipts.amend(session, testimony, version(1), {"consentement_participation": True})
    assert state(testimony) == (False, None, "elu.v1", today())


def test_a_form_is_filled_with_what_stands(session: Session) -> None:
    testimony = told(session, **{CITATION: "fonction", "consentement_contact": True})
    assert consents.values(testimony, version(2)) == {
        "consentement_participation": True,
        CITATION: "fonction",
        "consentement_contact": True,
    }
    consents.take_back(testimony, consents.CHANGEABLE)
    assert consents.values(testimony, version(2)) == {
        "consentement_participation": True,
        CITATION: "non",
    }


def test_taking_back_needs_no_words(session: Session) -> None:
    testimony = told(session, **{CITATION: "fonction"})
    consents.take_back(testimony, [Purpose.PARTICIPATION, Purpose.CITATION])
    assert state(testimony) == (False, None, "elu.v2", today())
    participation = consents.of(testimony, ConsentPurpose.PARTICIPATION)
    assert participation is not None
    assert participation.is_given


@pytest.mark.parametrize(
    ("wording", "words"),
    [
        (
            "elu.v1",
            "J’accepte que des passages de mes réponses soient cités dans les guides, après "
            "retrait de ce qui permettrait de reconnaître quelqu’un.",
        ),
        (
            "elu.v2",
            "Des passages de vos réponses peuvent-ils être cités dans les guides\u00a0? "
            "Oui, sans aucun nom\u00a0: rien ne dira qui l’a écrit, ni où",
        ),
        ("elu.v9", None),
        ("ancien", None),
        ("ancien.vx", None),
    ],
)
def test_the_words_are_those_of_their_version(
    session: Session, wording: str, words: str | None
) -> None:
    testimony = told(session, **{CITATION: "sans_nom"})
    kept = consents.of(testimony, ConsentPurpose.QUOTATION)
    assert kept is not None
    kept.wording = wording
    assert consents.words(kept, library()) == words


def test_the_words_of_a_box_are_the_whole_of_it(session: Session) -> None:
    kept = consents.of(factories.testimony(session), ConsentPurpose.PARTICIPATION)
    assert kept is not None
    assert consents.words(kept, library()) == (
        "J’accepte de participer à l’appel. Mes réponses, même si elles touchent à la santé, "
        "peuvent être enregistrées et étudiées pour écrire les deux guides."
    )
