"""The entities of a trained spaCy pipeline, where one is installed: they join the rules, and yield
to them.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from spacy.language import Language

from analysis.models import AUTO, open_entities
from analysis.personal import names
from analysis.personal.person_names import FAMILY, GIVEN
from analysis.personal.proposals import Claim, Part, Type
from analysis.pieces import legible, pieces

_WEIGHT = 30
_TYPES: dict[str, Type] = {"PER": "PER", "PERSON": "PER", "LOC": "LOC", "GPE": "LOC", "ORG": "ORG"}
_EDGES = " \t\r\n.,;:!?…()[]«»\"'’-–—•"


class Entities:
    """What a pipeline with an ``ner`` (or any that sets ``doc.ents``) takes for names."""

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp

    def claims(self, texts: Sequence[str]) -> Iterable[list[Claim]]:
        """For each of *texts*, in order, its persons, places and organisations."""
        found: list[list[Claim]] = [[] for _ in texts]
        parts = (
            (piece, (index, offset))
            for index, text in enumerate(texts)
            for offset, piece in pieces(legible(text))
        )
        with self._nlp.memory_zone():
            for doc, (index, offset) in self._nlp.pipe(parts, as_tuples=True):
                spans = ((one.start_char, one.end_char, one.label_) for one in doc.ents)
                found[index].extend(
                    chain.from_iterable(_claims(texts[index], offset, *span) for span in spans)
                )
        return found


def entities(model: str = AUTO) -> Entities | None:
    """The entities of *model* (see ``analysis.models.open_model``), None where it knows none.

    Raises ``ModelError``.
    """
    nlp = open_entities(model)
    return Entities(nlp) if nlp is not None else None


def _claims(text: str, offset: int, first: int, last: int, label: str) -> Iterator[Claim]:
    kind = _TYPES.get(label)
    raw = text[offset + first : offset + last]
    start = offset + first + len(raw) - len(raw.lstrip(_EDGES))
    end = start + len(raw.strip(_EDGES))
    if kind is None or not _is_name(text[start:end], kind):
        return
    parts: tuple[Part, ...] = ((start, end, _label(text[start:end])),) if kind == "PER" else ()
    yield Claim(start, end, kind, "nommé par le modèle de langue", _WEIGHT, parts, is_sure=False)


def _is_name(name: str, kind: Type) -> bool:
    """Whether *name* may identify: a model also takes « Monsieur » and « France » for names."""
    key = names.place_key(name)
    if (
        not name
        or "\n" in name
        or key in names.words()["jamais des noms"] | names.words()["titres"]
    ):
        return False
    return kind != "LOC" or key not in names.other_places()


def _label(name: str) -> str:
    return GIVEN if names.is_given(names.place_key(name).split(" ")[0]) else FAMILY
