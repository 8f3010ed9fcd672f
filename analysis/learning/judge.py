"""What was learnt from a labelled corpus, as one thing that can be kept on disk and put to use."""

import gzip
import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from analysis.learning.combination import Combination, columns_of
from analysis.learning.linear import Features, Floats, Linear, Reading
from analysis.learning.setting import Setting
from analysis.learning.words import Words

_FEATURES, _SETTINGS, _WEIGHTS, _ABOUT = (
    "features.txt.gz",
    "settings.txt",
    "weights.npz",
    "about.json",
)


@dataclass(frozen=True, slots=True)
class FirstLevel:
    """What a sentence says by itself: its words, and its vector where a trained model gives one.

    ``dense``: weights of the vector, a row a dimension, a column a theme; no row without vectors.
    """

    linear: Linear
    dense: Floats

    def logits(self, sentences: Sequence[Words], vectors: Floats) -> Floats:
        """The log-odds of each theme; vectors of another size than learnt from are left out."""
        logits = self.linear.logits(sentences)
        return logits + self.by_vectors(vectors) if self.reads(vectors) else logits

    def reads(self, vectors: Floats) -> bool:
        """Whether it learnt from vectors of this size."""
        return bool(len(self.dense)) and vectors.shape[1] == len(self.dense)

    def by_vectors(self, vectors: Floats) -> Floats:
        """What vectors of the size learnt from add to the log-odds."""
        added: Floats = vectors @ self.dense
        return added


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge says of a passage: a row a sentence, a column a theme of the judge's.

    ``terms``: what each column of the combination added to the log-odds. ``taught``: the themes of
    which there were examples to learn from; of the others the judge can say nothing.
    """

    scores: Floats
    terms: Floats
    thresholds: Floats
    taught: NDArray[np.bool_]


@dataclass(frozen=True)
class Judge:
    """Says how probable each of ``themes`` (ids) is for each sentence of a passage.

    ``asked``, ``unasked``: how to weigh passages whose question is known, or not; ``alone``: those
    of one sentence, which nothing surrounds.
    """

    themes: tuple[str, ...]
    version: str
    level: FirstLevel
    setting: Setting
    asked: Combination
    unasked: Combination
    alone: Combination

    def weigh(
        self, logits: Floats, cues: Floats, question: str | None, audience: str | None
    ) -> Verdict:
        """Judge the sentences of one passage.

        *logits*: what the first level says, *cues*: how strongly the codebook's cues speak; both a
        row a sentence, a column a theme.
        """
        combination = self._combination(len(logits), question)
        columns = columns_of(logits, cues, self.setting.logits(question, audience))
        terms = combination.terms(columns)
        return Verdict(
            combination.scores_of(terms),
            terms,
            combination.thresholds,
            np.asarray(combination.weights.any(axis=1)),
        )

    def _combination(self, sentences: int, question: str | None) -> Combination:
        if sentences == 1:
            return self.alone
        return self.asked if self.setting.knows(question) else self.unasked

    def to_disk(self, folder: Path) -> None:
        """Keep it in *folder*: the same judge makes the same files."""
        folder.mkdir(parents=True, exist_ok=True)
        about = {
            "version": self.version,
            "themes": self.themes,
            "reading": asdict(self.level.linear.features.reading),
        }
        (folder / _ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
        names = "\n".join(self.level.linear.features.numbers).encode()
        (folder / _FEATURES).write_bytes(gzip.compress(names, mtime=0))
        (folder / _SETTINGS).write_text("\n".join(self.setting.numbers), encoding="utf-8")
        arrays = {
            "idf": self.level.linear.features.idf,
            "weights": self.level.linear.weights,
            "bias": self.level.linear.bias,
            "dense": self.level.dense,
            "setting": self.setting.weights,
            "setting_bias": self.setting.bias,
        }
        for name in _COMBINATIONS:
            arrays |= {f"{name}_{part}": getattr(getattr(self, name), part) for part in _PARTS}
        halves = {name: array.astype(np.float16) for name, array in arrays.items()}
        np.savez_compressed(folder / _WEIGHTS, **halves)  # type: ignore[arg-type]

    @classmethod
    def from_disk(cls, folder: Path) -> "Judge":
        """The judge kept in *folder*; raises ``OSError``, or ``ValueError`` if it is spoilt."""
        try:
            return cls._read(folder)
        except (BadZipFile, zlib.error, EOFError, KeyError, TypeError) as error:
            raise ValueError(f"{folder} : fichiers abîmés ({type(error).__name__})") from error

    @classmethod
    def _read(cls, folder: Path) -> "Judge":
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        names = gzip.decompress((folder / _FEATURES).read_bytes()).decode().split("\n")
        settings = (folder / _SETTINGS).read_text(encoding="utf-8").split("\n")
        # opened here, since numpy leaves a spoilt archive open
        with (folder / _WEIGHTS).open("rb") as file, np.load(file, allow_pickle=False) as halves:
            arrays = {name: halves[name].astype(np.float32) for name in halves.files}
        features = Features(Reading(**about["reading"]), _numbered(names), arrays["idf"])
        combinations = [
            Combination(*(arrays[f"{name}_{part}"] for part in _PARTS)) for name in _COMBINATIONS
        ]
        return cls(
            tuple(about["themes"]),
            about["version"],
            FirstLevel(Linear(features, arrays["weights"], arrays["bias"]), arrays["dense"]),
            Setting(_numbered(settings), arrays["setting"], arrays["setting_bias"]),
            *combinations,
        )


_PARTS = ("weights", "bias", "thresholds")
_COMBINATIONS = ("asked", "unasked", "alone")


def _numbered(names: Sequence[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(names) if name}
