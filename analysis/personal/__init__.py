"""Personal data in French testimonies: found, proposed with a reason, replaced once a person says
yes.

Own method, by rules and lists (``lists/``, each file names its source); the entities of a trained
spaCy pipeline join in where there is one. Nothing here loads spaCy.
"""

from analysis.personal.finder import propose, propose_all
from analysis.personal.proposals import Proposal, Type
from analysis.personal.rewriting import Rewritten, apply, apply_all

__all__ = ["Proposal", "Rewritten", "Type", "apply", "apply_all", "propose", "propose_all"]
