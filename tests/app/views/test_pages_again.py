"""A page opened again and sent as it is changes nothing, whatever its questions and its wording."""

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from tests.answering import kept, page

SLUGS = ("coordinateur", "elu", "usager", "aidant")
BY_HINT = {"numeric": "2014", "decimal": "1"}


def sent_by_a_browser(shown: BeautifulSoup) -> dict[str, list[str]]:
    """What the browser sends of the questions when the button is pressed."""
    sent: dict[str, list[str]] = {}
    for field in shown.select("#questions [name]:not(button)"):
        if field.get("type") in ("radio", "checkbox") and not field.has_attr("checked"):
            continue
        sent.setdefault(str(field["name"]), []).append(value(field))
    return sent


def value(field: Tag) -> str:
    if field.name == "textarea":
        return field.text
    if field.name == "select":
        chosen = field.select_one("option[selected]") or field.select_one("option")
        return str(chosen["value"]) if chosen else ""
    return str(field.get("value", ""))


def filled(shown: BeautifulSoup) -> dict[str, list[str]]:
    """An answer to each question: the first choices, the last of a list, a year or words."""
    sent = sent_by_a_browser(shown)
    for field in shown.select("#questions .question [name]"):
        name, offered = str(field["name"]), sent.setdefault(str(field["name"]), [])
        if field.get("type") == "checkbox" or (field.get("type") == "radio" and not offered):
            offered.append(str(field["value"]))
        elif field.name == "select":
            sent[name] = [str(field.select("option")[-1]["value"])]
        elif field.get("type") != "radio":
            sent[name] = [BY_HINT.get(str(field.get("inputmode")), "Dès le début,\n\nà trois.")]
    return sent


def every_page(client: FlaskClient, slug: str, query: str) -> Iterator[tuple[str, BeautifulSoup]]:
    """Give each page from the first on; whoever asks for the next has saved the one before."""
    reply = client.get(f"/temoigner/{slug}/{query}", follow_redirects=True)
    while (shown := page(reply)).select_one("#questions"):
        yield reply.request.full_path.rstrip("?"), shown
        reply = client.get(f"/temoigner/{slug}/{query}", follow_redirects=True)


@pytest.mark.parametrize("query", ["", "?facile=1"], ids=["usual", "easy"])
@pytest.mark.parametrize("slug", SLUGS)
def test_what_is_sent_again_is_what_was_kept(client: FlaskClient, slug: str, query: str) -> None:
    addresses = []
    for address, shown in every_page(client, slug, query):
        assert client.post(address, data=filled(shown)).status_code == 302, address
        addresses.append(address)
    assert len(addresses) == len(set(addresses))
    before = kept()
    for address in addresses:
        shown = page(client.get(address))
        client.post(address, data=sent_by_a_browser(shown))
        assert kept() == before, address
