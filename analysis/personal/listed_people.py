"""People whom only their name shows: first names of the list, frequent family names, initials."""

import re
from collections.abc import Iterator

from analysis.personal import names
from analysis.personal.person_names import FAMILY, GIVEN, PERSON, Name
from analysis.personal.proposals import Claim, Part
from analysis.personal.surroundings import Surroundings

_WEIGHT, _GUESSED = 60, 40
_PARTICLES = ("ben", "el", "al", "ait", "ould", "bou", "abou", "da", "di", "van", "von")
_MORE_INITIALS = re.compile(r"\.(?:[ -]{0,2}[A-ZÀ-Ý]\.){1,3}(?!\w)")
_STOP = re.compile(r"\. [a-zà-ÿ]|\.'")
_BEFORE_INITIAL = ("avec", "chez", "pour", "par", "et", "que", "qu", "quand", "a", "comme")


class ListedPeople:
    """The people of a reading that the lists know, and those told by initials."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._words = around.words
        self._names = around.names
        self._has = around.has

    def at(self, index: int) -> Iterator[Claim]:
        """The name that begins at the word at *index*."""
        word = self._words[index]
        if len(word.text) == 1:
            yield from self._initials(index)
        elif names.is_given(word.folded):
            yield from self._given(index)
        elif word.is_capital:
            yield from self._family(index)
            yield from self._reversed(index)

    def _given(self, index: int) -> Iterator[Claim]:
        if self._has("prénoms faibles", index) and not self._is_paired(index):
            return
        if self._words[index].is_capital:
            if self._is_person(index):
                name = self._with_particle(index, self._names.listed(index))
                yield _claim(name, "prénom de la liste", _WEIGHT)
        elif self._is_lower(index):
            name = self._names.listed(index)
            yield _claim(name, "prénom de la liste, sans majuscule", _WEIGHT - 10, is_sure=False)

    def _is_person(self, index: int) -> bool:
        """Whether the first name with a capital at *index* names a person here."""
        around, folded = self._around, self._words[index].folded
        is_word = names.is_word(folded)
        if around.names_something(index):
            return False
        if around.shouts[index]:
            return not is_word and len(folded) > 2
        if folded in names.other_places():
            return self._is_no_country(index)
        if self._has("fêtes et mois", index):
            return around.acts(index)
        if self._has("jamais des noms", index):
            return False
        is_alone = self._names.listed(index).last == index + 1
        if not (is_alone and self._has("prénoms mots", index)):
            return not (is_word and around.is_determined(index))
        if around.is_determined(index):
            return False
        return not self._words[index].starts or around.acts(index) or around.is_signed(index)

    def _is_no_country(self, index: int) -> bool:
        """« France a dit », and neither « en France » nor « France Travail »."""
        after = index + 1
        if self._names.follows(after) and self._words[after].is_capital:
            return self._words[after].folded in names.families()
        is_place = self._around.folded(index - 1) in ("en", "de", "sur", "par")
        return self._around.acts(index) and not self._around.is_determined(index) and not is_place

    def _is_lower(self, index: int) -> bool:
        """« avec kevin »: a first name typed without a capital, and no other word."""
        word = self._words[index]
        return (
            len(word.text) > 3
            and self._names.is_lower_given(index)
            and not names.is_word(word.folded)
            and not self._around.names_something(index)
            and not self._around.is_determined(index)
        )

    def _is_paired(self, index: int) -> bool:
        """Whether a first name too weak by itself stands before another: « Thi Lan Nguyen »."""
        after = index + 1
        if not self._words[index].is_capital or self._around.shouts[index]:
            return False
        if not self._names.follows(after) or not self._words[after].is_capital:
            return False
        folded = self._words[after].folded
        return names.is_given(folded) or folded in names.families()

    def _with_particle(self, index: int, name: Name) -> Name:
        """« Ben Youssef »: the particle before joins the name."""
        if self._around.folded(index - 1) not in _PARTICLES or not self._names.follows(index):
            return name
        before = self._words[index - 1]
        if not before.is_capital:
            return name
        return Name(before.start, name.end, name.last, ((before.start, name.end, FAMILY),))

    def _family(self, index: int) -> Iterator[Claim]:
        """A family name of the list, with a capital, that is no other word: « Diallo »."""
        word = self._words[index]
        folded = word.folded
        if folded not in names.families() or len(folded) < 4 or names.is_word(folded):
            return
        if not self._names.is_proper(index) or self._has("jamais des noms", index):
            return
        is_place = folded in names.communes() or folded in names.other_places()
        if not is_place and not self._around.names_something(index):
            part = (word.start, word.end, FAMILY)
            reason = "nom de famille de la liste"
            yield Claim(word.start, word.end, "PER", reason, _GUESSED, (part,), is_sure=False)

    def _reversed(self, index: int) -> Iterator[Claim]:
        """« DUPONT Jean-Marc »."""
        word, after = self._words[index], index + 1
        if not word.is_upper or len(word.text) < 3 or self._around.shouts[index]:
            return
        if not self._names.follows(after) or self._has("jamais des noms", index):
            return
        given = self._words[after]
        if self._names.is_given(after) and not given.is_upper:
            parts: tuple[Part, ...] = (
                (word.start, word.end, FAMILY),
                (given.start, given.end, GIVEN),
            )
            reason = "nom en capitales et prénom"
            yield Claim(word.start, given.end, "PER", reason, _WEIGHT + 5, parts)

    def _initials(self, index: int) -> Iterator[Claim]:
        """« J. m’a raconté », « avec K. », « A. B. »; « M. » is a title."""
        word, text = self._words[index], self._around.text
        if not word.is_capital or word.text == "M" or self._around.shouts[index]:
            return
        several = _MORE_INITIALS.match(text, word.end)
        if several and (index == 0 or not re.search(r"[\w.]\Z", word.gap)):
            yield _initial(word.start, several.end(), "initiales")
        elif _STOP.match(text[word.end : word.end + 3]) and self._is_somebody(index):
            yield _initial(word.start, word.end + 1, "initiale")

    def _is_somebody(self, index: int) -> bool:
        word, after = self._words[index], index + 1
        is_after_link = word.gap == " " and self._around.folded(index - 1) in _BEFORE_INITIAL
        is_acting = self._has("verbes de personne", after) or self._around.folded(after) in (
            *"mnslt",
        )
        return is_after_link or (word.starts and is_acting)


def _initial(start: int, end: int, reason: str) -> Claim:
    return Claim(start, end, "PER", reason, _WEIGHT, ((start, end, PERSON),), is_sure=False)


def _claim(name: Name, reason: str, weight: int, *, is_sure: bool = True) -> Claim:
    return Claim(name.start, name.end, "PER", reason, weight, name.parts, is_sure)
