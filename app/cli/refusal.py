"""How a command says no: one French line on the error output, and exit code 1."""

from typing import IO, Any

import click


class Refusal(click.ClickException):
    """What could not be done, and what to do instead."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the line, without click's English prefix."""
        click.echo(self.message, file=file, err=file is None)
