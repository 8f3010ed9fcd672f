"""What the classifier reads of a sentence."""

import pytest
import spacy

from analysis.learning.words import WordReader, Words, parts_of

NLP = spacy.blank("fr")


def test_reads_words_and_figures() -> None:
    read = WordReader().read(NLP("Les élus, 12 - … votent !"))
    assert read == Words(("Les", "élus", "12", "votent"), ("le", "elu", "12", "vot"))
    assert list(read.pairs()) == ["le elu", "elu 12", "12 vot"]


def test_reads_nothing_in_nothing() -> None:
    assert WordReader().read(NLP("… !")) == Words((), ())


def test_forgets_when_it_knows_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WordReader, "_LIMIT", 10)
    reader = WordReader()
    for number in range(50):
        assert reader.read(NLP(f"mot{number}")).keys == (f"mot{number}",)
    assert len(reader._known) <= 10


def test_parts_words_within_their_bounds() -> None:
    assert parts_of("Élu", 3, 4) == ["# el", "#elu", "#lu ", "# elu", "#elu "]
