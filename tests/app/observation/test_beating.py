"""The worker’s sign of life: there while it works, gone when it stops, kept a day when it dies."""

from datetime import timedelta

import pytest
from flask import Flask
from itsdangerous import SignatureExpired

from app.extensions import db
from app.models import Beat
from app.models.base import now
from app.observation.beating import beating
from app.observation.labour import Labour
from app.services import beats
from app.sessions import PatientSigner
from tests.servers import wait_until


def shown() -> list[str]:
    db.session.rollback()
    return [beat.name for beat in beats.all_(db.session)]


def test_it_is_shown_while_the_worker_works(app: Flask) -> None:
    with beating(db.engine) as name:
        wait_until(lambda: shown() == [name], "a sign of life")
        assert [beats.lives(beat) for beat in beats.all_(db.session)] == [True]
        db.session.rollback()
    assert shown() == []


def test_who_died_a_day_ago_is_forgotten(app: Flask) -> None:
    for name in ("mort", "vivant"):
        beats.show(db.session, name, doing=None, outcomes={})
    db.session.get_one(Beat, "mort").seen_at = now() - timedelta(days=1, minutes=1)
    db.session.flush()
    beats.show(db.session, "vivant", doing=("suggest_codings", now()), outcomes={})
    db.session.commit()
    assert shown() == ["vivant"]


def test_what_tasks_became_is_counted() -> None:
    labour = Labour()
    with labour.of("lire", is_routine=False):
        assert labour.doing()[0] == "lire"  # type: ignore[index]
    with pytest.raises(ValueError, match="panne"), labour.of("lire", is_routine=True):
        raise ValueError("panne")
    counted = labour.outcomes()["lire"]
    assert {outcome: count for outcome, (count, _) in counted.items()} == {"done": 1, "failed": 1}
    assert labour.doing() is None


def test_a_cookie_ends_but_may_begin_in_the_future(monkeypatch: pytest.MonkeyPatch) -> None:
    signer = PatientSigner("secret")
    moment = 1_800_000_000
    monkeypatch.setattr(signer, "get_timestamp", lambda: moment)
    signed = signer.sign("brouillon")
    for age, is_taken in ((-86_400, True), (0, True), (60, True), (61, False)):
        monkeypatch.setattr(signer, "get_timestamp", lambda age=age: moment + age)
        if is_taken:
            assert signer.unsign(signed, max_age=60) == b"brouillon"
        else:
            with pytest.raises(SignatureExpired):
                signer.unsign(signed, max_age=60)
