"""What the applications of one process keep for the next: nothing that a test can change.

Thousands of tests make an application each. The functions that build its addresses and the code of
its templates and the words of its queries are the same every time, and cost more than all the rest:
they are compiled once.
"""

from collections.abc import Callable, Iterator, MutableMapping
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

# The least that argon2 takes: what is proved of passwords does not hang on how long one takes.
CHEAP_HASH = {"argon2__time_cost": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1}

_builders: dict[object, Callable[..., tuple[str, str]]] = {}


class KeptRule(Rule):
    """A rule whose function that builds an address is compiled once for all applications."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if self.defaults:
            return super()._compile_builder(append_unknown)
        made_from = (self.rule, tuple(self._trace), append_unknown)
        if made_from not in _builders:
            _builders[made_from] = super()._compile_builder(append_unknown)
        return _builders[made_from]


class KeptTemplates(BytecodeCache):
    """The code of the templates, by the text that it was compiled from."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, Any], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self.codes[bucket.key, bucket.checksum] = bucket.code


class KeptStatements(MutableMapping[Any, Any]):
    """The SQL of the queries, for all engines of one kind of database.

    An engine's own cache names its dialect, the first part of a key; here a dialect is its name.
    """

    def __init__(self) -> None:
        self.kept: LRUCache[Any, Any] = LRUCache(4000)

    @staticmethod
    def _own(key: tuple[Any, ...]) -> tuple[Any, ...]:
        dialect, *others = key
        return (dialect.name, *others)

    def __getitem__(self, key: tuple[Any, ...]) -> Any:
        return self.kept[self._own(key)]

    def __setitem__(self, key: tuple[Any, ...], statement: Any) -> None:
        self.kept[self._own(key)] = statement

    def __delitem__(self, key: tuple[Any, ...]) -> None:
        del self.kept[self._own(key)]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.kept)

    def __len__(self) -> int:
        return len(self.kept)
