"""Tallies: what is counted is what counting by hand would, and every figure opens that many."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import current_app
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from analysis.tally import NOBODY, OTHERS, Count, CrossTab, cross
from app.models import Decision, Verdict
from app.services import digests, tallies, testimonies
from app.services.filters import UNSAID, Filters
from app.services.tallies import Tally
from forms.kinds import is_text
from tests import factories

THEMES = ("mobiliser_elus", "freins_participation", "acces_soins")
AUDIENCES = ("coordinateur", "elu", "usager", "aidant")
REGIONS = ("53", "11")
TEXT = "a" * 30
# A testimony: its profile, its region, and on each of two answers the themes and where they begin.
# Each is left as proposed, or decided; corrected, it is held for the first theme.
VERDICTS = st.sampled_from((None, None, *Verdict))
ANSWER = st.dictionaries(
    st.tuples(st.sampled_from(THEMES), st.integers(0, 3)), VERDICTS, max_size=5
)
CALL = st.lists(
    st.tuples(st.sampled_from(AUDIENCES), st.sampled_from((*REGIONS, "")), ANSWER, ANSWER),
    max_size=8,
)
Laid = dict[tuple[str, int], Verdict | None]
Written = tuple[str, str, Laid, Laid]
STATES = {
    "": {None, Verdict.ACCEPTED, Verdict.CORRECTED},
    "tient": {None, Verdict.ACCEPTED, Verdict.CORRECTED},
    "propose": {None},
    "garde": {Verdict.ACCEPTED, Verdict.CORRECTED},
    "rejete": {Verdict.REJECTED},
}


def count(session: Session, by: str = "audience", **wanted: Any) -> Tally:
    columns = AUDIENCES if by == "audience" else REGIONS
    filters = Filters(**wanted)
    return tallies.count(session, themes=THEMES, by=by, columns=columns, filters=filters)


def write(session: Session, audience: str, region: str, *answers: Laid) -> None:
    slug = audience
    questionnaire = current_app.extensions["questionnaires"].current(slug)
    questions = [question for question in questionnaire.questions if is_text(question.kind)]
    values = {question.id: TEXT for question in questions[:2]} | (
        {"region": region} if region else {}
    )
    made = factories.testimony(session, questionnaire=slug, answers=values)
    texts = [answer for answer in made.answers if answer.text]
    for answer, codings in zip(texts, answers, strict=True):
        for (theme, start), verdict in codings.items():
            coding = factories.coding(session, answer, theme, start=start)
            if verdict is not None:
                held = THEMES[0] if verdict == Verdict.CORRECTED else None
                coding.decision = Decision(verdict=verdict, theme=held)
    digests.draw(session, made.id)


def held(theme: str, verdict: Verdict | None) -> str:
    return THEMES[0] if verdict == Verdict.CORRECTED else theme


def by_hand(call: list[Written], by: str, region: str, state: str) -> CrossTab:
    kept = [(number, each) for number, each in enumerate(call) if region in ("", each[1] or UNSAID)]
    columns = [each[0 if by == "audience" else 1] for _, each in kept]
    bases = dict(Counter(columns))
    return cross(
        (
            (held(theme, verdict), column, number)
            for (number, (_, _, *answers)), column in zip(kept, columns, strict=True)
            for codings in answers
            for (theme, _), verdict in codings.items()
            if verdict in STATES[state]
        ),
        rows=THEMES,
        columns=AUDIENCES
        if by == "audience"
        else [each for each in (*REGIONS, "") if bases.get(each)],
        bases=bases,
    )


def figures(table: CrossTab) -> Iterator[tuple[str, str, Count]]:
    for row in table.rows:
        yield row, "", table.row_total(row)
        for column in table.columns:
            yield row, column, table.cell(row, column)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12, deadline=None
)
@given(
    call=CALL,
    by=st.sampled_from(("audience", "region")),
    region=st.sampled_from(("", *REGIONS, UNSAID)),
    state=st.sampled_from(sorted(STATES)),
)
def test_what_is_counted_is_what_counting_by_hand_would(
    session: Session, call: list[Written], by: str, region: str, state: str
) -> None:
    session.rollback()
    for each in call:
        write(session, *each)
    table = count(session, by, region=region, state=state).table
    expected = by_hand(call, by, region, state)
    assert table.columns == expected.columns
    assert list(figures(table)) == list(figures(expected))
    columns = [table.column_total(column) for column in table.columns]
    assert columns == [expected.column_total(column) for column in table.columns]
    assert (table.total, table.base or 0) == (expected.total, expected.base or 0)
    if by == "audience":
        for theme, audience, number in figures(table):
            opened = Filters(theme=theme, audience=audience, region=region, state=state)
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
    for made in (read, other):
        digests.draw(session, made.id)
    tally = count(session)
    assert waiting.tagged_by is None
    assert (tally.waiting, tally.missing, tally.decided) == (1, 0, 0.5)
    assert (tally.first_day, tally.last_day) == (date(2026, 11, 2), date(2026, 11, 20))
    assert tally.table.cell(THEMES[0], "coordinateur") == Count()  # rejected
    assert tally.table.cell(THEMES[1], "coordinateur") == Count(1, 1)


def test_nothing_to_count(session: Session) -> None:
    tally = count(session)
    assert (tally.table.total, tally.table.base or 0) == (Count(), 0)
    assert (tally.first_day, tally.last_day, tally.waiting) == (None, None, 0)


@pytest.mark.parametrize("theme", ["retire", "aaa"])
def test_a_theme_the_codebook_no_longer_has_comes_last(session: Session, theme: str) -> None:
    made = factories.testimony(session, answers={"demarche_elus": TEXT})
    made.audience = "ancien"
    session.flush()
    factories.coding(session, made.answers[0], theme)
    table = count(session).table
    assert table.rows == (*THEMES, theme)
    assert table.columns == (*AUDIENCES, "ancien")
    assert table.cell(theme, "ancien") == Count(1, 1)


def test_periods_follow_one_another_without_a_gap(session: Session) -> None:
    for day in (date(2026, 8, 31), date(2026, 11, 2)):
        made = factories.testimony(session, answers={"demarche_elus": TEXT}, received_on=day)
        factories.coding(session, made.answers[0], THEMES[0])
    months = count(session, "month").table
    assert months.columns == ("2026-08", "2026-09", "2026-10", "2026-11")
    assert [months.cell(THEMES[0], month).testimonies for month in months.columns] == [1, 0, 0, 1]
    weeks = count(session, "week", since=date(2026, 10, 1)).table
    assert weeks.columns == ("2026-11-02",)


def test_words_and_days_narrow_too(session: Session) -> None:
    told = {"Le maire préside.": date(2026, 11, 2), "Personne ne vient.": date(2026, 11, 20)}
    for text, day in told.items():
        made = factories.testimony(session, answers={"demarche_elus": text}, received_on=day)
        factories.coding(session, made.answers[0], THEMES[0])
        factories.coding(session, made.answers[0], THEMES[day.day % 3])
    for wanted, found in (
        ({"words": "MAIRE"}, 1),
        ({"until": date(2026, 11, 2)}, 1),
        ({"since": date(2026, 11, 3), "words": "maire"}, 0),
        ({"theme": THEMES[0]}, 2),
        ({"theme": THEMES[0], "beside": THEMES[2]}, 2),
        ({"questionnaire": "coordinateur"}, 2),
        ({"questionnaire": "elu"}, 0),
        ({"channel": "entretien"}, 0),
        ({"clsm": "inconnu"}, 0),
    ):
        assert count(session, **wanted).table.total.testimonies == found, wanted
        assert testimonies.count(session, Filters(**wanted)) == found, wanted


def test_past_the_most_columns_the_smallest_are_one(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tallies, "MOST_COLUMNS", 3)
    for place in ("A", "A", "B", "B", "C", "D", ""):
        answers = {"demarche_elus": TEXT} | ({"clsm": place} if place else {})
        made = factories.testimony(session, answers=answers)
        factories.coding(session, made.answers[-1], THEMES[0])
    table = tallies.count(session, themes=THEMES, by="clsm", filters=Filters()).table
    assert table.columns == ("A", "B", OTHERS, NOBODY)
    assert [table.cell(THEMES[0], each).testimonies for each in table.columns] == [2, 2, 2, 1]
