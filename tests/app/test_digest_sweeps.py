"""An installation older than digests: what is missing is drawn by setting up, and by a sweep."""

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from app import tasks
from app.extensions import db
from app.models import Digest, Facet, Testimony
from app.services import digest_sweeps
from tests import factories


def drawn() -> int:
    return db.session.scalar(select(func.count()).select_from(Digest)) or 0


def plant(count: int) -> None:
    for number in range(count):
        factories.testimony(db.session, answers={"clsm": f"CLSM {number}"})
    db.session.execute(delete(Digest))
    db.session.commit()


def test_setting_up_draws_what_is_missing(app: Flask) -> None:
    plant(2)
    assert app.test_cli_runner().invoke(args=["setup"]).exit_code == 0
    assert drawn() == 2
    assert app.test_cli_runner().invoke(args=["setup"]).exit_code == 0
    assert drawn() == 2


def test_a_sweep_draws_batch_after_batch(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest_sweeps, "BATCH", 2)
    plant(5)
    tasks.sweep_digests()
    assert (drawn(), digest_sweeps.count_missing(db.session)) == (5, 0)
    tasks.sweep_digests()
    assert drawn() == 5


def test_the_words_nobody_bears_are_swept_away(app: Flask) -> None:
    plant(2)
    tasks.sweep_digests()
    first = db.session.scalars(select(Testimony.id)).first()
    db.session.execute(delete(Testimony).where(Testimony.id == first))
    db.session.commit()
    tasks.forget_orphan_facets()
    names = select(func.count()).where(Facet.name == "clsm")
    assert db.session.scalar(names) == 1
