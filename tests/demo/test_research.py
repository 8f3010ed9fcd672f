"""What was done with the fictional call could be done with it: each place is there to be found."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from analysis.codebook import Codebook
from app.services import bounds
from guides.loader import load_directory
from guides.schema import Kind

ROOT = Path(__file__).parents[2]
WORK: dict[str, Any] = yaml.safe_load((ROOT / "demo/research.yml").read_text(encoding="utf-8"))
GUIDES = load_directory(ROOT / "guides/definitions")


def answers(name: str) -> dict[str, Any]:
    file = ROOT / "demo/testimonies" / f"{name}.yml"
    found: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))["answers"]
    return found


@pytest.mark.parametrize("chosen", WORK["citations"], ids=lambda each: each["mots"][:30])
def test_a_quotation_is_of_words_that_may_be_quoted(chosen: dict[str, Any]) -> None:
    assert chosen.keys() - {"saut"} == {"de", "question", "mots", "guide", "chapitre", "pour"}
    said = answers(chosen["de"])
    assert said["consentement_citation"] in ("sans_nom", "fonction")
    (place,) = bounds.places(said[chosen["question"]], chosen["mots"])
    if "saut" in chosen:
        (left,) = bounds.places(said[chosen["question"]], chosen["saut"])
        assert place[0] < left[0] < left[1] < place[1]
    chapters = {(guide.slug, chapter.id) for guide, chapter in GUIDES.chapters()}
    assert (chosen["guide"], chosen["chapitre"]) in chapters
    assert chosen["pour"] in set(Kind)


def test_rounds_and_memos_are_of_what_is_there() -> None:
    themes = {theme.id for theme in Codebook.read().themes}
    assert set(WORK["accord"]["themes"]) <= themes
    assert all(answers(memo["de"]) and memo["mots"] for memo in WORK["memos"])
