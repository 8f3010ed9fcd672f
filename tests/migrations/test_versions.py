"""Migrations let the site of the version before go on serving (docs/decisions/0030).

From 0033 on, what would stop it, or stop whoever writes to a great table, is refused here. A
migration that takes away what nobody reads any more says since when, in CONTRACTS.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

VERSIONS = Path(__file__).resolve().parents[2] / "migrations" / "versions"
FIRST = "0033"
GREAT = {
    "testimonies", "answers", "consents", "case_variables", "codings", "decisions", "digests",
    "coding_changes", "search_parts", "contacts", "invitations",
}  # fmt: skip
TAKEN_AWAY = {"drop_column", "drop_table", "rename_table"}


def wrongs(source: str) -> Iterator[str]:
    """Yield what a migration's upgrade does that the version before, or writers, would suffer."""
    module = ast.parse(source)
    named = {target.id for node in module.body if isinstance(node, ast.Assign)
             for target in node.targets if isinstance(target, ast.Name)}  # fmt: skip
    (upgrade,) = (
        node for node in module.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade"
    )
    made = {_text(call.args[0]) for call in _calls(upgrade) if _name(call) == "create_table"}
    for call in _calls(upgrade):
        wrong = _wrong(call, made)
        if wrong and not (wrong.startswith("takes away") and "CONTRACTS" in named):
            yield wrong


def _wrong(call: ast.Call, made: set[str]) -> str | None:
    name = _name(call)
    if name in TAKEN_AWAY:
        return f"takes away: {name}"
    if name == "alter_column":
        changed = {each.arg for each in call.keywords} & {"new_column_name", "type_"}
        is_narrowed = any(
            each.arg == "nullable" and _is(each.value, value=False) for each in call.keywords
        )
        return f"takes away: {name}" if changed or is_narrowed else None
    if name == "add_column" and _text(call.args[0]) not in made:
        return _wrong_column(call)
    is_direct = isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "op"
    if name == "create_index" and is_direct and _text(call.args[1]) in GREAT - made:
        return "stops writers: create_index, and not migrations.online"
    return None


def _wrong_column(call: ast.Call) -> str | None:
    for column in _calls(call):
        given = {each.arg: each.value for each in column.keywords}
        if _name(column) == "Column" and _is(given.get("nullable"), value=False):
            return None if "server_default" in given else "refuses rows: add_column"
    return None


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)


def _text(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""


def _is(node: ast.expr | None, *, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def test_no_migration_stops_the_version_before() -> None:
    found = {}
    for path in VERSIONS.glob("*.py"):
        source = path.read_text()
        revision = next(line for line in source.splitlines() if line.startswith("revision"))
        if revision.split("=")[1].strip(" \"'") >= FIRST:
            found[path.name] = list(wrongs(source))
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert found  # there are some


NEW = 'op.add_column("answers", sa.Column("seen", sa.Boolean(), nullable=False{}))'


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (NEW.format(""), ["refuses rows: add_column"]),
        (NEW.format(", server_default=sa.false()"), []),
        ('op.add_column("answers", sa.Column("seen", sa.Boolean()))', []),
        ('op.drop_column("answers", "seen")', ["takes away: drop_column"]),
        ('op.rename_table("answers", "replies")', ["takes away: rename_table"]),
        ('op.alter_column("answers", "a", new_column_name="b")', ["takes away: alter_column"]),
        ('op.alter_column("answers", "a", nullable=False)', ["takes away: alter_column"]),
        ('op.alter_column("answers", "a", nullable=True)', []),
        (
            'op.create_index("ix", "answers", ["a"])',
            ["stops writers: create_index, and not migrations.online"],
        ),
        ('op.create_index("ix", "accounts", ["a"])', []),
        ('online.create_index("ix", "answers", ["a"])', []),
        ('op.create_table("codings"); op.create_index("ix", "codings", ["a"])', []),
        (
            'with op.batch_alter_table("answers") as batch_op: batch_op.drop_column("seen")',
            ["takes away: drop_column"],
        ),
    ],
)
def test_what_is_refused(statement: str, expected: list[str]) -> None:
    source = f"def upgrade() -> None:\n    {statement}\n"
    assert list(wrongs(source)) == expected
    said = list(wrongs(f'CONTRACTS = "0030: nobody reads it"\n{source}'))
    assert said == [each for each in expected if not each.startswith("takes away")]
