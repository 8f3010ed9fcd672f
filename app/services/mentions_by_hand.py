"""Words that a person says identify somebody: all the places where they stand, one pseudonym."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from analysis.personal import Type
from analysis.personal.reading import read
from app.models import Answer, Testimony
from app.services import mentions, pseudonyms
from app.services.mentions import Mention
from app.services.passages import Span

LEAST, MOST = 2, 200  # characters


class NoSuchWordsError(LookupError):
    """These words are in no answer of this testimony."""


@dataclass(frozen=True)
class Nature:
    """What words can be: their type, and what their pseudonym calls them (« Prénom »)."""

    type: Type
    label: str


def add(
    session: Session,
    testimony: Testimony,
    shown: Sequence[Mention],
    words: str,
    nature: Nature,
    *,
    by: int,
) -> int:
    """Accept one pseudonym wherever these words stand; return in how many new places.

    Capitals, the kind of apostrophe and of space are indifferent. Where a wider mention holds the
    words already, it stays; a narrower one, or one that was refused, yields. What overlaps a kept
    mention is added for the rest, so that nothing hidden shows again. `shown`: all the mentions.
    Raises NoSuchWordsError.
    """
    found = list(_occurrences(testimony, words))
    if not found:
        raise NoSuchWordsError
    gone: dict[str, Mention] = {}
    new: list[Mention] = []
    for answer, span in found:
        over = [each for each in shown if each.answer is answer and each.is_over(*span)]
        kept = [each for each in over if _stays(each, span, nature)]
        gone |= {each.key: each for each in over if each not in kept}
        new += [
            Mention(answer, start, end, nature.type, nature.label, mentions.BY_HAND)
            for start, end in _rest(answer.text or "", span, kept)
        ]
    if new:
        _keep(session, testimony, new, shown=shown, gone=gone, by=by)
    return len(new)


def _keep(
    session: Session,
    testimony: Testimony,
    new: Sequence[Mention],
    *,
    shown: Sequence[Mention],
    gone: Mapping[str, Mention],
    by: int,
) -> None:
    for mention in gone.values():
        if mention.decision is not None:
            session.delete(mention.decision)
    session.flush()  # the old ones leave before the new ones take their places
    left = [each for each in shown if each.key not in gone]
    first = next(
        each for each in mentions.named(testimony, [*left, *new]) if each.key == new[0].key
    )
    for mention in new:
        whole = replace(mention, pseudonym=first.pseudonym)
        session.add(pseudonyms.decision(whole, by=by, is_accepted=True, is_by_hand=True))
    pseudonyms.note(session, testimony, by=by, is_whole=False)
    session.flush()


def _occurrences(testimony: Testimony, words: str) -> Iterator[tuple[Answer, Span]]:
    """Yield where the words stand, as whole words, in code points of each answer."""
    wanted = [re.escape(word) for word in read(words).text.split()]
    if not wanted:
        return
    spaced = r"\s+".join(wanted)
    pattern = re.compile(rf"(?<!\w){spaced}(?!\w)", re.IGNORECASE)
    for answer in mentions.free(testimony):
        reading = read(answer.text or "")
        for found in pattern.finditer(reading.text):
            yield answer, reading.place(*found.span())


def _stays(mention: Mention, span: Span, nature: Nature) -> bool:
    """Whether a mention stays as it is where words over it are added."""
    start, end = span
    if mention.decision is not None and not mention.is_accepted:
        return False
    if mention.span == span:
        return mention.is_accepted and (mention.type, mention.label) == (nature.type, nature.label)
    return not (start <= mention.start and mention.end <= end)


def _rest(text: str, span: Span, kept: Sequence[Mention]) -> Iterator[Span]:
    """Yield what of a span no kept mention covers, without the white space around it."""
    start, end = span
    for mention in sorted(kept, key=lambda each: each.start):
        yield from _trimmed(text, start, mention.start)
        start = max(start, mention.end)
    yield from _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    part = text[start:end] if start < end else ""
    if re.search(r"\w", part):
        left = len(part) - len(part.lstrip())
        yield start + left, start + len(part.rstrip())
