"""Accesses to databases → what they change, and which calls lead there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from fastapi_audit.facts import syntax, tree
from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.row_origins import RowOrigins
from fastapi_audit.model.code import Call, DataAccess
from fastapi_audit.model.flow import Edge
from fastapi_audit.model.module import Function
from fastapi_audit.model.project import Project
from fastapi_audit.model.values import (
    ClassValue,
    Collection,
    ExternalObject,
    Instance,
    Known,
    Template,
    Value,
    options_of,
)
from fastapi_audit.model.writes import Effect, RowOrigin, Write, Writes

BUILDERS = ("sqlalchemy.", "sqlmodel.")
_VERB = re.compile(r"\b(select|insert|update|delete|replace|merge|truncate)\b", re.IGNORECASE)
_TABLE = re.compile(
    r"\b(?:insert\s+(?:or\s+\w+\s+)?into|update|delete\s+from|merge\s+into|replace\s+into)\s+[\"`]?([\w.]+)", re.I
)
_MAY_UPDATE = re.compile(r"\bon\s+(?:conflict|duplicate)\b|\bor\s+(?:replace|ignore)\b", re.IGNORECASE)
_OF_VERB = {
    "insert": Effect.INSERT,
    "update": Effect.UPDATE,
    "delete": Effect.DELETE,
    "truncate": Effect.DELETE,
    "replace": Effect.SAVE,
    "merge": Effect.SAVE,
}


def build_writes(project: Project) -> Writes:
    """Return what the functions of a service change in databases."""
    origins = RowOrigins(project)
    own: dict[Function, tuple[Write, ...]] = {}
    for function in project.functions:
        found = [_write(access, origins) for access in project.data_accesses_in(function)]
        if writes := tuple(write for write in found if write is not None):
            own[function] = writes
    return Writes(own, _leading(own, project), dict(_origins(own, project, origins)))


def _leading(own: Mapping[Function, object], project: Project) -> dict[Function, tuple[Edge, ...]]:
    """Return the edges that lead to a function that writes, by the function from which they go."""
    waiting, reaching = list(own), set(own)
    while waiting:
        for edge in project.flow.callers(waiting.pop()):
            if edge.caller is not None and edge.caller not in reaching:
                reaching.add(edge.caller)
                waiting.append(edge.caller)
    found: dict[Function, tuple[Edge, ...]] = {}
    for function in project.functions:
        if function in reaching:
            found[function] = tuple(edge for edge in project.flow.callees(function) if edge.callee in reaching)
    return found


def _origins(
    own: Mapping[Function, tuple[Write, ...]], project: Project, origins: RowOrigins
) -> Iterator[tuple[tuple[Edge, str], RowOrigin]]:
    """Yield where the rows come from that are given to parameters which are saved, over any number of calls."""
    saved = [(function, write.row.parameter) for function, writes in own.items() for write in writes]
    waiting = list(dict.fromkeys((function, name) for function, name in saved if name is not None))
    seen = set(waiting)
    while waiting:
        function, name = waiting.pop()
        for edge in project.flow.callers(function):
            origin = origins.given(edge, name) if edge.caller is not None else RowOrigin()
            yield (edge, name), origin
            if edge.caller is not None and origin.parameter is not None:
                onward = (edge.caller, origin.parameter)
                waiting += [] if onward in seen else [onward]
                seen.add(onward)


def _write(access: DataAccess, origins: RowOrigins) -> Write | None:
    call, function = access.call, access.function
    effect = _effect(access)
    if effect is None or function is None or not isinstance(call.node, syntax.Call):
        return None
    method = (call.name or "").rpartition(".")[2]
    if method not in names("writes", "rows") or effect is not Effect.SAVE:
        return Write(access, effect, _subject(access, origins))
    given = call.node.args[0].value if call.node.args else call.node.func
    row = given.value if isinstance(given, syntax.Attribute) and not call.node.args else given
    return Write(access, effect, _subject(access, origins), origins.of(row, function))


def _effect(access: DataAccess) -> Effect | None:
    """Return what an access does to what is stored; None where it only reads, or that is not known."""
    call = access.call
    if access.statement is not None:
        return _of_text(access.statement)
    method = (call.name or "").rpartition(".")[2]
    if method.startswith(("execute", "scalar", "exec", "fetch", "stream", "iterate")):
        return _of_statement(call.argument(0, "statement", "query"))
    return next((effect for effect in Effect if method in names("writes", effect.value)), None)


def _of_text(statement: Value) -> Effect | None:
    text = _text(statement)
    verb = _VERB.search(text)
    effect = _OF_VERB.get(verb.group(1).lower()) if verb is not None else None
    if effect is None and verb is not None and text.lstrip()[:4].lower() == "with":
        effect = next((_OF_VERB[found.lower()] for found in _VERB.findall(text) if found.lower() in _OF_VERB), None)
    return Effect.SAVE if effect is Effect.INSERT and _MAY_UPDATE.search(text) else effect


def _text(statement: Value) -> str:
    for option in options_of(statement):
        if isinstance(option, Known):
            return str(option.value)
        if isinstance(option, Template):
            return "".join(part if isinstance(part, str) else "x" for part in option.parts)
    return ""


def _of_statement(statement: Value | None) -> Effect | None:
    """Return what a statement does that was built with SQLAlchemy, by the calls that it was built with."""
    for option in options_of(statement) if statement is not None else ():
        name = option.call.name if isinstance(option, ExternalObject) and option.call is not None else ""
        parts = re.split(r"\(\)\.|\.", name) if name.startswith(BUILDERS) else []
        effect = next((_OF_VERB[part] for part in parts if part in ("insert", "update", "delete")), None)
        if effect is not None:
            may_update = not names("writes", "statements").isdisjoint(parts)
            return Effect.SAVE if effect is Effect.INSERT and may_update else effect
    return None


def _subject(access: DataAccess, origins: RowOrigins) -> str | None:
    """Return the name of what is written: of a class, of a table in the text, or of what the method is called on."""
    if access.statement is not None:
        table = _TABLE.search(_text(access.statement))
        return table.group(1).rpartition(".")[2] if table is not None else None
    named = next((name for value in access.call.positional[:1] if (name := _class_name(value))), None)
    if named is None and (access.call.name or "").rpartition(".")[0] in names("writes", "receivers"):
        return _receiver(access.call)
    return named or _built_for(access, origins)


def _class_name(value: Value) -> str | None:
    for option in options_of(value):
        if isinstance(option, (Instance, ClassValue)):
            return option.cls.name
        if isinstance(option, Collection) and option.items:
            return _class_name(option.items[0])
    return None


def _built_for(access: DataAccess, origins: RowOrigins) -> str | None:
    """Return the class or table that a query or statement inside a call, or given to it by name, is for."""
    if access.function is None:
        return None
    inside = {id(node) for node in tree.descendants(origins.parts(access.call.node, access.function))}
    for one in origins.calls_in(access.function):
        if id(one.node) in inside and one is not access.call:
            named = next((name for value in one.positional[:1] if (name := _class_name(value))), None)
            verb = (one.name or "").rpartition(".")[2]
            named = named or (_receiver(one) if verb in ("insert", "update", "delete") else None)
            if named is not None:
                return named
    return None


def _receiver(call: Call) -> str | None:
    node = call.node.func if isinstance(call.node, syntax.Call) else None
    return tree.name_of(node.value) if isinstance(node, syntax.Attribute) else None
