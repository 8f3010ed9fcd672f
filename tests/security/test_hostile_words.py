"""What is typed stays words: in every field of every form, on every page, in every file.

One walk a role: each page that links lead to; each form forged, then typed too long, then filled
with attacks; then forms with anything at all in them, files included. Each time the database is put
back. An answer is never a 500, never leads elsewhere, holds no element, no formula, no template of
whoever wrote; what the team changes leaves its row in the log of acts; and nothing is kept that
PostgreSQL would refuse where SQLite is easy.
"""

import csv
import io
import operator
import zipfile
from collections.abc import Iterable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree, html
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from app.models import RoleName
from tests.security.planting import LINE, LINES, Kept, plant, somebody, too_long
from tests.security.walking import Form, forms, kind_of, pages, send

COMPUTED = str(1337 * 1337)
WRONG_HTML = (
    "//zwx | //*[@onload] | //*[starts-with(@href, 'javascript:')]"
    " | //script[not(@nonce) and not(@type='application/json')]"
)
LONG, NUL = "é" * 120_000, "a\0b\u202e\ud7ff\x1b🌻"
ROOMS = {
    (): [
        "/",
        "/facile",
        "/mon-temoignage",
        "/une-question",
        "/proposer-un-contact",
        "/temoigner/elu/rubrique/accord",  # a page of questions is left by its buttons
        "/mon-temoignage/code/elu",
        "/mon-temoignage/code/elu?facile=1",
    ],
    (RoleName.STAFF,): ["/equipe/contacts/", "/compte/accueil", "/equipe/campagnes/"],
    (RoleName.RESEARCHER,): ["/recherche/", "/compte/accueil"],
    (RoleName.ADMINISTRATOR,): ["/admin/", "/compte/accueil"],
    (RoleName.DPO,): ["/dpo/journal", "/compte/accueil"],
}
LEAST = {
    (): (40, 26, 15),
    (RoleName.STAFF,): (60, 44, 17),
    (RoleName.RESEARCHER,): (125, 68, 40),
    (RoleName.ADMINISTRATOR,): (20, 10, 3),
    (RoleName.DPO,): (12, 5, 3),
}
"""How many pages, kinds of forms, and forms accepted, a walk meets at least."""

ANYTHING = st.one_of(
    st.text(max_size=30),
    st.integers().map(str),
    st.sampled_from(["", "\0", "9" * 40, "-1", "1e999", "nan", "2026-02-31", "99:99", "é" * 3_000]),
    st.uuids().map(str),
)
ENDLESS = {
    "q_": "what a questionnaire asks: its limits are tried in test_limits",
    "site_web": "the trap, of which nothing is kept",
    "memo": "has its own limit, said in words and tried in test_memos: a paste is not cut off",
    "text": "a transcript: its limit is tried in test_transcripts, and no paste is cut off",
    "passage": "must be words of the answer beside it, and only their place is kept",
}
"""The beginnings of names of fields that say no limit to the browser."""

BEGUN = [
    b"PK\x03\x04",
    b"PK\x05\x06" + bytes(18),
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xd0\xcf\x11\xe0",
    b"%PDF-1.7",
    b"<?xml version='1.0'?><Project>",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;",
    b"email;nom\n",
    b"familles:\n- &a [*a]\n",
    b"{",
]
"""How files begin that are read, or are not."""

FILES = st.tuples(
    st.binary(max_size=200)
    | st.builds(bytes.__add__, st.sampled_from(BEGUN), st.binary(max_size=60)),
    st.sampled_from(["a.csv", "a.xlsx", "a.docx", "a.odt", "a.txt", "a.qdpx", "a.yml", "a", "\0"]),
)
FORGED = "is taken without its token"
ROLES = pytest.mark.parametrize("roles", ROOMS, ids=lambda roles: "-".join(roles) or "nobody")


def signed_in(app: Flask, roles: tuple[RoleName, ...]) -> FlaskClient:
    client = app.test_client()
    if roles:
        client.post("/compte/connexion", data=somebody(*roles))
    else:
        client.post("/temoigner/elu/rubrique/accord", data={"q_consentement_participation": "oui"})
    return client


def begin(app: Flask, roles: tuple[RoleName, ...]) -> tuple[FlaskClient, list[str]]:
    """Plant, and come in; return where to walk from."""
    links = plant()
    starts = ROOMS[roles] + ([f"/{name}/{token}" for name, token in links.items()] * (not roles))
    return signed_in(app, roles), starts


def wrong(reply: TestResponse) -> list[str]:
    """Return what an answer should not have."""
    found = []
    if reply.status_code >= 500:
        found.append(f"{reply.status_code}")
    if reply.location and (
        not reply.location.startswith("/") or reply.location[1:2] in {"/", "\\"}
    ):
        found.append(f"leads to {reply.location}")
    if COMPUTED in str(reply.headers):
        found.append("a header was computed")
    found += wrong_in(reply.mimetype, reply.data)
    reply.close()
    return found


def wrong_in(kind: str, data: bytes) -> list[str]:
    """Return what a page or a file holds that it should not."""
    if not data:
        return []
    if COMPUTED.encode() in data:
        return ["a template was computed"]
    if data.startswith(b"PK\x03\x04"):
        return wrong_in_archive(data)
    if kind == "text/html":
        return [str(each) for each in html.fromstring(data.decode()).xpath(WRONG_HTML)]
    if kind.endswith(("xml", "svg", "qde", "qdc")) or data.startswith(b"<?xml"):
        tree = etree.fromstring(data, etree.XMLParser(resolve_entities=False, huge_tree=True))
        return [str(each.tag) for each in tree.iter("{*}zwx", "{*}script")]
    if kind in ("text/csv", "csv"):
        cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";")
                 for cell in row]  # fmt: skip
        return [cell for cell in cells if cell[:1] in ("=", "+", "@", "\t") or cell[:2] == "-+"]
    if kind == "txt":  # IRaMuTeQ: a line of stars begins a text
        return [line for line in data.decode().splitlines() if line.startswith("**** *injecte")]
    return []


def wrong_in_archive(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        if "xl/workbook.xml" in names:
            book = load_workbook(io.BytesIO(data))
            cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
            return [f"formula {cell.value}" for cell in cells if cell.data_type == "f"]
        bad = [name for name in names if name.startswith("/") or ".." in name.split("/")]
        for name in names:
            bad += wrong_in(name.rsplit(".", 1)[-1], archive.read(name))
    return bad


@ROLES
def test_words_stay_words_and_forged_forms_change_nothing(
    app: Flask, roles: tuple[RoleName, ...]
) -> None:
    client, starts = begin(app, roles)
    seen = list(pages(client, app, starts))
    every = found_forms(app, seen)
    wrongs = {address: found for address, reply in seen if (found := wrong(reply))}
    kept, cookie, accepted = Kept(), client.get_cookie("session"), 0
    assert cookie is not None
    for form in every:
        client.set_cookie("session", cookie.value)
        found = forged(client, form, kept) + overlong(client, form, kept)
        for line, lines in [(LINE, LINES), (NUL, LONG)][: 2 if form.typed else 1]:
            client.set_cookie("session", cookie.value)
            reply = send(client, form, form.filled(line, lines))
            found += wrong(reply)
            if form.method == "POST" and reply.status_code < 400:
                accepted += line == LINE
                found += wrong(client.get(reply.location)) if reply.location else []
                found += too_long() if line != LINE else []
                found += kept.untold(form_endpoint(app, form)) if roles else []
                kept.put_back()
        wrongs |= {form.address: found} if found else {}
    # Whoever forges these has the secret link, and needs nobody's browser (RFC 8058).
    by_link = {name for name, found in wrongs.items() if found == [FORGED] and name in starts}
    assert {name: found for name, found in wrongs.items() if name not in by_link} == {}
    assert {name.split("/")[1] for name in by_link} == (
        set() if roles else {"contact", "desinscription"}
    )
    kept.put_back()
    client.set_cookie("session", cookie.value)
    fuzz(client=client, every=every, kept=kept)
    walked = len(seen), len(every), accepted
    assert all(map(operator.ge, walked, LEAST[roles])), walked


def overlong(client: FlaskClient, form: Form, kept: Kept) -> list[str]:
    """Type one character too many wherever there is a limit: it is refused, and nothing is lost."""
    if form.method != "POST" or not form.kinds:
        return []
    found = [f"{name} has no limit" for name in form.typed
             if name not in form.longest and not name.startswith(tuple(ENDLESS))]  # fmt: skip
    too_much = {name: "z" * (longest + 1) for name, longest in form.longest.items()}
    if too_much:
        values = [(name, too_much.get(name, value)) for name, value in form.filled("un mot")]
        reply = send(client, form, values)
        # A button that keeps nothing may show the page again as it is.
        is_kept = reply.status_code != 422 and (reply.status_code != 200 or kept.changed())
        found += [f"{reply.status_code} for what is too long"] if is_kept else []
        found += [f"{name} is lost" for name, value in too_much.items()
                  if form.kinds[name] != "password" and value not in reply.text]  # fmt: skip
    return found


def forged(client: FlaskClient, form: Form, kept: Kept) -> list[str]:
    """Send a form as another site would make this browser send it: without its token."""
    if form.method != "POST":
        return []
    given = [pair for pair in form.filled("mot") if pair[0] != "csrf_token"]
    config = client.application.config
    config["WTF_CSRF_ENABLED"] = True
    try:
        reply = send(client, form, given)
    finally:
        config["WTF_CSRF_ENABLED"] = False
    reply.close()
    if not kept.changed():
        return []
    kept.put_back()
    return [FORGED]


def form_endpoint(app: Flask, form: Form) -> str:
    path = urlsplit(form.address).path
    endpoint, _ = app.url_map.bind("localhost").match(path, method="POST")
    return str(endpoint)


def found_forms(app: Flask, seen: Iterable[tuple[str, TestResponse]]) -> list[Form]:
    """Return one form of each kind that pages show: where it leads, its button, its fields."""
    found: dict[object, Form] = {}
    for address, reply in seen:
        for form in forms(address, reply):
            if "deconnexion" not in form.address:
                leads = kind_of(app, form.address, form.method)
                found.setdefault((leads, form.shown[-1:], tuple(form.kinds)), form)
    return list(found.values())


@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def fuzz(data: st.DataObject, *, client: FlaskClient, every: list[Form], kept: Kept) -> None:
    """Send one form with anything in some of its fields, hidden ones, choices, files included."""
    cookie = client.get_cookie("session")
    assert cookie is not None
    with_file = [form for form in every if form.files]
    form = data.draw(st.sampled_from(every) | st.sampled_from(with_file or every))
    values = form.filled("un mot")
    spoilt = data.draw(st.sets(st.sampled_from(range(len(values)))) if values else st.just(set()))
    for at in spoilt:
        values[at] = (values[at][0], data.draw(ANYTHING))
    if values and data.draw(st.booleans()):
        values.append(values[0])
    assert wrong(send(client, form, values, data.draw(FILES))) == []
    kept.put_back()
    client.set_cookie("session", cookie.value)
