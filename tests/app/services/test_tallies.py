"""Tallies: SQL counts what counting by hand would, and every figure opens that many testimonies."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import current_app
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from analysis.tally import Count, CrossTab, cross
from app.models import Decision, Verdict
from app.services import tallies, testimonies
from app.services.tallies import Tally
from app.services.testimonies import Filters
from forms.kinds import is_text
from tests import factories

THEMES = ("mobiliser_elus", "freins_participation", "acces_soins")
AUDIENCES = ("coordinateur", "elu", "usager", "aidant")
REGIONS = ("53", "11")
TEXT = "a" * 30
# A testimony: its profile, its region, and on each of two answers the themes and where they begin.
ANSWER = st.sets(st.tuples(st.sampled_from(THEMES), st.integers(0, 3)), max_size=5)
CALL = st.lists(
    st.tuples(st.sampled_from(AUDIENCES), st.sampled_from((*REGIONS, "")), ANSWER, ANSWER),
    max_size=8,
)
Written = tuple[str, str, set[tuple[str, int]], set[tuple[str, int]]]


def count(session: Session, **wanted: str) -> Tally:
    return tallies.count(session, themes=THEMES, audiences=AUDIENCES, filters=Filters(**wanted))


def write(session: Session, audience: str, region: str, *answers: set[tuple[str, int]]) -> None:
    slug = audience
    questionnaire = current_app.extensions["questionnaires"].current(slug)
    questions = [question for question in questionnaire.questions if is_text(question.kind)]
    values = {question.id: TEXT for question in questions[:2]} | (
        {"region": region} if region else {}
    )
    made = factories.testimony(session, questionnaire=slug, answers=values)
    texts = [answer for answer in made.answers if answer.text]
    for answer, codings in zip(texts, answers, strict=True):
        for theme, start in codings:
            factories.coding(session, answer, theme, start=start)


def by_hand(call: list[Written], region: str) -> CrossTab:
    kept = [(number, each) for number, each in enumerate(call) if region in ("", each[1])]
    return cross(
        (
            (theme, audience, number)
            for number, (audience, _, *answers) in kept
            for codings in answers
            for theme, _ in codings
        ),
        rows=THEMES,
        columns=AUDIENCES,
        bases={
            audience: sum(each[0] == audience for _, each in kept)
            for audience in {each[0] for _, each in kept}
        },
    )


def figures(table: CrossTab) -> Iterator[tuple[str, str, Count]]:
    for row in table.rows:
        yield row, "", table.row_total(row)
        for column in table.columns:
            yield row, column, table.cell(row, column)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12, deadline=None
)
@given(call=CALL, region=st.sampled_from(("", *REGIONS)))
def test_sql_counts_what_counting_by_hand_would(
    session: Session, call: list[Written], region: str
) -> None:
    session.rollback()
    for each in call:
        write(session, *each)
    table, expected = count(session, region=region).table, by_hand(call, region)
    assert list(figures(table)) == list(figures(expected))
    columns = [table.column_total(column) for column in AUDIENCES]
    assert columns == [expected.column_total(column) for column in AUDIENCES]
    assert (table.total, table.base or 0) == (expected.total, expected.base or 0)
    for theme, audience, number in figures(table):
        opened = Filters(theme=theme, audience=audience, region=region)
        assert testimonies.count(session, opened) == number.testimonies


def test_what_must_be_known_to_read_the_table(session: Session) -> None:
    read, waiting, other = (
        factories.testimony(
            session, questionnaire=slug, answers={"mot_cle": TEXT}, received_on=date(2026, 11, day)
        )
        for slug, day in (("coordinateur", 9), ("coordinateur", 2), ("elu", 20))
    )
    other.tagged_by = "essai 1"
    coding = factories.coding(session, read.answers[0], THEMES[0])
    factories.coding(session, read.answers[0], THEMES[1])
    coding.decision = Decision(verdict=Verdict.REJECTED)
    session.flush()
    tally = count(session)
    assert waiting.tagged_by is None
    assert (tally.waiting, tally.first_day, tally.last_day, tally.decided) == (
        1,
        date(2026, 11, 2),
        date(2026, 11, 20),
        1,
    )
    assert tally.verdicts == {None: 1, Verdict.REJECTED: 1}
    assert tally.table.cell(THEMES[0], "coordinateur") == Count(1, 1)  # as proposed


def test_nothing_to_count(session: Session) -> None:
    tally = count(session)
    assert (tally.table.total, tally.table.base or 0) == (Count(), 0)
    assert (tally.first_day, tally.last_day, tally.waiting) == (None, None, 0)


@pytest.mark.parametrize("theme", ["retire", "aaa"])
def test_a_theme_the_codebook_no_longer_has_comes_last(session: Session, theme: str) -> None:
    made = factories.testimony(session, answers={"demarche_elus": TEXT})
    made.audience = "ancien"
    factories.coding(session, made.answers[0], theme)
    table = count(session).table
    assert table.rows == (*THEMES, theme)
    assert table.columns == (*AUDIENCES, "ancien")
    assert table.cell(theme, "ancien") == Count(1, 1)
