"""Every command that the guides name is there, with the options that they give it."""

import re
from collections.abc import Iterator

import click
from flask import Flask

from tests.instance import ROOT

GUIDES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
TYPED = re.compile(r"(?:\bflask(?: --app wsgi)?|(?<![\w/-])recueil) ([a-z][a-z-]+(?: [^`\n|#]*)?)")
ROW = re.compile(r"^\| (`.*?`) \| ", re.MULTILINE)
OPTION = re.compile(r"(?<!\S)\[?(--[a-z-]+)")


def commands() -> Iterator[tuple[str, str]]:
    """Yield each command as it is written, and where."""
    for path in GUIDES:
        text = path.read_text(encoding="utf-8")
        found = [match[1] for match in TYPED.finditer(text)]
        if path.name == "README.md":
            table = text[text.index("## Commands") : text.index("The analysis stands")]
            found += [each for row in ROW.findall(table) for each in re.findall("`(.*?)`", row)]
        yield from ((each, path.name) for each in found)


def missing(app: Flask, typed: str) -> list[str]:
    """Return what of a command is not there."""
    words = re.sub(r"\[.*|[\"'(].*|\$.*", "", typed).split()
    command: click.Command | None = app.cli
    for word in words:
        if not isinstance(command, click.Group):
            break
        command = command.commands.get(word.strip("`.,;:)"))
        if command is None:
            return [word]
    assert command is not None
    known = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
    return [name for name in OPTION.findall(typed) if name not in known]


def test_commands_of_the_guides_are_there(app: Flask) -> None:
    every = list(commands())
    assert len(every) > 50
    assert [(where, typed, gone) for typed, where in every if (gone := missing(app, typed))] == []
