"""Rewritings of a project that change nothing that a rule may see: same verdicts, on lines that moved along."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from fastapi_audit.rule_api.examples import Example

UNRELATED = 'UNRELATED_ANSWER = 42\n\n\nclass UnrelatedThing:\n    """Nobody uses this."""\n'


def with_comments_and_blank_lines(example: Example) -> Example:
    """Put a comment and an empty line above every statement at the beginning of a line."""
    files: dict[str, str] = {}
    moved: dict[tuple[str, int], int] = {}
    for path, text in example.files.items():
        files[path], numbers = _spread(text) if path.endswith(".py") else (text, {})
        moved.update({(path, old): new for old, new in numbers.items()})
    findings = tuple((path, moved.get((path, line), line)) for path, line in example.findings)
    return replace(example, files=files, findings=findings)


def _spread(text: str) -> tuple[str, dict[int, int]]:
    """Return the text with lines put in, and where each line went."""
    module = MetadataWrapper(cst.parse_module(text))
    places = module.resolve(PositionProvider)
    starts = {places[statement].start.line for statement in module.module.body[1:]}
    lines: list[str] = []
    numbers: dict[int, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if number in starts:
            lines += ["# A word in between.", ""]
        lines.append(line)
        numbers[number] = len(lines)
    return "\n".join(lines), numbers


def with_an_unrelated_file(example: Example) -> Example:
    """Add a module that nothing imports."""
    folder = next((path.rpartition("/")[0] for path in sorted(example.files) if path.endswith(".py")), "")
    path = f"{folder}/unrelated_thing.py" if folder else "unrelated_thing.py"
    return replace(example, files={**example.files, path: UNRELATED})


def with_aliased_imports(example: Example) -> Example:
    """Import every module of the outside world, `import x`, under another name."""
    files = {path: _aliased(path, text) for path, text in example.files.items()}
    return replace(example, files=files)


def _aliased(path: str, text: str) -> str:
    return cst.parse_module(text).visit(_Aliases()).code if path.endswith(".py") else text


class _Aliases(cst.CSTTransformer):
    """`import x` → `import x as x_alias`, and `x.…` → `x_alias.…`; dotted imports stay as they are."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def visit_Import(self, node: cst.Import) -> None:  # noqa: N802 - LibCST's name
        self._names |= {alias.evaluated_name for alias in node.names if _is_plain(alias)}

    def leave_Import(self, original_node: cst.Import, updated_node: cst.Import) -> cst.Import:  # noqa: N802
        return updated_node.with_changes(names=[_aliased_import(alias) for alias in original_node.names])

    def leave_ImportFrom(self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom) -> cst.ImportFrom:  # noqa: N802
        return updated_node.with_changes(module=original_node.module)

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:  # noqa: N802
        base = original_node.value
        if isinstance(base, cst.Name) and base.value in self._names:
            return updated_node.with_changes(value=cst.Name(f"{base.value}_alias"))
        return updated_node


def _is_plain(alias: cst.ImportAlias) -> bool:
    return alias.asname is None and isinstance(alias.name, cst.Name)


def _aliased_import(alias: cst.ImportAlias) -> cst.ImportAlias:
    if not _is_plain(alias):
        return alias
    return alias.with_changes(asname=cst.AsName(cst.Name(f"{alias.evaluated_name}_alias")))


VARIANTS: Mapping[str, Callable[[Example], Example]] = {
    "as it is": lambda example: example,
    "comments and blank lines": with_comments_and_blank_lines,
    "an unrelated file": with_an_unrelated_file,
    "aliased imports": with_aliased_imports,
}
