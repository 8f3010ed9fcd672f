"""What pages write in French: the same number is written the same in every room."""

import pytest
from flask import Flask


@pytest.mark.parametrize(
    ("part", "written"),
    [(0, "0\u00a0%"), (0.001, "<\u00a01\u00a0%"), (1 / 8, "13\u00a0%"), (1, "100\u00a0%")],
)
def test_shares_are_rounded_as_in_figures(app: Flask, part: float, written: str) -> None:
    assert app.jinja_env.filters["percent"](part) == written
