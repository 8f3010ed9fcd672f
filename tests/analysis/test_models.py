"""Choosing a pipeline, with a small one really trained, saved and loaded."""

import json
import random
import shutil
from pathlib import Path

import pytest
import spacy
from spacy.training import Example

from analysis import models, pipeline
from analysis.corpus import Passage

SAID = {"mairies": "mairie", "élisions": "élire", "chantent": "chanter"}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A French pipeline trained for a moment to give lemmas and entities, saved to a folder."""
    random.seed(1)
    spacy.util.fix_random_seed(1)
    nlp = spacy.blank("fr")
    nlp.add_pipe("trainable_lemmatizer", name="lemmatizer", config={"min_tree_freq": 1})
    nlp.add_pipe("ner")
    examples = [
        Example.from_dict(
            nlp.make_doc(f"Les {word} à Lyon"),
            {"lemmas": ["le", lemma, "à", "Lyon"], "entities": ["O", "O", "O", "U-LOC"]},
        )
        for word, lemma in SAID.items()
    ]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(8):
        nlp.update(examples, sgd=optimizer)
    nlp.meta.update(name="core_news_md", version="3.8.0")
    folder = tmp_path_factory.mktemp("modele") / "saved"
    nlp.to_disk(folder)
    return folder


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the import path, without what may be installed for real."""
    real = models._spec
    monkeypatch.syspath_prepend(tmp_path)

    def ours(name: str) -> object:
        spec = real(name)
        return spec if spec and str(spec.origin).startswith(str(tmp_path)) else None

    monkeypatch.setattr(models, "_spec", ours)
    return tmp_path


def install(packages: Path, name: str, data: Path, /, **meta: str) -> None:
    """Lays *data* out as pip does for a spaCy package."""
    package = packages / name
    shutil.copytree(data, package / f"{name}-3.8.0")
    (package / "__init__.py").write_text("raise RuntimeError('never imported')")
    about = json.loads((data / "meta.json").read_text()) | meta
    for path in (package / "meta.json", package / f"{name}-3.8.0" / "meta.json"):
        path.write_text(json.dumps(about))


def test_reads_with_a_saved_pipeline(trained: Path) -> None:
    tagger = pipeline.load(model=str(trained))
    assert tagger.origin.startswith("fr_core_news_md 3.8.0, grille ")
    ((_, found),) = tagger.suggest([Passage(1, "Bonjour.\nLes élu·es n’ont pas le temps.")])
    assert [(one.theme, one.start) for one in found] == [("freins_elus", 9)]


def test_leaves_out_what_tagging_does_not_use(trained: Path) -> None:
    nlp = models.open_model(str(trained)).nlp
    assert nlp.pipe_names == [
        "recueil_inclusif",
        "recueil_phrases",
        "lemmatizer",
        "recueil_themes",
    ]


def test_a_lemma_speaks_where_the_word_does_not(trained: Path, tmp_path: Path) -> None:
    grid = tmp_path / "grille.yml"
    grid.write_text(
        "version: '1'\n"
        "familles: [{id: f, sigle: F, titre: T, guide: G}]\n"
        "themes: [{id: t, famille: f, libelle: L, definition: D, indices: [élire]}]\n"
    )
    passage = Passage(1, "Les élisions à Lyon")
    assert [found for _, found in pipeline.load(grid, model="intégré").suggest([passage])] == [[]]
    ((_, (found,)),) = pipeline.load(grid, model=str(trained)).suggest([passage])
    assert [(e.start, e.end) for e in found.evidence] == [(4, 12)]


def test_auto_takes_the_best_installed(packages: Path, trained: Path) -> None:
    assert models.open_model("auto").name == "intégré"
    install(packages, "fr_core_news_sm", trained, name="core_news_sm")
    assert models.open_model("auto").name == "fr_core_news_sm"
    install(packages, "fr_core_news_md", trained)
    assert models.open_model().name == "fr_core_news_md"
    assert models.open_model("fr_core_news_sm").name == "fr_core_news_sm"
    unpacked = str(packages / "fr_core_news_sm")  # as who downloaded it by hand points at it
    assert models.open_model(unpacked).name == "fr_core_news_sm"


def test_auto_sets_aside_what_does_not_fit(packages: Path, trained: Path) -> None:
    install(packages, "fr_core_news_lg", trained, spacy_version=">=2.3.0,<2.4.0")
    model = models.open_model("auto")
    assert model.name == "intégré"
    assert model.remarks == (
        "modèle « fr_core_news_lg » : il veut spaCy >=2.3.0,<2.4.0, "
        f"la version installée est {spacy.about.__version__}.",
    )
    with pytest.raises(models.ModelError, match="il veut spaCy"):
        models.open_model("fr_core_news_lg")


def test_refuses_another_language(packages: Path, trained: Path) -> None:
    install(packages, "xx_petit", trained, lang="en")
    with pytest.raises(models.ModelError, match="sa langue est « en », pas le français"):
        models.open_model("xx_petit")


def test_refuses_a_broken_pipeline(packages: Path, trained: Path) -> None:
    install(packages, "fr_casse", trained)
    (packages / "fr_casse" / "fr_casse-3.8.0" / "config.cfg").write_text(
        "[nlp]\nlang = 'fr'\npipeline = [3"
    )
    with pytest.raises(models.ModelError, match=r"« fr_casse » : il ne se charge pas") as caught:
        models.open_model("fr_casse")
    assert "\n" not in str(caught.value)


def test_refuses_what_is_no_pipeline(tmp_path: Path) -> None:
    for wanted in ("fr_absent", "../../etc", "os", str(tmp_path)):
        with pytest.raises(models.ModelError, match=r"ni paquet|n’est pas un modèle"):
            models.open_model(wanted)
