"""How fast the workbench opens a long interview, and lays one coding more, in Chromium.

The floor, in the same run: the same text with ready-made marks and nothing else, from the same
server. Each figure is the median of the turns, in milliseconds from the navigation until the page
is ready to use and painted.

  python -m bench.workbench [--turns 5] [--sizes 5000 50000] [--results FOLDER]
"""

import argparse
import random
import shutil
import statistics
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from flask import Flask
from flask_security import hash_password
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import insert
from werkzeug.serving import WSGIRequestHandler, make_server

import config
from app import create_app
from app.database import migrate
from app.extensions import db
from app.models import Answer, Coding, Decision, RoleName, Testimony, Verdict
from app.models.base import now
from app.services import accounts, digests, passages, testimonies
from app.views import access
from bench import results

LENGTH = 300_000  # characters
EMAIL, PASSWORD = "mesure@recueil.example", "une phrase de passe pour mesurer"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu"]
LIMITS = {5_000: 1_000, 50_000: 3_000}  # milliseconds
ADDED_IN = 100
SENTENCES = (
    "Au début, je venais surtout pour écouter, et puis on m’a demandé mon avis.",
    "Le maire préside chaque réunion, il connaît les dossiers.",
    "On a mis six mois à trouver une salle\u00a0!",
    "Les familles disent qu’elles attendent trop longtemps un premier rendez-vous.",
    "Avant chaque réunion, la coordinatrice relit l’ordre du jour avec moi.",
    "Je n’ose pas toujours parler devant tout le monde.",
    "La psychiatre du secteur est venue nous expliquer son travail, ça a tout changé.",
)
READY = """() => new Promise((done) => {
  const wait = () => IS_READY
    ? requestAnimationFrame(() => setTimeout(() => done(performance.now())))
    : setTimeout(wait, 4);
  wait();
})"""
IS_OPEN = "document.documentElement?.dataset.etabli === 'pret'"
IS_LOADED = "document.readyState === 'complete'"
ADD = """() => new Promise((done) => {
  const before = performance.now(), form = document.querySelector('#atelier form');
  document.querySelector('#dit').textContent = '';
  form.querySelector('.btn-primary').click();
  const wait = () => document.querySelector('#dit').textContent.startsWith('Ajouté')
    ? requestAnimationFrame(() => setTimeout(() => done(performance.now() - before)))
    : setTimeout(wait, 1);
  wait();
})"""


class Silent(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """Say nothing."""


def transcript(chance: random.Random) -> str:
    """An interview of LENGTH characters, in turns."""
    text = ""
    while len(text) < LENGTH:
        voice = chance.choice(("Enquêtrice", "Élue"))
        told = " ".join(chance.choices(SENTENCES, k=chance.randint(1, 6)))
        text += f"{voice}\u00a0: {told}\n"
    return text[:LENGTH]


def laid(app: Flask, size: int) -> Testimony:
    """A testimony with so many codings, a third of them decided."""
    chance = random.Random(size)
    questionnaire = app.extensions["questionnaires"].current("coordinateur")
    values = {"consentement_participation": True, "demarche_elus": transcript(chance)}
    made = testimonies.submit(db.session, questionnaire, values, submission_key=uuid.uuid4().hex)
    answer = next(each for each in made.answers if each.text)
    codings = list(
        _codings(answer, [theme.id for theme in app.extensions["codebook"].themes], size)
    )
    db.session.execute(insert(Coding), codings)
    verdicts = (Verdict.ACCEPTED, Verdict.REJECTED)
    db.session.execute(
        insert(Decision),
        [
            {"coding_id": each["id"], "verdict": verdicts[rank % 2], "decided_at": now()}
            for rank, each in enumerate(codings[::3])
        ],
    )
    made.tagged_by = "mesure 1"
    digests.draw(db.session, made.id)
    db.session.commit()
    return made


def _codings(answer: Answer, themes: list[str], size: int) -> Iterator[dict[str, object]]:
    chance, taken = random.Random(size), set()
    while len(taken) < size:
        start = chance.randrange(LENGTH - 300)
        place = (chance.choice(themes), start, start + chance.randint(20, 160))
        if place not in taken:
            taken.add(place)
            yield {
                "id": uuid.UUID(int=chance.getrandbits(128)),
                "answer_id": answer.id,
                "theme": place[0],
                "start": place[1],
                "end": place[2],
                "score": 0.8,
                "evidence": [{"start": start, "end": start + 5, "reason": "« mot »"}],
                "origin": "mesure 1",
                "is_by_hand": False,
            }


def bare(made: Testimony) -> str:
    """The floor: the text with ready-made marks."""
    answer = next(each for each in made.answers if each.text)
    spans = [
        (row.start, row.end, row.theme)
        for row in db.session.query(Coding.start, Coding.end, Coding.theme).filter_by(
            answer_id=answer.id
        )
    ]
    text = "".join(
        f"<mark>{piece.text}</mark>" if piece.tags else piece.text
        for piece in passages.split(answer.text or "", spans)
    )
    style = "<style>body{white-space:pre-wrap;max-width:40em}</style>"
    return f"<!doctype html><html lang=fr><meta charset=utf-8><title>Nu</title>{style}<p>{text}"


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve the application in this process; give its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()


def made_app(folder: Path) -> Flask:
    """An application on a fresh database, a researcher's account in it."""
    app = create_app(config.load({"INSTANCE_PATH": str(folder), "SPACY_MODEL": "indices"}))
    app.app_context().push()
    migrate(db.engine, lock=folder / "lock")
    accounts.create(
        db.session,
        email=EMAIL,
        name="Mesure",
        roles=[RoleName.RESEARCHER],
        hash_password=lambda _: hash_password(PASSWORD),
    )
    account = accounts.find(db.session, EMAIL)
    assert account is not None
    account.must_change_password = False
    db.session.commit()
    return app


def opened_in(page: Page, address: str, is_ready: str) -> float:
    """Milliseconds until a page is ready and painted."""
    page.goto("about:blank")
    page.goto(address, wait_until="commit")
    told: float = page.evaluate(READY.replace("IS_READY", is_ready))
    return told


def added_in(page: Page, theme: int) -> float:
    """Milliseconds to lay one coding more, from the button to the mark: each turn another theme,
    since one that is there already is not added.
    """
    page.keyboard.press("j")
    page.wait_for_selector("mark.is-current")
    page.keyboard.press("t")
    passage = page.wait_for_selector("#editeur-passage")
    assert passage is not None
    words = passage.input_value()
    page.select_option("#editeur-theme", index=theme)
    page.click("button[value=fin-plus]")
    page.wait_for_function(
        "text => document.querySelector('#editeur-passage').value !== text",
        arg=words,
    )
    told: float = page.evaluate(ADD)
    return told


def measured(
    browser: Browser, url: str, made: Testimony, size: int, turns: int
) -> Iterator[results.Figure]:
    """What one testimony takes to open, and one coding more."""
    page = browser.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{url}/compte/accueil")
    page.fill("[name=email]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/recherche/**")
    floors, opened, added = [], [], []
    for turn in range(turns):
        floors.append(opened_in(page, f"{url}/nu/{size}", IS_LOADED))
        opened.append(opened_in(page, f"{url}/recherche/temoignages/{made.id}", IS_OPEN))
        added.append(added_in(page, turn + 1))
    page.close()
    floor, ready, more = map(statistics.median, (floors, opened, added))
    what = f"Atelier ouvert, {size} codages"
    told = f"{results.number(ready / floor)} planchers : {results.number(floor)} ms, surligné seul"
    if size in LIMITS:
        yield results.at_most(what, ready, LIMITS[size], unit="ms", beside=told)
    else:
        yield results.Figure(what, ready, "ms", beside=told)
    yield results.at_most(f"Un codage de plus, {size} codages", more, ADDED_IN, unit="ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="+", default=sorted(LIMITS))
    results.add_option(parser)
    asked = parser.parse_args()
    path = shutil.which("chromium")
    if path is None:
        print("Chromium is not installed: nothing is measured.")
        return
    found: list[results.Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        app = made_app(Path(folder))
        made = {size: laid(app, size) for size in asked.sizes}
        pages = {size: bare(each) for size, each in made.items()}
        app.add_url_rule("/nu/<int:size>", "bare", lambda size: pages[size])
        access.of_route("bare", access.EVERYBODY)
        with served(app) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
            for size, each in made.items():
                found += measured(browser, url, each, size, asked.turns)
            browser.close()
    results.keep("workbench", found, asked.results)


if __name__ == "__main__":
    main()
