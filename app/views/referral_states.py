"""How the states of proposals are told: a word, a shape, and how many there are of each."""

from collections import Counter
from collections.abc import Iterable

from app.models import Referral
from app.services import referral_messages
from app.services.referral_messages import Progress
from app.views.invitation_states import Told

STATES = {
    Progress.LEAVING: Told("Message à envoyer", "state-wait"),
    Progress.SENT: Told("Message parti", "state-sent"),
    Progress.REMINDED: Told("Relance partie", "state-sent"),
    Progress.FAILED: Told("Message pas parti", "state-bad"),
    Progress.UNCERTAIN: Told("Départ incertain", "state-bad"),
}


def counts(waiting: Iterable[Referral]) -> Counter[Progress]:
    """Return how many proposals are in each state."""
    return Counter(referral_messages.progress(each) for each in waiting)
