"""Progress: how many are decided of how many, and where something waits, in the list's order."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.models import Testimony, Verdict
from app.services import decisions, progress
from app.services.progress import Progress
from app.services.testimonies import Filters
from tests import factories
from tests.coding import FEAR, MAYOR


def told(session: Session, day: int, *themes: str, decided: int = 0) -> Testimony:
    made = factories.testimony(
        session, answers={"demarche_elus": "Peur."}, received_on=date(2026, 11, day)
    )
    for rank, theme in enumerate(themes):
        coding = factories.coding(session, factories.free_text(made), theme)
        if rank < decided:
            decisions.decide(session, made.id, coding.id, Verdict.REJECTED, by=None)
    return made


def test_progress_is_of_all_that_was_laid(session: Session) -> None:
    one, none = told(session, 1, FEAR, MAYOR, decided=1), told(session, 2)
    assert progress.of(session, [one.id, none.id]) == {
        one.id: Progress(waiting=1, kept=0, rejected=1),
        none.id: Progress(waiting=0, kept=0, rejected=0),
    }
    assert progress.of(session, [one.id])[one.id].waiting == 1


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_the_next_one_is_the_next_of_the_list_then_the_first(
    session: Session, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(progress, "BATCH", batch)
    last, done, middle, bare, first = (
        told(session, 1, FEAR),
        told(session, 2, MAYOR, decided=1),
        told(session, 3, MAYOR),
        told(session, 4),
        told(session, 5, FEAR, MAYOR, decided=1),
    )

    def after(here: Testimony | None, **filters: str) -> object:
        return progress.next_to_review(session, Filters(**filters), after=here)

    assert [after(each) for each in (None, first, bare, middle, done, last)] == [
        first.id,
        middle.id,
        middle.id,
        last.id,
        last.id,
        first.id,
    ]
    # Of the theme looked for: the first one's fear is decided.
    assert after(None, theme=FEAR) == last.id
    assert after(last, theme=FEAR) is None
    assert after(None, theme="inconnu") is None
    assert after(None, audience="elu") is None
