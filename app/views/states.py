"""How the installation stands, on one page for the administrator: in words, and where to act."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Flask, current_app, render_template
from flask_security import current_user

from app.models import RoleName
from app.models.base import now
from app.observation import installation
from app.observation.installation import Installation
from app.presentation import NO_BREAK_SPACE, number, plural
from app.services.mailing import Mailing
from app.views.access import only_for

blueprint = Blueprint("states", __name__, url_prefix="/admin/etat")
only_for(blueprint, RoleName.ADMINISTRATOR)

PARTS = {
    "base": (
        "La base de données",
        "Elle répond.",
        "Elle ne répond pas\u00a0: vérifiez que son serveur tourne.",
    ),
    "tables": (
        "Les tables",
        "Elles sont à jour.",
        "Elles ne sont pas à jour\u00a0: lancez «\u00a0flask setup\u00a0».",
    ),
    "cles": (
        "Les clés de chiffrement",
        "Elles ouvrent ce qui est chiffré.",
        "Elles n’ouvrent pas tout\u00a0: remettez les clés d’avant dans DATA_KEYS.",
    ),
    "file": (
        "La file d’attente",
        "Elle répond.",
        "Elle ne répond pas\u00a0: le travail attendra, rien n’est perdu.",
    ),
    "disque": (
        "Le disque",
        "Il y reste de la place.",
        "Il n’y reste presque plus de place\u00a0: libérez-en.",
    ),
    "courriel": (
        "Le serveur de messagerie",
        "Il répond.",
        "Il ne répond pas\u00a0: les messages attendent, et partiront ensuite.",
    ),
}
DOING = {
    "suggest_codings": "lit un témoignage",
    "read_range": "lit des témoignages",
    "train_themes": "apprend des décisions",
    "try_cues": "essaie des indices",
    "cut_round": "découpe un tour d’accord",
    "enforce_rule": "efface ce qui est échu",
    "deliver_campaigns": "envoie une campagne",
    "deliver_notice": "envoie un message",
    "read_bounces": "relève les refus",
}
OTHERWISE = "cherche ce qui reste à faire"  # the sweeps, a moment each
WORKER, START = "«\u00a0flask worker\u00a0»", "«\u00a0flask start\u00a0»"
BACKUP = "«\u00a0flask backup\u00a0»"
MORE = (
    "Regardez plus bas ce qui occupe les processus, et lancez-en un de plus "
    f"({WORKER}) si rien n’y semble arrêté."
)
LATE = "Vérifiez le serveur de messagerie (MAIL_SERVER), et que quelqu’un travaille en file."
SETTLE = "une personne de l’équipe doit le dire, dans «\u00a0Messagerie\u00a0» ou la campagne."
AGAIN = f"Lancez {BACKUP}, et cherchez pourquoi celle de chaque jour ne s’est pas faite."
UNVERIFIED = (
    "Personne ne l’a encore restaurée à blanc\u00a0: «\u00a0flask backup --verify\u00a0», là où "
    "est la clé secrète."
)
CLOCK = (
    "Elle a sauté, ou la machine est restée éteinte. Vérifiez l’heure\u00a0: par précaution, rien "
    "n’est effacé d’office avant un jour."
)
MEGABYTE, GIGABYTE = 1024**2, 1024**3


@dataclass(frozen=True)
class Verdict:
    """Whether one thing is well, and in words how it is, or what to do."""

    label: str
    is_well: bool
    words: str


@blueprint.get("")
def index() -> str:
    """Show how the installation stands now, what asks for somebody first."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    found = installation.look(app)
    told = sorted(verdicts(found), key=lambda each: each.is_well)
    return render_template(
        "states/index.html",
        found=found,
        verdicts=told,
        worries=sum(not each.is_well for each in told),
        doing=lambda task: DOING.get(task, OTHERWISE),
        is_staff=current_user.has_role(RoleName.STAFF.value),
    )


def verdicts(found: Installation) -> Iterator[Verdict]:
    """Yield what is to be said of each part."""
    for name, is_well in found.readiness.parts.items():
        label, good, bad = PARTS[name]
        yield Verdict(label, is_well, good if is_well else bad)
    yield _work(found)
    yield _messages(found.mailing)
    yield _backup(found)
    if not found.is_clock_steady:
        yield Verdict("L’horloge", False, CLOCK)


def _work(found: Installation) -> Verdict:
    label = "Le travail en file"
    if not found.is_worked_for:
        nobody = "Plus personne n’y travaille" if found.workers else "Personne n’y travaille"
        again = "relancez" if found.workers else "lancez"
        return Verdict(label, False, f"{nobody}\u00a0: {again} {WORKER} (ou {START}).")
    if found.queue and found.queue.oldest and found.queue.is_stuck:
        since = ago(found.queue.oldest)
        return Verdict(
            label, False, f"Il s’accumule\u00a0: le plus ancien a été demandé {since}. {MORE}"
        )
    return Verdict(label, True, "Quelqu’un y travaille.")


def _messages(mailing: Mailing) -> Verdict:
    label = "Les messages"
    if mailing.is_late and mailing.oldest:
        return Verdict(
            label, False, f"Une personne en attend un, écrit {ago(mailing.oldest)}. {LATE}"
        )
    if uncertain := mailing.campaigns.uncertain + mailing.notices.uncertain:
        count = plural(uncertain, "message est peut-être parti", "messages sont peut-être partis")
        return Verdict(label, False, f"{count}, peut-être non\u00a0: {SETTLE}")
    return Verdict(label, True, "Aucun n’est en retard.")


def _backup(found: Installation) -> Verdict:
    label = "La sauvegarde"
    if found.backup is None:
        return Verdict(
            label, False, f"Il n’y en a aucune\u00a0: lancez {BACKUP}, puis chaque jour."
        )
    made = f"La dernière a été faite {ago(found.backup.made_at)}"
    if not found.is_backed_up:
        return Verdict(label, False, f"{made}\u00a0: ce qui est venu depuis serait perdu. {AGAIN}")
    verified = found.backup.verified_at is not None
    return Verdict(label, True, f"{made}." if verified else f"{made}. {UNVERIFIED}")


def size(count: int) -> str:
    """Return so many bytes in words: « 3 Mo », « 1,2 Go »."""
    if count < GIGABYTE:
        return f"{number(round(count / MEGABYTE))}{NO_BREAK_SPACE}Mo"
    return f"{number(round(count / GIGABYTE, 1))}{NO_BREAK_SPACE}Go"


def ago(moment: datetime) -> str:
    """Return how long ago a moment was: « à l’instant », « il y a 3 minutes »."""
    seconds = (now() - moment).total_seconds()
    if seconds < 60:
        return "à l’instant"
    minutes = int(seconds // 60)
    if minutes < 120:
        return f"il y a {plural(minutes, 'minute', 'minutes')}"
    if minutes < 48 * 60:
        return f"il y a {plural(minutes // 60, 'heure', 'heures')}"
    return f"il y a {plural(minutes // (24 * 60), 'jour', 'jours')}"


blueprint.add_app_template_filter(size)
blueprint.add_app_template_filter(ago)
