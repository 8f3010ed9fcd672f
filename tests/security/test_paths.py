"""What an address names is never a file of the machine: tried on every rule that takes a name.

The rules are those of the application, so that a new one is tried by itself.
"""

import re
from pathlib import Path

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app.models import RoleName
from tests.security.planting import somebody
from tests.security.test_doors import anywhere

OUTSIDE = [
    "..%2f" * 12 + "etc%2fpasswd",
    "..%252f" * 12 + "etc%252fpasswd",
    "%2fetc%2fpasswd",
    "/etc/passwd",
    "..%5c..%5c..%5cetc%5cpasswd",
    "%00",
    "..%2f..%2fwsgi.py%00.css",
    "..%2f..%2fconfig.py",
    "%c0%ae%c0%ae%c0%afetc%c0%afpasswd",
]
"""Ways out of a folder, as they are written in an address."""

SECRET = "ce que le dossier garde pour lui"
NAMED = re.compile(r"<[^>]*>")
ASKED = re.compile(r"""\bargs(?:\.get(?:list)?\(|\[)\s*["']([\w-]+)["']""")
VIEWS = Path(__file__).resolve().parents[2] / "app" / "views"


@pytest.fixture
def inside(app: Flask) -> FlaskClient:
    """A browser to which every room is open, on a machine that has something to lose."""
    (Path(current_app.config["INSTANCE_PATH"]) / "theme.css").write_text(SECRET)
    client = app.test_client()
    client.post("/compte/connexion", data=somebody(*RoleName))
    return client


def told(text: str) -> list[str]:
    """What a page says that only the disk knows."""
    own = (SECRET, "root:x:0:0", "def create_app", "[extensions]")
    return [each for each in own if each in text]


def addresses(rule: Rule) -> list[str]:
    """Addresses of a rule, one of its names replaced by a way out, the others in order."""
    usual = anywhere(rule)
    parts = usual.split("/")
    pattern = rule.rule.split("/")
    found = []
    for place in [at for at, part in enumerate(pattern) if "<" in part]:
        # A number, a uuid or one of a few words is nothing else by its rule.
        is_free = re.search(r"<(path:)?\w+>", pattern[place]) is not None
        for way in OUTSIDE if is_free else OUTSIDE[:1]:
            name = NAMED.sub(way.replace("\\", "\\\\"), pattern[place])
            found.append("/".join([*parts[:place], name, *parts[place + 1 :]]))
    return found


def test_no_name_in_an_address_leads_out(app: Flask, inside: FlaskClient) -> None:
    tried, wrong = set(), {}
    for rule in app.url_map.iter_rules():
        methods = sorted({"GET", "POST"} & (rule.methods or set()))
        for address in addresses(rule):
            for method in methods:
                reply = inside.open(address, method=method)
                tried.add(rule.rule)
                leads = (reply.location or "").removeprefix("http://localhost")
                is_refused = reply.status_code in (400, 404, 405) or leads.startswith("/")
                if not is_refused or told(reply.text) or leads.startswith(("//", "/\\")):
                    wrong[f"{method} {address}"] = f"{reply.status_code} {leads}"
                reply.close()
    assert wrong == {}
    assert len(tried) > 100


def test_no_name_in_a_question_leads_out(app: Flask, inside: FlaskClient) -> None:
    """Every argument that some page reads, asked of every page that takes none in its address."""
    sources = "".join(path.read_text() for path in VIEWS.glob("*.py"))
    names = set(ASKED.findall(sources))
    assert len(names) > 20
    wrong = {}
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments:
            reply = inside.get(
                rule.rule, query_string=dict.fromkeys(names, f"{'../' * 12}etc/passwd")
            )
            if reply.status_code not in (200, 302, 303, 308, 400, 404) or told(reply.text):
                wrong[rule.rule] = reply.status_code
            reply.close()
    assert wrong == {}
