"""The voices of a transcript: who says what, and what the pipeline is given to read.

A turn begins on its own line with a name and a colon, « Enquêtrice : … », with or without a dash or
a time before it. All the text stays as it is; to be read for themes, the turns of the team are
blanked out in a copy of the same length, so that every place found is a place of the text.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from analysis.folding import fold
from app.models import Testimony
from forms.answers import LIMITS
from forms.schema import VOICES_ID, Kind

MOST = 20  # voices that a page offers
LONGEST_NAME, MOST_WORDS = min(40, LIMITS[Kind.VOICES]), 4
_TIME = r"\d{1,2}(?::\d{2}){1,2}(?:[.,]\d+)?"
_BLANK = r"[^\S\n]"
_TURN = re.compile(
    rf"^{_BLANK}*(?:[-–—]{_BLANK}*)?(?:[\[(]?{_TIME}[\])]?{_BLANK}*(?:[-–—]{_BLANK}*)?)?"
    rf"(?P<name>[^\W\d_][^\n:;,?!«»\"|]{{0,{LONGEST_NAME - 1}}}?)"
    rf"{_BLANK}*(?:[\[(]{_TIME}[\])]{_BLANK}*)?:(?=\s|\Z)",
    re.MULTILINE,
)
_NOT_A_BREAK = re.compile(r"[^\n]")
# How those who ask are usually named, folded: offered as ticked, for a person to decide.
_ASKING = re.compile(
    r"(?:l'|la |le )?(?:enquet(?:eur|rice)|intervieweu(?:r|se)|chercheu(?:r|se)|q$)"
)


@dataclass(frozen=True)
class Voice:
    """A name that begins turns, as it was first written, and how many it begins."""

    name: str
    turns: int

    @property
    def seems_to_ask(self) -> bool:
        return _ASKING.match(_key(self.name)) is not None


@dataclass(frozen=True)
class _Turn:
    """The name stands on `start:words`, what is said on `words:end`."""

    key: str
    name: str
    start: int
    words: int
    end: int


def find(text: str) -> list[Voice]:
    """Return the voices of a text, those that speak most first; at most MOST of them."""
    turns = list(_turns(text))
    names = {turn.key: turn.name for turn in reversed(turns)}
    counts = Counter(turn.key for turn in turns)
    return [Voice(names[key], count) for key, count in counts.most_common(MOST)]


def heard(text: str, team: Iterable[str]) -> str:
    """Return `text` with the turns of `team` blanked out, each character in its place.

    So are the names that begin several turns, which nobody says; a full stop stands in the place
    of each, so that no sentence goes over it. Without a team, the text is given as it is.
    """
    asking = {_key(name) for name in team}
    if not asking:
        return text
    turns = list(_turns(text))
    names = {key for key, count in Counter(turn.key for turn in turns).items() if count > 1}
    pieces, told = [], 0
    for turn in turns:
        pieces.append(text[told : turn.start])
        told = turn.start
        if turn.key in asking or turn.key in names:
            told = turn.end if turn.key in asking else turn.words
            pieces.append("." + _NOT_A_BREAK.sub(" ", text[turn.start + 1 : told]))
    return "".join([*pieces, text[told:]])


def team_of(testimony: Testimony) -> list[str]:
    """Return the voices that were said to be the team's; none where nobody was asked."""
    values = [answer.value for answer in testimony.answers if answer.question_id == VOICES_ID]
    return [str(name) for value in values if isinstance(value, list) for name in value]


def _turns(text: str) -> Iterator[_Turn]:
    begun = [found for found in _TURN.finditer(text) if _is_name(found["name"])]
    for found, following in zip_longest(begun, begun[1:]):
        name = " ".join(found["name"].split())
        end = following.start() if following else len(text)
        yield _Turn(_key(name), name, found.start(), found.end(), end)


def _is_name(written: str) -> bool:
    return len(written.split()) <= MOST_WORDS


def _key(name: str) -> str:
    return fold(" ".join(name.split()))
