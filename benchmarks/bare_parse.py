"""Parses every Python file that an audit of a tree reads, with LibCST and nothing else; prints the seconds it takes."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import libcst

from fastapi_audit.discovery.discover import discover
from fastapi_audit.model.repository import Kind
from fastapi_audit.stack import with_deep_stack


def main() -> None:
    """Print wall and processor seconds."""
    contents = python_contents(Path(sys.argv[1]))
    wall, cpu = time.perf_counter(), time.process_time()
    with_deep_stack(lambda: _parse(contents))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    sys.stdout.write(f"{wall} {cpu}\n")


def python_contents(tree: Path) -> list[bytes]:
    """Return the contents of the Python files that an audit of a tree reads."""
    repository = discover(tree)
    return [(repository.root / file.path).read_bytes() for file in repository.files if file.kind is Kind.PYTHON]


def _parse(contents: list[bytes]) -> int:
    """Parse all, and return how many were no Python: the audit spends its time on these, too."""
    failed = 0
    for content in contents:
        try:
            libcst.parse_module(content)
        except (libcst.ParserSyntaxError, UnicodeDecodeError):
            failed += 1
    return failed


if __name__ == "__main__":
    main()
