"""The pipeline: French passages in, theme suggestions out, each with its reasons.

Own method: each text's words become keys (``components.keys``), the codebook's phrases are looked
up among them with spaCy's PhraseMatcher, and a theme is suggested for a sentence where enough of
its cues hold together.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import spacy.about
from spacy.tokens import Doc

from analysis.codebook import Codebook
from analysis.components.context import Context
from analysis.components.finder import Finder, Finding
from analysis.components.keys import Keys
from analysis.components.lexicon import Hit, Lexicon
from analysis.components.sentences import sentence_spans
from analysis.components.shadow import OTHER, VOICE, Shadow, persons_in, words_of
from analysis.corpus import Passage
from analysis.folding import fold
from analysis.models import AUTO, Model, ModelError, open_model
from analysis.pieces import legible, pieces
from analysis.suggestions import Evidence, Suggestion

__all__ = ["ModelError", "Tagger", "load"]

_BATCH_PASSAGES, _BATCH_CHARACTERS = 64, 200_000
_LONGEST_QUESTION = 2_000

Span = tuple[
    int, int, int, int
]  # first token, token after the last, first character, character after the last


def load(codebook: Codebook | Path | str | None = None, model: str = AUTO) -> "Tagger":
    """A tagger for *codebook* (read, or its path; ours by default) over *model*.

    *model*: see ``models.open_model``. Raises ``CodebookError`` or ``ModelError``, one French line.
    """
    if codebook is None:
        codebook = Codebook.read()
    elif not isinstance(codebook, Codebook):
        codebook = Codebook.read(codebook)
    return Tagger(codebook, open_model(model))


class Tagger:
    """Suggests the themes of *codebook*; one instance serves one thread at a time."""

    def __init__(self, codebook: Codebook, model: Model) -> None:
        self.codebook = codebook
        self._model = model
        self._nlp = model.nlp
        self._keys = Keys()
        self._lexicon = Lexicon(codebook, model.nlp, self._phrase_keys)
        self._finder = Finder(codebook, self._lexicon)

    @property
    def origin(self) -> str:
        """What signs the suggestions: pipeline, its version, the codebook's; ≤ 80 characters."""
        return f"{self._model.name[:30]} {self._model.version[:18]}, grille {self.codebook.version}"

    def info(self) -> dict[str, str]:
        """What is in use, French label by French label, for a person to read."""
        about = {
            "Modèle": f"{self._model.name} {self._model.version} (spaCy {spacy.about.__version__})",
            "Grille de codage": f"version {self.codebook.version} ({self.codebook.path.name})",
            "Thèmes": str(len(self.codebook.themes)),
            "Indices": str(self.codebook.cue_count),
            "Classifieur": "aucun",
        }
        return about | {
            f"Remarque {rank}": text for rank, text in enumerate(self._model.remarks, 1)
        }

    def suggest(self, passages: Iterable[Passage]) -> Iterator[tuple[Passage, list[Suggestion]]]:
        """Each passage, in order, with its suggestions by place then theme's rank in the codebook.

        Any text is accepted. Reads *passages* as a stream, a batch at a time.
        """
        for batch in _batches(passages):
            yield from zip(batch, self._suggest_batch(batch), strict=True)

    def _suggest_batch(self, batch: list[Passage]) -> list[list[Suggestion]]:
        texts = [
            (piece, (index, offset))
            for index, passage in enumerate(batch)
            for offset, piece in pieces(legible(passage.text))
        ]
        found: list[list[Suggestion]] = [[] for _ in batch]
        with (
            self._nlp.memory_zone()
        ):  # what spaCy learns of this batch's words is forgotten after it
            for doc, (index, offset) in self._nlp.pipe(texts, as_tuples=True):
                context = self._context(batch[index])
                found[index].extend(self._suggest_doc(doc, offset, context))
        return found

    def _suggest_doc(self, doc: Doc, offset: int, context: Context) -> Iterator[Suggestion]:
        spans = list(sentence_spans(doc))
        shadow, owners = self._shadow(doc, spans)
        hits: list[list[Hit]] = [[] for _ in spans]
        for hit in self._lexicon.hits(shadow):
            hits[owners[hit.start]].append(hit)
        for here, (_, _, start, end) in zip(hits, spans, strict=True):
            for theme, score, findings in self._finder.themes(here, context.stand_ins(here)):
                evidence = tuple(_evidence(doc, shadow, findings, offset))
                yield Suggestion(theme.id, start + offset, end + offset, score, evidence)

    def _shadow(self, doc: Doc, spans: list[Span]) -> tuple[Shadow, list[int]]:
        """The whole document's shadow, sentences parted by ``OTHER``; and each word's sentence."""
        shadow, owners = Shadow([], []), []
        for index, (first, after, _, _) in enumerate(spans):
            tokens = list(doc[first:after])
            part = words_of(tokens, self._keys, self._lexicon.known)
            for key, token in persons_in(tokens).items():
                part.words.extend((OTHER, key))
                part.tokens.extend(((token, token),) * 2)
            shadow.words.extend((*part.words, OTHER))
            shadow.tokens.extend((*part.tokens, (after - 1, after - 1)))
            owners.extend([index] * (len(part.words) + 1))
        return shadow, owners

    def _context(self, passage: Passage) -> Context:
        """The context of a passage; its question's own words say whom the answer is about."""
        context = Context(self.codebook, self._lexicon, passage.audience)
        if not passage.question:
            return context
        question = passage.question[:_LONGEST_QUESTION].replace("_", " ")
        asked = self._nlp.make_doc(legible(question))
        subjects = context.subjects(
            self._lexicon.hits(words_of(asked, self._keys, self._lexicon.known))
        )
        return Context(self.codebook, self._lexicon, passage.audience, subjects)

    def _phrase_keys(self, phrase: str) -> tuple[str, ...]:
        if fold(phrase) == VOICE:
            return (VOICE,)
        return tuple(words_of(self._nlp.make_doc(phrase), self._keys).words)


def _batches(passages: Iterable[Passage]) -> Iterator[list[Passage]]:
    batch: list[Passage] = []
    size = 0
    for passage in passages:
        batch.append(passage)
        size += len(passage.text)
        if len(batch) == _BATCH_PASSAGES or size >= _BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _evidence(doc: Doc, shadow: Shadow, findings: list[Finding], offset: int) -> Iterator[Evidence]:
    """The places of *findings* in the text, in order, each once."""
    reasons: dict[tuple[int, int], str] = {}
    for finding in findings:
        places = [_place(doc, shadow, hit) for hit in finding.hits]
        reason = _reason(finding, [_words(doc, shadow, hit) for hit in finding.hits])
        for place in places:
            reasons.setdefault(place, reason)
    for (start, end), reason in sorted(reasons.items()):
        yield Evidence(start + offset, end + offset, reason)


def _place(doc: Doc, shadow: Shadow, hit: Hit) -> tuple[int, int]:
    first, last = doc[shadow.tokens[hit.start][0]], doc[shadow.tokens[hit.end - 1][1]]
    return first.idx, last.idx + len(last)


def _words(doc: Doc, shadow: Shadow, hit: Hit) -> str:
    """The words of *hit*; not cut out of ``doc.text``, which spaCy puts together anew each time."""
    return str(doc[shadow.tokens[hit.start][0] : shadow.tokens[hit.end - 1][1] + 1].text)


def _reason(finding: Finding, words: list[str]) -> str:
    """The words that hold together, a notion's with its title: « maire » (élu·es) + « préside »."""
    labels = (f" ({idea.label})" if idea.label else "" for idea in finding.cue.ideas)
    return " + ".join(
        f"« {' '.join(word.split())} »{label}" for word, label in zip(words, labels, strict=True)
    )
