"""Web addresses and handles."""

import pytest

from tests.analysis.personal.found import words


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Voir https://exemple.org/clsm?a=1.", ["https://exemple.org/clsm?a=1"]),
        ("sur www.exemple.fr, oui", ["www.exemple.fr"]),
        ("le groupe facebook.com/gem.exemple", ["facebook.com/gem.exemple"]),
        ("mon insta : @lune_verte35.", ["@lune_verte35"]),
        ("C’est la fin.Les gens partent.", []),
        ("à la version 3.2.1", []),
    ],
)
def test_finds_links(text: str, links: list[str]) -> None:
    assert words(text, "URL") == links
