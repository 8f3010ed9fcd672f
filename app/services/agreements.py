"""Agreement between coders, as other parts of the application tell it: the last closed round."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import AgreementRound
from app.models.base import PARIS
from app.services import agreement_figures, agreement_rounds
from app.services.agreement_figures import Figures, Level
from app.services.agreement_rounds import Remaining


@dataclass(frozen=True)
class LatestFigures:
    """How far people agreed in the round closed last; `with_pipeline`: the pipeline one more.

    `sample`: what is there of it today. `read_by` names the pipeline that was compared.
    """

    title: str
    closed_on: date
    people: int
    sample: Remaining
    sentences: Figures
    answers: Figures
    with_pipeline: Figures
    read_by: str | None


def latest_figures(session: Session) -> LatestFigures | None:
    """Return the figures of the round closed last of which something is left; none without one.

    Numbers only: no words of anybody, no name of a coder.
    """
    query = select(AgreementRound).where(AgreementRound.closed_at.is_not(None))
    for round_ in session.scalars(query.order_by(AgreementRound.closed_at.desc())):
        left = agreement_rounds.remaining(session, round_)
        if not left.units or round_.closed_at is None:
            continue
        people = [coder for coder in round_.coders if not coder.is_pipeline]
        measure = agreement_figures.measure
        return LatestFigures(
            title=round_.title,
            closed_on=round_.closed_at.astimezone(PARIS).date(),
            people=len(people),
            sample=left,
            sentences=measure(session, round_, people, Level.SENTENCES),
            answers=measure(session, round_, people, Level.ANSWERS),
            with_pipeline=measure(session, round_, round_.coders, Level.SENTENCES),
            read_by=round_.read_by,
        )
    return None
