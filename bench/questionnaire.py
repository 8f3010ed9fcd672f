"""How fast a page of a questionnaire is shown and saved, beside a bare Flask + SQLAlchemy app.

The page is the longest of the call: nine questions of the coordinators. The floor asks the same
fields in the same words and keeps the same row: it finds the draft by an indexed key, shows what it
holds, and replaces its answers in one durable transaction. It has no session, no check, no
encryption, no second wording. Both are called as a server calls them (WSGI), in one process, in
turns; the figures are medians of the turns.

Twice: as it runs (SQLite, WAL, synchronous=FULL), with the disk's rate of fsync beside; then with
synchronous=OFF, by the processor's clock: what else runs on the machine hardly counts.

  python -m bench.questionnaire [--turns 9] [--seconds 0.5] [--profile]
"""

import argparse
import cProfile
import gc
import io
import json
import pstats
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bs4 import BeautifulSoup
from flask import Flask, redirect, render_template, request
from jinja2 import DictLoader
from sqlalchemy import Engine, String, Text, create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

import config
from app import create_app
from app.database import migrate
from app.extensions import db
from bench import results
from forms.build import form_class
from forms.schema import Section

Clock = Callable[[], float]
SLUG, SECTION = "coordinateur", "elus"
ADDRESS = f"/temoigner/{SLUG}/rubrique/{SECTION}"
KEY = "k" * 43
WORDS = (
    "Nous avons ouvert un groupe de parole avec les usagers et les aidants, une fois par mois, à "
    "la maison de quartier ; l’élue est venue deux fois, et cela a changé l’accueil. "
)
LEAST_GET, LEAST_POST = 0.25, 0.4
PAGE = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>{{ title }}</title></head><body>
<main><h1>{{ title }}</h1>
<form method="post">
{% for field in fields %}
<div class="question">
  {% if field.kind == "options" %}
  <fieldset><legend>{{ field.label }}</legend>
  {% if field.help %}<p class="help">{{ field.help }}</p>{% endif %}
  {% for value, label in field.choices %}
  <label><input type="{{ 'checkbox' if field.is_several else 'radio' }}" name="{{ field.name }}"
    value="{{ value }}"{{ ' checked' if value in held.get(field.name, []) }}> {{ label }}</label>
  {% endfor %}
  </fieldset>
  {% else %}
  <label for="{{ field.name }}">{{ field.label }}</label>
  {% if field.help %}<p class="help">{{ field.help }}</p>{% endif %}
  {% if field.kind == "area" %}
  <textarea id="{{ field.name }}" name="{{ field.name }}" rows="7">
{{ held.get(field.name, [''])[0] }}</textarea>
  {% else %}
  <input id="{{ field.name }}" name="{{ field.name }}" value="{{ held.get(field.name, [''])[0] }}">
  {% endif %}
  {% endif %}
</div>
{% endfor %}
<button type="submit">Continuer</button></form></main></body></html>"""


@dataclass(frozen=True)
class Field:
    """A field as the floor writes it: « options », « area » or « line »."""

    name: str
    label: str
    help: str
    kind: str
    choices: list[tuple[str, str]]
    is_several: bool

    def answer(self, number: int) -> str | list[str]:
        """What somebody answers, a little otherwise each time."""
        values = [value for value, _ in self.choices if value]
        if self.is_several:
            return values[number : number + 2]
        if values:
            return values[number]
        return f"{number} {WORDS * 4}".strip() if self.kind == "area" else str(2 + number)


def fields_of(section: Section) -> list[Field]:
    """The fields of a section, as its own form has them."""
    return [_field(each) for each in form_class(section)()]


def _field(field: Any) -> Field:
    choices = [(each.value, each.label) for each in getattr(field, "choices", None) or []]
    kind = "options" if choices else "area" if field.type == "TextAreaField" else "line"
    several = field.type == "SelectMultipleField"
    return Field(field.name, field.label.text, field.description, kind, choices, several)


class Base(DeclarativeBase):
    """The floor's one table."""


class Draft(Base):
    """What the floor keeps of somebody: one row, as the application does."""

    __tablename__ = "drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    answers: Mapped[str] = mapped_column(Text)


def floor(folder: Path, title: str, fields: list[Field]) -> tuple[Flask, Engine]:
    """The bare application, with a draft begun."""
    engine = create_engine(f"sqlite:///{folder / 'floor.db'}")  # app.database makes it durable
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        session.add(Draft(key=KEY, answers="{}"))
    app = Flask("floor")
    app.jinja_loader = DictLoader({"page.html": PAGE})
    names = [field.name for field in fields]

    @app.get("/<key>")
    def show(key: str) -> str:
        with Session(engine) as session:
            draft = session.scalars(select(Draft).where(Draft.key == key)).one()
            held = json.loads(draft.answers)
        return render_template("page.html", title=title, fields=fields, held=held)

    @app.post("/<key>")
    def save(key: str) -> Response:
        with Session(engine) as session, session.begin():
            draft = session.scalars(select(Draft).where(Draft.key == key)).one()
            given = {name: request.form.getlist(name) for name in names}
            draft.answers = json.dumps(given, ensure_ascii=False)
        return redirect(f"/{key}")

    return app, engine


class Caller:
    """Calls an application as a server would, with requests that are made beforehand."""

    def __init__(self, app: Flask, address: str, cookie: str = "") -> None:
        self.app, self.address, self.cookie = app, address, cookie

    def get(self) -> str:
        """The page."""
        return self._call("GET", b"", 200)

    def post(self, body: bytes) -> str:
        """The page saved; whatever is not a redirection is an error."""
        return self._call("POST", body, 302)

    def _call(self, method: str, body: bytes, wanted: int) -> str:
        environ = dict(self._environ(method))
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(body), str(len(body))
        told: list[str] = []

        def start(status: str, _headers: list[tuple[str, str]], _error: Any = None) -> Any:
            told.append(status)

        page = b"".join(self.app.wsgi_app(environ, start)).decode()
        if int(told[0].split()[0]) != wanted:
            raise RuntimeError(f"{method} {self.address}: {told[0]}\n{page[:2000]}")
        return page

    def _environ(self, method: str) -> Mapping[str, Any]:
        if not hasattr(self, f"_{method}"):
            kind = "application/x-www-form-urlencoded" if method == "POST" else None
            made = EnvironBuilder(self.address, method=method, content_type=kind).get_environ()
            if self.cookie:
                made["HTTP_COOKIE"] = self.cookie
            setattr(self, f"_{method}", made)
        found: Mapping[str, Any] = getattr(self, f"_{method}")
        return found


def begun(app: Flask) -> str:
    """Agree to take part, as a browser does; return its cookie."""
    client = app.test_client()
    door = f"/temoigner/{SLUG}/rubrique/accord"
    fields = _hidden(client.get(door).text) | {"q_consentement_participation": "oui"}
    assert client.post(door, data=fields).status_code == 302
    cookie = client.get_cookie("session")
    assert cookie is not None
    return f"session={cookie.value}"


def _hidden(page: str) -> dict[str, str]:
    fields = BeautifulSoup(page, "html.parser").select("main form[method=post] input[type=hidden]")
    return {str(each["name"]): str(each.get("value", "")) for each in fields}


def bodies(caller: Caller, given: list[dict[str, Any]]) -> list[bytes]:
    """Two forms that replace one another: each has seen what the other saved."""
    made = [b"", b""]
    for number in (0, 1, 0):  # the first saved a page still empty: it is made anew
        fields = given[number] | _hidden(caller.get())
        made[number] = urlencode(fields, doseq=True).encode()
        caller.post(made[number])
    caller.post(made[1])
    return made


def measure(
    callers: Mapping[str, Caller],
    forms: Mapping[str, list[bytes]],
    asked: argparse.Namespace,
    clock: Clock,
) -> dict[str, tuple[float, float]]:
    """Pages shown and saved in a second, by application: medians of turns taken one by one."""
    shown: dict[str, list[float]] = {name: [] for name in callers}
    saved: dict[str, list[float]] = {name: [] for name in callers}
    for turn in range(asked.turns + 1):
        for name, caller in callers.items():
            for found, work in ((shown, caller.get), (saved, _saving(caller, forms[name]))):
                gc.collect()
                told = results.rate(work, asked.seconds, clock)
                if turn:  # the first warms up
                    found[name].append(told)
    return {
        name: (statistics.median(shown[name]), statistics.median(saved[name])) for name in callers
    }


def _saving(caller: Caller, forms: list[bytes]) -> Callable[[], None]:
    """Two forms in turn: what is saved always changes."""

    def work() -> None:
        for body in forms:
            caller.post(body)

    return work


def without_waiting(engines: list[Engine]) -> None:
    """Have every connection from now on leave the disk out."""
    for engine in engines:
        event.listen(engine, "connect", _switch_off)
        engine.dispose()


def _switch_off(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def told(found: Mapping[str, tuple[float, float]], how: str, beside: str) -> list[results.Figure]:
    """The two ratios of a run."""
    (get, post), (bare_get, bare_post) = found["ours"], found["bare"]
    return [
        results.at_least(
            f"Une page de neuf questions montrée ({how})",
            get / bare_get,
            LEAST_GET,
            beside=f"{get:.0f}/s, plancher {bare_get:.0f}/s",
        ),
        results.at_least(
            f"La même enregistrée ({how})",
            post / bare_post,
            LEAST_POST,
            beside=f"{2 * post:.0f}/s, plancher {2 * bare_post:.0f}/s{beside}",
        ),
    ]


def profile(caller: Caller, forms: list[bytes]) -> None:
    """Say where the time of the application goes."""
    for name, work in (("GET", caller.get), ("POST", _saving(caller, forms))):
        profiler = cProfile.Profile()
        profiler.enable()
        for _ in range(200):
            work()
        profiler.disable()
        print(f"== {name}")
        pstats.Stats(profiler).sort_stats("tottime").print_stats(32)
        pstats.Stats(profiler).sort_stats("cumtime").print_stats(60)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        app = create_app(config.load({"INSTANCE_PATH": name, "GATE_LEAST_SECONDS": "0"}))
        with app.app_context():
            migrate(db.engine, lock=folder / "lock")
            engine = db.engine
        section = app.extensions["questionnaires"].current(SLUG).section(SECTION)
        fields = fields_of(section)
        bare, bare_engine = floor(folder, section.title, fields)
        given = [{field.name: field.answer(number) for field in fields} for number in (0, 1)]
        callers = {
            "bare": Caller(bare, f"/{KEY}"),
            "ours": Caller(app, ADDRESS, begun(app)),
        }
        forms = {
            "bare": [urlencode(each, doseq=True).encode() for each in given],
            "ours": bodies(callers["ours"], given),
        }
        if asked.profile:
            without_waiting([engine, bare_engine])
            profile(callers["ours"], forms["ours"])
            return
        synced = results.fsyncs_a_second(folder)
        durable = measure(callers, forms, asked, time.perf_counter)
        without_waiting([engine, bare_engine])
        quick = measure(callers, forms, asked, time.process_time)
        fsync = f" ; fsync {results.number(synced)}/s"
        results.keep(
            "questionnaire",
            told(durable, "SQLite durable", fsync)
            + told(quick, "synchronous=OFF, temps du processeur", ""),
        )


if __name__ == "__main__":
    main()
