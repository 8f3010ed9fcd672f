"""Numbers as people type them: those that can be dialled from France, and the others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services import phones


@pytest.mark.parametrize(
    "typed",
    [
        "0612345678",
        "06 12 34 56 78",
        " 06.12.34.56.78 ",
        "06-12-34-56-78",
        "06/12/34/56/78",
        "06\u00a012\u00a034\u00a056\u00a078",
        "06\u202f12\u202f34\u202f56\u202f78",
        "06‑12‑34‑56‑78",
        "(03) 20 00 00 00",
        "+33612345678",
        "+33 6 12 34 56 78",
        "+33 (0)6 12 34 56 78",
        "+33 06 12 34 56 78",
        "0033 6 12 34 56 78",
        "00 33 (0) 6 12 34 56 78",
        "0262 12 34 56",
        "+262 692 12 34 56",
        "+32 470 12 34 56",
        "00 352 27 12 34",
    ],
)
def test_a_number_that_can_be_dialled(typed: str) -> None:
    assert phones.is_phone(typed) is True


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "06",
        "06 12 34 56 7",
        "06 12 34 56 789",
        "00 00 00 00 00",
        "3114",
        "6 12 34 56 78",
        "+33 6 12 34 56",
        "+0 612345678",
        "+",
        "moi@exemple.fr",
        "06 12 34 56 78 le soir",
        "06 12 34 56 78 ou 03 20 00 00 00",
        "٠٦١٢٣٤٥٦٧٨",
        "06²2345678",
    ],
)
def test_what_nobody_could_dial(typed: str) -> None:
    assert phones.is_phone(typed) is False


@given(st.text(max_size=60))
def test_whatever_is_typed_is_judged(typed: str) -> None:
    assert phones.is_phone(typed) in {True, False}


@given(st.lists(st.sampled_from("0123456789"), min_size=8, max_size=8), st.sampled_from(" .-/"))
def test_separators_stand_where_they_like(digits: list[str], between: str) -> None:
    assert phones.is_phone("06" + between + between.join(digits)) is True


@pytest.mark.parametrize(
    ("typed", "ending"),
    [("06 12 34 56 78", "78"), ("+33 6 12 34 56 7 8.", "78"), ("", "")],
)
def test_the_last_digits(typed: str, ending: str) -> None:
    assert phones.last_digits(typed) == ending
