"""How the states of invitations are told: a word, a shape, and the groups that are counted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.models import InvitationState as State


@dataclass(frozen=True)
class Told:
    """A state as it is shown: its words, and the class that gives its shape."""

    label: str
    css: str


STATES = {
    State.QUEUED: Told("En attente", "state-wait"),
    State.SENDING: Told("En cours d’envoi", "state-sending"),
    State.SENT: Told("Envoyée", "state-sent"),
    State.FAILED: Told("Échec de l’envoi", "state-bad"),
    State.UNCERTAIN: Told("Incertain", "state-bad"),
    State.BOUNCED: Told("Adresse refusée", "state-bad"),
    State.ANSWERED: Told("A répondu", "state-done"),
    State.DECLINED: Told("A décliné", "state-no"),
}


@dataclass(frozen=True)
class Group:
    """States that are counted together; `key` is their name in an address."""

    key: str
    label: str
    css: str
    states: tuple[State, ...]

    def count(self, counted: Counter[State]) -> int:
        return sum(counted[state] for state in self.states)


GROUPS = (
    Group("repondu", "Ont répondu", "state-done", (State.ANSWERED,)),
    Group("envoyee", "Envoyée, sans réponse", "state-sent", (State.SENT,)),
    Group("attente", "En attente", "state-wait", (State.QUEUED, State.SENDING)),
    Group("decline", "Ont décliné", "state-no", (State.DECLINED,)),
    Group("reprendre", "À reprendre", "state-bad", (State.FAILED, State.BOUNCED, State.UNCERTAIN)),
)


def find_group(key: str) -> Group | None:
    """Return the group of this name, or none."""
    return next((group for group in GROUPS if group.key == key), None)


@dataclass(frozen=True)
class Bar:
    """One part of the strip figure, in a drawing 1000 wide."""

    css: str
    x: float
    width: float


def strip(counted: Counter[State], *, gap: int = 4) -> Sequence[Bar]:
    """Return the parts of the strip, one for each group that is not empty."""
    shown = [(group, group.count(counted)) for group in GROUPS if group.count(counted)]
    room = 1000 - gap * (len(shown) - 1)
    bars, x = [], 0.0
    for group, count in shown:
        width = room * count / counted.total()
        bars.append(Bar(group.css, round(x, 1), round(width, 1)))
        x += width + gap
    return bars
