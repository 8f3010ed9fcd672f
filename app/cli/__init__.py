"""The commands behind `flask`: installing, running, and what staff do in bulk."""

from flask import Flask

from app.cli import accounts, service, themes


def init_app(app: Flask) -> None:
    for command in (service.setup, service.start, service.worker, accounts.user, themes.themes):
        app.cli.add_command(command)
