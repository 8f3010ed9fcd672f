"""`flask audit`: whether the log of acts is whole, how far it goes, and how it goes on."""

import click
from flask.cli import AppGroup

from app.cli.refusal import Refusal
from app.extensions import db
from app.presentation import plural
from app.services import audit_checks
from app.services.audit_anchors import Anchor

audit = AppGroup("audit", help="Le journal de qui a fait quoi.")


class AnchorType(click.ParamType):  # type: ignore[type-arg]
    """A row as `head` prints it."""

    name = "LIGNE:EMPREINTE"

    def convert(self, value: str, param: object, ctx: click.Context | None) -> Anchor:
        try:
            return Anchor.read(value)
        except ValueError:
            raise Refusal(
                f"«\u00a0{value}\u00a0» n’est pas une fin de journal\u00a0: donnez ce que "
                "«\u00a0flask audit head\u00a0» a affiché."
            ) from None


@audit.command()
@click.option(
    "--head", "noted", type=AnchorType(), help="Une fin notée ailleurs, qui doit s’y trouver."
)
def verify(noted: Anchor | None) -> None:
    """Relire tout le journal, et dire la première ligne qui n’est pas comme elle était."""
    report = audit_checks.check(db.session, noted)
    db.session.commit()
    if report.fault is not None:
        raise Refusal(f"Le journal est rompu\u00a0: {audit_checks.told(report.fault)}.")
    read = plural(report.count, "ligne relue", "lignes relues")
    click.echo(f"Le journal est entier\u00a0: {read}.")


@audit.command()
def head() -> None:
    """Afficher la fin du journal, à noter hors de cette machine."""
    end = audit_checks.head(db.session)
    click.echo(str(end) if end else "Le journal est vide.")


@audit.command()
def restored() -> None:
    """Dire que la base vient d’une sauvegarde\u00a0: le journal continue d’où elle s’arrête."""
    audit_checks.begin_again(db.session)
    db.session.commit()
    audit_checks.note_again(db.session)
    click.echo("C’est écrit au journal, qui continue à partir d’ici.")
