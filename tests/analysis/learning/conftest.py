"""A small corpus, a codebook of ten themes of ours, and what is learnt from them, once."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from spacy.language import Language

from analysis import labelled, models
from analysis.codebook import DEFAULT_PATH, Codebook
from analysis.labelled import Answer
from analysis.learning import making
from analysis.learning.component import judging_part
from analysis.learning.judge import Judge
from analysis.learning.making import Plan
from analysis.learning.passages import Example
from analysis.models import Model
from analysis.pipeline import Tagger
from tests.analysis.learning.samples import CONFIG, CORPUS, THEMES, UNTAUGHT


@pytest.fixture(scope="session")
def grid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our codebook with the themes of the small corpus, and one of which it has no example."""
    content = yaml.safe_load(DEFAULT_PATH.read_text(encoding="utf-8"))
    kept = {*THEMES, UNTAUGHT}
    content["themes"] = [theme for theme in content["themes"] if theme["id"] in kept]
    path = tmp_path_factory.mktemp("grille") / "grille.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def codebook(grid: Path) -> Codebook:
    return Codebook.read(grid)


@pytest.fixture(scope="session")
def plan() -> Plan:
    return making.read_plan(CONFIG)


@pytest.fixture(scope="session")
def answers() -> list[Answer]:
    return labelled.read(CORPUS)


@pytest.fixture(scope="session")
def examples(answers: Sequence[Answer], codebook: Codebook) -> list[Example]:
    return making.ready(answers, codebook, models.untaught())


@pytest.fixture(scope="session")
def taught(answers: Sequence[Answer], plan: Plan, codebook: Codebook) -> Language:
    """A pipeline that has learnt the small corpus."""
    return making.learn(answers, plan, codebook, "0.1")


@pytest.fixture(scope="session")
def judge(taught: Language) -> Judge:
    found = judging_part(taught).judge
    assert found is not None
    return found


@pytest.fixture(scope="session")
def reader(taught: Language, judge: Judge, codebook: Codebook) -> Tagger:
    """What suggests themes with the pipeline that has learnt the small corpus."""
    return Tagger(codebook, Model(taught, "essai", "0.1", judge=judge))
