"""How fast testimonies leave, pseudonymised, in each kind of file; and whether memory grows.

Each kind is written by a process of its own, so that the memory told is that of the export alone;
as many testimonies divided by ten are written before. The floor is the same texts read from the
database and written to a file, with nothing else.

  python -m bench.exports [--testimonies 2000]
"""

import argparse
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TypeVar

from flask import Flask, current_app
from sqlalchemy import select

import config
from app import create_app
from app.database import migrate
from app.extensions import db
from app.models import Answer, Coding, PseudonymReview
from app.services import digests, export_packages, pseudonyms
from app.services.exports import Kind, Wanted
from app.services.testimonies import submit
from bench import results

SENTENCE = "Le maire préside le conseil local, et les usagers y prennent enfin la parole. "
KINDS = (Kind.CSV, Kind.XLSX, Kind.JSONL, Kind.QDPX, Kind.IRAMUTEQ)
CODINGS = 20
Made = TypeVar("Made")


def application(folder: Path) -> Flask:
    os.environ["INSTANCE_PATH"] = str(folder)
    return create_app(config.load(os.environ))


def fill(folder: Path, testimonies: int) -> None:
    """Fill a database: 300 words and 20 codings each, read over by somebody."""
    app = application(folder)
    with app.app_context():
        migrate(db.engine, lock=folder / "lock")
        questionnaire = app.extensions["questionnaires"].current("elu")
        question = next(q.id for q in questionnaire.questions if q.kind.value == "texte_long")
        for number in range(testimonies):
            values = {"consentement_participation": True, question: SENTENCE * 23}
            made = submit(db.session, questionnaire, values, submission_key=f"{number:064}")
            (answer,) = [each for each in made.answers if each.text]
            for start in range(CODINGS):
                db.session.add(
                    Coding(
                        answer=answer,
                        theme=current_app.extensions["codebook"].themes[start].id,
                        start=start * len(SENTENCE),
                        end=(start + 1) * len(SENTENCE) - 1,
                        score=0.8,
                        evidence=[],
                        origin="essai 1",
                    )
                )
            db.session.flush()
            review = PseudonymReview(testimony_id=made.id, read_of=pseudonyms.print_of(made))
            review.is_whole = True
            db.session.add(review)
            digests.draw(db.session, made.id)
            if number % 200 == 0:
                db.session.commit()
        db.session.commit()


def floor(folder: Path) -> tuple[float, int]:
    """Write the texts, and nothing of them."""
    with application(folder).app_context():
        begun = time.perf_counter()
        with tempfile.TemporaryFile() as stream:
            for text in db.session.scalars(select(Answer.text).where(Answer.text.is_not(None))):
                stream.write(text.encode())
        return time.perf_counter() - begun, _memory()


def export(folder: Path, kind: Kind) -> tuple[float, int]:
    """Make a whole export, as the page does."""
    with application(folder).app_context():
        definitions = (current_app.extensions[n] for n in ("questionnaires", "codebook"))
        begun = time.perf_counter()
        with (
            tempfile.TemporaryFile() as stream,
            export_packages.made(db.session, Wanted(kind), *definitions) as package,
        ):
            export_packages.zipped(package, stream)
        return time.perf_counter() - begun, _memory()


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def apart(work: Callable[..., Made], *arguments: object) -> Made:
    """What a work gives, done in a process of its own."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(work, *arguments).result()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--testimonies", type=int, default=2000)
    results.add_option(parser)
    asked = parser.parse_args()
    most = asked.testimonies
    figures: list[results.Figure] = []
    for count in (most // 10, most):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            fill(folder, count)
            bare, _ = apart(floor, folder)
            for kind in KINDS:
                figures.append(_figure(kind, count, bare, *apart(export, folder, kind)))
    results.keep("exports", figures, asked.results)


def _figure(kind: Kind, count: int, bare: float, taken: float, memory: int) -> results.Figure:
    what = f"{count} témoignages exportés, {kind.value}"
    floor_rate = results.number(count / bare)
    beside = f"{memory} Mo ; plancher {floor_rate}/s (les textes lus et écrits, rien d’autre)"
    return results.Figure(what, count / taken, "/s", beside=beside)


if __name__ == "__main__":
    main()
