"""People whom a word announces: a title, kinship, a role, a presentation, a family."""

import re
from collections.abc import Iterator

from analysis.personal import names
from analysis.personal.person_names import FAMILY, Name
from analysis.personal.proposals import Claim
from analysis.personal.surroundings import Surroundings

_WEIGHT = 80
_HOLDS = re.compile(r" ?(?:[,.;:!?)»]|\Z|\n)")
_RARE_TITLES = ("me", "pr", "maitre", "pasteur", "imam", "abbe", "prof", "professeur")
_SIZES = ("petit", "petite", "grand", "grande", "gros", "vieux", "vieille", "jeune")
_ARTICLES = ("le", "la", "ma", "mon", "ce", "cette", "l")
_SECOND_HALVES = ("sociale", "social", "adjoint", "adjointe", "municipale", "municipal")
_PRESENTED = (
    ["moi", "c", "est"],
    ["nom", "c", "est"],
    ["prenom", "c", "est"],
    ["surnom", "c", "est"],
)
_SHORTLY = (["nom", "est"], ["prenom", "est"], ["moi", "cest"], ["pseudo", "est"])
_NOT_NAMES = ("jamais des noms", "rôles", "titres", "particules", "proches")


class CuedPeople:
    """The people of a reading that a cue announces."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._words = around.words
        self._names = around.names
        self._has = around.has

    def at(self, index: int) -> Iterator[Claim]:
        """The names that the word at *index* announces."""
        yield from self._titled(index)
        if index + 1 < len(self._words):
            yield from self._related(index)
            yield from self._presented(index, index + 1)
            yield from self._kindred(index, index + 1)

    def _titled(self, index: int) -> Iterator[Claim]:
        """« Mme Kerbrat », « le Dr Benhamou », « Mmes Rey et Lopez », « tonton Marcel »."""
        after = index + 1
        reason = f"nom après « {self._words[index].text} »"
        if self._has("titres", index) and self._is_title(index):
            if not self._around.names_something(index):
                yield from self._run(index, self._skip_titles(after), reason)
        elif self._has("titres de famille", index) and self._names.follows(after):
            yield from self._capital(after, reason)

    def _is_title(self, index: int) -> bool:
        word, after = self._words[index], index + 1
        if after >= len(self._words):
            return False
        follower = self._words[after]
        if not follower.gap or re.fullmatch(r"\.? {0,3}", follower.gap) is None:
            return False
        if word.folded == "m":
            is_bare = word.is_capital and follower.gap == " " and follower.is_capital
            return is_bare or follower.gap.strip() == "."
        if word.folded in _RARE_TITLES:
            return follower.is_capital and (word.folded != "me" or word.is_capital)
        return True

    def _skip_titles(self, index: int) -> int:
        """« M. le docteur Rey »: the place of « Rey »."""
        for _ in range(4):
            is_article = self._around.folded(index) in ("le", "la")
            if not self._has("titres", index + is_article):
                break
            index += 1
        return index

    def _run(self, title: int, index: int, reason: str) -> Iterator[Claim]:
        """The name at *index*, and the one joined to it: « Mmes Rey et Lopez »."""
        if index >= len(self._words):
            return
        is_short = self._has("titres courts", title)
        name = self._names.after_cue(index) or self._lower(index, is_short=is_short)
        if name is not None:
            yield _claim(name, reason)
            second = self._joined(name.last) if self._has("titres pluriels", title) else None
            if second is not None:
                yield _claim(second, reason)

    def _joined(self, index: int) -> Name | None:
        after = index + 1
        is_joined = self._around.folded(index) == "et" and self._words[index].gap == " "
        if not is_joined or after >= len(self._words) or not self._words[after].is_capital:
            return None
        folded = self._words[after].folded
        is_family = folded in names.families() or not names.is_word(folded)
        return self._names.after_cue(after) if is_family else None

    def _lower(self, index: int, *, is_short: bool) -> Name | None:
        """« mme kerbrat », typed without capitals."""
        word = self._words[index]
        if word.is_capital and not self._around.shouts[index]:
            return None
        if len(word.text) < 3 or any(self._has(section, index) for section in _NOT_NAMES):
            return None
        is_known = word.folded in names.families() or names.is_given(word.folded)
        is_foreign = bool(names.french()) and not names.is_word(word.folded)
        if not is_foreign and not (is_known and is_short):
            return None
        return Name(word.start, word.end, index + 1, ((word.start, word.end, FAMILY),))

    def _related(self, index: int) -> Iterator[Claim]:
        """« mon fils Théo », « ma collègue, Nadège », « l’éducateur, Aimé, … »."""
        is_kin, after = self._has("proches", index), index + 1
        if not (is_kin or self._has("rôles", index)):
            return
        if self._words[after].folded in _SECOND_HALVES:
            after += 1
        if after >= len(self._words) or self._has("jamais des noms", after):
            return
        gap = self._words[after].gap
        reason = f"prénom ou nom après « {self._words[index].text} »"
        is_name = self._names.is_proper(after) or self._names.is_given(after)
        is_lower_name = self._names.is_lower_given(after)
        if gap == " " and (is_name or (is_kin and is_lower_name)):
            yield from self._any(after, reason)
        elif gap in (", ", " (", ",", " : ") and (is_name or is_lower_name):
            yield from self._apposed(after, reason)

    def _apposed(self, index: int, reason: str) -> Iterator[Claim]:
        """A name set apart by a comma or a bracket, and closed by another."""
        name = self._names.after_cue(index)
        if name is not None and _HOLDS.match(self._around.text, name.end):
            yield _claim(name, reason)

    def _presented(self, index: int, after: int) -> Iterator[Claim]:
        """« je m’appelle X », « moi c’est X », « demandez X », « je suis X, … »."""
        word = self._words[after]
        if word.gap.strip() not in ("", ":", "«", ",") or "\n" in word.gap:
            return
        if self._has("présentations", index) or self._says_name(index, after):
            is_open = not self._has("jamais des noms", after) or self._names.is_given(after)
            if is_open and (word.is_capital or self._names.is_lower_given(after)):
                yield from self._any(after, "nom après une présentation")
        elif self._has("appels", index) and word.gap == " " and self._is_called(after):
            yield from self._any(after, f"nom après « {self._words[index].text} »")

    def _is_called(self, index: int) -> bool:
        is_name = self._names.is_given(index) or not names.is_word(self._words[index].folded)
        return is_name and self._names.is_proper(index)

    def _says_name(self, index: int, after: int) -> bool:
        """« moi c’est », « mon nom est », « je suis Mireille » at the word before the name."""
        before = [self._around.folded(index - back) for back in (2, 1, 0)]
        if before in _PRESENTED or before[1:] in _SHORTLY:
            return True
        if before[1:] != ["je", "suis"]:
            return False
        if self._names.is_given(after):
            return True
        is_unknown = self._names.is_proper(after) and not names.is_word(self._words[after].folded)
        name = self._names.after_cue(after) if is_unknown else None
        return name is not None and _HOLDS.match(self._around.text, name.end) is not None

    def _kindred(self, index: int, after: int) -> Iterator[Claim]:
        """« la famille Ferreira », « les Le Bihan », « chez les Boudon », « la petite Cindy »."""
        if not self._names.follows(after):
            return
        folded, before = self._words[index].folded, self._around.folded(index - 1)
        if self._has("précédés d’un nom", index):
            yield from self._capital(after, f"nom après « {self._words[index].text} »")
        elif folded == "les" and (self._is_family(after) or self._are_hosts(before, after)):
            yield from self._capital(after, "nom de famille après « les »")
        elif folded in _SIZES and before in _ARTICLES and self._names.is_given(after):
            yield from self._any(after, f"prénom après « {self._words[index].text} »")

    def _are_hosts(self, before: str, after: int) -> bool:
        return before == "chez" and self._names.is_proper(after)

    def _is_family(self, index: int) -> bool:
        """A family in the plural, with a capital: « les Martinez », « les Le Bihan »."""
        word, after = self._words[index], index + 1
        if word.folded in ("le", "la", "el", "ben", "de", "da"):
            is_name = after < len(self._words) and self._names.is_proper(after)
            if not is_name or not word.is_capital:
                return False
            both = names.place_key(f"{word.text} {self._words[after].text}")
            return both not in names.communes()
        is_known = word.folded in names.families() and self._names.is_proper(index)
        return is_known and not names.is_word(word.folded)

    def _capital(self, index: int, reason: str) -> Iterator[Claim]:
        if self._words[index].is_capital:
            yield from self._any(index, reason)

    def _any(self, index: int, reason: str) -> Iterator[Claim]:
        name = self._names.after_cue(index)
        if name is not None:
            yield _claim(name, reason)


def _claim(name: Name, reason: str) -> Claim:
    return Claim(name.start, name.end, "PER", reason, _WEIGHT, name.parts)
