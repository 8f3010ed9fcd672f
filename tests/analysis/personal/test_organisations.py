"""Organisations with a name of their own."""

import pytest

from tests.analysis.personal.found import words


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("au GEM « Le Phare », le mardi", ["« Le Phare »"]),
        ("l’association Les Mains Ouvertes", ["Les Mains Ouvertes"]),
        ("au collège Jean-Moulin", ["Jean-Moulin"]),
        ("Le GEM, le CMP et l’association On se voit demain", []),
        ("l’hôpital qui dit « nos usagers »", []),
    ],
)
def test_finds_names_of_organisations(text: str, names: list[str]) -> None:
    assert words(text, "ORG") == names
