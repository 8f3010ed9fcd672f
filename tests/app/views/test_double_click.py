"""Several clicks at the same instant, on both databases: one testimony, one import."""

import io
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select

from app.database import engine_options, migrate
from app.extensions import db
from app.models import Contact, Draft, Import, RoleName, Testimony
from tests import factories, servers

CLICKS = 8
ROUNDS = 5


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("pg"))])
def app_on(request: pytest.FixtureRequest, make_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    """An application on each kind of database."""
    if request.param == "sqlite":
        return make_app(WTF_CSRF_ENABLED=False)
    server = request.getfixturevalue("postgresql_server")
    url = servers.create_database(server, tmp_path.name).replace("://", "+psycopg://", 1)
    engine = create_engine(**engine_options(url))
    migrate(engine, lock=tmp_path / "lock")
    engine.dispose()
    return make_app(WTF_CSRF_ENABLED=False, DATABASE_URL=url)


def test_many_clicks_make_one_testimony(app_on: Flask) -> None:
    for done in range(1, ROUNDS + 1):
        first = app_on.test_client()
        first.post(
            "/temoigner/usager/rubrique/accord", data={"q_consentement_participation": "oui"}
        )
        cookie = first.get_cookie("session")
        assert cookie is not None
        together = Barrier(CLICKS)

        def click(
            value: str = cookie.value, together: Barrier = together
        ) -> tuple[int, str | None]:
            client = app_on.test_client()
            client.set_cookie("session", value)
            together.wait()
            reply = client.post("/temoigner/usager/relire")
            return reply.status_code, reply.location

        with ThreadPoolExecutor(CLICKS) as pool:
            replies = [each.result() for each in [pool.submit(click) for _ in range(CLICKS)]]
        assert replies == [(302, "/temoigner/usager/merci")] * CLICKS
        made, left = (
            db.session.scalar(select(func.count()).select_from(m)) for m in (Testimony, Draft)
        )
        db.session.rollback()
        assert (made, left) == (done, 0)


def test_many_clicks_import_a_file_once(app_on: Flask) -> None:
    factories.account(db.session, email="e@recueil.example", roles=[RoleName.STAFF])
    db.session.commit()
    first = app_on.test_client()
    first.post(
        "/compte/connexion", data={"email": "e@recueil.example", "password": "une phrase de passe"}
    )
    file = (io.BytesIO(b"courriel;nom;profil\na@b.fr;A;elu\nc@d.fr;C;elu\n"), "c.csv")
    address = first.post("/equipe/contacts/importer", data={"file": file}).location
    seen = re.search(r'name="seen"[^>]*value="(\w+)"', first.get(address).text)
    cookie = first.get_cookie("session")
    assert cookie is not None
    assert seen is not None
    together = Barrier(CLICKS)

    def click() -> tuple[int, str | None]:
        client = app_on.test_client()
        client.set_cookie("session", cookie.value)
        together.wait()
        reply = client.post(address, data={"seen": seen[1]})
        return reply.status_code, reply.location

    with ThreadPoolExecutor(CLICKS) as pool:
        replies = [each.result() for each in [pool.submit(click) for _ in range(CLICKS)]]
    assert replies == [(303, address)] * CLICKS
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 2
    assert db.session.scalars(select(Import.counts)).all() == [{"added": 2}]
