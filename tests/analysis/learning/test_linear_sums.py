"""The first level: sums taken all together, as plainly reckoned one by one."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import labelled, models
from analysis.learning.component import NAME, judging_part
from analysis.learning.linear import Floats, Linear
from analysis.learning.words import Words

CORPUS = Path(labelled.__file__).with_name("corpora")


@pytest.fixture(scope="module")
def linear() -> Linear:
    judge = judging_part(models.open_model(models.BUILT_IN).nlp).judge
    assert judge is not None
    return judge.level.linear


def plainly(linear: Linear, sentence: Words) -> Floats:
    """The log-odds of one sentence, feature by feature."""
    features, keys = linear.features, linear._keys
    blocks: tuple[list[int], list[int]] = (features.of_pairs(sentence), [])
    for word in dict.fromkeys(sentence.words):
        of_keys, of_parts = features.of_word(word, keys)
        blocks[0].extend(of_keys)
        blocks[1].extend(of_parts)
    # a word's share of a block's length is reckoned by itself, so squares add up one by one
    odds = linear.bias.astype(np.float64)
    for block in blocks:
        idf = features.idf[block].astype(np.float64)
        length = np.sqrt((idf**2).sum()) or 1.0
        for number, weight in zip(block, idf, strict=True):
            odds = odds + weight * linear.weights[number] / length
    return odds.astype(np.float32)


def test_reckons_as_plainly_on_the_corpus(linear: Linear) -> None:
    nlp = models.open_model(models.BUILT_IN).nlp
    texts = [answer.passage.text for answer in labelled.read(CORPUS)[::40]]
    for doc in nlp.pipe(texts):
        words, logits = doc.user_data[NAME]
        assert np.allclose(logits, [plainly(linear, each) for each in words], rtol=0, atol=1e-5)


WORDS = st.lists(st.sampled_from(["élus", "GEM", "maire", "zzz", "12", "psy", "les"]), max_size=6)


@given(st.lists(WORDS, max_size=5))
def test_reckons_sentences_apart(linear: Linear, texts: list[list[str]]) -> None:
    """Empty ones and repeated words too; the others beside it change nothing of a sentence."""
    sentences = [Words(tuple(words), tuple(word.lower() for word in words)) for words in texts]
    logits = linear.logits(sentences)
    assert logits.shape == (len(texts), len(linear.bias))
    for sentence, row in zip(sentences, logits, strict=True):
        assert np.allclose(row, plainly(linear, sentence), rtol=0, atol=1e-5)
        assert np.array_equal(row, linear.logits([sentence])[0])


def test_says_what_each_word_adds(linear: Linear) -> None:
    sentence = Words(("élus", "votent", "élus"), ("elu", "vot", "elu"))
    words, added = linear.shares(sentence)
    assert words == ["élus", "votent"]
    lengths_alone = linear.logits([Words(("élus", "votent"), ())])[0]
    _, alone = linear.shares(Words(("élus", "votent"), ()))
    assert np.allclose(linear.bias + alone.sum(axis=0), lengths_alone, rtol=0, atol=1e-5)
    assert added.shape == (2, len(linear.bias))


def test_forgets_words_and_says_the_same(linear: Linear, monkeypatch: pytest.MonkeyPatch) -> None:
    sentences = [Words((f"mot{number}", "élus"), ("elu",)) for number in range(40)]
    expected = linear.logits(sentences)
    monkeypatch.setattr(Linear, "_LIMIT", 8)
    few = Linear(linear.features, linear.weights, linear.bias)
    rows = [few.logits([sentence])[0] for sentence in sentences]
    assert np.array_equal(np.array(rows), expected)
    assert len(few._rows) <= 8
