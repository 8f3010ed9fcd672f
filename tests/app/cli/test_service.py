"""`flask setup` and `flask start` say what is the matter, each in its words."""

import socket
from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from app.cli import service
from app.extensions import db
from settings.organisation import Organisation

LACKS = (
    "La page « Vos données » est incomplète : donnez ORGANISATION_ADDRESS, DPO_EMAIL ou "
    "DPO_ADDRESS, HOSTING (voir le README, « En production »)."
)
BARE = Organisation(
    name="Un centre",
    address="",
    email="recueil@exemple.fr",
    dpo_name="",
    dpo_email="",
    dpo_address="",
    hosting="",
)
WHOLE = replace(BARE, address="1 rue X", dpo_email="dpo@exemple.fr", hosting="À Lille")


@pytest.mark.parametrize(
    ("is_production", "organisation", "first"),
    [(True, BARE, [LACKS]), (True, WHOLE, []), (False, BARE, [])],
)
def test_what_the_notice_lacks_is_said_in_production(
    make_app: Callable[..., Flask],
    is_production: bool,
    organisation: Organisation,
    first: list[str],
) -> None:
    with socket.socket() as taken:  # the port is taken: it goes no further than saying so
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        app = make_app(
            IS_PRODUCTION=is_production, ORGANISATION=organisation, PORT=port, MAIL_IS_CAUGHT=False
        )
        done = app.test_cli_runner().invoke(args=["start"])
    lines = done.output.splitlines()
    assert (done.exit_code, lines[:-1]) == (1, first)
    assert str(port) in lines[-1]


@pytest.mark.parametrize(
    ("error", "said"),
    [(psycopg.errors.LockNotAvailable(), service.BUSY), (psycopg.errors.AdminShutdown(), None)],
)
def test_tables_that_somebody_holds_are_said(
    app: Flask, monkeypatch: pytest.MonkeyPatch, error: psycopg.Error, said: str | None
) -> None:
    failed = OperationalError("ALTER TABLE", {}, error)

    def fail(*_: object, **__: object) -> None:
        raise failed

    monkeypatch.setattr(service, "migrate", fail)
    done = app.test_cli_runner().invoke(args=["setup"])
    assert (done.exit_code, done.output.strip()) == (1, said or "")
    assert (done.exception is failed) == (said is None)


def test_a_worker_that_works_holds_nothing_of_the_database(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[bool] = []

    class Consumer:
        """What a worker runs for as long as it lives."""

        def run(self) -> None:
            held.append(db.session.in_transaction())

    monkeypatch.setattr(app.extensions["huey"], "create_consumer", lambda **_: Consumer())
    assert app.test_cli_runner().invoke(args=["worker"]).exit_code == 0
    assert held == [False]
