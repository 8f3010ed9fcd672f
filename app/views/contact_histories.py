"""How what happened with a contact is told: its words, and the shape beside them."""

from app.services.contact_histories import What
from app.views.invitation_states import Told

EVENTS = {
    What.TYPED: Told("Ajout à la main", "state-wait"),
    What.IMPORTED: Told("Import d’un fichier", "state-wait"),
    What.INVITED: Told("Invitation envoyée", "state-sent"),
    What.REMINDED: Told("Relance envoyée", "state-sent"),
    What.WAITING: Told("Message en attente", "state-wait"),
    What.FAILED: Told("Échec de l’envoi", "state-bad"),
    What.BOUNCED: Told("Message revenu", "state-bad"),
    What.UNCERTAIN: Told("Envoi incertain", "state-bad"),
    What.STARTED: Told("Questionnaire commencé", "state-sending"),
    What.ANSWERED: Told("A répondu", "state-done"),
    What.DECLINED: Told("A décliné", "state-no"),
    What.ADDRESS_REFUSED: Told("Adresse refusée par son serveur", "state-bad"),
    What.SAID_NO: Told("Ne veut plus de message", "state-no"),
}
