"""Coordinates left after a testimony: read and erased by staff, apart from everything else."""

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import Recontact
from app.services import recontacts


def test_staff_read_them_and_erase_them(staff: FlaskClient) -> None:
    recontacts.leave(
        db.session, recontacts.Coordinates(means="06 12 34 56 78\nle soir"), audience="usager"
    )
    db.session.commit()
    page = BeautifulSoup(staff.get("/equipe/a-rappeler").text, "html5lib")
    cells = [cell.text for cell in page.select("tbody th, tbody td")[:2]]
    assert cells == ["06 12 34 56 78\nle soir", "Usagère ou usager"]
    form = page.select_one("tbody form")
    assert form is not None
    assert staff.post(str(form["action"])).location == "/equipe/a-rappeler"
    assert db.session.scalars(select(Recontact)).all() == []
    assert staff.post(str(form["action"])).status_code == 404


def test_the_day_is_not_kept(staff: FlaskClient) -> None:
    x = recontacts.Coordinates(means="x")
    assert recontacts.leave(db.session, x, audience="usager").left_in.day == 1


def test_researchers_do_not_read_them(researcher: FlaskClient) -> None:
    assert researcher.get("/equipe/a-rappeler").status_code == 403
