"""Concordances: each place of a word on its line, sorted by what stands around it."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.services import concordances
from app.services.concordances import LEFT, MOST, PAGE_SIZE, RIGHT
from app.services.filters import Filters
from tests import factories

NEW = "La peur du maire.\nUne peur d’enfant, des PEURS anciennes."
OLD = "Sans peur."


@pytest.fixture
def two(session: Session) -> None:
    factories.testimony(
        session, answers={"demarche_elus": NEW, "region": "53"}, received_on=date(2026, 11, 5)
    )
    factories.testimony(session, answers={"mot_cle": OLD}, received_on=date(2026, 11, 4))


def around(session: Session, order: str = "", **wanted: str) -> list[str]:
    found = concordances.of(session, Filters(**wanted), order)
    return [f"{line.left}[{line.words}]{line.right}" for line in found.lines]


def test_each_place_is_a_line(session: Session, two: None) -> None:
    lines = [
        "La [peur] du maire. Une peur d’enfant, des PEURS anciennes.",
        "La peur du maire. Une [peur] d’enfant, des PEURS anciennes.",
        "La peur du maire. Une peur d’enfant, des [PEURS] anciennes.",
        "Sans [peur].",
    ]
    assert around(session, words="peur") == lines
    assert around(session, LEFT, words="peur") == [lines[2], lines[0], lines[3], lines[1]]
    assert around(session, RIGHT, words="peur") == [lines[3], lines[2], lines[1], lines[0]]
    assert around(session, words="peur", region="53") == lines[:3]
    assert around(session, words='"peur du"') == [lines[0].replace("[peur] du", "[peur du]")]
    assert around(session, words="") == around(session, words="-enfant") == []
    found = concordances.of(session, Filters(words="peur"))
    assert (found.testimonies, found.last_page, found.has_more) == (2, 1, False)


def test_a_line_leads_to_its_place_and_is_cut_between_words(session: Session) -> None:
    words = " ".join(f"mot{number}" for number in range(600))
    made = factories.testimony(session, answers={"demarche_elus": f"{words}\n{words}"})
    first, second = concordances.of(session, Filters(words="mot250")).lines
    assert first.left == " ".join(f"mot{number}" for number in range(242, 250)) + " "
    assert first.right == " " + " ".join(f"mot{number}" for number in range(251, 259))
    text = factories.free_text(made).text or ""
    assert [text[line.start : line.end] for line in (first, second)] == ["mot250"] * 2
    assert (first.start, second.start) == (text.index("mot250"), text.rindex("mot250"))
    assert first.position == factories.free_text(made).position


def test_too_many_lines_are_said_to_be_more(session: Session) -> None:
    factories.testimony(session, answers={"demarche_elus": "peur " * (MOST + 1)})
    found = concordances.of(session, Filters(words="peur"))
    assert (len(found.lines), found.has_more) == (MOST, True)
    assert found.last_page == MOST // PAGE_SIZE
    assert len(found.page(1)) == len(found.page(found.last_page)) == PAGE_SIZE
    assert found.page(found.last_page + 1) == []
    assert sum(1 for _ in concordances.lines(session, Filters(words="peur"))) == MOST + 1


def test_what_the_team_says_is_told(session: Session) -> None:
    text = (
        "Enquêtrice : Et les élus ?\nÉlue : Les élus président.\nPuis une élue parle.\nÉlue : Oui."
    )
    factories.interview(session, text=text)
    found = concordances.of(session, Filters(words="élus"))
    told = [(line.words, line.is_team) for line in concordances.shown(session, found.page(1))]
    assert told == [("élus", True), ("élus", False), ("élue", False)]
