"""The activity summary: counts of testimonies and of invitations, never of a person.

What it takes from the contacts' room are sums by profile, the small ones hidden, and the curve of
all answers.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from analysis.charts import Point, answers_over_time, to_png
from app.services import participation
from app.services.guide_counts import INTERVIEW, Call
from app.services.guide_drafts import DOTS, INCH, bars
from app.services.guide_names import REGION, TERRITORY, Names
from guides.document import Figure
from guides.french import month
from guides.schema import Activity
from guides.summary import Counts, Profile, Summary

MOST_REGIONS, MOST_MONTHS, MOST_THEMES = 9, 8, 22
WIDEST, THEMES_TALLEST, CURVE_TALLEST = 16.5, 11.0, 4.6  # centimetres: two pages hold them
CURVE_HEIGHT = 120  # low, for its words to be read once it is so small
UNKNOWN = "Non précisé"
UNTOLD, UNTOLD_OR_UNKNOWN = "Régions non détaillées", "Régions non détaillées, ou non précisées"
LEAST_POINTS = 2  # of a curve
SUBJECTS = "De quoi parlent les témoignages"
FIRST_SUBJECTS = f"Les {MOST_THEMES} thèmes dont les témoignages parlent le plus"


def summary(
    session: Session,
    call: Call,
    activity: Activity,
    names: Names,
    *,
    author: str,
    made_on: date,
    is_drawn: bool = True,
) -> Summary:
    """Return what the summary tells now, with its figures if they are to be drawn."""
    profiles, whole = _profiles(session, call, names)
    mine = [each for each in activity.profiles if call.audiences[each]]
    rest = call.total - sum(call.audiences[each] for each in mine)
    is_told = mine and (
        not rest or rest >= call.least
    )  # or the others could be found by subtraction
    return Summary(
        activity=activity,
        author=author,
        made_on=made_on,
        total=call.by_channel.total,
        interviews=call.by_channel.cells[INTERVIEW],
        first_day=min(call.days, default=None),
        last_day=max(call.days, default=None),
        profiles=profiles,
        whole=whole,
        concerned=[names.audience(each) for each in mine],
        concerned_total=call.line(call.audiences, mine).total if is_told else None,
        regions=regions(call, names),
        territories=_territories(call, names),
        months=_months(call),
        figures=_figures(session, call, names) if is_drawn else [],
        least=call.least,
    )


def contents(summary: Summary) -> dict[str, Any]:
    """Return the fingerprint of a summary: counts only."""
    return {
        "testimonies": summary.total,
        "profiles": {each.label: each.testimonies for each in summary.profiles},
    }


def _profiles(session: Session, call: Call, names: Names) -> tuple[list[Profile], Profile]:
    asked = {line.key or "": line for line in participation.by(session, "profile")}
    order = [*names.audiences, *sorted({*call.audiences, *asked} - {*names.audiences})]
    present = [each for each in order if call.audiences[each] or each in asked]
    told = call.line(call.audiences, present)
    reached = call.line({key: each.reached for key, each in asked.items()}, present)
    answered = call.line({key: each.answered for key, each in asked.items()}, present)
    rows = [
        Profile(names.audience(each), told.cells[each], reached.cells[each], answered.cells[each])
        for each in present
    ]
    return rows, Profile("Ensemble", told.total, reached.total, answered.total)


def regions(call: Call, names: Names) -> Counts:
    """Count by region, what is hidden of it in one line, which tells no more than the others do."""
    counts: Counter[str] = Counter()
    for (_, region), count in call.regions.items():
        counts[region] += count
    line = call.line(counts, counts)
    told = [
        (names.variable(REGION, each), count or 0) for each, count in line.cells.items() if each
    ]
    told = sorted((each for each in told if each[1]), key=lambda each: (-each[1], each[0]))
    rows: list[tuple[str, int | None]] = [*told[:MOST_REGIONS]]
    if line.total is not None:
        unknown = line.cells.get("", 0)
        rest = line.total - (unknown or 0) - sum(count for _, count in told[:MOST_REGIONS])
        rows += _if(UNTOLD if unknown is not None else UNTOLD_OR_UNKNOWN, rest).items()
        rows += _if(UNKNOWN, unknown or 0).items()
    return Counts("Témoignages par région", "Région", [*rows, ("Ensemble", line.total)])


def _territories(call: Call, names: Names) -> Counts:
    counts: Counter[str] = Counter()
    for (_, kind), count in call.territories.items():
        counts[kind or UNKNOWN] += count
    order = sorted(counts, key=lambda key: (key == UNKNOWN, -counts[key], key))
    return _counts(
        call,
        "Témoignages par type de territoire",
        "Territoire",
        {key: counts[key] for key in order},
        lambda key: names.variable(TERRITORY, key),
    )


def _months(call: Call) -> Counts:
    """Count by month; where there are too many, what came before the last ones is one line."""
    counts: Counter[date] = Counter()
    for day, count in call.days.items():
        counts[day.replace(day=1)] += count
    months = sorted(counts)
    before, shown = months[: -MOST_MONTHS + 1], months[-MOST_MONTHS + 1 :]
    if len(months) <= MOST_MONTHS:
        before, shown = [], months
    early = sum(counts[each] for each in before)
    told = _if(f"Avant {month(shown[0])}", early) if before else {}
    told |= {month(each): counts[each] for each in shown}
    return _counts(call, "Témoignages par mois", "Mois", told, lambda key: key)


def _if(label: str, count: int) -> dict[str, int]:
    return {label: count} if count else {}


def _counts(
    call: Call, caption: str, head: str, counts: Mapping[str, int], label: Callable[[str], str]
) -> Counts:
    line = call.line(counts, counts)
    rows = [(label(key), line.cells[key]) for key in counts]
    return Counts(caption, head, [*rows, ("Ensemble", line.total)])


def _figures(session: Session, call: Call, names: Names) -> list[Figure]:
    return [each for each in (_themes(call, names), _curve(session, call.least)) if each]


def _themes(call: Call, names: Names) -> Figure | None:
    order = [*names.themes, *(each for each in call.themes if each not in names.themes)]
    lines = {each: call.line(call.bearing(each), call.audiences) for each in order}
    borne = [each for each in order if lines[each].total]
    first = sorted(borne, key=lambda each: -(lines[each].total or 0))[:MOST_THEMES]
    return bars(
        SUBJECTS if len(borne) <= MOST_THEMES else FIRST_SUBJECTS,
        {names.theme(each): lines[each].total for each in order if each in first},
        call.total,
        least=call.least,
        widest=WIDEST,
        tallest=THEMES_TALLEST,
    )


def _curve(session: Session, least: int) -> Figure | None:
    days = participation.over_time(session)
    points = [Point(each.day, each.left, each.answered) for each in days]
    if len(points) < LEAST_POINTS or not points[-1].left or points[-1].answered < least:
        return None
    title = "Les réponses aux invitations, au fil du temps"
    chart = answers_over_time(points, title=title, height=CURVE_HEIGHT)
    inches = chart.figure.get_size_inches()
    scale = min(WIDEST / (inches[0] * INCH), CURVE_TALLEST / (inches[1] * INCH))
    size = [float(each * INCH * scale) for each in inches]
    return Figure(to_png(chart, dpi=DOTS), chart.title, chart.description, size[0], size[1])
