"""From what was read of a passage to suggestions: by cues alone, or by what was learnt too."""

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

import numpy as np
from spacy.tokens import Doc

from analysis.codebook import Codebook
from analysis.components.numbers import texts_of
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
    pendant parce puisque lorsque jusque celui celle ceux celles suis sommes etes etais etions
    etaient serait seront sera soit aurait aurais auront aura avais avons avez avaient vais vont
    allez allait faut fallait faudrait fais faisait faites font fois tant autant maintenant voila
    deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt
    fut furent eut eurent trente quarante cinquante soixante cent cents mille ans peu dire dis dit
    dites disent disais disait
    """.split()  # noqa: SIM905 -- read as a text
)
_SILENT = FUNCTION_WORDS | _LITTLE
_AROUND = "qui parle, ce qui se dit autour, et la question posée"


def by_cues(reading: Reading, codebook: Codebook) -> Iterator[Suggestion]:
    """Suggest each theme whose cues are strong enough together."""
    for sentence, (_, _, start, end) in enumerate(reading.spans):
        for theme in codebook.themes:
            cued = reading.cued[sentence].get(theme.id)
            if cued and cued.score >= codebook.threshold:
                yield _by_cues(reading, theme.id, cued, (start, end))


def _by_cues(reading: Reading, theme: str, cued: Cued, span: tuple[int, int]) -> Suggestion:
    evidence = tuple(reading.evidence(cued)) or (Evidence(*span, _AROUND),)
    return Suggestion(theme, *span, cued.score, evidence)


def by_judge(
    reading: Reading,
    codebook: Codebook,
    judge: Judge,
    question: str | None,
    audience: str | None,
) -> Iterator[Suggestion]:
    """Suggest each theme that is probable enough; one of which nothing was learnt, by its cues.

    What was learnt of a theme that has been merged since speaks for the one that it is part of.
    """
    words, logits = learnt_from(reading.doc)
    standing = [codebook.resolve(theme) for theme in judge.themes]
    verdict = judge.weigh(logits, cue_scores(reading, standing), question, audience)
    probable = (verdict.scores >= verdict.thresholds).tolist()
    numbers = _numbers(standing, verdict)
    known = [(theme, numbers.get(theme.id)) for theme in codebook.themes]
    knows_all = all(own is not None for _, own in known)
    for sentence, (_, _, start, end) in enumerate(reading.spans):
        if knows_all and not any(probable[sentence]):
            continue
        reasons = _Reasons(reading, judge, verdict, sentence, words[sentence])
        for theme, own in known:
            said = [number for number in own or () if probable[sentence][number]]
            if own is not None and not said:
                continue
            cued = reading.cued[sentence].get(theme.id)
            if own is None:
                if cued and cued.score >= codebook.threshold:
                    yield _by_cues(reading, theme.id, cued, (start, end))
            else:
                number = max(said, key=verdict.scores[sentence].__getitem__)
                evidence = reasons.of(number, cued)
                score = max(round(float(verdict.scores[sentence, number]), 4), 0.0001)
                yield Suggestion(theme.id, start, end, score, tuple(evidence))


def _numbers(standing: Sequence[str], verdict: Verdict) -> dict[str, list[int]]:
    """The columns that speak for each theme of which something was learnt."""
    numbers: dict[str, list[int]] = {}
    for number, theme in enumerate(standing):
        if verdict.taught[number]:
            numbers.setdefault(theme, []).append(number)
    return numbers


def learnt_from(doc: Doc) -> tuple[list[Words], Floats]:
    """What the judge's component left in *doc*: words and log-odds of each sentence."""
    found: tuple[list[Words], Floats] = doc.user_data[NAME]
    return found


def cue_scores(reading: Reading, themes: Sequence[str]) -> Floats:
    """How strongly cues speak: a row a sentence, a column a theme."""
    numbers = {theme: number for number, theme in enumerate(themes)}
    scores: Floats = np.zeros((len(reading.cued), len(themes)), dtype=np.float32)
    for sentence, here in enumerate(reading.cued):
        for theme, cued in here.items():
            if theme in numbers:
                scores[sentence, numbers[theme]] = cued.score
    return scores


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
            start = self._place(word)
            reason = f"« {word} » (appris des témoignages étiquetés)"
            yield Evidence(start, start + len(word), reason)

    @cached_property
    def _telling(self) -> list[str]:
        """The distinct words, blank those that explain nothing."""
        return [word if _is_telling(word) else "" for word in self._contributions[0]]

    @cached_property
    def _contributions(self) -> tuple[list[str], Floats]:
        return self._judge.level.linear.shares(self._words)

    def _place(self, word: str) -> int:
        """The first character of the first token that *word* is."""
        doc, first = self._reading.doc, self._span[0]
        return int(doc[first + self._orths.index(doc.vocab.strings[word])].idx)

    @cached_property
    def _orths(self) -> list[int]:
        """The numbers that spaCy gives the tokens' texts."""
        first, after, _, _ = self._span
        return texts_of(self._reading.doc[first:after])


@lru_cache(20_000)
def _is_telling(word: str) -> bool:
    """Whether *word* can be shown as a reason: « par », « c’ », « -ce » explain nothing."""
    folded = fold(word)
    is_elided = folded.endswith("'")  # « puisqu’ », « jusqu’ »
    return len(word) > 2 and word[0] != "-" and not is_elided and folded not in _SILENT
