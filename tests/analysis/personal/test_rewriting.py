"""Accepted proposals applied, and only those."""

import pytest

from analysis.personal import Proposal, apply, apply_all, propose

TEXT = "Mme Kerbrat et Julie Kerbrat : 06 39 98 12 44 ou +33 6 39 98 12 44, KERBRAT."


def test_one_entity_keeps_one_pseudonym() -> None:
    assert apply(TEXT, propose(TEXT)).text == (
        "Mme [Nom 1] et [Prénom 1] [Nom 1] : [Téléphone 1] ou [Téléphone 1], [Nom 1]."
    )


def test_replaces_what_is_accepted_alone() -> None:
    accepted = [one for one in propose(TEXT) if one.type == "PHONE"]
    assert apply(TEXT, accepted).text == (
        "Mme Kerbrat et Julie Kerbrat : [Téléphone 1] ou [Téléphone 1], KERBRAT."
    )
    assert apply(TEXT, []).text == TEXT


def test_numbers_follow_those_that_are_there() -> None:
    text = "[Prénom 3] et Julie"
    assert apply(text, propose(text)).text == "[Prénom 3] et [Prénom 4]"


def test_disguised_addresses_are_one() -> None:
    text = "julie@exemple.fr, ou julie [at] exemple point fr"
    assert apply(text, propose(text)).text == "[Courriel 1], ou [Courriel 1]"


def test_tells_where_each_place_went() -> None:
    text = "Ici Mme Kerbrat parle"
    new = apply(text, propose(text))
    assert new.text == "Ici Mme [Nom 1] parle"
    assert [new.moved(at) for at in (0, 8, 10, 15, 16, 21)] == [0, 8, 8, 15, 16, 21]
    assert new.pieces == ((8, 15, 8, 15),)


def test_answers_of_a_testimony_share_their_pseudonyms() -> None:
    texts = ["Julie et Karim", "Karim et Julie"]
    new = apply_all(texts, [propose(text) for text in texts])
    assert [one.text for one in new] == ["[Prénom 1] et [Prénom 2]", "[Prénom 2] et [Prénom 1]"]


@pytest.mark.parametrize("spans", [[(0, 9)], [(0, 3), (2, 4)], [(3, 3)], [(-1, 2)]])
def test_refuses_what_does_not_fit(spans: list[tuple[int, int]]) -> None:
    accepted = [Proposal(start, end, "PER", "", ((start, end, "Prénom"),)) for start, end in spans]
    with pytest.raises(ValueError, match="sort du texte ou en recouvre une autre"):
        apply("Julie", accepted)
