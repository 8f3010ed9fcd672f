"""The commands behind `flask`: installing, running, and what staff do in bulk."""

from flask import Flask

from app.cli import (
    accounts,
    audit,
    backups,
    clsms,
    contacts,
    demo,
    exports,
    guides,
    keys,
    mail,
    privacy,
    service,
    testimonies,
    themes,
)

COMMANDS = (
    service.setup,
    service.start,
    service.worker,
    accounts.user,
    audit.audit,
    backups.backup,
    backups.restore,
    backups.backup_keys,
    clsms.clsms,
    contacts.group,
    demo.demo,
    guides.guides,
    keys.keys,
    exports.export,
    mail.group,
    privacy.privacy,
    testimonies.testimonies,
    themes.themes,
)


def init_app(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)
