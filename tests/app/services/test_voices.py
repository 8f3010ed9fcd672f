"""Who speaks in a transcript, and what of it is read for themes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services import voices
from app.services.voices import Voice, find, heard


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Enquêtrice : Oui.", "Enquêtrice"),
        ("Enquêtrice\u00a0: Oui.", "Enquêtrice"),
        ("Enquêtrice:\u202fOui.", "Enquêtrice"),
        ("– Élue : Oui.", "Élue"),
        ("  - M. D. : Oui.", "M. D."),
        ("Q : Oui ?", "Q"),
        ("S01 :", "S01"),
        ("Mme  la maire :\tOui.", "Mme la maire"),
        ("[00:01:12] Élue : Oui.", "Élue"),
        ("(1:12) - Élue : Oui.", "Élue"),
        ("00:01:12.480 Élue : Oui.", "Élue"),
        ("Élue (00:01:12) : Oui.", "Élue"),
        ("Élue [1:12]: Oui.", "Élue"),
    ],
)
def test_a_turn_begins_with_a_name(line: str, name: str) -> None:
    assert find(f"Un titre\n{line}\nSuite.") == [Voice(name, 1)]


@pytest.mark.parametrize(
    "line",
    [
        "Il m’a dit une chose étonnante : oui.",
        "Alors, voilà : oui.",
        "Vraiment ? Oui : oui.",
        "14 h : la réunion",
        "00:01:12 : oui",
        "https://exemple.fr",
        "Élue",
        ": oui",
        "« Élue : oui »",
        "a" * 41 + " : oui",
    ],
)
def test_a_line_with_a_colon_is_not_always_a_turn(line: str) -> None:
    assert find(line) == []


def test_voices_are_counted_whatever_their_capitals_and_accents() -> None:
    text = "ENQUÊTRICE : Un ?\nÉlue : Deux.\nEnquêtrice : Trois ?\nEnquetrice : Quatre ?"
    assert find(text) == [Voice("ENQUÊTRICE", 3), Voice("Élue", 1)]


def test_a_text_of_many_names_offers_the_most_frequent() -> None:
    lines = [f"Voix {chr(65 + n)} : mot" for n in range(26)] + ["Voix Z : encore"]
    assert find("\n".join(lines))[0] == Voice("Voix Z", 2)
    assert len(find("\n".join(lines))) == voices.MOST


@pytest.mark.parametrize(
    ("name", "seems"),
    [
        ("Enquêtrice", True),
        ("ENQUÊTEUR 1", True),
        ("L'enquêtrice", True),
        ("Intervieweuse", True),
        ("Chercheur", True),
        ("Q", True),
        ("Interviewée", False),
        ("Quentin", False),
        ("Élue", False),
    ],
)
def test_who_seems_to_ask(name: str, seems: bool) -> None:
    assert Voice(name, 1).seems_to_ask is seems


def test_only_those_who_testify_are_heard() -> None:
    text = (
        "Entretien\nEnquêtrice : Et les élus ?\nEncore une question.\nÉlue : Le maire vient.\n"
        "Par exemple : en mars.\nEnquêtrice : Merci.\nÉlue : Voilà."
    )
    left = heard(text, ["enquêtrice"])
    assert len(left) == len(text)
    assert [line.strip(" ") for line in left.split("\n")] == [
        "Entretien",
        ".",
        "",
        ".      Le maire vient.",
        "Par exemple : en mars.",
        ".",
        ".      Voilà.",
    ]
    assert [n for n, letter in enumerate(left) if letter not in (text[n], " ", ".")] == []


def test_without_a_team_everything_is_heard() -> None:
    assert heard("Freins : le temps.\nFreins : l’argent.", []) == (
        "Freins : le temps.\nFreins : l’argent."
    )


def test_a_team_that_never_speaks_changes_no_words() -> None:
    assert heard("Élue : Oui.", ["Enquêtrice"]) == "Élue : Oui."


LINES = st.sampled_from(["Q : un", "Élue : deux", "trois", "", "  ", "Q :", "R : 🌿 e\u0301", ":"])


@given(st.lists(LINES, max_size=12).map("\n".join), st.lists(st.sampled_from(["Q", "R", "x"])))
def test_what_is_heard_is_always_in_its_place(text: str, team: list[str]) -> None:
    left = heard(text, team)
    assert len(left) == len(text)
    assert all(new in (old, " ", ".") for new, old in zip(left, text, strict=True))
    assert left.count("\n") == text.count("\n")


def test_a_line_without_end_is_looked_at_once() -> None:
    assert find(" " * 200_000 + "a" * 200_000 + ":" * 100_000) == []
