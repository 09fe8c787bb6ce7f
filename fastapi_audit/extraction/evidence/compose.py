"""Compose files: their services, with merges and anchors resolved, nothing interpolated."""

from collections.abc import Iterator

from fastapi_audit.extraction.evidence.text import cut, text_of
from fastapi_audit.extraction.evidence.yaml_tree import (
    Mapping,
    Node,
    Scalar,
    child,
    entries,
    leaves,
    read_mapping,
    scalar,
)
from fastapi_audit.extraction.evidence.yaml_tree import Sequence as YamlSequence
from fastapi_audit.facts.containers import Compose, HealthCheck, Service, Variable

_MAX_SERVICES = 200


def read_compose(content: bytes) -> Compose:
    """Read a compose file."""
    document = read_mapping(text_of(content))
    services = entries(child(document, "services"))[:_MAX_SERVICES]
    return Compose(tuple(_service(name, node) for name, node in services))


def _service(name: Scalar, node: Node) -> Service:
    build = child(node, "build")
    return Service(
        pos=name.pos,
        name=name.text,
        image=scalar(child(node, "image")),
        build_context=scalar(build) or scalar(child(build, "context")),
        dockerfile=scalar(child(build, "dockerfile")),
        command=_words(child(node, "command")),
        entrypoint=_words(child(node, "entrypoint")),
        health_check=_health_check(child(node, "healthcheck")),
        environment=tuple(_variables(child(node, "environment"))),
        ports=tuple(_ports(child(node, "ports"))),
        labels=(*_variables(child(node, "labels")), *_variables(child(node, "deploy", "labels"))),
        user=scalar(child(node, "user")),
        mounts=tuple(_mounts(child(node, "volumes"))),
        replicas=scalar(child(node, "deploy", "replicas")) or scalar(child(node, "scale")),
        restart=scalar(child(node, "restart")) or scalar(child(node, "deploy", "restart_policy", "condition")),
        is_watched=child(node, "develop", "watch") is not None,
        command_pos=next((key.pos for key, _ in entries(node) if key.text in ("command", "entrypoint")), 0),
    )


def _words(node: Node | None) -> tuple[str, ...]:
    return tuple(leaf.text for leaf in leaves(node) if leaf.text)


def _health_check(node: Node | None) -> HealthCheck | None:
    if not isinstance(node, Mapping):
        return None
    test = _words(child(node, "test"))
    is_disabled = (scalar(child(node, "disable")) or "").lower() == "true" or test[:1] == ("NONE",)
    return HealthCheck(node.pos, test, is_disabled)


def _variables(node: Node | None) -> Iterator[Variable]:
    for key, value in entries(node):
        text = scalar(value)
        yield Variable(key.pos, key.text, None if text is None else cut(text))
    if isinstance(node, YamlSequence):
        for leaf in leaves(node):
            name, equals, text = leaf.text.partition("=")
            yield Variable(leaf.pos, name, cut(text) if equals else None)


def _ports(node: Node | None) -> Iterator[str]:
    for item in node.items if isinstance(node, YamlSequence) else []:
        text = scalar(item)
        published, target = scalar(child(item, "published")), scalar(child(item, "target"))
        if text or target:
            yield text or (f"{published}:{target}" if published else str(target))


def _mounts(node: Node | None) -> Iterator[str]:
    for item in node.items if isinstance(node, YamlSequence) else []:
        text = scalar(item)
        source, target = scalar(child(item, "source")), scalar(child(item, "target"))
        if text or source:
            yield text or f"{source}:{target}"
