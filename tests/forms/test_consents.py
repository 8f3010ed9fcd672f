"""What a consent says: the box of the first versions, the degrees of the following ones."""

import pytest

from forms.consents import answer, is_given, quotation
from forms.schema import Kind, Purpose, Question, Quotation, Value
from tests.forms.questions import CONSENT, QUOTATION, question

BOX = question(Kind.CONSENT, purpose=Purpose.CITATION)

SAID: list[tuple[Value | None, Quotation]] = [
    (None, Quotation.NOT_AT_ALL),
    (True, Quotation.UNNAMED),
    (False, Quotation.NOT_AT_ALL),
    ("non", Quotation.NOT_AT_ALL),
    ("sans_nom", Quotation.UNNAMED),
    ("fonction", Quotation.FUNCTION),
    ("oui", Quotation.NOT_AT_ALL),
    (["fonction"], Quotation.NOT_AT_ALL),
    (1, Quotation.NOT_AT_ALL),
]


@pytest.mark.parametrize(("value", "said"), SAID)
def test_how_far_somebody_agrees_to_be_quoted(value: Value | None, said: Quotation) -> None:
    assert quotation(value) is said


@pytest.mark.parametrize(
    ("asked", "value", "given"),
    [
        (CONSENT, True, True),
        (CONSENT, None, False),
        (CONSENT, "sans_nom", False),
        (QUOTATION, "sans_nom", True),
        (QUOTATION, "fonction", True),
        (QUOTATION, "non", False),
        (QUOTATION, None, False),
    ],
)
def test_a_consent_is_given_or_not(asked: Question, value: Value | None, given: bool) -> None:
    assert is_given(asked, value) is given


@pytest.mark.parametrize("said", list(Quotation))
def test_a_degree_is_answered_as_it_was_said(said: Quotation) -> None:
    assert quotation(answer(QUOTATION, said)) is said


def test_a_box_says_yes_or_nothing() -> None:
    assert [answer(BOX, said) for said in Quotation] == [None, True, True]
