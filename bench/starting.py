"""How long a web process takes to answer, and the memory that it holds.

gunicorn is started as `flask start` does, with one worker: the clock runs from the command to the
first answer of /healthz. Then a few pages are asked for, and the worker's memory is read: all that
it maps (RSS), and its own share of it (PSS), since processes forked from one share what was loaded.

  python -m bench.starting [--turns 5]
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import results

ROOT = Path(__file__).resolve().parent.parent
PORT = 18_031
PAGES = ("/", "/facile", "/temoigner/coordinateur/rubrique/accord", "/confidentialite", "/readyz")
MOST_SECONDS, MOST_MEGABYTES = 2.0, 150.0


@contextmanager
def gunicorn(folder: str, port: int, workers: int = 1) -> Iterator["subprocess.Popen[bytes]"]:
    """The site, as the supervisor starts it, until the block ends."""
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--preload"]
    command += ["--workers", str(workers), "--threads", "4", "--log-level", "warning", "wsgi:app"]
    environ = os.environ | {"INSTANCE_PATH": folder, "PORT": str(port)}
    with subprocess.Popen(command, cwd=ROOT, env=environ, start_new_session=True) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def wait_for(port: int, seconds: float = 60) -> None:
    """Wait until the site answers."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz"):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.01)
    raise TimeoutError("the site does not answer")


def children(pid: int) -> list[int]:
    """The processes that a process has forked."""
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(each) for each in told.split()]


def setup(folder: str) -> None:
    """Make the tables."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "setup"]
    environ = os.environ | {"INSTANCE_PATH": folder}
    subprocess.run(command, cwd=ROOT, env=environ, check=True, stdout=subprocess.DEVNULL)


def processor_seconds(pid: int) -> float:
    """The processor's time that a process has taken."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def turn(folder: str) -> tuple[float, float, float, float]:
    """Seconds to the first answer, of the processor too; the worker's memory after some pages."""
    begun = time.perf_counter()
    with gunicorn(folder, PORT) as process:
        wait_for(PORT)
        taken, worked = time.perf_counter() - begun, processor_seconds(process.pid)
        for page in PAGES * 4:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{page}") as reply:
                reply.read()
        (worker,) = children(process.pid)
        return taken, worked, *results.resident(worker)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        setup(folder)
        turns = [turn(folder) for _ in range(asked.turns)]
    taken, worked, rss, pss = (statistics.median(each) for each in zip(*turns, strict=True))
    results.keep(
        "starting",
        [
            results.at_most(
                "Démarrage du site, jusqu’à la première réponse",
                taken,
                MOST_SECONDS,
                unit="s",
                beside=f"dont {results.number(worked)} s de processeur",
            ),
            results.at_most(
                "Mémoire d’un processus web, après vingt pages",
                rss,
                MOST_MEGABYTES,
                unit="Mo",
                beside=f"dont {pss:.0f} Mo en propre (PSS)",
            ),
        ],
    )


if __name__ == "__main__":
    main()
