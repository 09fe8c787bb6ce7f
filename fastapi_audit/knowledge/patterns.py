"""Looks up dotted names in tables whose keys may be patterns."""

from __future__ import annotations

import builtins
import re
from collections.abc import Mapping
from typing import TypeVar

Entry = TypeVar("Entry")

_PART = r"[^\W\d]\w*(?:\(\)|\[\])*"
_PATTERN = re.compile(rf"{_PART}(?:\.{_PART})*(?:\.\*(?:\.{_PART})?)?")


def is_pattern(text: str) -> bool:
    """Say whether a text is a name or pattern that `find` can meet: with a dot, unless it is that of a builtin."""
    return _PATTERN.fullmatch(text) is not None and ("." in text or hasattr(builtins, text))


def find(entries: Mapping[str, Entry | None], name: str) -> Entry | None:
    """Return the entry that says most of a dotted name, None when there is none or it says that the name is excepted.

    `owner.*` stands for all that begins with `owner.`, but for what is done with the result of a call; `owner.*.last`
    for all that begins with `owner.` and ends with `.last`. The name itself counts first, then the longest owner.
    """
    if name in entries:
        return entries[name]
    owner, _, last = name.rpartition(".")
    while owner:
        if (ending := f"{owner}.*.{last}") in entries:
            return entries[ending]
        if (everything := f"{owner}.*") in entries and not _is_of_result(name[len(owner) :]):
            return entries[everything]
        owner = owner.rpartition(".")[0]
    return None


def _is_of_result(path: str) -> bool:
    return "(" in path or "[" in path
