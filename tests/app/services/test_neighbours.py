"""What surrounds a testimony in its list."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from app.models import Testimony
from app.services import neighbours, testimonies
from app.services.filters import Filters
from tests import factories


def test_neighbours_follow_the_list(session: Session) -> None:
    for number in range(7):
        audience = "elu" if number % 3 else "coordinateur"
        factories.testimony(
            session, questionnaire=audience, received_on=date(2026, 11, 1 + number // 3)
        )
    for filters in (Filters(), Filters(audience="elu")):
        listed = testimonies.page(session, filters, 1)
        around = [neighbours.of(session, each, filters) for each in listed]
        assert ids(each.before for each in around) == ids([None, *listed[:-1]])
        assert ids(each.after for each in around) == ids([*listed[1:], None])


def ids(listed: Iterable[Testimony | None]) -> list[object]:
    return [each and each.id for each in listed]
