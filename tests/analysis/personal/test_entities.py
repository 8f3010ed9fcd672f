"""The entities of a trained pipeline join the rules."""

import random
from pathlib import Path

import pytest
import spacy
from spacy.training import Example

from analysis import models
from analysis.models import ModelError
from analysis.personal import propose
from analysis.personal.entities import entities

SENTENCES = [
    ("Hier Zorglub est venu", ["O", "U-PER", "O", "O"]),
    ("Hier Bidouille est venu", ["O", "U-PER", "O", "O"]),
    ("Ici Zorglub est venu", ["O", "U-PER", "O", "O"]),
    ("Hier la pluie est venue", ["O", "O", "O", "O", "O"]),
]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A French pipeline trained for a moment to know one name, saved to a folder."""
    random.seed(1)
    spacy.util.fix_random_seed(1)
    nlp = spacy.blank("fr")
    nlp.add_pipe("ner")
    examples = [
        Example.from_dict(nlp.make_doc(text), {"entities": tags}) for text, tags in SENTENCES
    ]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(40):
        nlp.update(examples, sgd=optimizer)
    nlp.meta.update(name="core_news_md", version="3.8.0")
    folder = tmp_path_factory.mktemp("modele") / "saved"
    nlp.to_disk(folder)
    return folder


def test_a_model_finds_what_no_list_knows(trained: Path) -> None:
    text = "Hier Zorglub est venu"
    assert propose(text) == []
    (one,) = propose(text, entities(str(trained)))
    assert (text[one.start : one.end], one.type, one.is_sure) == ("Zorglub", "PER", False)
    assert one.reason == "nommé par le modèle de langue"


def test_a_rule_outweighs_the_model(trained: Path) -> None:
    (one,) = propose("Hier Mme Zorglub est venu", entities(str(trained)))
    assert one.reason == "nom après « Mme »"


def test_no_model_no_entities(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "_spec", lambda _: None)
    assert (entities("auto"), entities("intégré")) == (None, None)


def test_a_model_without_names_joins_nothing(tmp_path: Path) -> None:
    nlp = spacy.blank("fr")
    nlp.add_pipe("sentencizer")
    nlp.to_disk(tmp_path / "saved")
    assert entities(str(tmp_path / "saved")) is None


def test_refuses_a_folder_without_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="n’est pas un modèle spaCy"):
        entities(str(tmp_path))
