"""What tests of learning build with: where the small corpus is, and made-up examples."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from analysis.learning.linear import Features, Linear, Reading
from analysis.learning.passages import Example
from analysis.learning.words import Words

CORPUS = Path(__file__).with_name("corpus")
CONFIG = CORPUS / "training.cfg"
THEMES = (
    "mobiliser_personnes",
    "freins_participation",
    "place_aidants",
    "portage_politique",
    "freins_elus",
    "moyens_financements",
    "acces_soins",
    "premiere_ligne_ruralite",
    "destigmatisation_information",
)
UNTAUGHT = "logement_insertion"  # in the codebook, and in no testimony of the small corpus


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """``python -m analysis`` with *arguments*, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "analysis", *map(str, arguments)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "SPACY_MODEL": "indices"},
        timeout=120,
        check=False,
    )


def words(text: str) -> Words:
    """The sentence *text*, each of whose words is its own key."""
    return Words(tuple(text.split()), tuple(text.lower().split()))


def example(
    testimony: str,
    sentences: Sequence[tuple[str, Sequence[bool]]],
    *,
    question: str | None = None,
    audience: str | None = None,
    known: Sequence[Sequence[bool]] | None = None,
    cues: Sequence[Sequence[float]] | None = None,
    vectors: Sequence[Sequence[float]] | None = None,
) -> Example:
    """A passage of *sentences*: each with whether each theme was given to it."""
    given = np.array([themes for _, themes in sentences], dtype=bool)
    return Example(
        testimony,
        question,
        audience,
        tuple(words(text) for text, _ in sentences),
        np.zeros(given.shape, np.float32) if cues is None else np.array(cues, np.float32),
        given,
        np.ones(given.shape, dtype=bool) if known is None else np.array(known, dtype=bool),
        np.zeros((len(sentences), 0), np.float32)
        if vectors is None
        else np.array(vectors, np.float32),
    )


def linear(names: Sequence[str], *, themes: int = 2, seed: int = 0) -> Linear:
    """A first level that knows the features *names*, with weights drawn by *seed*."""
    drawn = np.random.default_rng(seed)
    features = Features(
        Reading(),
        {name: number for number, name in enumerate(names)},
        drawn.uniform(1, 5, len(names)).astype(np.float32),
    )
    weights = drawn.normal(size=(len(names), themes)).astype(np.float32)
    return Linear(features, weights, drawn.normal(size=themes).astype(np.float32))
