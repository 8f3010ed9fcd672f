"""How the states of reminders are told: a word and a shape, the same as for invitations."""

from collections import Counter
from collections.abc import Mapping

from app.models import ReminderState as State
from app.views.invitation_states import Told

STATES = {
    State.QUEUED: Told("En attente", "state-wait"),
    State.SENDING: Told("En cours d’envoi", "state-sending"),
    State.SENT: Told("Envoyée", "state-sent"),
    State.FAILED: Told("Échec de l’envoi", "state-bad"),
    State.UNCERTAIN: Told("Incertain", "state-bad"),
    State.BOUNCED: Told("Adresse refusée", "state-bad"),
    State.DROPPED: Told("Retirée, plus utile", "state-no"),
}
# Those that wait for somebody of the team.
TO_MEND = (State.FAILED, State.BOUNCED, State.UNCERTAIN)


def to_mend(counted: Mapping[int, Counter[State]]) -> dict[int, int]:
    """Return, campaign by campaign, how many reminders wait for somebody of the team."""
    return {id_: sum(states[each] for each in TO_MEND) for id_, states in counted.items()}
