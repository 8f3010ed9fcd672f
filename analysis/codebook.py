"""The codebook (grille de codage): families, themes, and the cues by which the pipeline finds them.

Loads neither spaCy nor matplotlib: an application that only shows labels can import it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from analysis.codebook_file import parse_content, read_content
from analysis.themes import Cue, Family, Idea, Theme
from analysis.yaml_nodes import CodebookError

__all__ = ["DEFAULT_PATH", "Codebook", "CodebookError", "Cue", "Family", "Idea", "Theme"]

DEFAULT_PATH = Path(__file__).with_name("codebook.yml")


@dataclass(frozen=True)
class Codebook:
    """Families and themes in the file's order.

    ``threshold``: the least score a suggestion needs. ``neutral``: fixed expressions whose words
    say nothing by themselves (« conseil local de santé mentale »). ``speakers``: by audience, the
    ideas that « je » stands for. ``carried``: the ideas that « ils » can take over from the
    sentence before. ``merged``: the themes that are part of another, former id → that of the theme
    that stands. ``path``: where it was read.
    """

    version: str
    threshold: float
    families: tuple[Family, ...]
    themes: tuple[Theme, ...]
    neutral: tuple[str, ...]
    speakers: Mapping[str, tuple[Idea, ...]]
    carried: tuple[Idea, ...]
    merged: Mapping[str, str]
    path: Path

    @classmethod
    def read(cls, path: Path | str = DEFAULT_PATH) -> "Codebook":
        """The codebook at *path*; raises ``CodebookError``."""
        path = Path(path)
        return cls(*read_content(path), path=path)

    @classmethod
    def parse(cls, text: str, path: Path) -> "Codebook":
        """The codebook that *text* is, as if read at *path*; raises ``CodebookError``."""
        return cls(*parse_content(text, path), path=path)

    @cached_property
    def _by_id(self) -> Mapping[str, Theme]:
        return {theme.id: theme for theme in self.themes}

    def theme(self, theme_id: str) -> Theme:
        """The theme with this id; ``KeyError`` if there is none."""
        return self._by_id[theme_id]

    def resolve(self, theme_id: str) -> str:
        """The theme that stands for this id today: itself, or the one that it was merged into."""
        return self.merged.get(theme_id, theme_id)

    def formers(self, theme_id: str) -> tuple[str, ...]:
        """The ids of the themes that were merged into this one."""
        return tuple(former for former, into in self.merged.items() if into == theme_id)

    @property
    def retired(self) -> frozenset[str]:
        """The ids of the themes that are suggested no more."""
        return frozenset(theme.id for theme in self.themes if theme.is_retired)

    @cached_property
    def active(self) -> "Codebook":
        """The same without the themes that are retired: what a pipeline reads with."""
        if not self.retired:
            return self
        kept = tuple(theme for theme in self.themes if not theme.is_retired)
        return replace(self, themes=kept)

    @property
    def cue_count(self) -> int:
        return sum(len(theme.cues) for theme in self.themes)
