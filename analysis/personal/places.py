"""Communes: by the list, by their shape, by what comes before them."""

import re
from collections.abc import Iterator

from analysis.personal import names
from analysis.personal.place_cues import POSTCODE, PlaceCues
from analysis.personal.proposals import Claim
from analysis.personal.reading import Reading, Word

_CUED, _LISTED, _SHAPED, _GUESSED = 72, 62, 55, 45
_SHAPE = re.compile(
    r"(?:Saint|Sainte|St|Ste)-[A-ZÀ-Þ]\S*"
    r"|[A-ZÀ-Þ]\S*-(?:sur|sous|lès|les|lez|en|le|la|du|des|aux|de)-[A-ZÀ-Þ]\S*"
)
_CENTURY = re.compile(r"[IVXLC]+e?")
_ARTICLES = ("le", "la", "les")
_CONTRACTED = {"au": "le", "aux": "les", "du": "le", "des": "les"}
_SAINTS = ("saint", "sainte", "st", "ste")
_LONGEST = 5


class Places:
    """The communes that a reading names."""

    def __init__(self, reading: Reading) -> None:
        self._words = reading.words
        self._shouts = reading.shouts
        self._cues = PlaceCues(reading)
        self._lists = names.words()
        self._keys = [names.place_key(word.text) for word in self._words]

    def claims(self) -> Iterator[Claim]:
        """Each place that may be a commune, at its longest."""
        index = 0
        while index < len(self._words):
            claim, after = self._listed(index) or self._unknown(index) or (None, index + 1)
            index = after
            if claim is not None:
                yield claim

    def _listed(self, index: int) -> tuple[Claim | None, int] | None:
        """A place of the lists at *index*, and the word after: a commune, or another (no claim)."""
        if self._keys[index].split(" ", 1)[0] not in names.first_words_of_places():
            return None
        for count in range(min(_LONGEST, len(self._words) - index), 0, -1):
            if count > 1 and not self._is_whole(index, count):
                continue
            key = " ".join(self._keys[index : index + count])
            if key in names.communes() or self._is_contracted(index, key):
                claim = self._commune(index, count, key)
                if claim is not None:
                    return claim, index + count
            if key in names.other_places():
                return None, index + count
        return None

    def _is_whole(self, index: int, count: int) -> bool:
        """Whether *count* words from *index* may be one name: « Le Puy », « saint denis »."""
        words = self._words[index : index + count]
        if any(word.gap not in (" ", "-", "'") for word in words[1:]):
            return False
        if not words[0].is_capital:
            return not any(word.is_capital for word in words[1:])
        return words[-1].is_capital and all(word.is_capital or len(word.text) < 5 for word in words)

    def _is_contracted(self, index: int, key: str) -> bool:
        """« au Havre », « aux Mureaux »: the article of the commune is in the preposition."""
        article = _CONTRACTED.get(self._cues.folded(index - 1))
        is_near = article is not None and self._words[index].gap == " "
        return is_near and self._words[index].is_capital and names.has_article(str(article), key)

    def _commune(self, index: int, count: int, key: str) -> Claim | None:
        word, last = self._words[index], self._words[index + count - 1]
        if self._cues.is_street(index) or self._cues.names_something(index):
            return None
        cue = self._cues.before(index) or ("entre" if self._cues.between(index) else "")
        if not word.is_capital:
            return self._lower(word, last, key, cue)
        is_word = names.is_word(key)
        is_plain = not self._is_ambiguous(key)
        if self._shouts[index]:
            is_held = not is_word
        elif self._is_contracted(index, key) and self._cues.folded(index - 1) in ("du", "des"):
            is_held = " " in cue or not is_word
        else:
            is_held = (
                bool(cue) or (is_plain and not (word.starts and is_word))
            ) and not self._cues.is_determined(index)
        if not is_held:
            return None
        weight = _CUED if cue and not names.is_given(key) else _LISTED
        return self._claim(
            word, last, weight, cue, is_listed=True, is_sure=is_plain or cue.lower().endswith("à")
        )

    def _is_ambiguous(self, key: str) -> bool:
        """Whether the name of a commune also is another place, a person’s name or a word."""
        return (
            key in names.other_places()
            or names.is_given(key)
            or key in names.families()
            or (names.is_word(key) and " " not in key)
            or len(key) < 3
        )

    def _lower(self, word: Word, last: Word, key: str, cue: str) -> Claim | None:
        """« a brest », « j habite maubeuge »: without capitals, a preposition must say it."""
        parts = [part for part in key.split() if len(part) > 3]
        is_saint = len(parts) > 1 and parts[0] in _SAINTS
        is_common = all(names.is_word(part) for part in parts) and not is_saint
        if not cue or self._is_ambiguous(key) or is_common:
            return None
        return self._claim(word, last, _LISTED - 8, cue, is_listed=True, is_sure=False)

    def _unknown(self, index: int) -> tuple[Claim | None, int] | None:
        """A capital that no list knows, after « la mairie de », « j’habite à », or shaped so."""
        start, last = index, self._end(index) if self._words[index].is_capital else None
        if last is None:
            return None
        word = self._words[last]
        cue = self._cues.before(start)
        after = last + 1
        if self._is_cued(start, cue):
            weight = _CUED - 2 if " " in cue else _GUESSED
            return self._claim(
                self._words[start], word, weight, cue, is_listed=False, is_sure=False
            ), after
        if (
            _SHAPE.fullmatch(word.text)
            and not self._cues.names_something(start)
            and not self._cues.is_determined(start)
        ):
            return self._claim(word, word, _SHAPED, "", is_listed=False, is_sure=False), after
        return None

    def _is_cued(self, index: int, cue: str) -> bool:
        is_led = self._words[index].folded in (*_ARTICLES, *_SAINTS)
        word = self._words[index + is_led]
        if word.starts or names.is_given(word.folded) or self._cues.is_determined(index):
            return False
        if cue in ("à", "À", POSTCODE) or (self._is_saint(index) and cue):
            return True
        is_common = names.is_word(word.folded) or word.folded in names.families()
        return not is_common and (" " in cue or self._cues.between(index))

    def _end(self, index: int) -> int | None:
        """The last word of the unknown name at *index*, article or saint included."""
        if self._shouts[index] or self._cues.is_street(index):
            return None
        follower = self._words[index + 1] if index + 1 < len(self._words) else None
        is_pair = (
            follower is not None and follower.gap in (" ", ". ") and self._words[index].is_capital
        )
        if is_pair and (self._cues.folded(index) in _ARTICLES or self._is_saint(index)):
            index += 1
        elif not self._is_proper(self._words[index]):
            return None
        if not self._is_proper(self._words[index]):
            return None
        while (
            index + 1 < len(self._words)
            and self._words[index + 1].gap == "'"
            and self._words[index].text[-2:] in ("-l", "-d")
        ):
            index += 1  # « Signy-l’Abbaye »
        return index

    def _is_saint(self, index: int) -> bool:
        return self._words[index].is_capital and self._words[index].folded in _SAINTS

    def _is_proper(self, word: Word) -> bool:
        return (
            word.is_capital
            and len(word.text) > 2
            and _CENTURY.fullmatch(word.text) is None
            and not (word.is_upper and len(word.text) < 6)
            and not any(
                word.folded in self._lists[section]
                for section in ("jamais des noms", "titres", "voies et institutions")
            )
        )

    def _claim(
        self, first: Word, last: Word, weight: int, cue: str, *, is_listed: bool, is_sure: bool
    ) -> Claim:
        reason = (
            "commune de la liste"
            if is_listed
            else "nom de lieu"
            if cue
            else "forme d’un nom de commune"
        )
        if cue:
            reason += f", après « {cue} »{self._cues.note(cue)}"
        return Claim(first.start, last.end, "LOC", reason, weight, is_sure=is_sure)
