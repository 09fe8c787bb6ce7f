"""YAML as a tree of texts with positions.

Built from the parser's events, so that no tag constructs anything. An alias is the node itself, shared and never
copied; walks are bounded by `MAX_ENTRIES` all the same. Scalars stay text: nothing here needs YAML's numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from fastapi_audit.extraction.evidence.text import UnreadableError, first_line_of
from fastapi_audit.facts.positions import position

MAX_SIZE = 1024 * 1024
MAX_NODES = 100_000
MAX_DEPTH = 100
MAX_ENTRIES = 1_000
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where PyYAML was built with libyaml


@dataclass(slots=True, eq=False)
class Scalar:
    """A leaf."""

    pos: int
    text: str


@dataclass(slots=True, eq=False)
class Sequence:
    """A list."""

    pos: int
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Mapping:
    """A mapping; keys that are no scalars are left out."""

    pos: int
    items: list[tuple[Scalar, Node]] = field(default_factory=list)


Node = Scalar | Sequence | Mapping


def read_documents(text: str) -> list[Node]:
    """Return the documents of a YAML text; raise `UnreadableError` when it is none or too much."""
    if len(text) > MAX_SIZE:
        raise UnreadableError(f"more than {MAX_SIZE} characters of YAML")
    try:
        return _documents(yaml.parse(text, Loader=_Loader))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UnreadableError(f"no valid YAML: {first_line_of(error)}") from error


def read_mapping(text: str) -> Mapping:
    """Return the first document, which must be a mapping."""
    documents = read_documents(text)
    if not documents or not isinstance(documents[0], Mapping):
        raise UnreadableError("no mapping at the top of the YAML file")
    return documents[0]


def entries(node: Node | None) -> list[tuple[Scalar, Node]]:
    """Return the entries of a mapping with its merges (`<<`) resolved, own keys first; of other nodes, none."""
    seen: dict[str, tuple[Scalar, Node]] = {}
    pending = [node]
    visited = 0
    while pending and visited < MAX_DEPTH:
        current = pending.pop(0)
        visited += 1
        if isinstance(current, Sequence):
            pending[:0] = current.items[:MAX_DEPTH]
        elif isinstance(current, Mapping):
            for key, value in current.items[:MAX_ENTRIES]:
                if key.text == "<<":
                    pending.append(value)
                else:
                    seen.setdefault(key.text, (key, value))
    return list(seen.values()) if isinstance(node, Mapping) else []


def child(node: Node | None, *keys: str) -> Node | None:
    """Follow keys down through mappings."""
    for key in keys:
        node = next((value for name, value in entries(node) if name.text == key), None)
    return node


def scalar(node: Node | None) -> str | None:
    """Return the text of a leaf; None for everything else, and for YAML's null."""
    return node.text if isinstance(node, Scalar) and node.text not in ("", "~", "null") else None


def items_of(node: Node | None) -> list[Node]:
    """Return the items of a list, up to `MAX_ENTRIES`; of anything else, none."""
    return node.items[:MAX_ENTRIES] if isinstance(node, Sequence) else []


def leaves(node: Node | None) -> list[Scalar]:
    """Return a leaf, or all leaves of a list and the lists within, up to `MAX_ENTRIES`."""
    found: list[Scalar] = []
    pending: list[tuple[Node | None, int]] = [(node, 0)]
    visited = 0
    while pending and visited < MAX_ENTRIES:
        current, depth = pending.pop()
        visited += 1
        if isinstance(current, Scalar):
            found.append(current)
        elif isinstance(current, Sequence) and depth < MAX_DEPTH:
            pending.extend((item, depth + 1) for item in reversed(current.items[:MAX_ENTRIES]))
    return found


def _documents(events: Iterator[yaml.Event]) -> list[Node]:
    documents: list[Node] = []
    anchors: dict[str, Node] = {}
    stack: list[_Open] = []
    for count, event in enumerate(events):
        if count > MAX_NODES:
            raise UnreadableError(f"more than {MAX_NODES} nodes of YAML")
        if isinstance(event, yaml.DocumentStartEvent):
            anchors = {}
        if isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            stack.pop()
            continue
        node = _node(event, anchors)
        if node is None:
            continue
        if stack:
            stack[-1].add(node)
        else:
            documents.append(node)
        if isinstance(event, yaml.CollectionStartEvent) and not isinstance(node, Scalar):
            stack.append(_Open(node))
            if len(stack) > MAX_DEPTH:
                raise UnreadableError(f"YAML nested more than {MAX_DEPTH} levels deep")
    return documents


@dataclass(slots=True)
class _Open:
    """A collection that is being filled; in a mapping, keys and values take turns."""

    node: Sequence | Mapping
    key: Node | None = None

    def add(self, node: Node) -> None:
        if isinstance(self.node, Sequence):
            self.node.items.append(node)
        elif self.key is None:
            self.key = node
        else:
            if isinstance(self.key, Scalar):
                self.node.items.append((self.key, node))
            self.key = None


def _node(event: yaml.Event, anchors: dict[str, Node]) -> Node | None:
    if isinstance(event, yaml.AliasEvent):
        if event.anchor not in anchors:
            raise UnreadableError("no valid YAML: an alias without its anchor")
        return anchors[event.anchor]
    if not isinstance(event, yaml.NodeEvent):
        return None
    mark = event.start_mark
    pos = position(mark.line + 1, mark.column + 1) if mark else 0
    node: Node
    if isinstance(event, yaml.ScalarEvent):
        node = Scalar(pos, event.value)
    else:
        node = Sequence(pos) if isinstance(event, yaml.SequenceStartEvent) else Mapping(pos)
    if event.anchor is not None:
        anchors[event.anchor] = node
    return node
