"""Dependabot and Renovate: which kinds of packages they watch."""

from fastapi_audit.extraction.evidence.text import cut, text_of, without_comment_lines, without_tabs
from fastapi_audit.extraction.evidence.yaml_tree import (
    Mapping,
    Node,
    child,
    items_of,
    leaves,
    read_mapping,
    scalar,
)
from fastapi_audit.facts.automation import DependencyBot, Ecosystem


def read_dependency_bot(name: str, content: bytes) -> DependencyBot:
    """Read the configuration of a bot, by the file's name."""
    if name.startswith("dependabot"):
        updates = child(read_mapping(text_of(content)), "updates")
        return DependencyBot("dependabot", tuple(_watched(updates)))
    document = read_mapping(without_tabs(without_comment_lines(text_of(content))))
    managers = tuple(Ecosystem(leaf.pos, cut(leaf.text)) for leaf in leaves(child(document, "enabledManagers")))
    return DependencyBot("renovate", managers, scalar(child(document, "enabled")) != "false")


def _watched(updates: Node | None) -> list[Ecosystem]:
    items = (item for item in items_of(updates) if isinstance(item, Mapping))
    named = [(item.pos, scalar(child(item, "package-ecosystem"))) for item in items]
    return [Ecosystem(pos, cut(name)) for pos, name in named if name]
