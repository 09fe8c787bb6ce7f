"""Identifiers of requests in the code of a service: where they are bound, answered, logged, or only mentioned."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from fastapi_audit.rule_api import Call, Function, FunctionValue, Place, Project, names, syntax, tree, values_inside

BINDS = frozenset({
    "loguru.Logger.bind", "loguru.Logger.contextualize", "loguru.logger.bind", "loguru.logger.configure",
    "loguru.logger.contextualize", "structlog.BoundLogger.bind", "structlog.contextvars.bind_contextvars",
    "structlog.contextvars.bound_contextvars", "structlog.stdlib.BoundLogger.bind",
    "structlog.threadlocal.bind_threadlocal",
})  # fmt: skip
SHAPES = frozenset({
    "logging.setLogRecordFactory", "loguru.logger.add", "loguru.logger.configure", "loguru.logger.patch",
    "structlog.configure", "structlog.configure_once", "structlog.stdlib.ProcessorFormatter",
})  # fmt: skip
RECORDS = ("logging.Filter", "logging.Formatter", "logging.Handler", "logging.LoggerAdapter", "logging.LogRecord")
SPANS = frozenset({"opentelemetry.trace.get_current_span", "opentelemetry.trace.format_trace_id"})
_ID = re.compile(r"(?:.*_)?(?:req|request|correlation|trace|tracking|transaction|operation)_?(?:id|uuid|identifier)")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def is_request_id(name: str) -> bool:
    """Say whether a variable, key or header is named for the identifier of a request."""
    return _ID.fullmatch(_HUMP.sub("_", name).replace("-", "_").lower()) is not None


def bound(project: Project) -> Iterator[tuple[Place, str]]:
    """Yield where an identifier is bound to the log, or added to records by what shapes them."""
    for call in project.calls:
        if call.name in BINDS and _binds_request_id(call):
            yield call.place, "the identifier is bound to the log"
    shaping = (*RECORDS, *names("logging", "formatters"))
    methods = (method for cls in project.classes if cls.is_a(*shaping) for method in cls.methods.values())
    handed = (function for call in project.calls if call.name in SHAPES for function in _functions_in(call))
    for function in project.reached((*methods, *handed), depth=2):
        if mentions(function) or any(call.name in SPANS for call in project.calls_in(function)):
            yield function.place, "the identifier is added to records"


def _binds_request_id(call: Call) -> bool:
    return any(map(is_request_id, call.named)) or any(map(is_request_id, _mentioned([call.node])))


def _functions_in(call: Call) -> Iterator[Function]:
    for value in (inner for given in (*call.positional, *call.named.values()) for inner in values_inside(given)):
        if isinstance(value, FunctionValue):
            yield value.original.function


def mentions(function: Function) -> bool:
    """Say whether a function has something to do with the identifier of a request, by a name in it."""
    return any(map(is_request_id, _mentioned(function.statements)))


def answered(functions: Iterable[Function], project: Project) -> Iterator[tuple[Place, str]]:
    """Yield where functions that requests pass put an identifier on the response, or into a log."""
    for function in functions:
        for header, place in sorted(project.answers.of(function).headers.items()):
            if is_request_id(header):
                yield place, f"{header} is put on the response"
        for log in project.log_calls_in(function):
            if any(map(is_request_id, _mentioned([log.node]))):
                yield log.place, "the identifier is logged with the request"


def _mentioned(nodes: Iterable[syntax.Node]) -> Iterator[str]:
    for node in tree.descendants(nodes):
        name = node.keyword if isinstance(node, syntax.Argument) else tree.name_of(node)
        if isinstance(node, syntax.Constant) and isinstance(node.value, str):
            name = node.value
        if name:
            yield name
