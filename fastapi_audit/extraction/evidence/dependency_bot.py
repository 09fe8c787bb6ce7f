"""Dependabot and Renovate: which kinds of packages they watch."""

import re

from fastapi_audit.extraction.evidence.text import cut, text_of
from fastapi_audit.extraction.evidence.yaml_tree import (
    MAX_ENTRIES,
    Mapping,
    Node,
    Sequence,
    child,
    leaves,
    read_mapping,
    scalar,
)
from fastapi_audit.facts.automation import DependencyBot, Ecosystem

_COMMENT_LINE = re.compile(r"^\s*//.*$", re.MULTILINE)


def read_dependency_bot(name: str, content: bytes) -> DependencyBot:
    """Read the configuration of a bot, by the file's name."""
    if name.startswith("dependabot"):
        updates = child(read_mapping(text_of(content)), "updates")
        return DependencyBot("dependabot", tuple(_watched(updates)))
    document = read_mapping(_COMMENT_LINE.sub("", text_of(content)).replace("\t", " "))
    managers = tuple(Ecosystem(leaf.pos, cut(leaf.text)) for leaf in leaves(child(document, "enabledManagers")))
    return DependencyBot("renovate", managers, scalar(child(document, "enabled")) != "false")


def _watched(updates: Node | None) -> list[Ecosystem]:
    items = updates.items[:MAX_ENTRIES] if isinstance(updates, Sequence) else []
    named = [(item.pos, scalar(child(item, "package-ecosystem"))) for item in items if isinstance(item, Mapping)]
    return [Ecosystem(pos, cut(name)) for pos, name in named if name]
