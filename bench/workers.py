"""How much quicker two workers read all testimonies again than one does.

So many testimonies (150 words each) wait to be read; one `flask worker` reads them, then all wait
again, and two read them. The clock runs from the moment when the first is written to the last one,
so that loading spaCy does not count. On PostgreSQL, its queue too, or on Redis.

  python -m bench.workers [--testimonies 2000] [--engine postgresql] [--queue redis]
                          [--results FOLDER]
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

import config
from analysis import labelled
from app import create_app, tasks
from app.database import migrate
from app.extensions import db
from app.services import tagging
from app.services.testimonies import submit
from bench import databases, results

ROOT = Path(__file__).resolve().parent.parent
CORPUS = Path(labelled.__file__).with_name("corpora")
LEAST = 1.7
PULSE = 0.05


def fill(app: Flask, testimonies: int) -> None:
    """Testimonies whose answers are those of the corpus, shuffled."""
    texts = [answer.passage.text for answer in labelled.read(CORPUS)]
    questionnaire = app.extensions["questionnaires"].current("elu")
    question = next(q.id for q in questionnaire.questions if q.kind.value == "texte_long")
    chance = random.Random(7)
    for number in range(testimonies):
        words: list[str] = []
        while len(words) < 150:
            words += chance.choice(texts).split()
        values = {"consentement_participation": True, question: " ".join(words[:150])}
        submit(db.session, questionnaire, values, submission_key=f"{number:064}")
        if number % 200 == 0:
            db.session.commit()
    db.session.commit()


@contextmanager
def workers(count: int, environ: dict[str, str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """So many `flask worker`s, until the block ends."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    running = [
        subprocess.Popen(command, cwd=ROOT, env=os.environ | environ, stderr=subprocess.DEVNULL)
        for _ in range(count)
    ]
    try:
        yield running
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            process.wait(timeout=60)


def seconds(app: Flask, count: int, total: int, environ: dict[str, str]) -> float:
    """How long so many workers take for all, once each has begun."""
    for number in range(tagging.RANGES):
        tagging.read_again(db.session, number)
        db.session.commit()
    tasks.sweep_untagged.enqueue()
    with workers(count, environ) as running:
        # Each loads spaCy first: the clock runs for the second half alone, when all are at it.
        _wait(total // 2, running)
        begun, left = time.perf_counter(), _left()
        _wait(0, running)
        return (time.perf_counter() - begun) * total / left


def _left() -> int:
    db.session.rollback()
    return tagging.count_waiting(db.session)


def _wait(most: int, running: list[subprocess.Popen[bytes]]) -> None:
    while _left() > most:
        if any(each.poll() is not None for each in running):
            raise SystemExit("a worker ended before its time: nothing is measured")
        time.sleep(PULSE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--testimonies", type=int, default=2000)
    databases.add_options(parser)
    results.add_option(parser)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        databases.settings(asked.engine, asked.queue) as settings,
    ):
        environ = {"INSTANCE_PATH": folder} | settings
        app = create_app(config.load(environ))
        with app.app_context():
            migrate(db.engine, lock=Path(folder) / "lock")
            fill(app, asked.testimonies)
            one = seconds(app, 1, asked.testimonies, environ)
            two = seconds(app, 2, asked.testimonies, environ)
            db.engine.dispose()
        fsync = results.number(results.fsyncs_a_second(Path(folder)))
    told = (
        f"{asked.testimonies / one:.0f}/s, puis {asked.testimonies / two:.0f}/s ; fsync {fsync}/s"
    )
    what = f"Deux workers au lieu d’un ({databases.named(asked.engine, asked.queue)})"
    figure = results.at_least(what, one / two, LEAST, beside=told)
    name = databases.filed("workers", asked.engine, asked.queue)
    results.keep(name, [figure], asked.results)


if __name__ == "__main__":
    main()
