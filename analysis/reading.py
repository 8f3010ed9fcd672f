"""Reading a document: which of the codebook's cues hold in each of its sentences, and where.

Own method: each text's words become keys (``components.keys``), the codebook's phrases are looked
up among them with spaCy's PhraseMatcher, and a cue holds where all its ideas are.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from spacy.language import Language
from spacy.tokens import Doc

from analysis.codebook import Codebook
from analysis.components.context import Context
from analysis.components.finder import Finder, Finding
from analysis.components.frequent import frequent_words
from analysis.components.inclusive import merge_forms
from analysis.components.keys import Keys
from analysis.components.lexicon import Hit, Lexicon
from analysis.components.shadow import OTHER, VOICE, Shades, Shadow
from analysis.folding import fold
from analysis.pieces import legible
from analysis.suggestions import Evidence

_LONGEST_QUESTION = 2_000
_MOST_QUESTIONS = 1_000  # remembered: a call has dozens

# first token, token after the last, first character, character after the last
Span = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Cued:
    """A theme of which cues hold in a sentence: 1 − ∏(1 − w) over their weights (a noisy "or")."""

    score: float
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class Reading:
    """A document read: its sentences, and by theme's id what speaks for it in each of them."""

    doc: Doc
    shadow: Shadow
    spans: Sequence[Span]
    cued: list[dict[str, Cued]]

    def evidence(self, cued: Cued) -> Iterator[Evidence]:
        """The places of what was found in the document, in order, each once; none where pronouns
        alone speak.
        """
        reasons: dict[tuple[int, int], str] = {}
        for finding in filter(attrgetter("is_telling"), cued.findings):
            reason = _reason(finding, [self._words(hit) for hit in finding.hits])
            for hit in finding.hits:
                reasons.setdefault(self._place(hit), reason)
        for (start, end), reason in sorted(reasons.items()):
            yield Evidence(start, end, reason)

    def _place(self, hit: Hit) -> tuple[int, int]:
        tokens = self.shadow.tokens
        first, last = self.doc[tokens[hit.start][0]], self.doc[tokens[hit.end - 1][1]]
        return first.idx, last.idx + len(last)

    def _words(self, hit: Hit) -> str:
        """The words of *hit*; not cut out of ``doc.text``, which spaCy puts together anew."""
        tokens = self.shadow.tokens
        return str(self.doc[tokens[hit.start][0] : tokens[hit.end - 1][1] + 1].text)


class Reader:
    """Reads documents with a codebook; one instance serves one thread at a time."""

    def __init__(self, codebook: Codebook, nlp: Language) -> None:
        self.codebook, self._nlp = codebook, nlp
        keys = Keys()
        self._phrases = Shades(keys)
        self._lexicon = Lexicon(codebook, nlp, self.phrase_keys)
        self._finder = Finder(codebook, self._lexicon)
        self._shades = Shades(keys, self._lexicon.known)
        self._subjects: dict[str, frozenset[int]] = {}
        for word in frequent_words():  # what is learnt outside a memory zone stays
            nlp.make_doc(word)

    def read(self, doc: Doc, spans: Sequence[Span], context: Context) -> Reading:
        """Read *doc*, whose sentences are *spans*, in order."""
        shadow, owners = self._shadow(doc, spans)
        hits: list[list[Hit]] = [[] for _ in spans]
        for hit in self._lexicon.hits(shadow):
            hits[owners[hit.start]].append(hit)
        cued = [
            {
                theme.id: Cued(score, findings)
                for theme, score, findings in self._finder.themes(here, context.stand_ins(here))
            }
            for here in hits
        ]
        return Reading(doc, shadow, spans, cued)

    def context(self, question: str | None, audience: str | None) -> Context:
        """The context of an answer; its question's own words say whom it is about."""
        subjects = self._subjects_of(question) if question else ()
        return Context(self.codebook, self._lexicon, audience, subjects)

    def _subjects_of(self, question: str) -> frozenset[int]:
        """The ideas that *question* is about."""
        known = self._subjects.get(question)
        if known is None:
            if len(self._subjects) > _MOST_QUESTIONS:
                self._subjects.clear()
            asked = self._doc(legible(question[:_LONGEST_QUESTION].replace("_", " ")))
            hits = self._lexicon.hits(self._shades.of(asked)[0])
            known = Context(self.codebook, self._lexicon, None).subjects(hits)
            self._subjects[question] = known
        return known

    def _shadow(self, doc: Doc, spans: Iterable[Span]) -> tuple[Shadow, list[int]]:
        """The whole document's shadow, sentences parted by ``OTHER``; and each word's sentence."""
        shadow, owners = Shadow([], []), []
        for index, (first, after, _, _) in enumerate(spans):
            part, persons = self._shades.of(doc[first:after])
            for key, token in persons.items():
                part.words.extend((OTHER, key))
                part.tokens.extend(((token, token),) * 2)
            shadow.words.extend((*part.words, OTHER))
            shadow.tokens.extend((*part.tokens, (after - 1, after - 1)))
            owners.extend([index] * (len(part.words) + 1))
        return shadow, owners

    def phrase_keys(self, phrase: str) -> tuple[str, ...]:
        """The keys of an expression of the codebook."""
        if fold(phrase) == VOICE:
            return (VOICE,)
        return tuple(self._phrases.of(self._doc(phrase))[0].words)

    def _doc(self, text: str) -> Doc:
        """*text* in the tokens that a text is read in."""
        doc: Doc = merge_forms(self._nlp.make_doc(text))
        return doc


def _reason(finding: Finding, words: list[str]) -> str:
    """The words that hold together, a notion's with its title: « maire » (élu·es) + « préside »."""
    labels = (f" ({idea.label})" if idea.label else "" for idea in finding.cue.ideas)
    return " + ".join(
        f"« {' '.join(word.split())} »{label}" for word, label in zip(words, labels, strict=True)
    )
