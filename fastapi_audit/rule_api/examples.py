"""The Bad and Good blocks of a rule's documentation as whole little projects with their expected findings.

A block becomes files at its `# file: path` lines. A line that ends in `# finding` is expected to be reported; alone on
its line the comment marks the line below (for Dockerfiles and the like, which know no trailing comments). A line
`# finding: project` expects a finding that has no line of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from markdown_it import MarkdownIt

DEFAULT_FILES = {"python": "main.py", "dockerfile": "Dockerfile", "toml": "pyproject.toml"}

_FILE = re.compile(r"#\s*file:\s*(\S+)\s*$")
_FINDING = re.compile(r"(?P<code>.*)#\s*finding\s*$")
_PROJECT_FINDING = re.compile(r"^\s*#\s*finding:\s*project\s*$")


@dataclass(frozen=True, slots=True)
class Example:
    """One block: its files, the places `(path, line)` marked, and how many findings without a line it expects."""

    files: Mapping[str, str]
    findings: tuple[tuple[str, int], ...]
    project_findings: int = 0


def read_examples(section: str) -> tuple[Example, ...]:
    """Return every fenced block of a section as an example.

    Raises `ValueError` when a block does not say which file it is.
    """
    fences = (token for token in MarkdownIt("commonmark").parse(section) if token.type == "fence")
    return tuple(_example(token.info.strip().lower(), token.content) for token in fences)


def _example(language: str, content: str) -> Example:
    files = _files(language, content)
    marked = tuple(
        (path, number if found["code"].strip() else number + 1)
        for path, text in sorted(files.items())
        for number, line in enumerate(text.split("\n"), start=1)
        if (found := _FINDING.match(line))
    )
    whole = sum(bool(_PROJECT_FINDING.match(line)) for line in content.split("\n"))
    return Example(files, marked, whole)


def _files(language: str, content: str) -> dict[str, str]:
    files: dict[str, list[str]] = {}
    path = DEFAULT_FILES.get(language)
    for line in content.rstrip("\n").split("\n"):
        if named := _FILE.match(line):
            path = named.group(1)
            files.setdefault(path, [])
        elif path is not None:
            files.setdefault(path, []).append(line)
        elif line.strip() and not _PROJECT_FINDING.match(line):
            raise ValueError(f"a block in `{language}` needs a line `# file: path` before `{line.strip()}`")
    return {name: "\n".join(lines) + "\n" for name, lines in files.items()}
