"""The territory that a CLSM is made for, in French: as it is shown, as files write it."""

import re

from analysis.folding import fold
from app.models import ClsmKind

KINDS = {
    ClsmKind.COMMUNAL: "Communal",
    ClsmKind.INTERCOMMUNAL: "Intercommunal",
    ClsmKind.DISTRICT: "D’arrondissement ou de quartier",
    ClsmKind.DEPARTEMENTAL: "Départemental",
    ClsmKind.OTHER: "Autre",
}
# What a text begins with, the longest first.
_WORDS = (
    ("intercommun", ClsmKind.INTERCOMMUNAL),
    ("intercomun", ClsmKind.INTERCOMMUNAL),
    ("metropol", ClsmKind.INTERCOMMUNAL),
    ("agglo", ClsmKind.INTERCOMMUNAL),
    ("communaute", ClsmKind.INTERCOMMUNAL),
    ("epci", ClsmKind.INTERCOMMUNAL),
    ("commun", ClsmKind.COMMUNAL),
    ("municip", ClsmKind.COMMUNAL),
    ("ville", ClsmKind.COMMUNAL),
    ("arrondissement", ClsmKind.DISTRICT),
    ("quartier", ClsmKind.DISTRICT),
    ("departement", ClsmKind.DEPARTEMENTAL),
    ("autre", ClsmKind.OTHER),
)


def read(text: str) -> ClsmKind | None:
    """Return the kind that `text` names (« CLSM intercommunal », « de quartier »), or none."""
    letters = re.sub(r"^(?:clsm|d|de|du)\s+", "", re.sub(r"[^a-z]+", " ", fold(text)).strip())
    return next((kind for word, kind in _WORDS if letters.startswith(word)), None)
