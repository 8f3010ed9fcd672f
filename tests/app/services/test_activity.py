"""The activity summary: few testimonies of a region in one line, figures that print."""

import struct
from collections import Counter
from datetime import date, timedelta

import pytest
from flask import current_app
from sqlalchemy.orm import Session

from analysis.chart_style import NOTE
from app.models import InvitationState
from app.services import activity
from app.services.guide_counts import Call
from app.services.guide_drafts import DOTS, INCH
from app.services.guide_names import Names
from guides.document import Figure
from guides.summary import Counts, Summary
from tests import factories, quoting


def told(**counts: int) -> Counts:
    call = Call()
    for region, count in counts.items():
        call.regions["usager", region.removeprefix("r")] = count
    return activity.regions(call, Names({}, {}))


@pytest.mark.parametrize(
    ("counts", "rows"),
    [
        (
            {"r11": 9, "r24": 2, "r27": 4, "r28": 3, "r": 6},
            [
                ("Île-de-France", 9),
                ("Régions non détaillées", 9),
                ("Non précisé", 6),
                ("Ensemble", 24),
            ],
        ),
        (
            {"r11": 9, "r24": 3, "r": 4},
            [
                ("Île-de-France", 9),
                ("Régions non détaillées, ou non précisées", 7),
                ("Ensemble", 16),
            ],
        ),
        (
            {"r11": 5, "r24": 6},
            [("Centre-Val de Loire", 6), ("Île-de-France", 5), ("Ensemble", 11)],
        ),
        ({"r11": 2, "r24": 1}, [("Ensemble", None)]),
        ({"r11": 4, "r24": 4}, [("Régions non détaillées", 8), ("Ensemble", 8)]),
        ({}, [("Ensemble", 0)]),
    ],
)
def test_regions(counts: dict[str, int], rows: list[tuple[str, int | None]]) -> None:
    assert told(**counts).rows == rows


def test_beyond_nine_regions_the_smallest_are_one_line() -> None:
    codes = ("11", "24", "27", "28", "32", "44", "52", "53", "75", "76", "84")
    counts = {f"r{code}": 20 - number for number, code in enumerate(codes)}
    rows = told(**counts).rows
    assert len(rows) == 11
    assert rows[-2:] == [("Régions non détaillées", 11 + 10), ("Ensemble", sum(counts.values()))]


def printed(figure: Figure, smallest: int) -> float:
    """How many points high the smallest letters of a figure are on paper."""
    pixels = struct.unpack(">I", figure.png[16:20])[0]
    inches = pixels / DOTS
    return smallest * figure.width / INCH / inches


def test_the_words_of_its_figures_are_read_on_paper(session: Session) -> None:
    names = quoting.names()
    assert len(names.themes) == 22
    call = Call(Counter(usager=60))
    call.themes |= {theme: Counter(usager=9) for theme in names.themes}
    campaign, day = factories.campaign(session), date(2026, 11, 3)
    for rank in range(6):
        contact = factories.contact(session)
        made = factories.invitation(session, campaign=campaign, contact=contact)
        made.state, made.answered_on = InvitationState.ANSWERED, day + timedelta(rank)
    session.flush()
    themes, curve = told_whole(session, call, names).figures
    assert themes.caption == "De quoi parlent les témoignages"
    assert curve.caption == "Les réponses aux invitations, au fil du temps"
    assert [printed(each, NOTE) >= 6.5 for each in (themes, curve)] == [True, True]
    assert themes.height + curve.height < 16  # or the second page has no room for them


def test_themes_that_are_left_out_of_the_figure_are_told(session: Session) -> None:
    names = quoting.names()
    call = Call(Counter(usager=60))
    call.themes |= {theme: Counter(usager=9) for theme in names.themes}
    call.themes["a_new_one"] = Counter(usager=40)
    (themes,) = told_whole(session, call, names).figures
    assert themes.caption == "Les 22 thèmes dont les témoignages parlent le plus"
    assert (themes.description.count(" 9,"), themes.description[-13:]) == (21, "a_new_one 40.")


def told_whole(session: Session, call: Call, names: Names) -> Summary:
    about = current_app.extensions["guides"].activity
    return activity.summary(
        session, call, about, names, author="Centre", made_on=date(2026, 11, 22)
    )
