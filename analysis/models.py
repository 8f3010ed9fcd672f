"""Which spaCy pipeline reads the texts: a trained French one, or the one built in here."""

import importlib.util
import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import spacy.about
from spacy.language import Language
from spacy.util import is_compatible_version

from analysis.components import inclusive, sentences

AUTO, BUILT_IN = "auto", "intégré"
PACKAGES = ("fr_core_news_lg", "fr_core_news_md", "fr_core_news_sm")  # the best first
_BUILT_IN_VERSION = "1"
_KEPT = ("tok2vec", "transformer", "tagger", "morphologizer", "attribute_ruler", "lemmatizer")


class ModelError(ValueError):
    """A model that cannot be used; its text is one French line."""


@dataclass(frozen=True, slots=True)
class Model:
    """A pipeline ready to read; ``remarks``: why better ones were set aside."""

    nlp: Language
    name: str
    version: str
    remarks: tuple[str, ...] = ()


def open_model(wanted: str = AUTO) -> Model:
    """The pipeline called *wanted*; raises ``ModelError``.

    *wanted*: ``auto`` (the best installed package of ``PACKAGES`` that fits this spaCy, else the
    built-in one), ``intégré``, a package's name, or the folder of a saved pipeline.
    """
    wanted = wanted.strip() or AUTO
    if wanted == AUTO:
        return _best()
    if wanted in (BUILT_IN, "integre"):
        return _built_in()
    return _trained(wanted, _folder(wanted))


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
                return Model(model.nlp, model.name, model.version, tuple(remarks))
    built_in = _built_in()
    return Model(built_in.nlp, built_in.name, built_in.version, tuple(remarks))


def _built_in() -> Model:
    return Model(_prepared(spacy.blank("fr")), BUILT_IN, _BUILT_IN_VERSION)


def _trained(name: str, folder: Path) -> Model:
    meta = _meta(name, folder)
    _check_fits(name, meta)
    unused = [part for part in meta.get("pipeline", ()) if part not in _KEPT]
    try:
        nlp = spacy.load(folder, exclude=unused)
    except (OSError, ValueError, KeyError, ImportError) as error:
        reason = (
            str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        )
        raise ModelError(f"modèle « {name} » : il ne se charge pas ({reason}).") from None
    return Model(_prepared(nlp), f"{meta.get('lang')}_{meta.get('name')}", str(meta.get("version")))


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
    """*nlp* with our own reading of inclusive forms and sentences before all else."""
    nlp.add_pipe(sentences.NAME, first=True)
    nlp.add_pipe(inclusive.NAME, first=True)
    return nlp


def _folder(wanted: str) -> Path:
    if Path(wanted).is_dir():
        return Path(wanted)
    spec = _spec(wanted)
    if spec is None:
        raise ModelError(
            f"modèle « {wanted} » : ni paquet installé, ni dossier "
            f"(« auto » et « {BUILT_IN} » conviennent)."
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
