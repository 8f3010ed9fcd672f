"""What somebody types to find words, read as people know it from elsewhere.

All the words, in any order; "an exact phrase"; `-without`; `beginning*`; `one OU another`, between
two neighbours. Accents and capitals never count.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from app.services import stems

EITHER = frozenset({"OU", "OR", "|"})
BOTH = frozenset({"ET", "AND", "&"})
# Nobody looks for them; beside other words, they need not be there.
LITTLE = frozenset("le la les un une des du de d l et en au aux a".split())  # noqa: SIM905
UNCLOSED = "Il manque un guillemet\u00a0: une expression en a un avant et un après."
NOTHING = "Écrivez au moins un mot, avec une lettre ou un chiffre."
MISPLACED_STAR = "L’étoile se met à la fin d’un mot\u00a0: «\u00a0particip*\u00a0»."
MISPLACED_EITHER = "«\u00a0OU\u00a0» se met entre deux mots\u00a0: «\u00a0peur OU honte\u00a0»."

_PIECE = re.compile(
    r"""(?P<without>[-−–](?=["«“]))?(?:"(?P<straight>[^"]*)"|«(?P<french>[^»]*)»|“(?P<curly>[^”]*)”)
    (?P<star>\*?)|(?P<bare>[^\s,;:!?…"«»“”]+)|(?P<stray>["«»“”])""",
    re.VERBOSE,
)


class UnreadableQueryError(ValueError):
    """A query has no meaning; the message says why, in French."""


@dataclass(frozen=True)
class Term:
    """Words that stand side by side: by their stems, or exactly as they are written.

    `begins` says that the last one is only the beginning of a word; `is_out` that a testimony must
    not hold them.
    """

    tokens: tuple[str, ...]
    is_exact: bool = False
    begins: bool = False
    is_out: bool = False


@dataclass(frozen=True)
class Query:
    """All of these must hold, and of each one term at least. Empty, it asks nothing."""

    clauses: tuple[tuple[Term, ...], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.clauses)

    @cached_property
    def terms(self) -> Sequence[Term]:
        """What is to be found: the terms, each once, but those to be without."""
        return list(dict.fromkeys(t for clause in self.clauses for t in clause if not t.is_out))


def parse(typed: str) -> Query:
    """Return what was asked. Raises UnreadableQueryError."""
    if not typed.strip():
        return Query()
    clauses: list[list[Term]] = []
    is_joined = False
    for read in _read(typed):
        if read is None:
            if is_joined or not clauses:
                raise UnreadableQueryError(MISPLACED_EITHER)
            is_joined = True
        elif is_joined:
            clauses[-1].append(read)
            is_joined = False
        else:
            clauses.append([read])
    if is_joined:
        raise UnreadableQueryError(MISPLACED_EITHER)
    if not clauses:
        raise UnreadableQueryError(NOTHING)
    return Query(tuple(map(tuple, _without_little(clauses))))


def _without_little(clauses: list[list[Term]]) -> list[list[Term]]:
    kept = [clause for clause in clauses if not (len(clause) == 1 and _is_little(clause[0]))]
    return kept if any(not term.is_out for clause in kept for term in clause) else clauses


def _is_little(term: Term) -> bool:
    is_plain = not (term.is_exact or term.begins or term.is_out)
    return is_plain and len(term.tokens) == 1 and term.tokens[0] in LITTLE


def _read(typed: str) -> Iterator[Term | None]:
    """Give the terms in their order, and none for each « OU »."""
    for found in _PIECE.finditer(typed):
        if found["stray"]:
            raise UnreadableQueryError(UNCLOSED)
        if found["bare"]:
            yield from _bare(found["bare"])
            continue
        phrase = next(
            found[kind] for kind in ("straight", "french", "curly") if found[kind] is not None
        )
        if term := _exact(phrase + found["star"]):
            yield replace(term, is_out=bool(found["without"]))


def _bare(piece: str) -> Iterator[Term | None]:
    if piece in EITHER:
        yield None
    elif piece not in BOTH:
        word = piece.lstrip("-−–")
        is_out = word != piece
        term = _exact(word, needs_all=False) if "*" in word else _by_stems(word)
        if term:
            yield replace(term, is_out=is_out)


def _by_stems(word: str) -> Term | None:
    found = tuple(token.stem for token in stems.tokens(word) if token.stem is not None)
    return Term(found) if found else None


def _exact(phrase: str, *, needs_all: bool = True) -> Term | None:
    """Return the words of a phrase as they are written; without `needs_all`, but the elided."""
    text = phrase.rstrip("*")
    begins = text != phrase
    if "*" in text or (begins and not text[-1:].isalnum()):
        raise UnreadableQueryError(MISPLACED_STAR)
    listed = [token for token in stems.tokens(text) if needs_all or token.stem is not None]
    found = tuple(token.word for token in listed)
    return Term(found, is_exact=True, begins=begins) if found else None
