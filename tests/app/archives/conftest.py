"""Two installations that share their keys, on each kind of database: one to save, one to fill."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import Result
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import func, select

from app.archives import sealing
from app.extensions import db
from app.models import Base
from tests import servers

OLD_KEY, NEW_KEY = (Fernet.generate_key().decode() for _ in range(2))


@dataclass(frozen=True)
class House:
    """An installation, in its own context; another may be made beside it."""

    app: Flask
    instance: Path
    url: str

    def flask(self, *arguments: object) -> Result:
        """Run a command of `flask`."""
        with self.app.app_context():
            return self.app.test_cli_runner().invoke(args=[str(each) for each in arguments])

    def rows(self) -> dict[str, int]:
        """Count the rows of each table, that of backups aside."""
        with self.app.app_context():
            tables = [each for name, each in Base.metadata.tables.items() if name != "backups"]
            return {
                each.name: db.session.scalar(select(func.count()).select_from(each)) or 0
                for each in tables
            }


@dataclass(frozen=True)
class Drill:
    """What a drill needs: houses to build, where to save, and the pair of keys."""

    build: Callable[..., House]
    out: Path
    identity: Path
    public: str

    def save(self, house: House, *more: object) -> Result:
        return house.flask("backup", self.out, "--to", self.public, *more)

    def give_back(self, house: House, *more: object) -> Result:
        return house.flask("restore", self.out, "--identity", self.identity, *more)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("pg"))])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def drill(
    request: pytest.FixtureRequest,
    make_app: Callable[..., Flask],
    migrated_database: Path,
    environment: dict[str, str],
    tmp_path: Path,
    kind: str,
) -> Drill:
    environment |= {"SECRET_KEY": "s" * 48, "DATA_KEYS": f"{NEW_KEY},{OLD_KEY}"}
    identity = tmp_path / "identity.txt"
    public = sealing.make_identity(identity)
    folder = tmp_path / "away"
    folder.mkdir()

    def build(name: str, *, is_empty: bool = True, **settings: str) -> House:
        instance = tmp_path / name
        instance.mkdir()
        url = f"sqlite:///{instance / 'recueil.sqlite3'}"
        if kind == "postgresql" and is_empty:
            server = request.getfixturevalue("postgresql_server")
            url = servers.create_database(server, f"{tmp_path.name}_{name}")
        elif kind == "postgresql":
            url = request.getfixturevalue("postgresql_database")
        elif not is_empty:
            shutil.copy(migrated_database, instance / "recueil.sqlite3")
        environment.update({"INSTANCE_PATH": str(instance), "DATABASE_URL": url, **settings})
        return House(make_app(WTF_CSRF_ENABLED=False), instance, url)

    return Drill(build, folder / "recueil.age", identity, public)
