"""The commands of `flask`, each in a process of its own, born with everything already imported.

Importing takes two seconds, five where French is read; a server forks before each command instead,
once for all. What runs is what a terminal runs: the same entry, environment, streams and exit code.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from flask.cli import main

ROOT = Path(__file__).resolve().parent.parent
STREAMS = ("stdin", "stdout", "stderr")

_nursery = multiprocessing.get_context("forkserver")
_nursery.set_forkserver_preload([__name__, "app", "analysis.pipeline", "spacy.lang.fr"])


def flask(
    arguments: tuple[str, ...], environment: Mapping[str, str], answer: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run `flask --app wsgi` with these arguments; give its exit code and all that it wrote."""
    with _begun(arguments, environment, answer) as (process, folder):
        process.join()
        code = process.exitcode
        assert code is not None
        written = [(folder / name).read_text(encoding="utf-8") for name in STREAMS[1:]]
    return subprocess.CompletedProcess(["flask", *arguments], code, *written)


@contextmanager
def running(*arguments: str, environment: Mapping[str, str]) -> Iterator[None]:
    """Run a command that goes on by itself, as `flask start`, for as long as the block lasts."""
    with _begun(arguments, environment) as (process, _):
        try:
            yield
        finally:
            process.terminate()
            process.join(30)
            if process.is_alive():
                process.kill()
                process.join()


@contextmanager
def _begun(
    arguments: tuple[str, ...], environment: Mapping[str, str], answer: str = ""
) -> Iterator[tuple[ForkServerProcess, Path]]:
    """Begin a command; give its process, to be waited for, and the folder of its streams."""
    with tempfile.TemporaryDirectory(prefix="recueil-command-") as kept:
        folder = Path(kept)
        (folder / "stdin").write_text(answer, encoding="utf-8")
        process = _nursery.Process(target=_become, args=(arguments, dict(environment), folder))
        process.start()
        yield process, folder
        process.close()


def _become(arguments: tuple[str, ...], environment: dict[str, str], folder: Path) -> None:
    """Be the command, in a process just born."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    for number, name in enumerate(STREAMS):
        flags = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_APPEND
        opened = os.open(folder / name, flags)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process
    sys.argv = ["flask", "--app", "wsgi", *arguments]
    main()
