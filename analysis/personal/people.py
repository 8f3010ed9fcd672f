"""People's names: by titles, kinship and other cues, by the lists of names, by repetition."""

import re
from collections.abc import Iterator

from analysis.personal.cued_people import CuedPeople
from analysis.personal.listed_people import ListedPeople
from analysis.personal.person_names import PERSON
from analysis.personal.proposals import Claim
from analysis.personal.reading import Reading
from analysis.personal.surroundings import Surroundings

_NICKNAMED, _REPEATED = 82, 25
_NICKNAME = re.compile(
    r"(?:pseudo(?:nyme)?|surnom|sign[ée]e?|m'appelle|surnomm[ée]e?|forum,? je suis)"
    r"(?: sur [\w ]{1,20})?(?: est| c'est|,)? ?:? ?"
    r"(?:[«\"] ?(?P<quoted>(?-i:[A-ZÀ-Ý])[^«»\"\n]{0,30}?) ?[»\"]"
    r"|(?P<nick>[^\W\d_]{1,30}[_\d]\w{0,30})"
    r"|(?P<signed>(?<=[:] )(?-i:[A-ZÀ-Ý])[\w'-]{1,30}(?: (?-i:[A-ZÀ-Ý])[\w'-]{1,30}){0,3}))",
    re.IGNORECASE,
)


def people(reading: Reading) -> Iterator[Claim]:
    """Each name that a rule finds; several rules may claim the same letters."""
    around = Surroundings(reading)
    cued, listed = CuedPeople(around), ListedPeople(around)
    for index in range(len(reading.words)):
        yield from cued.at(index)
        yield from listed.at(index)
    yield from _nicknames(reading.text)


def _nicknames(text: str) -> Iterator[Claim]:
    """« on m’appelle “La Puce” », « mon pseudo : Lune_verte », « signé : Le Grand Bleu »."""
    for found in _NICKNAME.finditer(text):
        start, end = found.span(str(found.lastgroup))
        parts = ((start, end, PERSON),)
        yield Claim(start, end, "PER", "surnom ou signature", _NICKNAMED, parts, is_sure=False)


def repeated(reading: Reading, known: dict[str, str]) -> Iterator[Claim]:
    """The words of *reading* that a cue elsewhere in the testimony showed to be names.

    *known*: folded names, each with its label (« Nom », « Prénom »).
    """
    if not known:
        return
    around = Surroundings(reading)
    for index, word in enumerate(reading.words):
        label = known.get(word.folded)
        if label and word.is_capital and not around.names_something(index):
            part = (word.start, word.end, label)
            reason = "nom déjà rencontré dans ce témoignage"
            yield Claim(word.start, word.end, "PER", reason, _REPEATED, (part,))
