"""Ready or not: each part is told, and what is missing makes the service unready, but for mail."""

import socket
from collections.abc import Callable

from flask import Flask

from app.mail import health
from tests import servers

WELL = {"base": True, "tables": True, "cles": True, "file": True, "disque": True}


def test_every_part_is_told(make_app: Callable[..., Flask]) -> None:
    health._takes_a_call.cache_clear()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        client = make_app(MAIL_SERVER="127.0.0.1", MAIL_PORT=port).test_client()
        reply = client.get("/readyz")
    assert (reply.status_code, reply.get_json()) == (200, WELL | {"courriel": True})


def test_mail_that_is_away_keeps_nobody_out(make_app: Callable[..., Flask]) -> None:
    health._takes_a_call.cache_clear()
    client = make_app(MAIL_SERVER="127.0.0.1", MAIL_PORT=servers.free_port()).test_client()
    reply = client.get("/readyz")
    assert (reply.status_code, reply.get_json()) == (200, WELL | {"courriel": False})


def test_too_little_room_is_not_ready(make_app: Callable[..., Flask]) -> None:
    client = make_app(LEAST_FREE_MEGABYTES=10**9).test_client()
    reply = client.get("/readyz")
    assert (reply.status_code, reply.get_json()["disque"]) == (503, False)


def test_a_database_that_is_away_is_told_and_nothing_is_raised(
    make_app: Callable[..., Flask],
) -> None:
    port = servers.free_port()
    app = make_app(DATABASE_URL=f"postgresql+psycopg://recueil@127.0.0.1:{port}/recueil")
    reply = app.test_client().get("/readyz")
    parts = reply.get_json()
    assert reply.status_code == 503
    assert [parts[name] for name in ("base", "tables", "cles", "file")] == [
        False,
        False,
        False,
        True,
    ]
