"""What journeys stand on: a real instance, and Debian's Chromium."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.instance import Instance, instance
from tests.programs import need

CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# Of what is looked for: the machine may be doing much else.
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without its windows where that is installed: a page costs four times less
    to open, by the same engine.
    """
    path = which("chromium-headless-shell") or need("chromium", package="chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Open a browser of one's own: no cookie is shared with another visitor.

    Every page must load without an error in the console and without a request to anyone else.
    """
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def visit(base_url: str, **options: Any) -> BrowserContext:
        context = chromium.new_context(base_url=base_url, locale="fr-FR", **options)
        context.set_default_timeout(PATIENCE_MS)
        context.on("console", lambda said: said.type == "error" and complaints.append(said.text))
        context.on(
            "request",
            lambda asked: (
                asked.url.startswith((base_url, "data:"))
                or complaints.append(f"asked elsewhere: {asked.url}")
            ),
        )
        opened.append(context)
        return context

    yield visit
    for context in opened:
        context.close()
    expected = "the server responded with a status of 4"  # pages of errors are part of journeys
    assert [complaint for complaint in complaints if expected not in complaint] == []


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give to one process all that shares `running`: filling a second one takes half a minute."""
    for item in items:
        if "running" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("running"))


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An instance filled with the fictional call, shared by the journeys that bear no grudge."""
    with instance(tmp_path_factory.mktemp("demo") / "instance") as made:
        made.flask("demo")
        yield made


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[..., Any]:
    """Start an instance of one's own."""

    def start(**environment: str) -> Any:
        return instance(tmp_path / "instance", **environment)

    return start


class _Silent(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve the application of a test, in its process; give the address.

    For states that a test plants by the services, with no worker nor mail behind.
    """
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def site(make_app: Callable[..., Flask]) -> Iterator[str]:
    """An application of the test's own, its context open, behind a proxy that says who comes.

    Ask for it before `visitor`: it must outlive the browser, whose last requests it answers.
    """
    with serving(make_app(TRUSTED_PROXIES=1)) as url:
        yield url
