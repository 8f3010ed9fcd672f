"""A call as it grows to a million testimonies: imported, read in part, listed, tallied, exported.

At each size, in processes of their own so that the memory told is that of the work alone: so many
testimonies, made up as JSON lines while they are read, go through `flask testimonies import -`;
PART of them are read by the pipeline as a worker does; the list turns to its second page and to one
three quarters down, from the last testimony shown, and by its number alone; the tallies are asked
for; all leave as a CSV file, then as JSON lines, raw. Memory must not follow the size: at the last
one, at most GROWTH times what it was at the first. Cut short, it keeps what it found.

  python -m bench.million [--sizes 10000 100000 1000000] [--engine postgresql] [--turns 5]
                          [--results FOLDER]
"""

import argparse
import itertools
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from sqlalchemy import func, select, text

import config
from analysis import labelled
from app import create_app, pipelines
from app.database import migrate
from app.extensions import db
from app.models import Testimony
from app.services import export_packages, tagging, tallies, testimonies
from app.services.exports import Kind, Wanted
from app.services.filters import Filters
from bench import databases, results
from bench.exports import apart

ROOT = Path(__file__).resolve().parent.parent
CORPUS = Path(labelled.__file__).with_name("corpora")
PART = 300
SIZES = (10_000, 100_000, 1_000_000)
GROWTH, MOST_TO_COUNT = 1.25, 600  # times, megabytes
WORDS = 60  # of each testimony
FIRST_DAY, DAYS = date(2026, 7, 1), 120
PROFILES = ("coordinateur", "elu", "usager", "aidant")
REGIONS = ("11", "24", "27", "28", "32", "44", "52", "53", "75", "76", "84", "93", "94")
LAND = ("urbain", "rural", "mixte")


def application(environ: dict[str, str]) -> Flask:
    """The application on these settings."""
    os.environ.update(environ)
    return create_app(config.load(os.environ))


def prepared(environ: dict[str, str]) -> dict[str, Any]:
    """Make the tables; what questions a testimony of each profile answers, id → a value of it."""
    with (app := application(environ)).app_context():
        migrate(db.engine, lock=Path(environ["INSTANCE_PATH"]) / "lock")
        library = app.extensions["questionnaires"]
        found = {}
        for profile in PROFILES:
            questionnaire = library.current(profile)
            long = [each.id for each in questionnaire.questions if each.kind.value == "texte_long"]
            options = {
                each.id: [option.value for option in each.options]
                for each in questionnaire.questions
                if each.id in ("region", "type_territoire")
            }
            found[profile] = (questionnaire.version, long, options)
        return found


def lines(size: int, asked: dict[str, Any]) -> Iterator[bytes]:
    """So many testimonies as `flask export jsonl` writes them, always the same."""
    chance = random.Random(6)
    texts = [each.passage.text for each in labelled.read(CORPUS)]
    for _ in range(size):
        profile = chance.choice(PROFILES)
        version, long, options = asked[profile]
        words: list[str] = []
        while len(words) < WORDS:
            words += chance.choice(texts).split()
        told = {
            "id": str(uuid.UUID(int=chance.getrandbits(128))),
            "profil": profile,
            "questionnaire": f"{profile}.v{version}",
            "recu_le": (FIRST_DAY + timedelta(days=chance.randrange(DAYS))).isoformat(),
            "accord_citation": "sans_nom",
            "empreinte": f"{chance.getrandbits(128):032x}",
            "valeurs": {name: chance.choice(values) for name, values in options.items()}
            | {"clsm": f"CLSM {chance.randrange(260)}"},
            "reponses": [
                {
                    "id": str(uuid.UUID(int=chance.getrandbits(128))),
                    "question": chance.choice(long),
                    "texte": " ".join(words[:WORDS]),
                }
            ],
        }
        yield json.dumps(told, ensure_ascii=False).encode() + b"\n"


def imported(environ: dict[str, str], size: int) -> tuple[float, int]:
    """Have `flask testimonies import -` take so many testimonies; seconds, memory."""
    asked = apart(prepared, environ)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "testimonies", "import", "-"]
    begun = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--accord"],
        cwd=ROOT,
        env=os.environ | environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    with process.stdin as stream:
        stream.writelines(lines(size, asked))
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the import ended with {process.returncode}")
    return time.perf_counter() - begun, usage.ru_maxrss // 1024


def exported(environ: dict[str, str], kind: Kind) -> tuple[float, int]:
    """Have all leave; seconds, memory."""
    with application(environ).app_context():
        definitions = (current_app.extensions[n] for n in ("questionnaires", "codebook"))
        begun = time.perf_counter()
        with (
            tempfile.TemporaryFile() as stream,
            export_packages.made(db.session, Wanted(kind, is_raw=True), *definitions) as package,
        ):
            export_packages.zipped(package, stream)
        return time.perf_counter() - begun, _memory()


def read(environ: dict[str, str]) -> tuple[float, int]:
    """Have PART testimonies read by the pipeline, as the worker does; seconds, memory."""
    with application(environ).app_context():
        db.session.execute(text("ANALYZE"))  # as the database does by itself, a moment later
        db.session.commit()
        pipelines.tagger()
        begun = time.perf_counter()
        for testimony_id in itertools.islice(_waiting(), PART):
            pipelines.read_or_leave(testimony_id)
        return time.perf_counter() - begun, _memory()


def _waiting() -> Iterator[uuid.UUID]:
    for number in list(tagging.ranges(db.session)):
        yield from tagging.waiting(db.session, number)


def _memory() -> int:
    told = Path("/proc/self/status").read_text()
    return int(told.split("VmHWM:")[1].split()[0]) // 1024


def listed(environ: dict[str, str], turns: int) -> tuple[dict[str, float], int]:
    """Milliseconds that pages take, medians of turns; memory."""
    with application(environ).app_context():
        total = testimonies.count(db.session)
        themes = [theme.id for theme in current_app.extensions["codebook"].themes]
        far = max(2, testimonies.pages(total) * 3 // 4)
        # The last testimony of the page before it, as its link says.
        last = testimonies.page(db.session, Filters(), far - 1)[-1]
        asked: dict[str, Callable[[], object]] = {
            "liste, page 2": lambda: testimonies.page(db.session, Filters(), 2),
            "liste, aux trois quarts, par « Page suivante »": lambda: testimonies.page(
                db.session, Filters(), far, after=last
            ),
            "liste, aux trois quarts, par son numéro": lambda: testimonies.page(
                db.session, Filters(), far
            ),
            "décompte du total": lambda: db.session.scalar(select(func.count(Testimony.id))),
            "décomptes par profil": lambda: tallies.count(
                db.session, themes=themes, filters=Filters()
            ),
        }
        return {name: _median(work, turns) for name, work in asked.items()}, _memory()


def _median(work: Callable[[], object], turns: int) -> float:
    taken = []
    for _ in range(turns):
        db.session.rollback()
        begun = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - begun))
    return statistics.median(taken)


EXPORTED = {"exportés en CSV": Kind.CSV, "exportés en JSON": Kind.JSONL}
IMPORTED, PAGES = "importés d’un JSON", "listés et comptés"
READ = f"lus par la chaîne, {PART} d’entre eux"


def measured(engine: str, size: int, turns: int, memory: dict[str, list[int]]) -> Iterator[Any]:
    """What a call of this size takes; the memory of each step is added to `memory`."""
    with tempfile.TemporaryDirectory() as folder, databases.settings(engine) as settings:
        environ = {"INSTANCE_PATH": folder} | settings
        fsync = results.number(results.fsyncs_a_second(Path(folder)))
        what = f"{size} témoignages ({databases.NAMES[engine]})"

        def figure(name: str, count: int, taken: float, megabytes: int) -> results.Figure:
            memory.setdefault(name, []).append(megabytes)
            beside = f"{megabytes} Mo, {results.number(taken)} s, fsync {fsync}/s"
            return results.Figure(f"{what} : {name}", count / taken, "/s", beside=beside)

        yield figure(IMPORTED, size, *imported(environ, size))
        yield figure(READ, min(PART, size), *apart(read, environ))
        pages, megabytes = apart(listed, environ, turns)
        memory.setdefault(PAGES, []).append(megabytes)
        for name, milliseconds in pages.items():
            beside = f"{megabytes} Mo"
            yield results.Figure(f"{what} : {name}", milliseconds, "ms", beside=beside)
        for name, kind in EXPORTED.items():
            yield figure(name, size, *apart(exported, environ, kind))


def growth(memory: dict[str, list[int]], sizes: list[int]) -> Iterator[results.Figure]:
    """How the memory of each step grew from the first size to the last.

    But for tallies, which read every digest at once: they have a bound of their own.
    """
    for name, found in memory.items():
        if len(found) < len(sizes):
            continue
        if name == PAGES:
            what = f"Mémoire, {name} : {sizes[-1]} témoignages"
            yield results.at_most(what, found[-1], MOST_TO_COUNT, unit="Mo")
            continue
        yield results.at_most(
            f"Mémoire, {name} : de {sizes[0]} à {sizes[-1]} témoignages",
            found[-1] / found[0],
            GROWTH,
            beside=f"{found[0]} Mo, puis {found[-1]} Mo",
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--engine", choices=tuple(databases.NAMES), default="postgresql")
    parser.add_argument("--turns", type=int, default=5)
    results.add_option(parser)
    asked = parser.parse_args()
    memory: dict[str, list[int]] = {}
    found: list[results.Figure] = []
    try:
        for size in asked.sizes:
            for each in measured(asked.engine, size, asked.turns, memory):
                found.append(each)
                told = f"{each.what}  {results.shown(each)}  {each.beside}"
                print(told, file=sys.stderr, flush=True)  # it is long: how far it is
    finally:
        found += growth(memory, asked.sizes)
        results.keep(f"million-{asked.engine}", found, asked.results)


if __name__ == "__main__":
    main()
