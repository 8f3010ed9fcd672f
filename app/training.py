"""Training a version from decisions, and comparing it with the one in use. Loads spaCy: only the
worker and the commands import it, inside what they do.
"""

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from analysis import labelled, models, suggesters
from analysis.codebook import Codebook
from analysis.corpus import CorpusError
from analysis.learning import making
from analysis.learning.evaluation import Judged, judged, micro
from analysis.learning.surroundings import surrounded
from analysis.suggesters import Suggester
from app.services import decisions
from app.services.decisions import Lesson

Progress = Callable[[float], None]

_LEARNING = 0.9  # share of the time that the learning itself takes


class TrainingError(RuntimeError):
    """Nothing could be learnt; `str()` gives one French line."""


@dataclass(frozen=True)
class Setting:
    """What a training is told: its config, the codebook, and the pipeline that it builds upon."""

    config: Path
    codebook: Codebook
    model: str  # as SPACY_MODEL names it


def train(lesson: Lesson, setting: Setting, folder: Path, *, progress: Progress) -> Suggester:
    """Make in `folder` a pipeline that learnt the shipped corpus and the decisions; return it, read
    back from there. It is there whole, or not at all. Raises TrainingError.
    """
    try:
        plan = making.read_plan(setting.config)
        base = _base_of(setting.model)
        decided = list(surrounded(lesson.learnt, models.untaught(base)))
        nlp = making.learn(
            [*labelled.resolved(making.corpus_of(plan), setting.codebook.resolve), *decided],
            plan,
            setting.codebook.active,
            folder.name,
            base=base,
            theirs={answer.testimony for answer in decided},
            progress=lambda share: progress(share * _LEARNING),
        )
        _keep(nlp, folder)
        return suggesters.load(setting.codebook, str(folder))
    except (CorpusError, models.ModelError, ValueError) as error:
        raise TrainingError(_sentence(str(error))) from None
    except OSError as error:
        raise TrainingError(f"Écriture impossible dans {folder} ({error.strerror}).") from None


def _base_of(wanted: str) -> str | None:
    """Return the spaCy pipeline that carries what is learnt; none: spaCy's blank French one."""
    if ":" in wanted and "/" not in wanted:  # another reader, that is not ours to teach
        return None
    name = models.open_model(wanted).name
    if name in (models.BUILT_IN, models.CUES):
        return None
    return name if wanted.strip() in ("", models.AUTO) else wanted


def _keep(nlp: Any, folder: Path) -> None:
    draft = folder.with_name(f".{folder.name}")
    for old in (draft, folder):  # an attempt that was interrupted
        shutil.rmtree(old, ignore_errors=True)
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    nlp.to_disk(draft)
    draft.rename(folder)


def _sentence(reason: str) -> str:
    return reason[:1].upper() + reason[1:]


def compare(
    apart: Sequence[labelled.Answer], in_use: Suggester, new: Suggester
) -> dict[str, dict[str, Any]]:
    """Return the figures of both on the decisions held apart, ready to be kept as JSON."""
    return {"in_use": figures(in_use, apart), "new": figures(new, apart)}


def figures(suggester: Suggester, answers: Sequence[labelled.Answer]) -> dict[str, Any]:
    """Return how far a suggester agrees with decisions, counted on what was decided alone."""
    found = suggester.suggest(answer.passage for answer in answers)
    sentences = [
        sentence
        for answer, (_, suggestions) in zip(answers, found, strict=True)
        for sentence in _decided(answer, judged(answer, suggestions))
    ]
    return asdict(micro(sentences)) | {
        "origin": suggester.origin,
        "right": sum(len(each.given & each.suggested) for each in sentences),
        "decisions": decisions.size(answers),
        "testimonies": len({answer.testimony for answer in answers}),
    }


def _decided(answer: labelled.Answer, found: Iterable[Judged]) -> Iterable[Judged]:
    for sentence, said in zip(answer.sentences, found, strict=True):
        known = sentence.judged if sentence.judged is not None else said.given | said.suggested
        scores = {theme: score for theme, score in said.scores.items() if theme in known}
        yield Judged(said.testimony, said.given & known, said.suggested & known, scores)
