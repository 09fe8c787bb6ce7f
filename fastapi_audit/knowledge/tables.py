"""Loads the knowledge tables, once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import cast

import tomli

Entry = Mapping[str, object]


@cache
def table(subject: str) -> Mapping[str, Entry]:
    """Return the sections of `knowledge/{subject}.toml`."""
    text = files(__package__).joinpath(f"{subject}.toml").read_text("utf-8")
    return cast(Mapping[str, Entry], tomli.loads(text))


@cache
def names(subject: str, section: str) -> frozenset[str]:
    """Return the qualified names of a section: its keys, or the list under its key `names`."""
    entries = table(subject).get(section, {})
    listed = entries.get("names")
    return frozenset(cast("list[str]", listed)) if isinstance(listed, list) else frozenset(entries)


@cache
def texts(subject: str, section: str) -> Mapping[str, str]:
    """Return a section whose values are texts."""
    return {key: value for key, value in table(subject).get(section, {}).items() if isinstance(value, str)}


@cache
def numbers(subject: str, section: str) -> Mapping[str, int]:
    """Return a section whose values are numbers."""
    return {key: value for key, value in table(subject).get(section, {}).items() if isinstance(value, int)}
