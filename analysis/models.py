"""Which spaCy pipeline reads the texts: a trained French one, or the one built in here."""

import importlib.util
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import spacy.about
from spacy.language import Language
from spacy.util import is_compatible_version

from analysis.components import inclusive, sentences
from analysis.learning import component
from analysis.learning.judge import Judge

AUTO, BUILT_IN, CUES = "auto", "intégré", "indices"
PACKAGES = ("fr_core_news_lg", "fr_core_news_md", "fr_core_news_sm")  # the best first
OWN = Path(__file__).with_name("pipelines") / "fr_recueil"  # what `make train` made
DEFAULT_CONFIG = Path(__file__).with_name("training.cfg")  # by which it made it
_BASE = ("tok2vec", "transformer", "tagger", "morphologizer", "attribute_ruler", "lemmatizer")
_KEPT = (*_BASE, inclusive.NAME, sentences.NAME, component.NAME)


class ModelError(ValueError):
    """A model that cannot be used; its text is one French line."""


@dataclass(frozen=True, slots=True)
class Model:
    """A pipeline ready to read; ``remarks``: why better ones were set aside.

    ``judge``: what it learnt from labelled testimonies, none for cues alone.
    """

    nlp: Language
    name: str
    version: str
    remarks: tuple[str, ...] = ()
    judge: Judge | None = None


def open_model(wanted: str = AUTO) -> Model:
    """The pipeline called *wanted*; raises ``ModelError``.

    *wanted*: ``auto`` (the best installed package of ``PACKAGES`` that fits this spaCy, else the
    built-in one), ``intégré``, ``indices`` (the codebook's cues, nothing learnt), a package's name,
    or the folder of a saved pipeline.
    """
    wanted = wanted.strip() or AUTO
    if wanted == AUTO:
        return _best()
    if wanted in (BUILT_IN, "integre"):
        return _built_in()
    if wanted == CUES:
        return Model(untaught(), CUES, "1")
    return _trained(wanted, _folder(wanted))


def open_entities(wanted: str = AUTO) -> Language | None:
    """The pipeline called *wanted* (see ``open_model``) with what names persons and places in a
    text, and no more; None where it names none. Raises ``ModelError``.
    """
    wanted = wanted.strip() or AUTO
    if wanted == AUTO:
        wanted = next((name for name in PACKAGES if _spec(name)), BUILT_IN)
    if wanted in (BUILT_IN, "integre", CUES):
        return None
    folder = _folder(wanted)
    meta = _meta(wanted, folder)
    _check_fits(wanted, meta)
    if "ner" not in meta.get("pipeline", ()):
        return None
    return _loaded(wanted, folder, ("tok2vec", "transformer", "ner"))


def _best() -> Model:
    remarks: list[str] = []
    for name in PACKAGES:
        spec = _spec(name)
        if spec is not None:
            try:
                model = _trained(name, _package_folder(name, spec))
            except ModelError as error:
                remarks.append(str(error))
            else:
                return replace(model, remarks=tuple(remarks))
    return replace(_built_in(), remarks=tuple(remarks))


def _built_in() -> Model:
    model = _trained(BUILT_IN, OWN)
    return replace(model, name=BUILT_IN)


def untaught(base: str | None = None) -> Language:
    """A pipeline that reads sentences and knows no theme yet: spaCy's blank one, or over *base*.

    *base*: a package's name or a folder. Raises ``ModelError``.
    """
    nlp = spacy.blank("fr") if base is None else _loaded(base, _folder(base), _BASE)
    return _prepared(nlp)


def _trained(name: str, folder: Path) -> Model:
    nlp = _prepared(_loaded(name, folder, _KEPT))
    judging = component.judging_part(nlp)
    if judging.judge is None:
        judging.judge = _own_judge()
    meta = nlp.meta
    return Model(nlp, f"{meta['lang']}_{meta['name']}", str(meta["version"]), judge=judging.judge)


def _loaded(name: str, folder: Path, kept: tuple[str, ...]) -> Language:
    meta = _meta(name, folder)
    _check_fits(name, meta)
    unused = [part for part in meta.get("pipeline", ()) if part not in kept]
    try:
        return spacy.load(folder, exclude=unused)
    except (OSError, ValueError, KeyError, ImportError) as error:
        reason = (
            str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        )
        raise ModelError(f"modèle « {name} » : il ne se charge pas ({reason}).") from None


def _own_judge() -> Judge:
    """What the built-in pipeline learnt, for one that learnt nothing of themes."""
    try:
        return Judge.from_disk(OWN / component.NAME)
    except (OSError, ValueError) as error:
        raise ModelError(f"modèle « {BUILT_IN} » : il ne se charge pas ({error}).") from None


def _meta(name: str, folder: Path) -> dict[str, Any]:
    try:  # spaCy's own reader warns in English of a version that does not fit
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        meta = None
    if not isinstance(meta, dict) or not {"lang", "name", "version"} <= meta.keys():
        raise ModelError(f"modèle « {name} » : {folder} n’est pas un modèle spaCy.")
    return meta


def _check_fits(name: str, meta: dict[str, Any]) -> None:
    if meta.get("lang") != "fr":
        raise ModelError(
            f"modèle « {name} » : sa langue est « {meta.get('lang')} », pas le français."
        )
    wanted = str(meta.get("spacy_version", ""))
    if not is_compatible_version(spacy.about.__version__, wanted):
        raise ModelError(
            f"modèle « {name} » : il veut spaCy {wanted}, "
            f"la version installée est {spacy.about.__version__}."
        )


def _prepared(nlp: Language) -> Language:
    """*nlp* with our own reading of inclusive forms and sentences before all else, themes last."""
    for name in (sentences.NAME, inclusive.NAME):
        if name not in nlp.pipe_names:
            nlp.add_pipe(name, first=True)
    if component.NAME not in nlp.pipe_names:
        nlp.add_pipe(component.NAME, last=True)
    return nlp


def _folder(wanted: str) -> Path:
    if Path(wanted).is_dir():  # a package's, or the data's within it
        return next(_data_folders(Path(wanted).name, Path(wanted)), Path(wanted))
    spec = _spec(wanted)
    if spec is None:
        raise ModelError(
            f"modèle « {wanted} » : ni paquet installé, ni dossier "
            f"(« {AUTO} », « {BUILT_IN} » et « {CUES} » conviennent)."
        )
    return _package_folder(wanted, spec)


def _package_folder(name: str, spec: ModuleSpec) -> Path:
    """A package's data: beside its ``__init__.py``, or in a folder ``name-version`` there."""
    package = Path(str(spec.origin)).parent
    return next(_data_folders(name, package), package)


def _data_folders(name: str, package: Path) -> Iterator[Path]:
    yield from sorted(path for path in package.glob(f"{name}-*") if (path / "config.cfg").is_file())


def _spec(name: str) -> ModuleSpec | None:
    """The top-level package called *name* that holds a model, without importing it."""
    if not name.isidentifier():
        return None
    spec = importlib.util.find_spec(name)
    has_meta = (
        spec is not None
        and spec.origin is not None
        and Path(spec.origin).with_name("meta.json").is_file()
    )
    return spec if has_meta else None
