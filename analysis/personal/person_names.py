"""Reading a person's name at a word of a text: where it ends, and which words are first names."""

import re
from dataclasses import dataclass

from analysis.personal import names
from analysis.personal.proposals import Part
from analysis.personal.reading import Reading, Word

GIVEN, FAMILY, PERSON = "Prénom", "Nom", "Personne"
_SPACE = re.compile(r" {1,2}\Z")
_MIXED = re.compile(  # « CMP-bailleur », « PowerPoint », and neither « Jean-LUC » nor « McCarthy »
    r"[A-ZÀ-Ý]{2,}-[a-zà-ÿ]|(?!Ma?c|D[eiu]|L[ea]|Van|O)[A-ZÀ-Ý][a-zà-ÿ]+[A-ZÀ-Ý]"
)
_LONGEST = 4  # words of a family name, particles aside
_INITIAL = re.compile(r"\.(?:[ -]{0,2}[A-ZÀ-Ý]\.){0,3}|(?=[ ,;:!?)»\n]|\Z)")


@dataclass(frozen=True, slots=True)
class Name:
    """A name from one character to another; *last*: the word after its last word."""

    start: int
    end: int
    last: int
    parts: tuple[Part, ...]


class Names:
    """The names that the words of a reading can make."""

    def __init__(self, reading: Reading) -> None:
        self.text = reading.text
        self.words = reading.words
        self._shouts = reading.shouts
        self._lists = names.words()

    def has(self, section: str, index: int) -> bool:
        """Whether the word at *index* stands in that section of the list of words."""
        return 0 <= index < len(self.words) and self.words[index].folded in self._lists[section]

    def is_given(self, index: int) -> bool:
        """Whether a capital makes a first name of the list of the word at *index*."""
        word = self.words[index]
        return word.is_capital and names.is_given(word.folded)

    def is_proper(self, index: int) -> bool:
        """Whether the word at *index* has a capital that makes a name of it, known or not."""
        word = self.words[index]
        if not word.is_capital or len(word.text) == 1:
            return False
        if self.has("jamais des noms", index) and (
            word.starts or word.folded not in names.families()
        ):
            return False
        if not self._shouts[index]:
            return not self._is_acronym(word)
        return word.folded in names.families() or not names.is_word(word.folded)

    def _is_acronym(self, word: Word) -> bool:
        if _MIXED.match(word.text):
            return True
        return (
            word.is_upper
            and len(word.text) < 6
            and word.folded not in names.families()
            and not names.is_given(word.folded)
        )

    def follows(self, index: int) -> bool:
        """Whether only a space stands before the word at *index*."""
        return 0 < index < len(self.words) and _SPACE.fullmatch(self.words[index].gap) is not None

    def after_cue(self, index: int) -> Name | None:
        """The name that begins at *index*, where a title or the like says that there is one."""
        word = self.words[index]
        if self.has("titres", index):
            return None
        initial = self._initial(index)
        if initial:
            return self._after_initial(index, initial)
        if self.is_given(index) or (names.is_given(word.folded) and self.is_lower_given(index)):
            return self._with_given(index)
        end = self._family(index)
        if end is None or (word.folded in ("de", "du", "des", "d") and self._is_place(index)):
            return None
        return self._family_first(index, end)

    def _after_initial(self, index: int, end: int) -> Name:
        """« K. », or « L. Horth »."""
        start, last = self.words[index].start, index + 1
        parts: tuple[Part, ...] = ((start, end, PERSON),)
        if last < len(self.words) and self.words[last].gap in (". ", " ") and self.is_proper(last):
            stop = self.words[last].end
            parts = ((start, end, PERSON), (self.words[last].start, stop, FAMILY))
            return Name(start, stop, last + 1, parts)
        return Name(start, end, last, parts)

    def listed(self, index: int) -> Name:
        """The name that begins with the first name at *index*."""
        return self._with_given(index)

    def is_lower_given(self, index: int) -> bool:
        """Whether a word without capital is a first name that is hardly another word."""
        word = self.words[index]
        return (
            not word.is_capital
            and len(word.folded) > 2
            and names.is_given(word.folded)
            and word.folded not in self._lists["prénoms mots"]
            and (word.text.lower() in names.given_as_written() or word.text.isascii())
            and not self.has("jamais des noms", index)
        )

    def _with_given(self, index: int) -> Name:
        first, last = index, index + 1
        is_lower = not self.words[index].is_capital
        while last < index + 3 and self.follows(last) and self._goes_on(last, is_lower):
            last += 1
        end = self.words[last - 1].end
        parts: list[Part] = [(self.words[first].start, end, GIVEN)]
        family = self._family_after(last, is_lower=is_lower)
        if family is not None:
            last, stop = family
            parts.append((self.words[self._start(parts, first)].start, stop, FAMILY))
            end = stop
        return Name(self.words[first].start, end, last, tuple(parts))

    def _start(self, parts: list[Part], first: int) -> int:
        """The first word after the first names."""
        index = first
        while self.words[index].start < parts[0][1]:
            index += 1
        return index

    def _goes_on(self, index: int, is_lower: bool) -> bool:
        """Whether a second first name stands at *index*: « Thi Lan », « Jean Marc »."""
        if is_lower:
            return False
        word = self.words[index]
        is_family = word.folded in names.families() or word.is_upper
        return self.is_given(index) and not is_family and not self._shouts[index]

    def _family_after(self, index: int, *, is_lower: bool) -> tuple[int, int] | None:
        """The family name after first names: the word after it, and its last character."""
        if index >= len(self.words) or not self.follows(index):
            return None
        initial = self._initial(index)
        if initial:
            return index + 1, initial
        word = self.words[index]
        if is_lower or self._shouts[index]:
            is_name = word.folded in names.families() and not names.is_word(word.folded)
            return (index + 1, word.end) if is_name else None
        if word.folded in ("de", "du", "des", "d") and self._is_place(index):
            return None
        last = self._family(index)
        return None if last is None else (last, self.words[last - 1].end)

    def _is_place(self, index: int) -> bool:
        """Whether « de Lille » follows rather than « de Kerautem »."""
        after = index + 1
        if self.has("particules", after):
            after += 1
        if after >= len(self.words):
            return True
        key = names.place_key(self.words[after].text)
        return key in names.communes() or key in names.other_places()

    def _family(self, index: int) -> int | None:
        """The word after the family name that begins at *index*, None where none does."""
        at, count = index, 0
        while at < len(self.words) and count < _LONGEST:
            if count and not self.follows(at):
                break
            step = self._particle(at, is_first=count == 0)
            if step is None or (count >= 2 and step == at):
                break
            at, count = step + 1, count + 1
        return at if count else None

    def _particle(self, index: int, *, is_first: bool) -> int | None:
        """The index of the capital word at *index* or behind its particles."""
        at = index
        while at < index + 3 and at < len(self.words) and self.has("particules", at):
            word = self.words[at]
            after = at + 1
            if after >= len(self.words) or not self._joins(after, word):
                break
            if not is_first and not word.is_capital:
                return None
            at = after
        if at >= len(self.words) or not self.is_proper(at):
            return None
        return at

    def _joins(self, index: int, before: Word) -> bool:
        gap = self.words[index].gap
        return gap == "'" if len(before.text) == 1 else bool(_SPACE.fullmatch(gap))

    def _family_first(self, index: int, end: int) -> Name:
        """« KERBRAT » or « DUPONT Jean »: a family name, with the first name that may follow."""
        start, stop = self.words[index].start, self.words[end - 1].end
        last_word = self.words[end - 1]
        if (
            end - index > 1
            and self.is_given(end - 1)
            and self.words[end - 2].is_upper
            and not last_word.is_upper
        ):
            cut = self.words[end - 2].end
            return Name(start, stop, end, ((start, cut, FAMILY), (last_word.start, stop, GIVEN)))
        return Name(start, stop, end, ((start, stop, FAMILY),))

    def _initial(self, index: int) -> int | None:
        """Where the initials at *index* end, full stop included: « K. », « A. B. »."""
        word = self.words[index]
        if len(word.text) != 1 or not word.is_capital:
            return None
        found = _INITIAL.match(self.text, word.end)
        return found.end() if found else None
