"""What stands around a word: whether a person acts, or a street, a school or a feast is named."""

import re

from analysis.personal.person_names import Names
from analysis.personal.reading import Reading

_AGE = re.compile(
    r",? ?\(?(?:[1-9][0-9]? ans|aidante?|usag[eè]re?|[ée]lue?|coordin\w+|coordonn\w+"
    r"|b[ée]n[ée]vole|maman|papa)\b"
)
_ELIDED = ("m", "n", "s", "l", "t")
_LINKS = frozenset(
    """
    de du des la le l d les general marechal docteur president abbe
    """.split()  # noqa: SIM905 -- read as a text
)
_SAINTS = ("saint", "sainte", "st", "ste")


class Surroundings:
    """The words of a reading, each with a view of its neighbours."""

    def __init__(self, reading: Reading) -> None:
        self.text = reading.text
        self.words = reading.words
        self.shouts = reading.shouts
        self.names = Names(reading)
        self.has = self.names.has

    def folded(self, index: int) -> str:
        """The folded word at *index*, "" past the ends."""
        return self.words[index].folded if 0 <= index < len(self.words) else ""

    def is_determined(self, index: int) -> bool:
        """Whether an article or the like stands just before: « la Rose », « une Claire »."""
        return self.has("déterminants", index - 1) and self.words[index].gap in (" ", "'")

    def acts(self, index: int) -> bool:
        """Whether what follows is what a person does: « Rose a pris la parole »."""
        after = index + 1
        if after >= len(self.words) or self.words[after].gap not in (" ", "'"):
            return False
        if self.has("fêtes et mois", index) and self.has("ce que fait un mois", after):
            return False
        if self.folded(after) == "et":
            return self.folded(after + 1) in ("moi", "lui", "elle", "toi")
        return self.folded(after) in _ELIDED or self.has("verbes de personne", after)

    def is_signed(self, index: int) -> bool:
        """« Claire, 41 ans », « Rose (aidante) », or a name alone on its line."""
        end = self.names.listed(index).end
        is_alone = "\n" in self.words[index].gap and self.text[end : end + 2].strip() == ""
        return is_alone or _AGE.match(self.text, end) is not None

    def names_something(self, index: int) -> bool:
        """Whether a street, a school, a hospital or a feast is what the name names."""
        back = index - 1
        is_near = self.words[index].gap in (" ", "-", ". ")
        if back >= 0 and is_near and self.folded(back) in _SAINTS:
            return True
        for _ in range(3):
            if back < 0 or not self._goes_on(back + 1):
                return False
            if self.has("voies et institutions", back):
                is_linked = self.folded(index - 1) in ("de", "du", "d", "la", "l")
                return back + 1 == index or (is_linked and self.has("voies", back))
            if self.folded(back) not in _LINKS and not self.names.is_given(back):
                return False
            back -= 1
        return False

    def _goes_on(self, index: int) -> bool:
        word = self.words[index]
        return not word.starts and word.gap in (" ", "'", "-", " «", ". ")
