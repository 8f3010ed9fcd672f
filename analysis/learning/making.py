"""Making a pipeline that knows the themes, from a config that holds every parameter."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from spacy.language import Language
from spacy.util import load_config

from analysis import labelled, models
from analysis.codebook import Codebook
from analysis.corpus import CorpusError
from analysis.labelled import Answer
from analysis.learning.component import judging_part
from analysis.learning.examples import examples_of
from analysis.learning.linear import Reading
from analysis.learning.training import Example, Parameters, Progress, train
from analysis.reading import Reader

DEFAULT_CONFIG = models.OWN.parent.parent / "training.cfg"


@dataclass(frozen=True)
class Plan:
    """What to learn from, and how."""

    corpus: Path
    wordings: dict[str, list[str]]
    parameters: Parameters


def read_plan(path: Path = DEFAULT_CONFIG) -> Plan:
    """The plan in the config at *path*; raises ``CorpusError``, one French line."""
    try:
        config = load_config(path)
        learning = dict(config["learning"])
        parameters = Parameters(reading=Reading(**config["reading"]), **learning)
        corpus, wordings = config["corpus"]["path"], config["corpus"]["wordings"]
        asked = yaml.safe_load((path.parent / wordings).read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise CorpusError(f"{path} : réglages illisibles ({error}).") from None
    return Plan(path.parent / corpus, asked, parameters)


def learn(
    answers: Sequence[Answer],
    plan: Plan,
    codebook: Codebook,
    version: str,
    *,
    base: str | None = None,
    progress: Progress = lambda share: None,
) -> Language:
    """A pipeline over *base* (spaCy's blank French one by default) that has learnt *answers*."""
    nlp = models.untaught(base)
    examples, themes = ready(answers, codebook, nlp), [theme.id for theme in codebook.themes]
    judging_part(nlp).judge = train(
        examples, themes, plan.wordings, plan.parameters, version, progress
    )
    nlp.meta.update(name="recueil", version=version)
    nlp.meta["description"] = "Thèmes des témoignages sur les conseils locaux de santé mentale"
    return nlp


def ready(answers: Sequence[Answer], codebook: Codebook, nlp: Language) -> list[Example]:
    """*answers* as examples of the themes of *codebook*."""
    themes = [theme.id for theme in codebook.themes]
    return list(examples_of(answers, nlp, Reader(codebook, nlp), themes))


def corpus_of(plan: Plan) -> list[Answer]:
    """The labelled answers of the plan; raises ``CorpusError``, also when there are none."""
    answers = labelled.read(plan.corpus)
    if not answers:
        raise CorpusError(f"{plan.corpus} : aucun témoignage étiqueté.")
    return answers
