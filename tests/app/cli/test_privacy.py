"""`flask privacy purge`: every rule said in French; dry, it erases nothing."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import Draft, Testimony, Withdrawal
from app.models.base import now, today
from app.presentation import day
from app.services import drafts, retention
from app.services.periods import periods
from settings.periods import Period
from settings.retention import Retention
from tests import factories


@pytest.fixture(autouse=True)
def some_periods(app: Flask) -> Iterator[None]:
    """Nine days for a testimony, the usual periods for the rest."""
    kept = periods.of
    periods.configure(Retention(testimonies=Period(9)))
    yield
    periods.configure(kept)


def purge(app: Flask, *options: str) -> tuple[int, list[str]]:
    done = app.test_cli_runner().invoke(args=["privacy", "purge", *options])
    return done.exit_code, done.output.splitlines()


def left() -> list[int]:
    """How many testimonies, drafts and traces of withdrawals there are."""
    db.session.rollback()
    tables = (Testimony, Draft, Withdrawal)
    return [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def fill(app: Flask) -> None:
    for days in (0, 9, 10, 400):
        factories.testimony(db.session, received_on=today() - timedelta(days=days))
    old = drafts.start(db.session, app.extensions["questionnaires"].current("elu"), "clé")
    old.expires_at = now() - timedelta(minutes=1)
    db.session.add(Withdrawal(key_hash="a" * 64, withdrawn_on=date(2019, 5, 1)))
    db.session.commit()


def test_dry_each_rule_says_how_many_and_from_which_day(app: Flask) -> None:
    fill(app)
    code, lines = purge(app, "--dry-run")
    edge = day(today() - timedelta(days=9))
    assert (code, lines[:10]) == (
        0,
        [
            "Rien n’est effacé. Voici ce que chaque règle effacerait maintenant.",
            "",
            "Un questionnaire commencé et pas envoyé\u00a0: "
            "30\u00a0jours après la dernière page enregistrée.",
            "  Réglage\u00a0: KEEP_DRAFTS",
            "  À effacer\u00a0: 1, dont le terme, fixé à l’enregistrement, est passé.",
            "",
            "Un témoignage, avec vos accords, les thèmes qui en sont tirés et les noms à y "
            "remplacer\u00a0: "
            "9\u00a0jours après son envoi ou l’entretien.",
            "  Réglage\u00a0: KEEP_TESTIMONIES",
            f"  À effacer\u00a0: 2, d’avant le {edge}.",
            "",
        ],
    )
    told = [rule.sentence for rule in retention.rules()]
    assert [line for line in lines if line in told] == told
    assert lines[-1] == "En tout\u00a0: 4 à effacer."
    assert left() == [4, 1, 1]


def test_for_good_it_says_what_it_erased_and_the_second_time_nothing(app: Flask) -> None:
    fill(app)
    assert purge(app) == (
        0,
        [
            "Un questionnaire commencé et pas envoyé\u00a0: 1\u00a0effacé.",
            "Un témoignage, avec vos accords, les thèmes qui en sont tirés et les noms à y "
            "remplacer\u00a0: "
            "2\u00a0effacés.",
            "La date d’un retrait, sans rien de ce qui a été retiré\u00a0: 1\u00a0effacé.",
            "En tout\u00a0: 4\u00a0lignes effacées.",
        ],
    )
    assert left() == [2, 0, 0]
    assert purge(app) == (0, ["En tout\u00a0: 0\u00a0ligne effacée."])
