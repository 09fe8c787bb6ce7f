"""Which functions take the caller's token: through a security scheme, or out of the `Authorization` header by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from fastapi_audit.facts import syntax
from fastapi_audit.linking.dependants import SECURITY
from fastapi_audit.linking.evaluation.combine import present
from fastapi_audit.linking.evaluation.recorder import RecordedCall, Recorder
from fastapi_audit.linking.evaluation.types import dotted_name
from fastapi_audit.linking.refusals import REQUESTS
from fastapi_audit.model.module import Function
from fastapi_audit.model.place import Place
from fastapi_audit.model.routing import Route, TokenRead
from fastapi_audit.model.values import BoundExternal, ExternalObject, FunctionValue, Known, Origin, Value

HEADER = "authorization"
GETTERS = frozenset(f"{request}.headers.get" for request in REQUESTS)
HEADERS = frozenset(f"{request}.headers" for request in REQUESTS)
PARSERS = frozenset({
    "lower", "lstrip", "partition", "removeprefix", "replace", "rpartition", "rsplit", "split", "startswith", "strip",
})  # fmt: skip
TAKING = frozenset({"jose.jwt.decode", "jwt.decode"})


def token_reads(recorders: Mapping[Function, Recorder], routes: Iterable[Route]) -> list[TokenRead]:
    """Return one record for each function that takes a token, by hand before by scheme, in the order of places."""
    routes = list(routes)
    found = {read.function: read for read in _through_schemes(routes)}
    parameters = {
        (item.function, item.variable): item.place
        for route in routes
        for item in route.all_parameters
        if item.source == "header" and item.name.lower() == HEADER and item.function is not None
    }
    for function, recorder in recorders.items():
        places = {name: place for (owner, name), place in parameters.items() if owner is function}
        read = _by_hand(function, recorder, places, recorders)
        if read is not None:
            found[function] = read
    return sorted(found.values(), key=lambda read: read.place)


def _through_schemes(routes: Iterable[Route]) -> Iterator[TokenRead]:
    for route in routes:
        users = [(route.handler, [item for item in route.dependencies if item.level == "handler"])]
        users += [(item.function, list(item.dependencies)) for item in route.all_dependencies]
        for function, dependencies in users:
            for dependency in dependencies:
                if function is not None and dependency.scheme is not None:
                    yield TokenRead(function, dependency.place, dependency.scheme, False)


def _by_hand(
    function: Function, recorder: Recorder, parameters: Mapping[str, Place], recorders: Mapping[Function, Recorder]
) -> TokenRead | None:
    places = [*parameters.values(), *_header_reads(function, recorder)]
    if not places:
        return None
    origins = {Origin("parameter", name, function) for name in parameters}
    scheme = _own_scheme(function)
    return TokenRead(function, min(places), scheme, scheme is None and _is_parsed(recorder, origins, recorders))


def _own_scheme(function: Function) -> str | None:
    """Return the class of a method when it is a security scheme of the project."""
    ancestors = function.owner.ancestors if function.owner is not None else ()
    is_scheme = any(isinstance(base, str) and base.startswith(SECURITY) for base in ancestors)
    return function.owner.name if function.owner is not None and is_scheme else None


def _header_reads(function: Function, recorder: Recorder) -> Iterator[Place]:
    for call in recorder.calls.values():
        if dotted_name(call.callee) in GETTERS and call.positional and _is_header(call.positional[0]):
            yield function.module.at(call.node)
    for node, owner, _ in recorder.subscripts.values():
        key = node.index[0] if node.index else None
        if dotted_name(owner) in HEADERS and isinstance(key, syntax.Constant) and str(key.value).lower() == HEADER:
            yield function.module.at(node)


def _is_header(value: Value) -> bool:
    return isinstance(value, Known) and str(value.value).lower() == HEADER


def _is_parsed(recorder: Recorder, origins: set[Origin], recorders: Mapping[Function, Recorder]) -> bool:
    return any(
        _takes_apart(call, origins) or _hands_on(call, origins, recorders) for call in recorder.calls.values()
    ) or any(
        isinstance(node.index[0], syntax.Slice) and _is_token(owner, origins)
        for node, owner, _ in recorder.subscripts.values()
        if node.index
    )


def _takes_apart(call: RecordedCall, origins: set[Origin]) -> bool:
    if dotted_name(call.callee) in TAKING:
        return any(_is_token(value, origins) for value in call.positional)
    return any(
        isinstance(option, BoundExternal) and option.name in PARSERS and _is_token(option.owner, origins)
        for option in present(call.callee)
    )


def _hands_on(call: RecordedCall, origins: set[Origin], recorders: Mapping[Function, Recorder]) -> bool:
    """Say whether the header goes to a function of the project that takes it apart."""
    callee = present(call.callee)[0]
    if not isinstance(callee, FunctionValue) or callee.function not in recorders:
        return False
    function = callee.original.function
    params = [param.name for param in function.node.params][callee.bound is not None :]
    given = [*zip(params, call.positional, strict=False), *call.named.items()]
    inner = {Origin("parameter", name, function) for name, value in given if _is_token(value, origins)}
    return bool(inner) and any(_takes_apart(other, inner) for other in recorders[callee.function].calls.values())


def _is_token(value: Value, origins: set[Origin]) -> bool:
    """Say whether a value is the header's: read from the request, or one of these parameters."""
    return any(
        isinstance(option, ExternalObject)
        and (
            (option.origin is not None and option.origin in origins)
            or (
                option.call is not None and option.call.name in GETTERS and any(map(_is_header, option.call.positional))
            )
            or (option.type is not None and option.type.removesuffix("[]") in HEADERS)
        )
        for option in present(value)
    )
