"""YAML read as nodes that know their line, so that every complaint can name it."""

from collections.abc import Iterator
from pathlib import Path

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class CodebookError(ValueError):
    """A codebook that cannot be used; its text is one French line: file, line number, theme, what
    is wrong.
    """


class Node:
    """A YAML value and the place it was written in; reading it as another kind raises
    ``CodebookError``.

    Scalars keep the text as written: « oui », « on » or « 1.0 » never turn into booleans or
    numbers.
    """

    def __init__(self, node: yaml.Node, path: Path, context: str = "") -> None:
        self._node, self._path, self._context = node, path, context

    @property
    def line(self) -> int:
        return int(self._node.start_mark.line) + 1

    def error(self, problem: str) -> CodebookError:
        """The error to raise about this value."""
        context = f", {self._context}" if self._context else ""
        return CodebookError(f"{self._path.name}, ligne {self.line}{context} : {problem}")

    def within(self, context: str) -> "Node":
        """The same value, whose errors (and its parts') name *context*."""
        return Node(self._node, self._path, context)

    @property
    def is_text(self) -> bool:
        return isinstance(self._node, yaml.ScalarNode)

    @property
    def is_list(self) -> bool:
        return isinstance(self._node, yaml.SequenceNode)

    def text(self, what: str) -> str:
        """A scalar that is not blank."""
        if not isinstance(self._node, yaml.ScalarNode):
            raise self.error(f"{what} doit être un texte.")
        value = " ".join(self._node.value.split())
        if not value:
            raise self.error(f"{what} est vide.")
        return value

    def items(self, what: str) -> list["Node"]:
        """The values of a list that is not empty."""
        if not isinstance(self._node, yaml.SequenceNode):
            raise self.error(f"{what} doit être une liste.")
        if not self._node.value:
            raise self.error(f"{what} est vide.")
        return [Node(value, self._path, self._context) for value in self._node.value]

    def fields(
        self, what: str, *, required: str = "", allowed: str | None = None
    ) -> dict[str, "Node"]:
        """The values of a mapping by key; *required* and *allowed* are names with spaces
        between.
        """
        if not isinstance(self._node, yaml.MappingNode):
            raise self.error(f"{what} doit être fait de couples « clé : valeur ».")
        fields: dict[str, Node] = {}
        for key, value in self._pairs():
            name = key.text("une clé")
            if name in fields:
                raise key.error(f"la clé « {name} » est écrite deux fois.")
            if allowed is not None and name not in f"{required} {allowed}".split():
                raise key.error(f"clé inconnue : « {name} ».")
            fields[name] = value
        for name in required.split():
            if name not in fields:
                raise self.error(f"« {name} » manque.")
        return fields

    def _pairs(self) -> Iterator[tuple["Node", "Node"]]:
        for key, value in self._node.value:
            yield Node(key, self._path, self._context), Node(value, self._path, self._context)


def read(path: Path) -> Node:
    """The document at *path*; ``CodebookError`` if it cannot be read or is not YAML."""
    try:
        return parse(path.read_text(encoding="utf-8"), path)
    except OSError as error:
        raise CodebookError(
            f"{path} : la grille ne peut pas être lue ({error.strerror})."
        ) from None
    except UnicodeDecodeError:
        raise CodebookError(f"{path.name} : la grille n’est pas en UTF-8.") from None


def parse(text: str, path: Path) -> Node:
    """The document *text*, which complaints call *path*; ``CodebookError`` if it is not YAML."""
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", ligne {mark.line + 1}" if mark else ""
        raise CodebookError(
            f"{path.name}{place} : l’écriture YAML est fautive "
            "(retraits, « : », guillemets ou crochets)."
        ) from None
    if root is None:
        raise CodebookError(f"{path.name}, ligne 1 : la grille est vide.")
    return Node(root, path)
