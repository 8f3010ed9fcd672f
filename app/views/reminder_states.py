"""How the states of reminders are told: a word and a shape, the same as for invitations."""

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
