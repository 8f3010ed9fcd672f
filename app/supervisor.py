"""One command, three processes: the site, the worker and, in development, the mail catcher.

They start together and stop together: when one dies the others are told to finish, so that whoever
started them (a terminal, systemd, a container) sees one service, up or down.
"""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
GRACE_SECONDS = 20
PULSE_SECONDS = 0.2
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def commands(config: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return what to run, by name."""
    python = [sys.executable, "-m"]
    web = [
        "gunicorn",
        "--bind",
        f"127.0.0.1:{config['PORT']}",
        "--workers",
        "2",
        "--threads",
        "4",
        "--preload",
        "--access-logfile",
        "/dev/null",
        "--log-level",
        "warning",
        "wsgi:app",
    ]
    running = {
        "site": [*python, *web],
        "worker": [*python, "flask", "--app", "wsgi", "worker"],
    }
    if config["MAIL_IS_CAUGHT"]:
        folder = str(Path(config["INSTANCE_PATH"]) / "mails")
        # By its file: as a module it would load the whole application, which it does not need.
        catcher = [sys.executable, "-P", str(ROOT / "app" / "mail_catcher.py")]
        running["mails"] = [*catcher, folder, str(config["MAIL_PORT"])]
    return running


def taken_ports(config: Mapping[str, Any]) -> list[str]:
    """Return what to say of each port that somebody already listens on."""
    wanted = {"PORT": config["PORT"]}
    if config["MAIL_IS_CAUGHT"]:
        wanted["MAIL_PORT"] = config["MAIL_PORT"]
    return [
        f"Le port {port} est déjà pris : Recueil tourne peut-être déjà. "
        f"Pour en prendre un autre : {name}={port + 1} make run"
        for name, port in wanted.items()
        if _is_taken(port)
    ]


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
        return False


def run(config: Mapping[str, Any]) -> int:
    """Run everything until a signal or until one process ends; return the exit code."""
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    counting = _empty(Path(config["INSTANCE_PATH"]) / "metrics")
    running = {name: _launch(command, counting) for name, command in commands(config).items()}
    print(_greeting(config), flush=True)  # noqa: T201
    while not stopping and all(process.poll() is None for process in running.values()):
        time.sleep(PULSE_SECONDS)
    ended = [name for name, process in running.items() if process.poll() is not None]
    for name in ended:
        print(f"« {name} » s’est arrêté : tout s’arrête.", file=sys.stderr)  # noqa: T201
    _stop_all(list(running.values()))
    return 1 if ended and not stopping else 0


def _empty(folder: Path) -> Path:
    """Return the folder where the processes of the site count together, without what is past."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return folder


def _launch(command: list[str], counting: Path) -> subprocess.Popen[bytes]:
    """Start a process that writes files for its owner alone, and counts in a folder.

    It has a group of its own: Ctrl-C reaches the supervisor only, which then stops all in order.
    """
    supervisor = os.getpid()

    def follow() -> None:
        """Have the kernel stop this process when the supervisor dies, even by `kill -9`."""
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != supervisor:
            os._exit(1)

    return subprocess.Popen(  # noqa: S603
        command,
        cwd=ROOT,
        env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(counting)},
        start_new_session=True,
        umask=0o077,
        preexec_fn=follow,
    )


def _greeting(config: Mapping[str, Any]) -> str:
    lines = [f"Recueil : {config['BASE_URL']}"]
    if config["MAIL_IS_CAUGHT"]:
        lines.append(f"Les messages envoyés restent ici : {config['INSTANCE_PATH'] / 'mails'}")
    return "\n".join([*lines, "Ctrl-C pour arrêter."])


def _stop_all(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
