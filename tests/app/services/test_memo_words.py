"""Memos leave without the names that were replaced in their testimony."""

import pytest

from app.services.memo_words import replaced

FORMS = {
    "Jeanne Kerbrat": "[Nom 1]",
    "Jeanne": "[Prénom 1]",
    "Plouay": "[Commune 1]",
    "06 12": "[Téléphone 1]",
    "İ": "[X]",
}


@pytest.mark.parametrize(
    ("memo", "leaves"),
    [
        ("Appeler jeanne  KERBRAT, de Plouay.", "Appeler [Nom 1], de [Commune 1]."),
        ("Jeanne seule, et Jeannette", "[Prénom 1] seule, et Jeannette"),
        ("le 06\u00a012 (Plouay-sur-Mer)", "le [Téléphone 1] ([Commune 1]-sur-Mer)"),
        ("rien\nà changer", "rien\nà changer"),
        ("", ""),
    ],
)
def test_the_same_words_are_replaced(memo: str, leaves: str) -> None:
    assert replaced(memo, FORMS) == leaves


def test_without_pseudonyms_a_memo_is_as_written() -> None:
    assert replaced("Jeanne", {}) == replaced("Jeanne", {" ": "[X]"}) == "Jeanne"
