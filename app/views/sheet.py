"""What surrounds every public page, and the head of any: written once a process and page."""

from functools import lru_cache

from flask import Flask, current_app, request
from markupsafe import Markup

MOST = 1_000  # pages, each with three parts


def written(part: str) -> Markup:
    """Return « head », « masthead » or « foot » for the page asked for, by shared/sheet.html."""
    return _written(part, request.endpoint, request.script_root)


@lru_cache(maxsize=MOST)
def _written(part: str, endpoint: str | None, _root: str) -> Markup:
    macros = current_app.jinja_env.get_template("shared/sheet.html").module
    told: Markup = getattr(macros, part)(endpoint)
    return told


def init_app(app: Flask) -> None:
    app.add_template_global(written, "page_part")
