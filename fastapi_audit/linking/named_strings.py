"""String constants under a name: assigned, defaults, keyword arguments, items of dicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fastapi_audit.facts import syntax
from fastapi_audit.model.code import Blocks, Call, NamedString
from fastapi_audit.model.module import Class, Function, Module


@dataclass(frozen=True, slots=True)
class _Scope:
    module: Module
    function: Function | None
    cls: Class | None


def named_strings_of(
    module: Module,
    functions: Mapping[int, Function],
    classes: Mapping[int, Class],
    calls: Mapping[int, Call],
) -> list[NamedString]:
    """Return the named strings of a module in the order of the source.

    `functions`, `classes` and `calls` are those of the module: by position, calls by the identity of their nodes.
    """
    walker = _Walker(functions, classes, calls)
    return sorted(walker.walk(module.facts.statements, _Scope(module, None, None)), key=lambda item: item.node.pos)


@dataclass(frozen=True, slots=True)
class _Walker:
    functions: Mapping[int, Function]
    classes: Mapping[int, Class]
    calls: Mapping[int, Call]

    def walk(self, node: object, scope: _Scope) -> Iterator[NamedString]:
        """Yield the named strings in a node or in a tuple of nodes."""
        if isinstance(node, tuple):
            for item in node:
                yield from self.walk(item, scope)
        elif isinstance(node, syntax.Node):
            yield from self._named(node, scope)
            yield from self._below(node, scope)

    def _below(self, node: syntax.Node, scope: _Scope) -> Iterator[NamedString]:
        if isinstance(node, syntax.FunctionDef):
            function = self.functions.get(node.pos)
            yield from self.walk((node.params, node.decorators), scope)
            inner = _Scope(scope.module, function or scope.function, None)
            yield from self.walk(function.statements if function else node.statements(), inner)
            return
        if isinstance(node, syntax.ClassDef):
            scope = _Scope(scope.module, scope.function, self.classes.get(node.pos))
        for name in node.__struct_fields__:
            yield from self.walk(getattr(node, name), scope)

    def _named(self, node: syntax.Node, scope: _Scope) -> Iterator[NamedString]:
        if isinstance(node, syntax.Assign):
            for target in node.targets:
                yield from _string(_target_name(target), node.value, _context(target, scope), scope)
        elif isinstance(node, syntax.AnnAssign) and node.value is not None:
            yield from _string(_target_name(node.target), node.value, _context(node.target, scope), scope)
        elif isinstance(node, syntax.Parameter) and node.default is not None:
            yield from _string(node.name, node.default, "default", scope)
        elif isinstance(node, syntax.Call):
            call = self.calls.get(id(node))
            for argument in node.args:
                if argument.keyword is not None:
                    name = call.name if call is not None else None
                    yield from _string(argument.keyword, argument.value, "argument", scope, name)
        elif isinstance(node, syntax.Dict):
            for key, value in node.items:
                if isinstance(key, syntax.Constant) and isinstance(key.value, str):
                    yield from _string(key.value, value, "key", scope)


def _string(
    name: str | None, value: syntax.Expr, context: str, scope: _Scope, callee: str | None = None
) -> Iterator[NamedString]:
    if name is None or not isinstance(value, syntax.Constant) or not isinstance(value.value, str):
        return
    blocks: Blocks = ()
    yield NamedString(scope.module, scope.function, value, blocks, name, value.value, context, callee, scope.cls)


def _target_name(target: syntax.Expr) -> str | None:
    if isinstance(target, syntax.Name):
        return target.id
    if isinstance(target, syntax.Attribute):
        return target.attr
    if isinstance(target, syntax.Subscript) and len(target.index) == 1:
        key = target.index[0]
        return key.value if isinstance(key, syntax.Constant) and isinstance(key.value, str) else None
    return None


def _context(target: syntax.Expr, scope: _Scope) -> str:
    if isinstance(target, syntax.Subscript):
        return "key"
    return "attribute" if isinstance(target, syntax.Attribute) or scope.cls is not None else "variable"
