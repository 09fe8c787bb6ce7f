"""YAML, TOML and JSON as a flat list of values with the keys that lead to them."""

from collections.abc import Iterator

from fastapi_audit.extraction.evidence.text import cut
from fastapi_audit.extraction.evidence.toml_document import TomlDocument
from fastapi_audit.extraction.evidence.yaml_tree import MAX_ENTRIES, Node, Scalar, Sequence, entries
from fastapi_audit.facts.configurations import Setting

MAX_SETTINGS = 5_000
MAX_NESTING = 20


def settings_of(node: Node | None) -> tuple[Setting, ...]:
    """Return the leaves of a tree of YAML in its order, up to `MAX_SETTINGS`."""
    found: list[Setting] = []
    pending: list[tuple[Node, tuple[str, ...]]] = [(node, ())] if node is not None else []
    visited = 0
    while pending and len(found) < MAX_SETTINGS and visited < 2 * MAX_SETTINGS:
        current, path = pending.pop()
        visited += 1
        if isinstance(current, Scalar):
            found.append(Setting(current.pos, path, cut(current.text)))
        elif len(path) < MAX_NESTING:
            pending += [(inner, (*path, key)) for key, inner in reversed(list(_below(current)))]
    return tuple(found)


def _below(node: Node) -> Iterator[tuple[str, Node]]:
    if isinstance(node, Sequence):
        yield from ((str(number), item) for number, item in enumerate(node.items[:MAX_ENTRIES]))
    else:
        yield from ((key.text, value) for key, value in entries(node))


def settings_of_toml(document: TomlDocument) -> tuple[Setting, ...]:
    """Return the values of a TOML file; booleans are "true" and "false"."""
    found: list[Setting] = []
    pending: list[tuple[object, tuple[str, ...]]] = [(document.top, ())]
    while pending and len(found) < MAX_SETTINGS:
        current, path = pending.pop()
        if isinstance(current, dict):
            inner = [(value, (*path, str(key))) for key, value in current.items()]
        elif isinstance(current, list):
            inner = [(value, (*path, str(number))) for number, value in enumerate(current)]
        else:
            text = str(current).lower() if isinstance(current, bool) else str(current)
            keys = [key for key in path if not key.isdecimal()]
            found.append(Setting(document.position_of(*keys), path, cut(text)))
            continue
        if len(path) < MAX_NESTING:
            pending += reversed(inner)
    return tuple(found)
