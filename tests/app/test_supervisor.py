"""One service, three processes: they start together, and stop together whatever ends first."""

import os
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.instance import FLASK, ROOT, Instance, answers, environment_of, installed
from tests.servers import wait_until


def children(pid: int) -> dict[str, int]:
    """Give the processes that a process started: what each runs, and its id."""
    ids = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    commands = {id_: Path(f"/proc/{id_}/cmdline").read_bytes().decode() for id_ in ids}
    names = {"gunicorn": "site", "mail_catcher": "mails", "worker": "worker"}
    return {
        name: int(id_)
        for id_, command in commands.items()
        for word, name in names.items()
        if word in command and (name != "worker" or "gunicorn" not in command)
    }


@pytest.fixture
def started(tmp_path: Path) -> Callable[[], tuple[Instance, subprocess.Popen[str]]]:
    """Start the service by itself, to be stopped by the test."""
    ready = installed(tmp_path / "first")

    def start() -> tuple[Instance, subprocess.Popen[str]]:
        process = subprocess.Popen(
            [*FLASK, "start"],
            cwd=ROOT,
            env=ready.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        wait_until(lambda: answers(f"{ready.url}/readyz"), "the site")
        return ready, process

    return start


def test_a_signal_stops_everything(
    started: Callable[[], tuple[Instance, subprocess.Popen[str]]],
) -> None:
    ready, process = started()
    running = children(process.pid)
    assert sorted(running) == ["mails", "site", "worker"]
    process.send_signal(signal.SIGTERM)
    told, _ = process.communicate(timeout=60)
    assert (process.returncode, told.splitlines()) == (
        0,
        [
            f"Recueil : {ready.url}",
            f"Les messages envoyés restent ici : {ready.folder}/mails",
            "Ctrl-C pour arrêter.",
        ],
    )
    assert not any(Path(f"/proc/{pid}").exists() for pid in running.values())


def test_when_one_dies_all_stop(
    started: Callable[[], tuple[Instance, subprocess.Popen[str]]],
) -> None:
    _, process = started()
    running = children(process.pid)
    os.kill(running["worker"], signal.SIGKILL)
    _, complaint = process.communicate(timeout=60)
    assert (process.returncode, complaint.splitlines()[-1]) == (
        1,
        "« worker » s’est arrêté : tout s’arrête.",
    )
    assert not any(Path(f"/proc/{pid}").exists() for pid in running.values())


def _lives(pid: int) -> bool:
    """Say whether a process runs; one that is over but that nobody buried does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_nothing_survives_a_supervisor_killed_outright(
    started: Callable[[], tuple[Instance, subprocess.Popen[str]]],
) -> None:
    ready, process = started()
    running = children(process.pid)
    assert sorted(running) == ["mails", "site", "worker"]
    process.kill()
    process.communicate(timeout=60)
    wait_until(lambda: not any(_lives(pid) for pid in running.values()), "the end of all")
    assert not answers(f"{ready.url}/healthz")


def test_a_model_that_cannot_be_loaded_stops_all(tmp_path: Path) -> None:
    environment = environment_of(tmp_path / "instance")
    for command in ("setup", "start"):
        done = subprocess.run(
            [*FLASK, command],
            cwd=ROOT,
            env=environment | {"SPACY_MODEL": "fr_inconnu"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert (done.returncode, done.stderr.splitlines()) == (
        1,
        [
            "SPACY_MODEL : modèle « fr_inconnu » : ni paquet installé, ni dossier "
            "(« auto », « intégré » et « indices » conviennent).",
            "« worker » s’est arrêté : tout s’arrête.",
        ],
    )


def test_what_is_written_is_the_services_alone_and_names_no_visitor(
    started: Callable[[], tuple[Instance, subprocess.Popen[str]]],
) -> None:
    ready, process = started()
    modes = {path.name: path.stat().st_mode & 0o777 for path in ready.folder.iterdir()}
    with suppress(urllib.error.HTTPError):
        urllib.request.urlopen(f"{ready.url}/contact/un-jeton-personnel", timeout=30)
    process.terminate()
    _, logged = process.communicate(timeout=60)
    assert "request GET /contact/<token> status=404" in logged
    assert [word for word in ("un-jeton", "127.0.0.1", "urllib") if word in logged] == []
    assert (modes.pop("mails"), modes.pop("metrics")) == (0o700, 0o700)
    assert {"recueil.sqlite3-wal", "queue.sqlite3-wal"} <= set(modes)
    assert set(modes.values()) == {0o600}


def test_a_port_already_taken_is_said(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        environment = os.environ | {"INSTANCE_PATH": str(tmp_path), "PORT": str(port)}
        for command in ("setup", "start"):
            done = subprocess.run(
                [*FLASK, command],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
    assert (done.returncode, done.stderr) == (
        1,
        f"Le port {port} est déjà pris : Recueil tourne peut-être déjà. "
        f"Pour en prendre un autre : PORT={port + 1} make run\n",
    )
