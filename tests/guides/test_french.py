"""Numbers as a French page prints them."""

import pytest

from guides.french import decimal


@pytest.mark.parametrize(
    ("value", "told"),
    [(0.844, "0,84"), (-0.02, "−0,02"), (-0.004, "0,00"), (0.0, "0,00"), (1.0, "1,00")],
)
def test_a_number_with_a_comma(value: float, told: str) -> None:
    assert decimal(value) == told
