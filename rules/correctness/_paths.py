"""Route paths as Starlette compiles them: which requests a path answers, and whether an earlier one takes them all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from fastapi_audit.rule_api import Route

PARAMETER = re.compile(r"{([a-zA-Z_][a-zA-Z0-9_]*)(?::([a-zA-Z_][a-zA-Z0-9_]*))?}")
ANYTHING = "{rest:path}"
CONVERTERS = {
    "str": "[^/]+",
    "path": ".*",
    "int": "[0-9]+",
    "float": r"[0-9]+(?:\.[0-9]+)?",
    "uuid": "[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}",
}
# Values that only a converter at least as wide takes; no path spells them out by chance.
SAMPLES = {
    "str": ("\x01", "\x01"),
    "path": ("", "\x01/\x01"),
    "int": ("7182818", "7182818"),
    "float": ("7182818", "7182818.28"),
    "uuid": ("0f8fad5bd9cb469fa16570867728950e", "0f8fad5b-d9cb-469f-a165-70867728950e"),
}
MAX_LENGTH, MAX_PARAMETERS_IN_SEGMENT = 300, 3


@lru_cache(maxsize=8192)
def shape(path: str) -> str:
    """Return a path without the names of its parameters: equal shapes answer the same requests."""
    return PARAMETER.sub(lambda match: "{:" + (match[2] or "str") + "}", path)


def shared_methods(first: Route, second: Route) -> tuple[str, ...]:
    """Return the methods that both routes answer, sorted; "WEBSOCKET" for two websockets."""
    if first.kind != second.kind:
        return ()
    return tuple(sorted(set(first.methods) & set(second.methods))) if first.methods else ("WEBSOCKET",)


def takes_all_of(earlier: str, later: str) -> bool:
    """Say whether every request that the later path is for matches the earlier path too."""
    samples = _samples(later)
    pattern = _pattern(earlier) if samples else None
    return pattern is not None and all(pattern.fullmatch(sample) for sample in samples)


def starts_of(path: str) -> Iterator[str]:
    """Yield what the paths of requests for a route may start with, up to the whole path."""
    for sample in _samples(path)[:1]:
        yield from (sample[:length] for length in range(len(sample) + 1))


@lru_cache(maxsize=8192)
def _pattern(path: str) -> re.Pattern[str] | None:
    if not _is_understood(path):
        return None
    parts = PARAMETER.split(path)
    literals, converters = parts[::3], [*parts[2::3], ""]
    text = "".join(
        re.escape(literal) + ("" if index == len(literals) - 1 else CONVERTERS[converter or "str"])
        for index, (literal, converter) in enumerate(zip(literals, converters, strict=True))
    )
    return re.compile(text, re.DOTALL)


@lru_cache(maxsize=8192)
def _samples(path: str) -> tuple[str, ...]:
    """Return paths of requests that stand for all that a path answers; none if its converters are not known."""
    if not _is_understood(path):
        return ()
    return tuple(_filled_in(path, number) for number in range(2))


def _filled_in(path: str, number: int) -> str:
    return PARAMETER.sub(lambda match: SAMPLES[match[2] or "str"][number], path)


def _is_understood(path: str) -> bool:
    """Say whether all converters are Starlette's own, and few enough that matching stays cheap."""
    converters = [converter or "str" for _, converter in PARAMETER.findall(path)]
    crowded = max(len(PARAMETER.findall(segment)) for segment in path.split("/")) > MAX_PARAMETERS_IN_SEGMENT
    return (
        len(path) <= MAX_LENGTH
        and not crowded
        and converters.count("path") <= 1
        and all(converter in CONVERTERS for converter in converters)
    )
