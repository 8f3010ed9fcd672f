"""From what was read of a passage to suggestions: by cues alone, or by what was learnt too."""

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

import numpy as np
from spacy.tokens import Doc

from analysis.codebook import Codebook
from analysis.folding import FUNCTION_WORDS, fold
from analysis.learning.combination import CUES, WORDS
from analysis.learning.component import NAME
from analysis.learning.judge import Judge, Verdict
from analysis.learning.linear import Floats
from analysis.learning.words import Words
from analysis.reading import Cued, Reading
from analysis.suggestions import Evidence, Suggestion

_MOST_WORDS = 3  # learnt words shown as reasons
_LEAST_SHARE = 0.08  # of all that speaks for a theme, below which a word is no reason
_LITTLE = frozenset(
    """
    par pour dans sur avec sans que qui quoi dont mais donc car est sont etait ont avait ete etre
    avoir fait faire pas plus moins tout tous toute toutes elle ils elles nous vous moi toi lui eux
    cela ceci comme quand alors puis apres avant chez vers entre sous meme autre autres ici depuis
    pendant parce puisque lorsque jusque celui celle ceux celles
    """.split()  # noqa: SIM905 -- read as a text
)
_SILENT = FUNCTION_WORDS | _LITTLE
_AROUND = "ce qui se dit autour, et la question posée"


def by_cues(reading: Reading, codebook: Codebook) -> Iterator[Suggestion]:
    """Suggest each theme whose cues are strong enough together."""
    for sentence, (_, _, start, end) in enumerate(reading.spans):
        for theme in codebook.themes:
            cued = reading.cued[sentence].get(theme.id)
            if cued and cued.score >= codebook.threshold:
                evidence = tuple(reading.evidence(cued))
                yield Suggestion(theme.id, start, end, cued.score, evidence)


def by_judge(
    reading: Reading,
    codebook: Codebook,
    judge: Judge,
    question: str | None,
    audience: str | None,
) -> Iterator[Suggestion]:
    """Suggest each theme that is probable enough; one of which nothing was learnt, by its cues."""
    words, logits = learnt_from(reading.doc)
    verdict = judge.weigh(logits, cue_scores(reading, judge.themes), question, audience)
    probable = (verdict.scores >= verdict.thresholds).tolist()
    numbers = {theme: number for number, theme in enumerate(judge.themes) if verdict.taught[number]}
    knows_all = all(theme.id in numbers for theme in codebook.themes)
    for sentence, (_, _, start, end) in enumerate(reading.spans):
        if knows_all and not any(probable[sentence]):
            continue
        reasons = _Reasons(reading, judge, verdict, sentence, words[sentence])
        for theme in codebook.themes:
            number = numbers.get(theme.id)
            cued = reading.cued[sentence].get(theme.id)
            if number is None:
                if cued and cued.score >= codebook.threshold:
                    yield Suggestion(
                        theme.id, start, end, cued.score, tuple(reading.evidence(cued))
                    )
            elif probable[sentence][number]:
                evidence = reasons.of(number, cued)
                score = max(round(float(verdict.scores[sentence, number]), 4), 0.0001)
                yield Suggestion(theme.id, start, end, score, tuple(evidence))


def learnt_from(doc: Doc) -> tuple[list[Words], Floats]:
    """What the judge's component left in *doc*: words and log-odds of each sentence."""
    found: tuple[list[Words], Floats] = doc.user_data[NAME]
    return found


def cue_scores(reading: Reading, themes: Sequence[str]) -> Floats:
    """How strongly cues speak: a row a sentence, a column a theme."""
    rows = [[here[each].score if each in here else 0.0 for each in themes] for here in reading.cued]
    return np.array(rows, dtype=np.float32).reshape(-1, len(themes))


class _Reasons:
    """Why a judge suggests for a sentence: the cues, the words that weighed most, or what is said
    around.
    """

    def __init__(
        self, reading: Reading, judge: Judge, verdict: Verdict, sentence: int, words: Words
    ) -> None:
        self._reading, self._judge, self._words = reading, judge, words
        self._span, self._terms = reading.spans[sentence], verdict.terms[sentence]

    def of(self, theme: int, cued: Cued | None) -> list[Evidence]:
        """The reasons, in the text's order; the whole sentence when it is what surrounds it."""
        found: dict[tuple[int, int], Evidence] = {}
        if cued is not None and self._terms[theme, CUES] > 0:
            found = {(one.start, one.end): one for one in self._reading.evidence(cued)}
        if self._terms[theme, WORDS] > 0 or not found:
            for one in self._learnt(theme):
                if not any(one.start < end and start < one.end for start, end in found):
                    found[one.start, one.end] = one
        if not found:
            _, _, start, end = self._span
            return [Evidence(start, end, _AROUND)]
        return [found[place] for place in sorted(found)]

    def _learnt(self, theme: int) -> Iterator[Evidence]:
        added: list[float] = self._contributions[1][:, theme].tolist()
        total = sum(value for value in added if value > 0)
        telling = zip(added, self._telling, strict=True)
        weighed = sorted((pair for pair in telling if pair[1]), key=lambda pair: -pair[0])
        kept = {word for value, word in weighed[:_MOST_WORDS] if value > _LEAST_SHARE * total}
        for word in kept:
            start = self._places[word]
            reason = f"« {word} » (appris des témoignages étiquetés)"
            yield Evidence(start, start + len(word), reason)

    @cached_property
    def _telling(self) -> list[str]:
        """The distinct words, blank those that explain nothing."""
        return [word if _is_telling(word) else "" for word in self._contributions[0]]

    @cached_property
    def _contributions(self) -> tuple[list[str], Floats]:
        return self._judge.level.linear.shares(self._words)

    @cached_property
    def _places(self) -> dict[str, int]:
        """The first character of the first token that each word is."""
        first, after, _, _ = self._span
        tokens = list(self._reading.doc[first:after])
        return {token.text: token.idx for token in reversed(tokens)}


@lru_cache(20_000)
def _is_telling(word: str) -> bool:
    """Whether *word* can be shown as a reason: « par » or « c’ » weigh too, but explain nothing."""
    folded = fold(word)
    is_elided = folded.endswith("'")  # « puisqu’ », « jusqu’ »
    return len(word) > 2 and not is_elided and folded not in _SILENT
