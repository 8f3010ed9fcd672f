"""The judge at the end of a spaCy pipeline, on disk too."""

from pathlib import Path

import numpy as np
import pytest
import spacy
from spacy.language import Language

from analysis import models
from analysis.learning.component import NAME, judging_part
from analysis.weighing import learnt_from

pytestmark = pytest.mark.xdist_group("learning")


def test_leaves_its_reading_in_the_doc(taught: Language) -> None:
    words, logits = learnt_from(taught("Le maire préside.\n\nIl pleut."))
    assert [each.words for each in words] == [("Le", "maire", "préside"), ("Il", "pleut")]
    judge = judging_part(taught).judge
    assert judge is not None
    assert logits.shape == (2, len(judge.themes))
    none = np.zeros((2, 0), dtype=np.float32)
    assert np.array_equal(logits, judge.level.logits(words, none))


@pytest.mark.parametrize("text", ["", " \n "])
def test_an_empty_text_has_no_sentence(taught: Language, text: str) -> None:
    words, logits = learnt_from(taught(text))
    assert (words, logits.shape[0]) == ([], 0)


def test_knows_nothing_until_it_is_taught(tmp_path: Path) -> None:
    nlp = models.untaught()
    assert NAME not in nlp("Le maire préside.").user_data
    nlp.to_disk(tmp_path / "vide")
    again = spacy.load(tmp_path / "vide")
    assert judging_part(again).judge is None


def test_travels_with_its_pipeline(taught: Language, tmp_path: Path) -> None:
    taught.to_disk(tmp_path / "appris")
    model = models.open_model(str(tmp_path / "appris"))
    assert (model.name, model.version) == ("fr_recueil", "0.1")
    assert model.judge is judging_part(model.nlp).judge
    text = "Le maire préside. On attend six mois au CMP."
    one, other = (learnt_from(nlp(text)) for nlp in (taught, model.nlp))
    assert one[0] == other[0]
    np.testing.assert_allclose(other[1], one[1], atol=2e-2)


def test_a_spoilt_judge_is_told_in_one_line(taught: Language, tmp_path: Path) -> None:
    taught.to_disk(tmp_path / "appris")
    (tmp_path / "appris" / NAME / "weights.npz").write_bytes(b"PK\x03\x04 rien")
    with pytest.raises(models.ModelError) as caught:
        models.open_model(str(tmp_path / "appris"))
    assert str(caught.value).startswith(f"modèle « {tmp_path}/appris » : il ne se charge pas (")
    assert "\n" not in str(caught.value)
