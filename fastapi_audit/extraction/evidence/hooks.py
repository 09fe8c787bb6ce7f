"""The hooks of `.pre-commit-config.yaml`."""

from collections.abc import Iterator

from fastapi_audit.extraction.evidence.text import cut, text_of
from fastapi_audit.extraction.evidence.yaml_tree import Node, child, items_of, leaves, read_mapping, scalar
from fastapi_audit.facts.automation import Hook, Hooks

_MAX_HOOKS = 500


def read_hooks(content: bytes) -> Hooks:
    """Read a configuration of pre-commit."""
    document = read_mapping(text_of(content))
    hooks = [hook for repository in items_of(child(document, "repos")) for hook in _hooks(repository)]
    service = child(document, "ci")
    skipped = None if service is None else _texts(child(service, "skip"))
    return Hooks(tuple(hooks[:_MAX_HOOKS]), skipped)


def _hooks(repository: Node) -> Iterator[Hook]:
    source = scalar(child(repository, "repo")) or ""
    for item in items_of(child(repository, "hooks")):
        name = scalar(child(item, "id"))
        if name:
            entry = cut(scalar(child(item, "entry")) or "")
            arguments, stages = _texts(child(item, "args")), _texts(child(item, "stages"))
            yield Hook(item.pos, cut(source), cut(name), entry, arguments, stages)


def _texts(node: Node | None) -> tuple[str, ...]:
    return tuple(cut(leaf.text) for leaf in leaves(node))
