"""The commands behind `flask`: installing, running, and what staff do in bulk."""

from flask import Flask

from app.cli import accounts, clsms, contacts, demo, mail, privacy, service, testimonies, themes

COMMANDS = (
    service.setup,
    service.start,
    service.worker,
    accounts.user,
    clsms.clsms,
    contacts.group,
    demo.demo,
    mail.group,
    privacy.privacy,
    testimonies.testimonies,
    themes.themes,
)


def init_app(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)
