"""A walk through every page that somebody may open, and every form found on the way."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from urllib.parse import parse_qsl, urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

ALIKE = 2  # addresses of one page, with the same questions in them: a filter has thousands
FEW = {"csv", "xlsx", "docx", "odt", "md", "qdc", "yml", "png", "svg", "elu"}
"""What an address holds and is not the name of something: each is another page."""

TYPED = {"text", "search", "tel", "textarea"}
RIGHT = {
    "email": "z@exemple.fr",
    "tel": "06 39 98 12 34",
    "number": "3",
    "date": "2027-03-02",
    "time": "10:30",
    "url": "https://exemple.fr/",
    "password": "une phrase de passe",
}


@dataclass(frozen=True)
class Form:
    """A form of a page: what it holds as it is shown, what is typed in it, one of its buttons."""

    address: str
    method: str
    shown: tuple[tuple[str, str], ...]
    kinds: Mapping[str, str] = field(hash=False)
    files: tuple[str, ...] = ()
    longest: Mapping[str, int] = field(default_factory=dict, hash=False)
    """How much may be typed, where the page says so."""

    @property
    def typed(self) -> list[str]:
        """The fields in which anything can be written."""
        return [name for name, kind in self.kinds.items() if kind in TYPED]

    def filled(self, line: str, lines: str | None = None) -> list[tuple[str, str]]:
        """What a browser sends when words are typed wherever they can be."""
        words = {"textarea": line if lines is None else lines}
        values = [pair for pair in self.shown if pair[0] not in self.kinds]
        for name, kind in self.kinds.items():
            typed = words.get(kind, line) if kind in TYPED - {"tel"} else RIGHT[kind]
            values.append((name, typed))
        return values


def send(
    client: FlaskClient,
    form: Form,
    values: list[tuple[str, str]],
    file: tuple[bytes, str] = (b"a;b\n1;2\n", "../../etc/passwd<zwx>.csv"),
) -> TestResponse:
    """Send a form as a browser does, with a file wherever one can be chosen."""
    data: dict[str, list[object]] = {}
    for name, value in values:
        data.setdefault(name, []).append(value)
    if form.method == "GET":
        return client.get(form.address, query_string=data)
    for name in form.files:
        data[name] = [(BytesIO(file[0]), file[1])]
    return client.post(form.address, data=data)


def pages(client: FlaskClient, app: Flask, starts: list[str]) -> Iterator[tuple[str, TestResponse]]:
    """Give each answer that links lead to, from these addresses on; a few of each kind."""
    waiting, seen, alike = list(starts), set(starts), Counter[object]()
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(app, address)
        alike[kind] += 1
        if kind is None or alike[kind] > ALIKE:
            continue
        reply = client.get(address)
        yield address, reply
        if reply.mimetype == "text/html" and reply.data:
            for link in html.fromstring(reply.text).xpath("//a/@href"):
                following = urljoin(address, link).split("#")[0]
                if following.startswith("/") and following not in seen:
                    seen.add(following)
                    waiting.append(following)
        elif 300 <= reply.status_code < 400 and reply.location not in seen:
            seen.add(reply.location)
            waiting.append(reply.location)


def kind_of(app: Flask, address: str, method: str = "GET") -> object:
    """What two addresses of the same page have in common; None when there is no such page."""
    parts = urlsplit(address)
    try:
        endpoint, arguments = app.url_map.bind("localhost").match(parts.path, method=method)
    except RequestRedirect:
        return "redirect"
    except HTTPException:
        return None
    names = frozenset(name for name, _ in parse_qsl(parts.query))
    fixed = tuple(value for value in arguments.values() if value in FEW)
    return (endpoint, names if len(names) < 2 else "several", fixed)


def forms(address: str, reply: TestResponse) -> Iterator[Form]:
    """Give each form of a page, once for each of its buttons."""
    if reply.mimetype != "text/html" or not reply.data:
        return
    for each in html.fromstring(reply.text).forms:
        if each.method.upper() == "DIALOG" or each.get("method") == "dialog":
            continue
        kinds, shown, files, longest = {}, [], [], {}
        for control in each.xpath(".//input[@name] | .//textarea[@name] | .//select[@name]"):
            kind = control.get("type", "text") if control.tag == "input" else control.tag
            name = control.get("name")
            if kind == "file":
                files.append(name)
            elif kind in TYPED or kind in RIGHT:
                kinds[name] = kind
                if control.get("maxlength"):
                    longest[name] = int(control.get("maxlength"))
            else:
                shown += [(name, value) for value in _chosen(control, kind, shown)]
        target = urljoin(address, each.get("action") or address).split("#")[0]
        for pressed in _buttons(each):
            values = (*shown, *pressed)
            yield Form(target, each.method.upper(), values, kinds, tuple(files), longest)


def _chosen(control: html.HtmlElement, kind: str, before: list[tuple[str, str]]) -> list[str]:
    """What somebody in a hurry chooses: what is there, else the first of each."""
    if kind == "select":
        options = [each.get("value", each.text or "") for each in control.xpath(".//option")]
        chosen = control.xpath(".//option[@selected]/@value")
        return chosen[:1] or [value for value in options if value][:1]
    if kind == "radio":
        name = control.get("name")
        return [] if any(name == known for known, _ in before) else [control.get("value", "on")]
    return [control.get("value", "on" if kind == "checkbox" else "")]


def _buttons(form: html.HtmlElement) -> list[list[tuple[str, str]]]:
    """Each way of sending a form: by a button that has a name, or without."""
    named = form.xpath(".//button[@name and not(@type='button')] | .//input[@type='submit'][@name]")
    return [[(each.get("name"), each.get("value", ""))] for each in named] or [[]]
