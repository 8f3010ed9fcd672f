"""Sentences cut without being read are those on which the pipeline lays its suggestions."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import pieces
from analysis.corpus import Passage
from analysis.pipeline import Tagger
from analysis.sentence_cutting import splitter

TEXT = (
    "Nous avons peur de parler. – le maire préside\n• les élu·es viennent ! « Bien. » dit-il. "
    "Réunion à 18 h, av. Foch 👩‍⚕️. Et puis…\n\n  encore des freins à la participation"
)
SPLIT = splitter()


def test_suggestions_stand_on_these_sentences(tagger: Tagger) -> None:
    sentences = set(SPLIT(TEXT))
    ((_, found),) = tagger.suggest([Passage("1", TEXT)])
    assert found
    assert {(each.start, each.end) for each in found} <= sentences
    assert [TEXT[start:end] for start, end in sorted(sentences)] == [
        "Nous avons peur de parler.",
        "– le maire préside",
        "• les élu·es viennent !",
        "« Bien. » dit-il.",
        "Réunion à 18 h, av. Foch 👩‍⚕️. Et puis…",
        "encore des freins à la participation",
    ]


@settings(deadline=None)
@given(st.text(alphabet="aé.!\n •«»\ud800😀", max_size=80))
def test_spans_follow_each_other_and_hold_every_word(text: str) -> None:
    spans = SPLIT(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    told = "".join(text[start:end] for start, end in spans)
    assert "".join(told.split()) == "".join(text.split())


def test_a_text_longer_than_one_piece() -> None:
    text = "Peur de parler. " * (2 * pieces._LIMIT // 16)
    spans = SPLIT(text)
    assert {text[start:end] for start, end in spans} == {"Peur de parler."}
    assert len(spans) == text.count(".")
