"""Making a pipeline that knows the themes, from a config that holds every parameter."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import yaml
from spacy.language import Language
from spacy.util import load_config_from_str

from analysis import labelled, models
from analysis.codebook import Codebook
from analysis.corpus import CorpusError, reason
from analysis.labelled import Answer
from analysis.learning.component import judging_part
from analysis.learning.discretion import discreet
from analysis.learning.examples import examples_of
from analysis.learning.linear import Reading
from analysis.learning.passages import Example, Parameters
from analysis.learning.training import Progress, train
from analysis.reading import Reader

SOURCES = "recueil_sources"  # where a pipeline's meta.json keeps the fingerprint of what it learnt
_LEAST = {"folds": 2, "seed": 0}


@dataclass(frozen=True)
class Plan:
    """What to learn from, and how."""

    corpus: Path
    wordings: dict[str, list[str]]
    parameters: Parameters


def read_plan(path: Path = models.DEFAULT_CONFIG) -> Plan:
    """The plan in the config at *path*; raises ``CorpusError``, one French line."""
    try:
        config = load_config_from_str(path.read_text(encoding="utf-8"))
        corpus, wordings = Path(config["corpus"]["path"]), Path(config["corpus"]["wordings"])
        reading = Reading(**_numbers(config["reading"], Reading()))
        parameters = Parameters(reading, **_numbers(config["learning"], Parameters()))
    except OSError as error:
        raise CorpusError(f"{path} : lecture impossible ({reason(error)}).") from None
    except KeyError as error:
        raise CorpusError(f"{path} : le réglage « {error.args[0]} » manque.") from None
    except ValueError as error:
        problem = str(error) if isinstance(error, CorpusError) else "réglages illisibles."
        raise CorpusError(f"{path} : {problem}") from None
    except TypeError:
        raise CorpusError(f"{path} : réglages illisibles.") from None
    return Plan(path.parent / corpus, _wordings(path.parent / wordings), parameters)


def _numbers(section: dict[str, Any], usual: Reading | Parameters) -> dict[str, Any]:
    """The settings of *section*, each of the kind that it has in *usual*, and positive."""
    kinds = {one.name: type(getattr(usual, one.name)) for one in fields(usual)}
    for name, value in section.items():
        if kinds.get(name) not in (int, float):
            raise CorpusError(f"le réglage « {name} » est inconnu.")
        if not (type(value) is int or (kinds[name] is float and type(value) is float)):
            raise CorpusError(f"le réglage « {name} » n’est pas un nombre qui convienne.")
        if value < (_LEAST.get(name, 1) if kinds[name] is int else 1e-6):
            raise CorpusError(f"le réglage « {name} » est trop petit.")
    return section


def _wordings(path: Path) -> dict[str, list[str]]:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise CorpusError(f"{path} : lecture impossible ({reason(error)}).") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise CorpusError(f"{path} : ce n’est pas du YAML.") from None
    if not isinstance(found, dict) or not all(
        isinstance(ways, list) and all(isinstance(way, str) for way in ways)
        for ways in found.values()
    ):
        raise CorpusError(f"{path} : à chaque question, une liste de textes est attendue.")
    return {str(question): ways for question, ways in found.items()}


def sources_of(plan: Plan) -> str:
    """The fingerprint of all that is learnt from: labelled texts, wordings and parameters."""
    told = json.dumps([plan.wordings, asdict(plan.parameters)], sort_keys=True)
    digest = hashlib.sha256(told.encode())
    for path in labelled.files_of(plan.corpus):
        digest.update(f"\n{path.name}\n".encode() + path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def learn(
    answers: Sequence[Answer],
    plan: Plan,
    codebook: Codebook,
    version: str,
    *,
    base: str | None = None,
    theirs: Collection[str] = (),
    progress: Progress = lambda share: None,
) -> Language:
    """A pipeline over *base* (spaCy's blank French one by default) that has learnt *answers*.

    *theirs*: the testimonies that people wrote, of which only what others wrote too is kept
    (``discretion``). Raises ``CorpusError`` when there are too few answers, ``ModelError`` when
    *base* cannot be.
    """
    nlp = models.untaught(base)
    examples, themes = ready(answers, codebook, nlp), [theme.id for theme in codebook.themes]
    examples = discreet(examples, theirs)
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
