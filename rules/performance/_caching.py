"""Caches in use: decorators, stores, values that are read before they are loaded, headers, proxies."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Call,
    Compose,
    Function,
    NamedString,
    Place,
    Project,
    names,
    place_at,
    secrecy,
    syntax,
)

from ._repetition import dependent, mentions

Found = tuple[Place, str]
HEADERS = frozenset({"cache-control", "etag"})
VIEWS = (["CREATE", "MATERIALIZED", "VIEW"], ["REFRESH", "MATERIALIZED", "VIEW"])


def caches(project: Project) -> Iterator[Found]:
    """Yield what keeps data at hand, with its place."""
    yield from by_decorator(project)
    for call in project.calls:
        if call.name in names("caching", "stores"):
            yield call.place, f"`{call.name}` is a cache"
    for function in project.functions:
        for read, _ in read_through(function, project):
            yield read.place, f"`{function.name}` asks a cache before it loads"
    yield from by_table(project)
    yield from by_view(project)
    yield from by_header(project)
    yield from by_proxy(project)


def by_decorator(project: Project) -> Iterator[Found]:
    for function in project.functions:
        kept = names("caches", "decorators") - names("caching", "of_objects")
        known = names("caching", "decorators") | (kept if function in project.reaching_data else frozenset())
        found = sorted(function.decorators & known)
        if found:
            yield function.place, f"`{found[0]}` keeps what `{function.name}` gives"


def by_table(project: Project) -> Iterator[Found]:
    """Yield the tables that keep what was computed, by their names."""
    for table in project.tables:
        if not names("caching", "tables").isdisjoint(secrecy.words_of(table.cls.name)):
            yield table.cls.place, f"`{table.cls.name}` keeps what was computed"


def by_view(project: Project) -> Iterator[Found]:
    """Yield the statements that make or refresh a view which keeps its rows."""
    for one in project.subjects(NamedString):
        words = one.value.upper().split(maxsplit=3)[:3]
        if words in VIEWS:
            yield one.place, "a materialized view keeps what was computed"


def read_through(function: Function, project: Project) -> Iterator[tuple[Call, Call]]:
    """Yield the calls of a function that ask a cache and give what it has, each with the call that fills it."""
    calls = project.calls_in(function)
    fills = [call for call in calls if call.method in names("caching", "writes") and len(_arguments(call)) > 1]
    reads = [call for call in calls if call.method in names("caching", "reads")] if fills else []
    for read in reads:
        for fill in fills:
            if fill.node.pos > read.node.pos and _is_same_entry(read, fill) and _is_answered(read, fill, function):
                yield read, fill
                break


def _arguments(call: Call) -> tuple[syntax.Argument, ...]:
    return call.node.args if isinstance(call.node, syntax.Call) else ()


def _is_same_entry(read: Call, fill: Call) -> bool:
    """Say whether two calls are of one object, and their first arguments one key."""
    ones, others = _arguments(read), _arguments(fill)
    if not ones or not others:
        return False
    return _written(_receiver(read)) == _written(_receiver(fill)) and _written(ones[0].value) == _written(
        others[0].value
    )


def _receiver(call: Call) -> syntax.Node | None:
    func = call.node.func if isinstance(call.node, syntax.Call) else None
    return func.value if isinstance(func, syntax.Attribute) else None


def _written(node: syntax.Node | None) -> object:
    """Return an expression as it is written, without its places."""
    if node is None:
        return None
    parts = (getattr(node, name) for name in node.__struct_fields__ if name != "pos")
    return type(node).__name__, tuple(_content(part) for part in parts)


def _content(part: object) -> object:
    if isinstance(part, syntax.Node):
        return _written(part)
    return tuple(_content(item) for item in part) if isinstance(part, tuple) else part


def _is_answered(read: Call, fill: Call, function: Function) -> bool:
    """Say whether what the cache has is given back, and what is put into it is not made of that, as a counter is."""
    bound = {name for node in read.around for name in _bound(node)}
    found = dependent(bound, function.statements) if bound else frozenset[str]()
    returns = [node.value for node in function.nodes if isinstance(node, syntax.Return)]
    is_given = any(value is not None and mentions(value, found) for value in returns)
    return is_given and not any(mentions(one.value, bound) for one in _arguments(fill)[1:])


def _bound(node: syntax.Node) -> Iterator[str]:
    targets = node.targets if isinstance(node, syntax.Assign) else (getattr(node, "target", None),)
    if isinstance(node, (syntax.Assign, syntax.AnnAssign, syntax.NamedExpr)):
        yield from (target.id for target in targets if isinstance(target, syntax.Name))


def by_header(project: Project) -> Iterator[Found]:
    written = [one for one in project.subjects(NamedString) if one.name.lower() in HEADERS and one.context == "key"]
    for header in written:
        if _lets_keep(header.value):
            yield header.place, f"`{header.name}` lets others keep the answer"
    lines = {(header.place.path, header.place.line) for header in written}
    for function in dict.fromkeys(_answering(project)):
        for name, place in project.answers.of(function).headers.items():
            if name in HEADERS and (place.path, place.line) not in lines:
                yield place, f"`{name}` lets others keep the answer"


def _lets_keep(value: str) -> bool:
    return not any(word in value.lower().replace(" ", "") for word in names("caching", "forbidding"))


def _answering(project: Project) -> Iterator[Function]:
    yield from (route.handler for route in project.routes if route.handler is not None)
    for application in project.applications:
        yield from (function for middleware in application.middlewares for function in middleware.entries)


def by_proxy(project: Project) -> Iterator[Found]:
    yield from (
        (gateway.cache, f"{gateway} keeps answers") for gateway in project.gateways if gateway.cache is not None
    )
    for path, compose in project.evidence_of(Compose).items():
        for service in compose.services:
            if (service.image or "").partition(":")[0] in names("caching", "images"):
                yield place_at(path, service.pos), f"{service.name} keeps answers"


def expiring_values(project: Project) -> Iterator[Place]:
    """Yield where a client of Redis is told to keep a value for some time, for whatever purpose."""
    for call in project.calls:
        owner, _, method = (call.name or "").rpartition(".")
        if owner in names("caching", "clients") and (
            method in names("caching", "expiring") or not names("caching", "expiry").isdisjoint(call.named)
        ):
            yield call.place
