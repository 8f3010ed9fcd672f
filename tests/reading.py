"""Reading a page as it is sent, without a browser: its text and links, in valid HTML."""

import html5lib
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient


def page(client: FlaskClient, address: str, status: int = 200) -> BeautifulSoup:
    """Return a page that is valid HTML and has this status."""
    reply = client.get(address)
    assert reply.status_code == status, reply.text
    html5lib.HTMLParser(strict=True).parse(reply.text)
    return BeautifulSoup(reply.text, "html5lib")


def text(tag: Tag | None, between: str = "") -> str:
    """Return a tag's text on one line; `between` its parts."""
    assert tag is not None
    return " ".join(tag.get_text(between).split())


def texts(soup: Tag, selector: str) -> list[str]:
    """Return the text of each tag that `selector` chooses."""
    return [text(tag) for tag in soup.select(selector)]


def links(soup: Tag, selector: str) -> list[str]:
    """Return where each link that `selector` chooses leads."""
    return [str(tag["href"]) for tag in soup.select(selector)]
