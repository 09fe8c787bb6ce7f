"""String constants under a name: assigned, defaults, arguments, items of dicts, what a name is compared with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeGuard

from fastapi_audit.facts import syntax, tree
from fastapi_audit.model.code import Call, NamedString
from fastapi_audit.model.module import Class, Function, Module

READERS = frozenset({"os.getenv", "os.environ.get", "os.environ.setdefault"})
WRAPPERS = frozenset({"Field", "Secret", "SecretStr"})


@dataclass(frozen=True, slots=True)
class _Scope:
    module: Module
    function: Function | None
    cls: Class | None
    within: tuple[str, ...] = ()

    def inside(self, name: str) -> _Scope:
        """Return the scope of what stands under a name in this one."""
        return _Scope(self.module, self.function, self.cls, (*self.within, name))


_LEAVES = frozenset({syntax.Constant, syntax.Name})
_OPENING = (syntax.FunctionDef, syntax.Dict, syntax.ClassDef, syntax.Argument)
_NAMING = (syntax.Assign, syntax.AnnAssign, syntax.Parameter, syntax.Call, syntax.Compare, syntax.Dict)


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

    def walk(self, nodes: Iterable[syntax.Node], scope: _Scope) -> Iterator[NamedString]:
        """Yield the named strings below some nodes of one scope, an outer name of a string before an inner one."""
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            if node.__class__ in _LEAVES:
                continue
            if isinstance(node, _NAMING):
                yield from self._named(node, scope)
            if isinstance(node, _OPENING):
                for below, inner in self._opened(node, scope):
                    yield from self.walk(below, inner)
            else:
                waiting += tree.children(node)

    def _opened(self, node: syntax.Node, scope: _Scope) -> Iterator[tuple[Iterable[syntax.Node], _Scope]]:
        """Yield what stands below a node that may open scopes, by scope."""
        if isinstance(node, syntax.FunctionDef):
            function = self.functions.get(node.pos)
            yield (*node.params, *node.decorators), scope
            body = function.statements if function else node.statements()
            yield body, _Scope(scope.module, function or scope.function, None)
        elif isinstance(node, syntax.Dict):
            for key, value in node.items:
                inner = scope.inside(str(key.value)) if _is_text(key) else scope
                yield ((value,) if key is None else (key, value)), inner
        elif isinstance(node, syntax.ClassDef):
            yield tree.children(node), _Scope(scope.module, scope.function, self.classes.get(node.pos))
        elif isinstance(node, syntax.Argument):
            yield (node.value,), scope if node.keyword is None else scope.inside(node.keyword)

    def _named(self, node: syntax.Node, scope: _Scope) -> Iterator[NamedString]:
        if isinstance(node, syntax.Assign):
            for target in node.targets:
                yield from _string(tree.name_of(target), node.value, _context(target, scope), scope)
        elif isinstance(node, syntax.AnnAssign) and node.value is not None:
            yield from _string(tree.name_of(node.target), node.value, _context(node.target, scope), scope)
        elif isinstance(node, syntax.Parameter) and node.default is not None:
            yield from _string(node.name, node.default, "default", scope)
        elif isinstance(node, syntax.Call):
            yield from self._arguments(node, scope)
        elif isinstance(node, syntax.Compare) and node.ops in (("==",), ("!=",)):
            yield from _string(tree.name_of(node.left), node.comparators[0], "comparison", scope)
        elif isinstance(node, syntax.Dict):
            for key, value in node.items:
                if isinstance(key, syntax.Constant) and isinstance(key.value, str):
                    yield from _string(key.value, value, "key", scope)

    def _arguments(self, node: syntax.Call, scope: _Scope) -> Iterator[NamedString]:
        call = self.calls.get(id(node))
        callee = call.name if call is not None else None
        first = node.args[0].value if node.args else None
        for position, argument in enumerate(node.args):
            name = argument.keyword or ""
            if _is_text(first) and _is_fallback(name, position, callee):
                name = str(first.value)
            yield from _string(name, argument.value, "argument", scope, callee)


def _is_fallback(name: str, position: int, callee: str | None) -> bool:
    """Say whether an argument is what a setting, named by the first argument, has when nobody sets it."""
    return name == "default" or (position == 1 and callee in READERS)


def _string(
    name: str | None, value: syntax.Expr, context: str, scope: _Scope, callee: str | None = None
) -> Iterator[NamedString]:
    if name is None:
        return
    for constant in _constants(value):
        yield NamedString(
            scope.module,
            scope.function,
            constant,
            (),
            name,
            str(constant.value),
            context,
            callee,
            scope.cls,
            scope.within,
        )


def _constants(value: syntax.Expr) -> Iterator[syntax.Constant]:
    """Yield the strings that a value may be: itself, what stands behind `or`, and what a wrapper of secrets holds."""
    if _is_text(value):
        yield value
    elif isinstance(value, syntax.BinaryOp) and value.op == "or":
        yield from _constants(value.right)
    elif isinstance(value, syntax.IfExp):
        yield from _constants(value.body)
        yield from _constants(value.orelse)
    elif isinstance(value, syntax.Call) and tree.name_of(value.func) in WRAPPERS:
        for position, argument in enumerate(value.args):
            if argument.keyword == "default" or (argument.keyword is None and position == 0):
                yield from _constants(argument.value)
    elif isinstance(value, syntax.Call) and isinstance(value.func, syntax.Attribute) and value.func.attr == "encode":
        yield from _constants(value.func.value)


def _is_text(node: syntax.Expr | None) -> TypeGuard[syntax.Constant]:
    return isinstance(node, syntax.Constant) and isinstance(node.value, str)


def _context(target: syntax.Expr, scope: _Scope) -> str:
    if isinstance(target, syntax.Subscript):
        return "key"
    return "attribute" if isinstance(target, syntax.Attribute) or scope.cls is not None else "variable"
