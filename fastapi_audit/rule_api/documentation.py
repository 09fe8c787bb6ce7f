"""A rule's docstring as its documentation: a summary line and six sections of Markdown.

Cut by lines alone, because every run does it for every rule; a test holds the result against a Markdown parser.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass

SECTIONS = ("Why", "Bad", "Good", "Fix", "Limits", "References")
REQUIRED = ("Why", "Bad", "Good", "Fix", "References")

_HEADING = re.compile(rf"^## ({'|'.join(SECTIONS)})[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Documentation:
    """The texts of one rule, each Markdown without its heading."""

    summary: str
    why: str = ""
    bad: str = ""
    good: str = ""
    fix: str = ""
    limits: str = ""
    references: str = ""


def read_documentation(docstring: str) -> Documentation:
    """Split a rule's docstring.

    Raises `ValueError` when it has no summary line, lacks a required section or has one twice.
    """
    summary, *rest = _HEADING.split(inspect.cleandoc(docstring))
    titles, texts = rest[::2], [text.strip() for text in rest[1::2]]
    lines = summary.strip().splitlines()
    if not lines:
        raise ValueError("the docstring has no summary line")
    for title in REQUIRED:
        if title not in titles:
            raise ValueError(f"the docstring has no section `## {title}`")
    if len(set(titles)) < len(titles):
        raise ValueError("the docstring has a section twice")
    return Documentation(lines[0], **{title.lower(): text for title, text in zip(titles, texts, strict=True)})
