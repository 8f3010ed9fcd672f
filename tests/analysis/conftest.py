"""What the tests of the analysis stand on: one tagger, loaded once, over the built-in pipeline."""

from collections.abc import Callable

import pytest

from analysis import pipeline
from analysis.corpus import Passage
from analysis.suggestions import Suggestion


@pytest.fixture(scope="session")
def tagger() -> pipeline.Tagger:
    return pipeline.load(model="indices")


@pytest.fixture(scope="session")
def suggest(tagger: pipeline.Tagger) -> Callable[..., list[Suggestion]]:
    """The suggestions for one text; keyword arguments are the passage's question and audience."""

    def of(text: str, **about: str) -> list[Suggestion]:
        ((_, suggestions),) = tagger.suggest([Passage("1", text, **about)])
        return suggestions

    return of
