"""A definition file read as cells that know their line, so that every error can say it."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import yaml

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class DefinitionError(ValueError):
    """A definition that cannot be used.

    Its text is one French line: file, line number, question, what is wrong, what is accepted.
    """


@dataclass(frozen=True, slots=True)
class Cell:
    """A YAML value and where it is written. Asking it for another kind raises DefinitionError.

    Scalars are read as written: « 01 », « oui » or « 1.0 » never turn into something else.
    """

    node: yaml.Node
    file: str
    question: str = ""

    def wrong(self, problem: str) -> DefinitionError:
        """Give the error to raise about this value."""
        place = f", question « {self.question} »" if self.question else ""
        line = self.node.start_mark.line + 1
        return DefinitionError(f"{self.file}, ligne {line}{place} : {problem}")

    def about(self, question: str) -> "Cell":
        """Give the same value, whose errors (and its parts') name this question."""
        return replace(self, question=question)

    @property
    def is_table(self) -> bool:
        """Tell whether it is made of keys and values."""
        return isinstance(self.node, yaml.MappingNode)

    def text(self, name: str) -> str:
        """Give a text that is not blank, without the white space around it."""
        if not isinstance(self.node, yaml.ScalarNode):
            raise self.wrong(f"« {name} » doit être un texte.")
        written = str(self.node.value).strip(" \t\n")
        if not written:
            raise self.wrong(f"« {name} » est vide ; écrivez-y un texte.")
        return written

    def name(self, name: str) -> str:
        """Give an identifier: a small letter, then small letters, digits or underscores."""
        written = self.text(name)
        if not NAME.fullmatch(written):
            raise self.wrong(
                f"« {name} » vaut « {_short(written)} » ; écrivez 1 à 40 lettres minuscules sans "
                "accent, chiffres ou traits bas, en commençant par une lettre."
            )
        return written

    def whole(self, name: str, low: int, high: int) -> int:
        """Give a whole number between `low` and `high`, both included."""
        written = self.text(name)
        if not re.fullmatch(r"-?[0-9]{1,9}", written) or not low <= int(written) <= high:
            raise self.wrong(
                f"« {name} » vaut « {_short(written)} » ; écrivez un nombre entier "
                f"entre {low} et {high}."
            )
        return int(written)

    def flag(self, name: str) -> bool:
        """Give True for « oui » and False for « non »."""
        return self.one_of(name, ("oui", "non")) == "oui"

    def one_of(self, name: str, words: Collection[str]) -> str:
        """Give a text that is one of `words`."""
        written = self.text(name)
        if written not in words:
            raise self.wrong(
                f"« {name} » vaut « {_short(written)} » ; valeurs acceptées : {', '.join(words)}."
            )
        return written

    def items(self, name: str) -> list["Cell"]:
        """Give the values of a list that is not empty."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.wrong(f"« {name} » doit être une liste (une ligne par « - »).")
        if not self.node.value:
            raise self.wrong(f"« {name} » est vide ; mettez-y au moins un élément.")
        return [replace(self, node=node) for node in self.node.value]

    def table(self, name: str, required: str, optional: str = "") -> "Table":
        """Give the values by key; `required` and `optional` are keys with spaces between."""
        table = self.keys(name)
        accepted = [*required.split(), *optional.split()]
        for key, (cell, _) in table.items():
            if key not in accepted:
                raise cell.wrong(
                    f"la clé « {_short(key)} » n’est pas acceptée ici ; "
                    f"clés acceptées : {', '.join(accepted)}."
                )
        for key in required.split():
            if key not in table:
                raise self.wrong(
                    f"il manque la clé « {key} » ; clés attendues : {', '.join(required.split())}."
                )
        return {key: value for key, (_, value) in table.items()}

    def peek(self, key: str) -> "Cell | None":
        """Give the value of a key without checking the others; None when there is none."""
        if isinstance(self.node, yaml.MappingNode):
            for key_node, value_node in self.node.value:
                if key_node.value == key:
                    return replace(self, node=value_node)
        return None

    def keys(self, name: str) -> dict[str, tuple["Cell", "Cell"]]:
        """Give every key with its own cell and its value's, whatever the key is."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.wrong(f"« {name} » doit être fait de couples « clé: valeur ».")
        table: dict[str, tuple[Cell, Cell]] = {}
        for key_node, value_node in self.node.value:
            key = replace(self, node=key_node)
            written = key.text("clé")
            if written in table:
                raise key.wrong(
                    f"la clé « {_short(written)} » est écrite deux fois ; gardez-en une."
                )
            table[written] = (key, replace(self, node=value_node))
        return table


Table: TypeAlias = dict[str, Cell]


def read(path: Path) -> Cell:
    """Give the YAML document of a file. Raises DefinitionError when it cannot be read."""
    text = _decoded(path)
    if (hidden := yaml.reader.Reader.NON_PRINTABLE.search(text)) is not None:
        line = text.count("\n", 0, hidden.start()) + 1
        raise DefinitionError(
            f"{path.name}, ligne {line} : un caractère invisible (U+{ord(hidden.group()):04X}) "
            "est interdit ; effacez-le."
        )
    try:
        root = yaml.compose(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = min(mark.line, text.count("\n")) + 1 if mark else 1
        raise DefinitionError(
            f"{path.name}, ligne {line} : l’écriture YAML est fautive ; vérifiez les retraits, et "
            'mettez entre guillemets droits (") un texte qui contient « : » ou « # ».'
        ) from None
    if root is None:
        raise DefinitionError(f"{path.name}, ligne 1 : le fichier est vide.")
    return Cell(root, path.name)


def _decoded(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DefinitionError(
            f"{path.name} : le fichier ne peut pas être lu ({error.strerror})."
        ) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise DefinitionError(
            f"{path.name}, ligne {line} : le fichier n’est pas en UTF-8 ; "
            "enregistrez-le dans cet encodage."
        ) from None


def _short(written: str) -> str:
    """Give what was written, on one line and cut where it is long."""
    line = " ".join(written.split())
    return line if len(line) <= 60 else f"{line[:59]}…"
