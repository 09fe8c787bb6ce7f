"""The hooks of `.pre-commit-config.yaml`."""

from collections.abc import Iterator

from fastapi_audit.extraction.evidence.text import cut, text_of
from fastapi_audit.extraction.evidence.yaml_tree import MAX_ENTRIES, Node, Sequence, child, read_mapping, scalar
from fastapi_audit.facts.automation import Hook, Hooks

_MAX_HOOKS = 500


def read_hooks(content: bytes) -> Hooks:
    """Read a configuration of pre-commit."""
    repositories = _items(child(read_mapping(text_of(content)), "repos"))
    hooks = [hook for repository in repositories for hook in _hooks(repository)]
    return Hooks(tuple(hooks[:_MAX_HOOKS]))


def _hooks(repository: Node) -> Iterator[Hook]:
    source = scalar(child(repository, "repo")) or ""
    for item in _items(child(repository, "hooks")):
        name = scalar(child(item, "id"))
        if name:
            yield Hook(item.pos, cut(source), cut(name), cut(scalar(child(item, "entry")) or ""))


def _items(node: Node | None) -> list[Node]:
    return node.items[:MAX_ENTRIES] if isinstance(node, Sequence) else []
