"""What learning is tried on: a corpus so small that a training takes a second, and decisions."""

import json
from itertools import cycle, islice
from pathlib import Path

from sqlalchemy.orm import Session

from app.models import Coding, Testimony, Verdict
from app.services import decisions
from tests import factories

FEAR, MAYOR = "freins_participation", "portage_politique"
AFRAID = (
    "Peur de parler devant les autres.",
    "La honte empêche de venir.",
    "On a peur du regard des gens.",
    "Elle n’ose pas prendre la parole.",
)
PRESIDING = (
    "Le maire préside chaque réunion.",
    "L’adjointe porte le sujet au conseil municipal.",
    "Le maire a inscrit la santé mentale à son programme.",
    "La ville vote le budget du CLSM.",
)
NOTHING = ("Il pleuvait ce jour-là.", "Nous étions douze.", "La salle est au premier étage.")
TRAINING = """\
[corpus]
path = "corpus.jsonl"
wordings = "questions.yml"

[reading]
shortest_part = 3
longest_part = 5
least_keys = 1
least_parts = 2

[learning]
words_c = 3.0
setting_c = 1.0
combination_c = 0.3
folds = 3
seed = 1
"""


def small_training(folder: Path, *, testimonies: int = 24) -> Path:
    """Write in `folder` a config and the corpus that it names; return the config's path."""
    lines = []
    for number in range(testimonies):
        told = ((AFRAID, [FEAR]), (PRESIDING, [MAYOR]), (NOTHING, []))
        sentences, text = [], ""
        for words, themes in told:
            sentence = words[number % len(words)]
            text += " " if text else ""
            place = {"start": len(text), "end": len(text) + len(sentence)}
            sentences.append(place | {"themes": themes})
            text += sentence
        lines.append(
            {
                "id": f"essai-{number}/1",
                "text": text,
                "question": ("demarche_elus", "mot_cle")[number % 2],
                "audience": ("coordinateur", "elu", "usager")[number % 3],
                "sentences": sentences,
            }
        )
    (folder / "corpus.jsonl").write_text(
        "".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8"
    )
    (folder / "questions.yml").write_text("{}\n", encoding="utf-8")
    config = folder / "training.cfg"
    config.write_text(TRAINING, encoding="utf-8")
    return config


def told(session: Session, text: str, *, apart: bool) -> Testimony:
    """A testimony whose random id holds it apart, or does not."""
    while True:
        made = factories.testimony(session, answers={"demarche_elus": text})
        if decisions.is_apart(made.id) == apart:
            return made
        session.delete(made)
        session.flush()


def decided(session: Session, *, learnt: int = 10, apart: int = 3) -> list[Coding]:
    """So many testimonies on each side, each with a yes to the fear, and a no to the mayor in it.

    Two decisions a testimony.
    """
    made = []
    for sentence, is_apart in zip(
        islice(cycle(AFRAID), learnt + apart), [False] * learnt + [True] * apart, strict=True
    ):
        testimony = told(session, sentence, apart=is_apart)
        answer = factories.free_text(testimony)
        for theme, verdict in ((FEAR, Verdict.ACCEPTED), (MAYOR, Verdict.REJECTED)):
            coding = factories.coding(session, answer, theme)
            decisions.decide(session, testimony.id, coding.id, verdict, by=None)
            made.append(coding)
    return made
