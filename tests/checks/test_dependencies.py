"""What we stand on: never « nothing found » where nobody was asked."""

import pytest

from checks import dependencies
from checks.dependencies import NotAskedError

SKIPPED = {"name": "flask", "skip_reason": "Dependency not found on PyPI"}
CLEAN = {"name": "jinja2", "version": "3.1.6", "vulns": []}
WEAK = {
    "name": "jinja2",
    "version": "3.1.2",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.1.3"]}, {"id": "PYSEC-2", "fix_versions": []}],
}


def test_what_pip_audit_knows() -> None:
    assert dependencies.read_answer([CLEAN]) == ([], 0)
    assert dependencies.read_answer([WEAK, SKIPPED]) == (
        [
            "jinja2 3.1.2\u00a0: PYSEC-1, corrigé dans 3.1.3",
            "jinja2 3.1.2\u00a0: PYSEC-2, corrigé dans aucune version",
        ],
        1,
    )


def test_what_nobody_knows_is_not_called_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotAskedError, match="Le dépôt de paquets ne dit rien des failles"):
        dependencies.read_answer([SKIPPED, SKIPPED])

    def unreachable(_: list[str]) -> tuple[list[str], int]:
        raise NotAskedError("Pas de réseau.")

    monkeypatch.setattr(dependencies, "_ask", unreachable)
    assert dependencies.weaknesses(["rien==0"]) == (
        [],
        "Failles connues\u00a0: non vérifié. Pas de réseau.",
    )


def test_every_licence_is_read_and_accepted() -> None:
    names = [pin.split("==")[0] for pin in dependencies.pinned()]
    declared = dependencies.licences(names)
    assert {"flask", "psycopg", "spacy"} <= declared.keys()
    assert dependencies.refused(declared) == []
    assert dependencies.refused({"x": "GPL-3.0-or-later", "y": "inconnue", "z": "MIT"}) == [
        "x (GPL-3.0-or-later)",
        "y (inconnue)",
    ]
