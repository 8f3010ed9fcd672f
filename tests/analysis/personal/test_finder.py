"""All finders together, on any text."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.personal import apply, apply_all, propose, propose_all

PIECES = """Mme|M.|Dr|rue|12|06|39|98|@|.|point|arobase|fr|Jean|de|La|né|le|n°|[Prénom 1]|«|»|'|-
|é|\u200b|＠|０６|KERBRAT|kerbrat|à|Lyon|Saint|www.|29600|J.|\ud800|İ|ß|ﬁ|𝐉|e\u0301| |"""
HARD = st.sampled_from(PIECES.split("|"))
TEXTS = st.one_of(st.text(), st.lists(HARD).map(" ".join), st.lists(HARD).map("".join))


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_any_text_gives_valid_offsets(text: str) -> None:
    proposals = propose(text)
    assert propose(text) == proposals
    end = 0
    for one in proposals:
        assert end <= one.start < one.end <= len(text)
        end = one.end
        place = one.start
        for start, stop, _ in one.parts:
            assert place <= start < stop <= one.end
            place = stop
    new = apply(text, proposals)
    for start, stop, new_start, new_stop in new.pieces:
        assert new.text[new_start:new_stop].startswith("[")
        assert (new.moved(start), new.moved(stop)) == (new_start, new_stop)
    assert new.moved(len(text)) == len(new.text)


@given(
    st.lists(st.sampled_from("0123456789"), min_size=8, max_size=8).map("".join),
    st.sampled_from(["", " ", ".", "-"]),
    st.text(alphabet="abcdefghij", min_size=1, max_size=20),
    st.text(max_size=50),
)
@settings(max_examples=200, deadline=None)
def test_what_is_found_does_not_remain(digits: str, mark: str, name: str, around: str) -> None:
    number = mark.join(("06", *(digits[at : at + 2] for at in range(0, 8, 2))))
    address = f"{name}@exemple.fr"
    text = f"{around}\nTél. {number}\nCourriel : {address}\n{around}"
    done = apply(text, propose(text)).text
    assert number not in done
    assert address not in done


SEEDS = """0|06 |1 |@|a@|A|A |J. |Mme |Mme Jean |12 rue de la |né à |« |[Prénom 1] |Jean-|zéro six |
Saint |e\u0301| arobase |a point """


@pytest.mark.parametrize("seed", SEEDS.replace("\n", "").split("|"))
def test_time_grows_with_the_text_and_no_faster(seed: str) -> None:
    """Four times the text takes four times as long, sixteen times if it grew with the square."""
    propose("Mme kerbrat")  # the lists are read

    def spent(length: int) -> float:
        text = (seed * (length // len(seed) + 1))[:length]
        start = time.process_time()
        apply(text, propose(text))
        return time.process_time() - start

    # A machine that does something else meanwhile slows one measure, not three.
    assert any(spent(200_000) < 9 * spent(50_000) + 0.05 for _ in range(3))


def test_a_name_learnt_in_one_answer_is_known_in_the_others() -> None:
    texts = ["Hier Abgrallez a parlé.", "C’est Mme Abgrallez qui préside."]
    proposals = propose_all(texts)
    assert [[one.reason for one in each] for each in proposals] == [
        ["nom déjà rencontré dans ce témoignage"],
        ["nom après « Mme »"],
    ]
    assert [one.text for one in apply_all(texts, proposals)] == [
        "Hier [Nom 1] a parlé.",
        "C’est Mme [Nom 1] qui préside.",
    ]


def test_a_text_already_treated_stays_as_it_is() -> None:
    text = "Mme Kerbrat vit à Lyon, 12 rue Pasteur, 06 39 98 12 44, et Julie aussi."
    once = apply(text, propose(text)).text
    assert once == "Mme [Nom 1] vit à [Commune 1], [Adresse 1], [Téléphone 1], et [Prénom 1] aussi."
    assert apply(once, propose(once)).text == once
