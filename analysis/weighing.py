"""From what was read of a passage to suggestions: by cues alone, or by what was learnt too."""

from collections.abc import Iterator, Sequence

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
    numbers = {theme: number for number, theme in enumerate(judge.themes) if verdict.taught[number]}
    for sentence, (_, _, start, end) in enumerate(reading.spans):
        for theme in codebook.themes:
            number = numbers.get(theme.id)
            cued = reading.cued[sentence].get(theme.id)
            if number is None:
                if cued and cued.score >= codebook.threshold:
                    yield Suggestion(
                        theme.id, start, end, cued.score, tuple(reading.evidence(cued))
                    )
            elif verdict.scores[sentence, number] >= verdict.thresholds[number]:
                reasons = _Reasons(reading, judge, verdict, words[sentence])
                evidence = reasons.of(sentence, number, cued)
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
    """Why a judge suggests: the cues, the words that weighed most, or what is said around."""

    def __init__(self, reading: Reading, judge: Judge, verdict: Verdict, words: Words) -> None:
        self._reading, self._judge, self._verdict, self._words = reading, judge, verdict, words

    def of(self, sentence: int, theme: int, cued: Cued | None) -> list[Evidence]:
        """The reasons, in the text's order; the whole sentence when it is what surrounds it."""
        found: dict[tuple[int, int], Evidence] = {}
        if cued is not None and self._verdict.terms[sentence, theme, CUES] > 0:
            found = {(one.start, one.end): one for one in self._reading.evidence(cued)}
        if self._verdict.terms[sentence, theme, WORDS] > 0 or not found:
            for one in self._learnt(sentence, theme):
                if not any(one.start < end and start < one.end for start, end in found):
                    found[one.start, one.end] = one
        if not found:
            _, _, start, end = self._reading.spans[sentence]
            return [Evidence(start, end, _AROUND)]
        return [found[place] for place in sorted(found)]

    def _learnt(self, sentence: int, theme: int) -> Iterator[Evidence]:
        added = dict(self._judge.level.linear.contributions(self._words, theme))
        total = sum(value for value in added.values() if value > 0)
        telling = [word for word in added if _is_telling(word)]
        weighed = sorted(telling, key=lambda word: -added[word])[:_MOST_WORDS]
        kept = {word for word in weighed if added[word] > _LEAST_SHARE * total}
        first, after, _, _ = self._reading.spans[sentence]
        for token in self._reading.doc[first:after]:
            if token.text in kept:
                kept.discard(token.text)
                reason = f"« {token.text} » (appris des témoignages étiquetés)"
                yield Evidence(token.idx, token.idx + len(token), reason)


def _is_telling(word: str) -> bool:
    """Whether *word* can be shown as a reason: « par » or « c’ » weigh too, but explain nothing."""
    folded = fold(word)
    is_elided = folded.endswith("'")  # « puisqu’ », « jusqu’ »
    return len(word) > 2 and not is_elided and folded not in _SILENT
