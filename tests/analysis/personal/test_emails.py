"""E-mail addresses, disguised ones too."""

import pytest

from tests.analysis.personal.found import words


@pytest.mark.parametrize(
    "address",
    [
        "nadege.legoff@exemple.fr",
        "NADEGE@EXEMPLE.FR",
        "n.le-goff+clsm@mail.exemple.org",
        "nadege [at] exemple.fr",
        "nadege(at)exemple(point)fr",
        "nadege [arobase] exemple [dot] fr",
        "nadege arobase exemple point fr",
        "nadege point legoff arobase exemple point fr",
        "nadege AT exemple DOT fr",
        "nadege @ exemple . fr",
        "nadege＠exemple．fr",
        "accueil chez exemple.fr",
        "nad\u200bege@exem\u200bple.fr",
    ],
)
def test_finds_an_address_however_it_is_disguised(address: str) -> None:
    assert words(f"Écrire à {address}. Merci.", "EMAIL") == [address]


@pytest.mark.parametrize(
    "text",
    [
        "On se voit @ la cantine.",
        "Chez nous. Fin de l’histoire.",
        "Il est arrivé at home, point final.",
        "J’habite chez ma sœur.",
        "un point c’est tout",
        "@",
    ],
)
def test_leaves_the_rest(text: str) -> None:
    assert words(text, "EMAIL") == []
