"""What the service tells of itself: defaults for each environment, and what is refused."""

from pathlib import Path

import pytest

from settings import watching
from settings.values import ConfigError


def test_lines_for_machines_in_production_for_people_elsewhere() -> None:
    assert watching.read({}, is_production=True)["LOG_FORMAT"] == "json"
    assert watching.read({}, is_production=False) == {
        "LOG_FORMAT": "text",
        "METRICS_TOKEN": None,
        "METRICS_FOLDER": None,
        "SLOW_QUERY_MILLISECONDS": 500,
        "LEAST_FREE_MEGABYTES": 200,
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("METRICS_TOKEN", "court"),
        ("METRICS_TOKEN", "seize caractères é"),
        ("PROMETHEUS_MULTIPROC_DIR", "/nulle/part"),
        ("LOG_FORMAT", "xml"),
        ("SLOW_QUERY_MILLISECONDS", "-1"),
    ],
)
def test_what_is_wrong_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        watching.read({name: value}, is_production=False)


def test_a_folder_is_taken(tmp_path: Path) -> None:
    read = watching.read({"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}, is_production=False)
    assert read["METRICS_FOLDER"] == tmp_path
