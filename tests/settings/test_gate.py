"""The settings of the gate: what is usual, what is accepted, what is refused."""

import pytest

from settings import gate
from settings.values import ConfigError


def test_what_is_usual() -> None:
    assert gate.read({}) == {"GATE_LEAST_SECONDS": 3, "TRUSTED_PROXIES": 0}


def test_what_is_given() -> None:
    given = {"GATE_LEAST_SECONDS": "0", "TRUSTED_PROXIES": "2"}
    assert gate.read(given) == {"GATE_LEAST_SECONDS": 0, "TRUSTED_PROXIES": 2}


@pytest.mark.parametrize(
    ("name", "value", "most"),
    [
        ("GATE_LEAST_SECONDS", "61", 60),
        ("GATE_LEAST_SECONDS", "-1", 60),
        ("GATE_LEAST_SECONDS", "deux", 60),
        ("TRUSTED_PROXIES", "11", 10),
        ("TRUSTED_PROXIES", "true", 10),
    ],
)
def test_what_is_refused(name: str, value: str, most: int) -> None:
    with pytest.raises(ConfigError) as refused:
        gate.read({name: value})
    assert str(refused.value) == f"{name} vaut « {value} ». Donnez un nombre de 0 à {most}."
