"""What, before a word, says that a place follows, or that something else bears its name."""

import re

from analysis.personal import names
from analysis.personal.reading import Reading

_LINKS = frozenset(
    """
    a de d vers sur depuis pour pres jusqu'a jusqu entre par au aux du des habite quitte dans cote
    """.split()  # noqa: SIM905 -- read as a text
)
_NEAR = frozenset(
    ("cote", "pres", "autour", "loin", "sud", "nord", "est", "ouest", "pays", "bassin", "environs")
)
_DETERMINERS = frozenset(
    ("la", "le", "les", "l", "un", "une", "cette", "ce", "ces", "son", "sa", "mon", "ma", "notre")
)
_ARTICLES = frozenset(("de", "du", "des", "d", "la", "le", "l", "les"))
_POSTCODE = re.compile(r"(?<![0-9])[0-9]{5},? \Z")
POSTCODE = "code postal"


class PlaceCues:
    """The surroundings of the words of a reading, as far as they tell of places."""

    def __init__(self, reading: Reading) -> None:
        self._words = reading.words
        self._lists = names.words()

    def folded(self, index: int) -> str:
        """The folded word at *index*, "" past the ends."""
        return self._words[index].folded if 0 <= index < len(self._words) else ""

    def before(self, index: int) -> str:
        """« mairie de », « habite à », « à »: the words that announce a place at *index*; or ""."""
        if (
            index == 0
            or self._words[index].gap not in (" ", "'")
            or self.folded(index - 1) not in _LINKS
        ):
            return POSTCODE if _POSTCODE.search(self._words[index].gap) else ""
        link, head = self.folded(index - 1), self.folded(index - 2)
        is_near = head != "" and self._words[index - 1].gap in (" ", "'")
        if is_near and self._announces(head, link):
            return f"{self._words[index - 2].text} {self._words[index - 1].text}"
        if is_near and link in ("a", "au", "aux") and head in self._lists["dire à quelqu’un"]:
            return ""
        if link not in ("a", "au", "aux", "sur", "vers", "depuis", "dans") and names.is_given(
            self.folded(index)
        ):
            return ""
        return self._words[index - 1].text

    def _announces(self, head: str, link: str) -> bool:
        if head in self._lists["lieux annoncés"] or head in self._lists["habiter"] or head in _NEAR:
            return True
        return link in ("de", "d", "du", "des") and head in self._lists["rôles"]

    def between(self, index: int) -> bool:
        """« entre X et Y » at X or at Y."""
        if self.folded(index - 1) == "entre" and self.folded(index + 1) == "et":
            return True
        return self.folded(index - 1) == "et" and self.folded(index - 3) == "entre"

    def is_determined(self, index: int) -> bool:
        """« la Castellane », « un Lyon »."""
        return self._words[index].gap in (" ", "'") and self.folded(index - 1) in _DETERMINERS

    def is_street(self, index: int) -> bool:
        """« rue de Brest », « avenue Jean-Jaurès », « place de Nantes »."""
        back = index - 1
        for _ in range(3):
            if (
                back < 0
                or self._words[back + 1].starts
                or self._words[back + 1].gap not in (" ", "'")
            ):
                return False
            if self.folded(back) in self._lists["voies"] and not self._has_town(back):
                return True
            if self.folded(back) not in _ARTICLES:
                return False
            back -= 1
        return False

    def _has_town(self, index: int) -> bool:
        """« la gare de Lens », « l’hôpital de Gap »: there the commune is meant."""
        is_linked = self.folded(index + 1) in ("de", "d", "du", "des")
        return is_linked and self.folded(index) in self._lists["lieux annoncés"]

    def names_something(self, index: int) -> bool:
        """« quartier Maurepas », « hôpital Sainte-Marie »."""
        is_near = index > 0 and self._words[index].gap == " "
        return is_near and self.folded(index - 1) in self._lists["voies et institutions"]

    def note(self, cue: str) -> str:
        """What the reason adds where an institution or a function announces the place."""
        head = cue.split()[0].lower() if " " in cue else ""
        is_office = head in self._lists["lieux annoncés"] or head in self._lists["rôles"]
        return " : le lieu d’une institution ou d’une fonction" if is_office else ""
