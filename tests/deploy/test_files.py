"""What `deploy/` holds, tried as far as there is neither systemd nor Docker to run it."""

import configparser
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import config
from tests.instance import ROOT
from tests.programs import need

DEPLOY = ROOT / "deploy"
UNITS = DEPLOY / "systemd"
READ_BY_OTHERS = {"WEB_CONCURRENCY", "BACKUP_FOLDER", "BACKUP_DAYS"}  # gunicorn, backup.sh
SECRETS = {"SECRET_KEY": "s" * 48, "DATA_KEYS": "aw5LT3dMbmNsYjBRSzhjT3J1eGZ3dVhNQkZxdlBfWnk="}


class Asked(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, given: dict[str, str]) -> None:
        super().__init__(given)
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return super().get(name, default)


def example() -> dict[str, str]:
    """Return every setting of the example, those in comments too."""
    written = (DEPLOY / "recueil.env").read_text(encoding="utf-8")
    return dict(re.findall(r"^#?([A-Z_]+)='(.*)'$", written, re.MULTILINE))


def test_the_example_says_every_setting(tmp_path: Path) -> None:
    places = ("TRAINING_CONFIG", "DEFINITIONS_PATH", "CODEBOOK_PATH", "GUIDES_PATH")
    given = {name: value for name, value in example().items() if name not in places}
    asked = Asked(given | SECRETS | {"INSTANCE_PATH": str(tmp_path), "BACKUP_KEY": ""})
    config.load(asked)  # what it says is accepted
    assert asked.names - set(example()) == {"PROMETHEUS_MULTIPROC_DIR"}  # gunicorn.conf.py gives it
    assert set(example()) - asked.names == READ_BY_OTHERS


def test_settings_in_comments_are_the_usual_ones(tmp_path: Path) -> None:
    written = (DEPLOY / "recueil.env").read_text(encoding="utf-8")
    live = dict(re.findall(r"^([A-Z_]+)='(.*)'$", written, re.MULTILINE))
    commented = {
        name: value
        for name, value in example().items()
        if name not in live and not name.startswith("BOUNCE") and "/opt/" not in value
    }
    base = {name: value for name, value in live.items() if value} | SECRETS
    base |= {"INSTANCE_PATH": str(tmp_path)}
    assert config.load(base) == config.load(base | commented)


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units, their programs and places being those of this checkout."""
    folder = tmp_path / "units"
    shutil.copytree(UNITS, folder)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to("/bin/true")
    for each in folder.rglob("*.*"):
        if each.is_file():
            text = each.read_text(encoding="utf-8")
            text = text.replace("/opt/recueil/current/.venv/bin", f"{tmp_path}/bin")
            each.write_text(text.replace("/opt/recueil/current", str(ROOT)), encoding="utf-8")
    return folder


def analyse(units: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = need("systemd-analyze", package="systemd")
    return subprocess.run(
        [program, *arguments],
        env=os.environ | {"SYSTEMD_UNIT_PATH": f"{units}:", "SYSTEMD_COLORS": "0"},
        capture_output=True,
        text=True,
        check=False,
    )


def names() -> list[str]:
    return sorted(path.name.replace("@.", "@1.") for path in UNITS.iterdir() if path.is_file())


def test_systemd_understands_the_units(units: Path) -> None:
    done = analyse(units, "verify", "--man=no", *names())
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("name", ["recueil-web", "recueil-worker@1", "recueil-backup"])
def test_the_units_allow_themselves_little(units: Path, name: str) -> None:
    """systemd's own mark, from 0 (nothing is allowed) to 10; 2 is « OK »."""
    done = analyse(units, "security", "--offline=yes", "--threshold=20", f"{name}.service")
    assert done.returncode == 0, done.stdout


def test_no_memory_is_left_on_the_disk() -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.read(UNITS / "recueil-.service.d" / "durcissement.conf", encoding="utf-8")
    assert parser["Service"]["LimitCORE"] == "0"


def services() -> Iterator[str]:
    for path in sorted(UNITS.glob("*.timer")):
        parser = configparser.ConfigParser(interpolation=None)
        parser.read(path, encoding="utf-8")
        yield parser["Timer"].get("Unit", f"{path.stem}.service")


def test_each_timer_has_its_service() -> None:
    assert [name for name in services() if not (UNITS / name).exists()] == []


def test_compose_names_what_there_is() -> None:
    composed = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    services = composed["services"]
    assert sorted(services) == ["base", "setup", "site", "travail"]
    assert services["travail"]["deploy"]["replicas"] == 2
    build = services["site"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).exists()
    assert (DEPLOY / services["site"]["env_file"]).exists()
    commands = {name: each.get("command", [])[-1:] for name, each in services.items()}
    assert commands == {
        "base": ["log_error_verbosity=terse"],
        "setup": ["setup"],
        "site": [],
        "travail": ["worker"],
    }
    waited = {name for each in services.values() for name in each.get("depends_on", {})}
    assert waited <= set(services)
    mounted = {
        mount.partition(":")[0] for each in services.values() for mount in each.get("volumes", [])
    }
    assert mounted == set(composed["volumes"])
    assert set(services["site"]["environment"]) <= set(example())


def test_the_image_copies_what_there_is() -> None:
    written = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    copied = [
        name for line in re.findall(r"^COPY (.*) \S+$", written, re.M) for name in line.split()
    ]
    assert copied == ["requirements.txt", "constraints.txt", "."]
    assert all((ROOT / name).exists() for name in copied)
    (command,) = re.findall(r"^CMD (.*)$", written, re.M)
    assert yaml.safe_load(command)[-1] == "wsgi:app"
