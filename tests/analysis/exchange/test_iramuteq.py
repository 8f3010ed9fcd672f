"""A corpus for IRaMuTeQ, read back by a parser that shares nothing with what writes it."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.exchange import iramuteq

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def read(lines: list[str]) -> Iterator[tuple[dict[str, str], list[tuple[str, str]]]]:
    """The texts of a corpus as IRaMuTeQ's manual reads them: variables, then (theme, line)s."""
    variables, said, theme = None, [], ""
    for line in "\n".join(lines).split("\n"):
        if line.startswith("****"):
            if variables is not None:
                yield variables, said
            starred = [word for word in line.split(" ")[1:] if word]
            assert all(word[0] == "*" for word in starred)
            variables = dict(word[1:].split("_", 1) for word in starred)
            said, theme = [], ""
        elif line.startswith("-*"):
            theme = line[2:]
        elif line.strip():
            assert "*" not in line
            assert "_" not in line
            assert variables is not None
            said.append((theme, line))
    if variables is not None:
        yield variables, said


def test_a_text_with_its_variables_and_themes() -> None:
    lines = list(
        iramuteq.written(
            {"profil": "élu", "type_territoire": "Plutôt urbain", "œuvre": "", "id": "BCD234"},
            [("demarche_elus", "L’élu  dit :\r\n\r\n* « oui »\n-*non_lieu $5"), ("", " \n* ")],
        )
    )
    assert lines == [
        "**** *profil_elu *typeterritoire_ploturbain *oeuvre_nr *id_bcd234".replace(
            "plot", "plutot"
        ),
        "-*demarcheelus",
        "L'élu dit :\n« oui »\n- non lieu 5",
        "",
    ]
    assert list(read(lines)) == [
        (
            {
                "profil": "elu",
                "typeterritoire": "plutoturbain",
                "oeuvre": "nr",
                "id": "bcd234",
            },
            [("demarcheelus", line) for line in ("L'élu dit :", "« oui »", "- non lieu 5")],
        )
    ]


@pytest.mark.parametrize(
    ("value", "modality"),
    [
        ("1.0", "1"),
        ("0.5", "0virgule5"),
        ("1,50", "1virgule5"),
        ("10.0", "10"),
        ("-0.5", "moins0virgule5"),
        ("2011", "2011"),
        ("2A", "2a"),
        ("v1.5 bis", "v15bis"),
        ("…", "nr"),
    ],
)
def test_a_number_is_never_another_one(value: str, modality: str) -> None:
    ((variables, _),) = read(list(iramuteq.written({"temps": value}, [("", "Oui.")])))
    assert variables == {"temps": modality}


@given(st.decimals(min_value=0, max_value=10_000, places=2), st.integers(0, 10_000))
def test_two_numbers_never_share_a_modality(number: Decimal, other: int) -> None:
    is_same = iramuteq.modality(str(number)) == iramuteq.modality(str(other))
    assert is_same == (number == other)


def test_a_text_that_says_nothing_is_not_written() -> None:
    assert list(iramuteq.written({"id": "1"}, [("q", "*\n\t"), ("q", "")])) == []


@given(st.lists(st.tuples(words, st.lists(words, min_size=1, max_size=3)), max_size=4))
def test_whatever_is_typed_is_one_text_each(told: list[tuple[str, list[str]]]) -> None:
    kept, lines = [], []
    for number, (value, texts) in enumerate(told):
        said = list(
            iramuteq.written({"id": str(number), "v": value}, [("q", each) for each in texts])
        )
        kept += [str(number)] if said else []
        lines += said
    found = list(read(lines))
    assert [variables["id"] for variables, _ in found] == kept
    assert all(theme == "q" for _, said in found for theme, _ in said)


@pytest.mark.parametrize("text", ["l’élu", "œuvre à faire", "aujourd'hui, 100 % !"])
def test_words_and_punctuation_stay(text: str) -> None:
    assert iramuteq.clean(text) == text.replace("’", "'")
