"""Families, themes and their cues, once read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """A group of themes; ``letter`` begins the short codes of its themes (P, E, T), for display
    only.
    """

    id: str
    letter: str
    title: str
    guide: str


@dataclass(frozen=True, slots=True)
class Idea:
    """Words or phrases that say the same thing; ``label`` is the notion's title, None for a list
    written in place.
    """

    phrases: tuple[str, ...]
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Cue:
    """What speaks for a theme: one idea, or several that must all occur in the same sentence, in
    any order.

    ``weight`` is in (0, 1); ``line`` is where the codebook's file has it.
    """

    ideas: tuple[Idea, ...]
    weight: float
    line: int


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme; ``code`` (P1, E3, T9) is its family's letter and its rank there, for display
    only. ``color`` is a name of ``palette.COLORS``, None for the family's own. ``is_retired``: no
    longer suggested; what bears it stays.
    """

    id: str
    family: Family
    rank: int
    label: str
    definition: str
    cues: tuple[Cue, ...]
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    color: str | None = None
    is_retired: bool = False

    @property
    def code(self) -> str:
        return f"{self.family.letter}{self.rank}"
