"""The imports of our own files, read with LibCST."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import libcst as cst

ROOT = Path(__file__).parents[2]
PACKAGE = "fastapi_audit"
RULES = "rules"


@dataclass(frozen=True)
class Imported:
    """One imported module, as it is written: `from a.b import c` imports `a.b`."""

    file: Path
    name: str

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)} imports {self.name}"


class _Collector(cst.CSTVisitor):
    def __init__(self) -> None:
        self.names: list[str] = []

    def visit_Import(self, node: cst.Import) -> None:  # noqa: N802 - LibCST's name
        self.names += [_dotted(alias.name) for alias in node.names]

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:  # noqa: N802 - LibCST's name
        base = "." * len(node.relative) + (_dotted(node.module) if node.module else "")
        if base != PACKAGE or isinstance(node.names, cst.ImportStar):
            self.names.append(base)
        else:
            self.names += [f"{base}.{_dotted(alias.name)}" for alias in node.names]


def _dotted(node: cst.BaseExpression) -> str:
    if isinstance(node, cst.Attribute):
        return f"{_dotted(node.value)}.{node.attr.value}"
    assert isinstance(node, cst.Name)
    return node.value


def python_files(folder: str) -> Iterator[Path]:
    """Yield the Python files of a folder of the repository, in order."""
    return iter(sorted((ROOT / folder).rglob("*.py")))


@cache
def imports_of(folder: str) -> tuple[Imported, ...]:
    """Return every import below a folder, wherever it stands in its file."""
    found: list[Imported] = []
    for file in python_files(folder):
        collector = _Collector()
        cst.parse_module(file.read_bytes()).visit(collector)
        found += [Imported(file, name) for name in collector.names]
    return tuple(found)
