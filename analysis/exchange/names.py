"""Names that no two things share: importers drop, or rename, the second."""

import unicodedata


class Names:
    """Gives each wanted name once; the second « Freins » becomes « Freins (2) »."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, wanted: str) -> str:
        """*wanted*, or the first of its followers that nothing bears, whatever the case."""
        wanted = " ".join(wanted.split()) or "Sans nom"
        name, number = wanted, 1
        while _key(name) in self._taken:
            number += 1
            name = f"{wanted} ({number})"
        self._taken.add(_key(name))
        return name


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
