"""The codebook (grille de codage): families, themes, and the cues by which the pipeline finds them.

Loads neither spaCy nor matplotlib: an application that only shows labels can import it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from analysis.codebook_file import read_content
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
    sentence before. ``path``: where it was read.
    """

    version: str
    threshold: float
    families: tuple[Family, ...]
    themes: tuple[Theme, ...]
    neutral: tuple[str, ...]
    speakers: Mapping[str, tuple[Idea, ...]]
    carried: tuple[Idea, ...]
    path: Path

    @classmethod
    def read(cls, path: Path | str = DEFAULT_PATH) -> "Codebook":
        """The codebook at *path*; raises ``CodebookError``."""
        path = Path(path)
        return cls(*read_content(path), path=path)

    @cached_property
    def _by_id(self) -> Mapping[str, Theme]:
        return {theme.id: theme for theme in self.themes}

    def theme(self, theme_id: str) -> Theme:
        """The theme with this id; ``KeyError`` if there is none."""
        return self._by_id[theme_id]

    @property
    def cue_count(self) -> int:
        return sum(len(theme.cues) for theme in self.themes)
