"""How long the pages of tallies take, and whether it grows less than the codings do.

A call of so many codings (twelve a testimony) is written by bulk, on SQLite and on PostgreSQL, then
the tallies page and a cross-tab by region are asked for as a researcher would, in one process:
each figure is the median of the turns. The floor is the least that such a page can do on the same
database: Flask answers with one COUNT of the testimonies.

With --beside, the other pages that count are measured too; nothing was promised of them.

  python -m bench.tallies [--turns 9] [--codings 100000 1000000] [--engines sqlite postgresql]
                          [--beside] [--results FOLDER]
"""

import argparse
import itertools
import random
import statistics
import struct
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask_security import hash_password
from sqlalchemy import func, insert, select, text

import config
from app import create_app
from app.database import migrate
from app.extensions import db
from app.models import Answer, CaseVariable, Channel, Coding, Digest, RoleName, Testimony
from app.services import accounts, digests
from app.views import access
from bench import databases, results

EACH = 12  # codings a testimony
BATCH = 5_000
PASSWORD = "une phrase de passe pour mesurer"  # noqa: S105
FLOOR = "Plancher, un décompte du total"
PAGES = {
    "Décomptes": "/recherche/decomptes/",
    "Tableau croisé par région": "/recherche/decomptes/?par=region&mesure=extraits",
    "Gardés d’un profil": "/recherche/decomptes/?par=territoire&profil=elu&etat=garde",
    FLOOR: "/plancher",
}
BESIDE = {
    "Par département": "/recherche/decomptes/?par=departement",
    "Thèmes ensemble": "/recherche/decomptes/ensemble",
    "Sur les mêmes mots": "/recherche/decomptes/ensemble?niveau=mots",
    "Au fil du temps": "/recherche/decomptes/au-fil-du-temps?pas=semaine",
    "Saturation": "/recherche/decomptes/saturation",
    "Spécificités des thèmes": "/recherche/decomptes/specificites?valeur=elu",
    "Planche": "/recherche/decomptes/planche",
}
PROMISED = ("Décomptes", "Tableau croisé par région")
PROMISED_AT, MOST_MS = 1_000_000, 300  # codings, milliseconds
REGIONS = ("11", "24", "27", "28", "32", "44", "52", "53", "75", "76", "84", "93", "94")
PROFILES = ("coordinateur", "elu", "usager", "aidant")
LAND = ("urbain", "rural", "mixte")


def fill(app: Flask, codings: int) -> None:
    """Write a call: testimonies, answers, variables, codings, and their digests as drawn."""
    themes = [theme.id for theme in app.extensions["codebook"].themes]
    chance = random.Random(6)
    every = ((name, value) for name, values in _facets(themes).items() for value in values)
    numbers = digests.numbered(db.session, every)
    for first in range(0, codings // EACH, BATCH):
        count = min(BATCH, codings // EACH - first)
        _write([_made(chance, themes, first + rank, numbers) for rank in range(count)])
    db.session.commit()
    db.session.execute(text("ANALYZE"))
    db.session.commit()


def _facets(themes: list[str]) -> dict[str, tuple[str, ...]]:
    return {
        digests.AUDIENCE: PROFILES,
        digests.CHANNEL: ("questionnaire",),
        digests.QUESTIONNAIRE: tuple(f"{profile}.v2" for profile in PROFILES),
        digests.DAY: tuple(_day(rank).isoformat() for rank in range(120)),
        digests.READ: ("oui",),
        digests.THEME: tuple(themes),
        "region": REGIONS,
        "type_territoire": LAND,
        "clsm": tuple(f"CLSM {number}" for number in range(260)),
        "quartiers_prioritaires": ("oui", "non"),
    }


def _day(rank: int) -> date:
    return date(2026, 7, 1) + timedelta(days=rank)


def _made(
    chance: random.Random, themes: list[str], rank: int, numbers: dict[Any, int]
) -> dict[type, list[dict[str, Any]]]:
    id_, answer_id = (uuid.UUID(int=chance.getrandbits(128)) for _ in range(2))
    profile, day = chance.choice(PROFILES), _day(chance.randrange(120))
    variables = {
        "region": chance.choice(REGIONS),
        "type_territoire": chance.choice(LAND),
        "clsm": f"CLSM {chance.randrange(260)}",
        "quartiers_prioritaires": chance.choice(("oui", "non")),
    }
    borne = [themes[int(len(themes) * chance.random() ** 2)] for _ in range(EACH)]
    pairs = [
        (digests.AUDIENCE, profile),
        (digests.CHANNEL, "questionnaire"),
        (digests.QUESTIONNAIRE, f"{profile}.v2"),
        (digests.DAY, day.isoformat()),
        (digests.READ, "oui"),
        *variables.items(),
    ]
    fours = [(numbers[digests.THEME, each], borne.count(each), 0, 0) for each in set(borne)]
    flat = list(itertools.chain.from_iterable(sorted(fours)))
    facets = sorted(numbers[pair] for pair in pairs)
    return {
        Testimony: [
            {
                "id": id_,
                "reference": f"{rank:X}",
                "questionnaire_slug": profile,
                "questionnaire_version": 2,
                "audience": profile,
                "channel": Channel.QUESTIONNAIRE,
                "is_anonymous": True,
                "received_on": day,
                "submission_key": id_.hex,
                "tagged_by": "mesure",
                "is_stale": False,
            }
        ],
        Answer: [
            {
                "id": answer_id,
                "testimony_id": id_,
                "question_id": "autre_chose",
                "position": 0,
                "text": "Le maire est venu. " * EACH,
            }
        ],
        CaseVariable: [
            {"testimony_id": id_, "name": name, "value": value} for name, value in variables.items()
        ],
        Coding: [
            {
                "id": uuid.UUID(int=chance.getrandbits(128)),
                "answer_id": answer_id,
                "theme": theme,
                "start": 19 * place,
                "end": 19 * place + 18,
                "score": 0.6,
                "evidence": [],
                "origin": "mesure",
                "is_by_hand": False,
                "suggested_on": day,
            }
            for place, theme in enumerate(borne)
        ],
        Digest: [
            {
                "testimony_id": id_,
                "facets": struct.pack(f"<{len(facets)}i", *facets),
                "themes": struct.pack(f"<{len(flat)}i", *flat),
            }
        ],
    }


def _write(made: list[dict[type, list[dict[str, Any]]]]) -> None:
    for model in (Testimony, Answer, CaseVariable, Coding, Digest):
        rows = [row for each in made for row in each[model]]
        db.session.connection().execute(insert(model.__table__), rows)
    db.session.commit()


def admit() -> None:
    """Open the account of a researcher."""
    accounts.ensure_roles(db.session)
    accounts.create(
        db.session,
        email="mesure@recueil.example",
        roles=[RoleName.RESEARCHER],
        hash_password=lambda _: hash_password(PASSWORD),
    )
    account = accounts.find(db.session, "mesure@recueil.example")
    assert account is not None
    account.must_change_password = False
    db.session.commit()


def client_of(app: Flask) -> Any:
    """A researcher, signed in."""
    client = app.test_client()
    reply = client.post(
        "/compte/connexion", data={"email": "mesure@recueil.example", "password": PASSWORD}
    )
    assert reply.status_code == 302, reply.text
    return client


def floor() -> str:
    """The least: one figure."""
    return str(db.session.scalar(select(func.count()).select_from(Testimony)))


def timed(client: Any, turns: int) -> dict[str, tuple[float, float]]:
    """Milliseconds of each page, by the clock and by our processor: medians of the turns.

    Pages come one after another in each turn. The processor's time leaves PostgreSQL's own out.
    """
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in PAGES}
    for turn in range(turns + 1):
        for name, path in PAGES.items():
            began, worked = time.perf_counter(), time.process_time()
            reply = client.get(path)
            spent = time.perf_counter() - began, time.process_time() - worked
            if turn:  # the first turn loads templates
                taken[name].append((1000 * spent[0], 1000 * spent[1]))
            assert reply.status_code == 200, (path, reply.status_code)
    return {
        name: (
            statistics.median(clock for clock, _ in each),
            statistics.median(ours for _, ours in each),
        )
        for name, each in taken.items()
    }


def measure(engine: str, codings: int, turns: int) -> dict[str, tuple[float, float]]:
    """What each page takes on a call of so many codings."""
    with tempfile.TemporaryDirectory() as folder, databases.settings(engine) as given:
        settings = {"INSTANCE_PATH": folder} | given
        app = create_app(
            config.load(settings) | {"WTF_CSRF_ENABLED": False, "PROPAGATE_EXCEPTIONS": True}
        )
        app.add_url_rule("/plancher", view_func=floor)
        access.of_route("floor", access.EVERYBODY)
        with app.app_context():
            migrate(db.engine, lock=Path(folder) / "lock")
            fill(app, codings)
            admit()
        taken = timed(client_of(app), turns)  # outside: each request has a context of its own
        with app.app_context():
            db.engine.dispose()
        return taken


def figures(
    engine: str, sizes: list[int], found: list[dict[str, tuple[float, float]]]
) -> Iterator[results.Figure]:
    """What each page takes at each size, and how it grows from the first to the last."""
    base = databases.NAMES[engine]
    for size, taken in zip(sizes, found, strict=True):
        for name, (clock, ours) in taken.items():
            what = f"{name} : {size} codages ({base})"
            floors = f"dont {results.number(ours)} ms de notre processeur"
            if name != FLOOR:
                floors += f" ; {results.number(clock / taken[FLOOR][0])} planchers"
            if name in PROMISED and size <= PROMISED_AT:
                yield results.at_most(what, clock, MOST_MS, unit="ms", beside=floors)
            else:
                yield results.Figure(what, clock, "ms", beside=floors)
    if len(sizes) > 1:
        times = sizes[-1] / sizes[0]
        for name in PROMISED:
            grown = found[-1][name][0] / found[0][name][0]
            what = f"{name}, de {sizes[0]} à {sizes[-1]} codages ({base}) : multiplié par"
            yield results.at_most(what, grown, times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("--codings", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--beside", action="store_true")
    parser.add_argument(
        "--engines", nargs="+", choices=tuple(databases.NAMES), default=list(databases.NAMES)
    )
    results.add_option(parser)
    asked = parser.parse_args()
    if asked.beside:
        PAGES.update(BESIDE)
    told: list[results.Figure] = []
    for engine in asked.engines:
        found = [measure(engine, size, asked.turns) for size in asked.codings]
        told += figures(engine, asked.codings, found)
    results.keep("tallies", told, asked.results)


if __name__ == "__main__":
    main()
