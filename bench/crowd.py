"""Two hundred people who answer at once, for five minutes.

Each opens the call, agrees, then goes through the coordinators' questionnaire page by page, thinks
between two pages, sends, and somebody else takes their place. They think THINK seconds on average,
between half and one and a half times that: far less than people do (a page of nine questions takes
minutes), so that 200 here are a crowd of several thousands. Each has a browser's manners: cookies,
tokens, redirections followed, one connection kept open.

The site is gunicorn as `flask start` runs it (two processes, four threads each) on this machine,
which the crowd shares; no worker reads. A page is refused, or slow: both are told.

  python -m bench.crowd [--people 200] [--seconds 300] [--think 5] [--engine postgresql]
                        [--queue redis] [--results FOLDER]
"""

import argparse
import asyncio
import os
import random
import re
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from bench import databases, results, starting

PORT = 18_032
SLUG = "coordinateur"
DOOR = f"/temoigner/{SLUG}/rubrique/accord"
WORDS = "Nous avons ouvert un groupe de parole avec les usagers et les aidants. " * 5
FORM = re.compile(r'<form id="questions" method="post" action="([^"]*)".*?</form>', re.DOTALL)
FIELD = re.compile(r"<(input|textarea|select)\b([^>]*)>")
NAME = re.compile(r'\bname="([^"]*)"')
VALUE = re.compile(r'\bvalue="([^"]*)"')
TYPE = re.compile(r'\btype="([^"]*)"')
SEND = re.compile(r'<form[^>]*action="(/temoigner/[a-z]+/relire)"')
MOST_MS = 500.0


@dataclass
class Told:
    """What a crowd met: how long each page took, in seconds; what was refused."""

    taken: dict[str, list[float]] = field(default_factory=lambda: {"GET": [], "POST": []})
    errors: list[str] = field(default_factory=list)
    sent: int = 0


class Browser:
    """One person's: a connection, and cookies."""

    def __init__(self, port: int, told: Told) -> None:
        self.port, self.told = port, told
        self.cookies: dict[str, str] = {}
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def open(self, address: str, form: Mapping[str, str] | None = None) -> str:
        """A page, after its redirections; "" where something was wrong, which is told."""
        for _ in range(5):
            method = "GET" if form is None else "POST"
            begun = time.perf_counter()
            try:
                status, headers, body = await self._ask(method, address, form)
            except (OSError, asyncio.IncompleteReadError) as error:
                self.told.errors.append(f"{method} {type(error).__name__}")
                self._streams = None
                return ""
            self.told.taken[method].append(time.perf_counter() - begun)
            if status not in (200, 302):
                self.told.errors.append(f"{method} {status}")
                return ""
            if status == 200:
                return body
            address, form = urlsplit(headers["location"]).path, None
        self.told.errors.append("a loop")
        return ""

    async def _ask(
        self, method: str, address: str, form: Mapping[str, str] | None
    ) -> tuple[int, dict[str, str], str]:
        body = urlencode(form).encode() if form is not None else b""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [
            f"{method} {address} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            f"Cookie: {cookies}",
        ]
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        reader, writer, told = await self._exchange("\r\n".join([*lines, "", ""]).encode() + body)
        head = told.decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in head[1:-2]:
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
            if name.lower() == "set-cookie":
                cookie, _, kept = value.partition(";")[0].partition("=")
                self.cookies[cookie] = kept
        page = await reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("connection") == "close":
            writer.close()
            self._streams = None
        return int(head[0].split()[1]), headers, page.decode()

    async def _exchange(
        self, request: bytes
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, bytes]:
        """Send a request; the head of the answer, its connection with it.

        A connection that the server has closed meanwhile, nobody having used it, is opened again,
        as browsers do (RFC 9112, 9.3.1).
        """
        is_used = self._streams is not None
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
        reader, writer = self._streams
        try:
            writer.write(request)
            await writer.drain()
            return reader, writer, await reader.readuntil(b"\r\n\r\n")
        except (ConnectionError, asyncio.IncompleteReadError) as error:
            if not is_used or getattr(error, "partial", b""):
                raise
            self.close()
            return await self._exchange(request)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def filled(page: str) -> tuple[str, dict[str, str]] | None:
    """Where the form of a page goes, and what somebody writes in it; none without a form."""
    form = FORM.search(page)
    if form is None:
        return None
    fields: dict[str, str] = {}
    for tag, attributes in FIELD.findall(form[0]):
        fields |= _answered(tag, attributes)
    return unescape(form[1]), fields


def _answered(tag: str, attributes: str) -> dict[str, str]:
    named, value, kind = (pattern.search(attributes) for pattern in (NAME, VALUE, TYPE))
    if named is None:
        return {}
    name, held = named[1], unescape(value[1]) if value else ""
    type_ = kind[1] if kind else "text"
    if tag == "textarea":
        return {name: WORDS}
    if name.startswith("q_consentement_participation"):
        return {name: "oui"}
    if type_ in ("radio", "checkbox", "submit") or tag == "select":
        return {name: ""} if tag == "select" else {}
    return {name: held}


async def answer(port: int, told: Told, think: float, until: float, chance: random.Random) -> None:
    """People one after the other, until it is time."""
    await asyncio.sleep(chance.uniform(0, think))  # nobody comes at the same instant
    while time.monotonic() < until:
        browser = Browser(port, told)
        await browser.open("/")
        page = await browser.open(DOOR)
        if page and filled(page) is None:
            told.errors.append("a page without questions")
        while (form := filled(page)) is not None and time.monotonic() < until:
            await asyncio.sleep(think * chance.uniform(0.5, 1.5))
            page = await browser.open(*form)
        if (review := SEND.search(page)) and time.monotonic() < until:
            await asyncio.sleep(think * chance.uniform(0.5, 1.5))
            token = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', page)
            seen = re.search(r'name="seen" value="([^"]*)"', page)
            fields = {"csrf_token": token[1] if token else "", "seen": seen[1] if seen else ""}
            told.sent += bool(await browser.open(review[1], fields))
        browser.close()


async def crowd(port: int, people: int, seconds: float, think: float) -> Told:
    """All of them at once."""
    told, until = Told(), time.monotonic() + seconds
    chances = [random.Random(number) for number in range(people)]
    await asyncio.gather(*(answer(port, told, think, until, each) for each in chances))
    return told


def figures(
    told: Told, asked: argparse.Namespace, fsync: float, base: str
) -> Iterator[results.Figure]:
    who = f"{asked.people} personnes, {asked.seconds:.0f} s ({base})"
    every = told.taken["GET"] + told.taken["POST"]
    beside = (
        f"{len(every)} requêtes, {told.sent} témoignages envoyés, fsync {results.number(fsync)}/s"
    )
    yield results.at_most(f"Erreurs, {who}", len(told.errors), 0, beside=beside)
    for method, name in (("GET", "montrer une page"), ("POST", "l’enregistrer")):
        cuts = [1000 * each for each in statistics.quantiles(told.taken[method], n=100)]
        middle, worst = results.number(cuts[49]), results.number(cuts[98])
        yield results.at_most(
            f"95 % du temps, {name} : {who}",
            cuts[94],
            MOST_MS,
            unit="ms",
            beside=f"moitié {middle} ms, 99 % {worst} ms",
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--think", type=float, default=5)
    databases.add_options(parser)
    results.add_option(parser)
    asked = parser.parse_args()
    # Everybody comes from this machine, quicker than a person: the gate is for robots.
    os.environ["GATE_LEAST_SECONDS"] = "0"
    with (
        tempfile.TemporaryDirectory() as folder,
        databases.settings(asked.engine, asked.queue) as settings,
    ):
        os.environ.update(settings)
        starting.setup(folder)
        fsync = results.fsyncs_a_second(Path(folder))
        with starting.gunicorn(folder, PORT, workers=2):
            starting.wait_for(PORT)
            told = asyncio.run(crowd(PORT, asked.people, asked.seconds, asked.think))
    for error in sorted(set(told.errors)):
        print(f"{told.errors.count(error)} × {error}")
    figures_told = figures(told, asked, fsync, databases.named(asked.engine, asked.queue))
    name = databases.filed("crowd", asked.engine, asked.queue)
    results.keep(name, figures_told, asked.results)


if __name__ == "__main__":
    main()
