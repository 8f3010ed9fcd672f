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
from app.services.guide_counts import Call
from app.services.guide_drafts import DOTS, INCH, bars
from app.services.guide_names import REGION, TERRITORY, Names
from guides.document import Figure
from guides.french import month
from guides.schema import Activity
from guides.summary import Counts, Profile, Summary

MOST_REGIONS, MOST_MONTHS, MOST_THEMES = 9, 8, 22
WIDEST, THEMES_TALLEST, CURVE_TALLEST = 16.5, 11.0, 4.6  # centimetres: two pages hold them
UNKNOWN, OTHERS = "Non précisé", "Autres"
LEAST_POINTS = 2  # of a curve


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
        total=call.total,
        interviews=call.interviews,
        first_day=min(call.days, default=None),
        last_day=max(call.days, default=None),
        profiles=profiles,
        whole=whole,
        concerned=[names.audience(each) for each in mine],
        concerned_total=call.line(call.audiences, mine).total if is_told else None,
        regions=_regions(call, names),
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


def _regions(call: Call, names: Names) -> Counts:
    counts: Counter[str] = Counter()
    for (_, region), count in call.regions.items():
        counts[region] += count
    unknown = counts.pop("", 0)
    first = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = dict(first[:MOST_REGIONS])
    others = sum(count for _, count in first[MOST_REGIONS:])
    return _counts(
        call,
        "Témoignages par région",
        "Région",
        shown | _if(OTHERS, others) | _if(UNKNOWN, unknown),
        lambda key: names.variable(REGION, key),
    )


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
    first = sorted(
        (each for each in order if lines[each].total),
        key=lambda each: -(lines[each].total or 0),
    )[:MOST_THEMES]
    return bars(
        "De quoi parlent les témoignages",
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
    chart = answers_over_time(points, title="Les réponses aux invitations, au fil du temps")
    inches = chart.figure.get_size_inches()
    scale = min(WIDEST / (inches[0] * INCH), CURVE_TALLEST / (inches[1] * INCH))
    size = [float(each * INCH * scale) for each in inches]
    return Figure(to_png(chart, dpi=DOTS), chart.title, chart.description, size[0], size[1])
