"""What a guide is made of. Built once by `guides.loader`; nobody past it sees a dict."""

import enum
from collections.abc import Callable
from dataclasses import dataclass, replace


class UnknownGuide(KeyError):  # noqa: N818 - a name callers read as a sentence
    """No guide bears this slug."""


class Kind(enum.StrEnum):
    """What a chosen passage is for; the values are the words of addresses and of the database."""

    QUOTATION = "citation"
    PRACTICE = "pratique"
    OBSTACLE = "obstacle"
    LEVER = "levier"


@dataclass(frozen=True, slots=True)
class Words:
    """How a kind of passage is called: one, many, and as a heading."""

    one: str
    many: str
    title: str


KINDS = {
    Kind.PRACTICE: Words("pratique", "pratiques", "Pratiques"),
    Kind.OBSTACLE: Words("obstacle", "obstacles", "Obstacles"),
    Kind.LEVER: Words("levier", "leviers", "Leviers"),
    Kind.QUOTATION: Words("citation", "citations", "Citations"),
}
"""In the order in which a chapter tells them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One chapter: the question it answers, its themes (ids of the codebook), whom it draws on."""

    id: str
    title: str
    question: str
    themes: tuple[str, ...]
    profiles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """One guide; `order` is its place among them."""

    slug: str
    order: int
    title: str
    intent: str
    chapters: tuple[Chapter, ...]

    @property
    def themes(self) -> tuple[str, ...]:
        """Give every theme of its chapters, each once."""
        return tuple(dict.fromkeys(theme for each in self.chapters for theme in each.themes))

    @property
    def profiles(self) -> tuple[str, ...]:
        """Give every profile that its chapters draw on, each once."""
        return tuple(dict.fromkeys(name for each in self.chapters for name in each.profiles))

    def chapter(self, id: str) -> Chapter:  # noqa: A002 - the word of the definition files
        """Give a chapter by its id. Raises KeyError."""
        found = next((each for each in self.chapters if each.id == id), None)
        if found is None:
            raise KeyError(id)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """The summary of the call in two pages; `profiles`: those whose participation it is about."""

    title: str
    subtitle: str
    intent: str
    profiles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Library:
    """Every guide, in order, and the activity summary, if the call has one."""

    guides: tuple[Guide, ...]
    activity: Activity | None = None

    def resolved(self, standing: Callable[[str], str]) -> "Library":
        """Give the same, each theme being the one that stands for it today."""
        guides = (
            replace(
                guide,
                chapters=tuple(
                    replace(each, themes=tuple(dict.fromkeys(map(standing, each.themes))))
                    for each in guide.chapters
                ),
            )
            for guide in self.guides
        )
        return replace(self, guides=tuple(guides))

    def get(self, slug: str) -> Guide:
        """Give a guide by its slug. Raises UnknownGuide."""
        found = next((each for each in self.guides if each.slug == slug), None)
        if found is None:
            raise UnknownGuide(slug)
        return found

    def chapters(self) -> list[tuple[Guide, Chapter]]:
        """Give every chapter with its guide."""
        return [(guide, chapter) for guide in self.guides for chapter in guide.chapters]
