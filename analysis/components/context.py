"""What a sentence leaves unsaid: who « je » is, and whom « ils » takes over from the sentence
before.
"""

from collections.abc import Iterable

from analysis.codebook import Codebook
from analysis.components.lexicon import Hit, Lexicon
from analysis.components.shadow import THEM, VOICE

_I, _THEY = (VOICE,), (THEM,)


class Context:
    """Follows one text, sentence after sentence.

    *audience*: who writes, whose ideas « je » stands for. *subjects*: the ideas that the question
    was about.
    """

    def __init__(
        self,
        codebook: Codebook,
        lexicon: Lexicon,
        audience: str | None,
        subjects: Iterable[int] = (),
    ) -> None:
        self._lexicon = lexicon
        self._speaker = lexicon.numbers(codebook.speakers.get(audience or "", ()))
        self._carried = frozenset(lexicon.numbers(codebook.carried))
        self._last = self._carried.intersection(subjects)

    def stand_ins(self, hits: list[Hit]) -> dict[int, Hit]:
        """The ideas that a pronoun of the next sentence, where *hits* were found, stands for."""
        named = self.subjects(hits)
        found: dict[int, Hit] = {}
        is_about_them = False
        for hit in hits:
            if hit.phrase == _I:
                found.update(dict.fromkeys(self._speaker, hit))
            elif hit.phrase == _THEY:
                is_about_them = True
                if not named:
                    found.update(dict.fromkeys(self._last, hit))
        self._last = named or (self._last if is_about_them else frozenset())
        return found

    def subjects(self, hits: list[Hit]) -> frozenset[int]:
        """The ideas of *hits* that a later pronoun can take over."""
        return self._carried & frozenset[int]().union(*map(self._lexicon.ideas, hits))
