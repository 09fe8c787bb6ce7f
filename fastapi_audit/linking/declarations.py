"""Functions, classes and comments → marked parameters, defaults that may be shared, ignores of type checkers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from fastapi_audit.facts import syntax, tree
from fastapi_audit.linking.evaluation.annotations import annotation_of
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.types import ENUMS
from fastapi_audit.linking.model_fields import MARKERS
from fastapi_audit.model.declarations import DefaultValue, IgnoreComment, MarkedParameter, Treatment
from fastapi_audit.model.module import Class, Function, Module
from fastapi_audit.model.values import Collection, ExternalObject, Generic, Table, Value

ALL_MARKERS = frozenset({*MARKERS, "fastapi.Depends", "fastapi.File", "fastapi.Security"})
MUTABLE = frozenset({
    "bytearray", "collections.Counter", "collections.OrderedDict", "collections.defaultdict", "collections.deque",
})  # fmt: skip
CHANGING = frozenset({
    "add", "append", "appendleft", "clear", "difference_update", "discard", "extend", "extendleft", "insert",
    "intersection_update", "pop", "popitem", "popleft", "remove", "reverse", "setdefault", "sort", "update",
})  # fmt: skip
_IGNORE = re.compile(r"#\s*(type|pyright|ty|pyrefly|mypy):\s*ignore(-errors|_errors)?\b(?:\[([^\]]*)\])?")


def marked_parameters(functions: Iterable[Function], interpreter: Interpreter) -> Iterator[MarkedParameter]:
    """Yield the parameters of functions that carry a marker of FastAPI."""
    for function in functions:
        value = interpreter.function_values[function]
        for param in function.node.params:
            place = function.module.at(param)
            default = _marker(value.defaults.get(param.name))
            written = None if param.annotation is None else annotation_of(value, param.name, interpreter)
            inside = written.arguments[1:] if isinstance(written, Generic) else ()
            annotated = next((marker for item in inside if (marker := _marker(item)) is not None), None)
            if default is not None or annotated is not None:
                yield MarkedParameter(param.name, place, default or annotated or "", default is None)


def _marker(value: Value | None) -> str | None:
    call = value.call if isinstance(value, ExternalObject) else None
    return call.name.rpartition(".")[2] if call is not None and call.name in ALL_MARKERS else None


def parameter_defaults(functions: Iterable[Function], interpreter: Interpreter) -> Iterator[DefaultValue]:
    """Yield the parameters that have a default, with what becomes of those that are mutable."""
    for function in functions:
        value = interpreter.function_values[function]
        for param in function.node.params:
            if param.default is not None:
                is_shared = _is_made(param.default) and _is_mutable(value.defaults.get(param.name))
                treatment = _treatment(function, param.name) if is_shared else None
                yield DefaultValue(param.name, function.module.at(param), treatment, function)


def class_defaults(classes: Iterable[Class], interpreter: Interpreter) -> Iterator[DefaultValue]:
    """Yield the lists, dicts and sets in the bodies of plain classes that methods may take for their object's own."""
    for cls in classes:
        is_plain = not cls.is_dataclass and not interpreter.class_decorators.get(cls)
        scope = interpreter.class_scopes.get(cls)
        if not is_plain or scope is None or cls.is_a(*ENUMS) or any(isinstance(one, str) for one in cls.ancestors):
            continue
        for attribute in cls.attributes.values():
            value = scope.names.get(attribute.name)
            if attribute.value is not None and _is_made(attribute.value) and _is_mutable(value):
                yield DefaultValue(
                    f"{cls.name}.{attribute.name}", attribute.place, _treatment_in_class(cls, attribute.name)
                )


def _is_made(node: syntax.Expr) -> bool:
    """Say whether an expression makes something new each time it is evaluated, instead of naming it."""
    return isinstance(node, (syntax.Sequence, syntax.Dict, syntax.Call, syntax.Comprehension))


def _is_mutable(value: Value | None) -> bool:
    if isinstance(value, Collection):
        return value.kind in ("list", "set")
    return isinstance(value, Table) or (isinstance(value, ExternalObject) and value.type in MUTABLE)


def _treatment(function: Function, name: str) -> Treatment:
    """Return what a function does with a parameter; bound anew, it is the caller's no more."""
    nodes = function.nodes
    if any(_binds(node, name) for node in nodes):
        return Treatment.READ
    uses = [node for node in nodes if tree.is_name(node, name)]
    return _treatment_of(uses, function)


def _treatment_in_class(cls: Class, name: str) -> Treatment:
    """Return what methods do with an attribute through their object, unless one of them gives it one of its own."""
    found = Treatment.READ
    for method in cls.methods.values():
        first = method.node.params[0].name if method.node.params else ""
        if "classmethod" in method.decorators or "staticmethod" in method.decorators:
            continue
        nodes = method.nodes
        uses = [node for node in nodes if _is_attribute(node, first, name)]
        if any(isinstance(node, (syntax.Assign, syntax.AnnAssign)) and _is_target(node, uses) for node in nodes):
            return Treatment.READ
        found = Treatment.CHANGED if _treatment_of(uses, method) is Treatment.CHANGED else found
    return found


def _is_attribute(node: syntax.Node, owner: str, name: str) -> bool:
    is_named = isinstance(node, syntax.Attribute) and node.attr == name
    return is_named and isinstance(node, syntax.Attribute) and node.value == syntax.Name(node.value.pos, owner)


def _is_target(node: syntax.Assign | syntax.AnnAssign, uses: Sequence[syntax.Node]) -> bool:
    targets = node.targets if isinstance(node, syntax.Assign) else (node.target,)
    return any(target is use for target in targets for use in uses)


def _binds(node: syntax.Node, name: str) -> bool:
    targets = node.targets if isinstance(node, syntax.Assign) else ()
    single = (node.target,) if isinstance(node, (syntax.AnnAssign, syntax.For, syntax.NamedExpr)) else ()
    return any(tree.is_name(one, name) for one in (*targets, *single))


def _treatment_of(uses: Iterable[syntax.Node], function: Function) -> Treatment:
    found = {_treatment_by(use, function) for use in uses}
    return next(
        (treatment for treatment in (Treatment.CHANGED, Treatment.HANDED_ON) if treatment in found), Treatment.READ
    )


def _treatment_by(use: syntax.Node, function: Function) -> Treatment:
    parent = function.parents.get(id(use))
    around = function.parents.get(id(parent)) if parent is not None else None
    if isinstance(parent, syntax.Attribute) and isinstance(around, syntax.Call) and around.func is parent:
        return Treatment.CHANGED if parent.attr in CHANGING else Treatment.READ
    if isinstance(parent, syntax.AugAssign) and parent.target is use:
        return Treatment.CHANGED
    if isinstance(parent, syntax.Subscript) and parent.value is use:
        return Treatment.CHANGED if _is_written(parent, around) else Treatment.READ
    is_kept = isinstance(parent, (syntax.Assign, syntax.AnnAssign)) and not _is_local(parent)
    is_kept = is_kept or isinstance(parent, (syntax.Return, syntax.Yield))
    return Treatment.HANDED_ON if is_kept else Treatment.READ


def _is_written(node: syntax.Subscript, around: syntax.Node | None) -> bool:
    if isinstance(around, syntax.Assign):
        return any(target is node for target in around.targets)
    return isinstance(around, (syntax.AugAssign, syntax.Delete)) and around.target is node


def _is_local(node: syntax.Assign | syntax.AnnAssign) -> bool:
    targets = node.targets if isinstance(node, syntax.Assign) else (node.target,)
    return all(isinstance(target, syntax.Name) for target in targets)


def ignore_comments(modules: Iterable[Module]) -> Iterator[IgnoreComment]:
    """Yield the comments of modules that silence type checkers."""
    for module in modules:
        first = min((node.pos for node in module.facts.statements), default=0)
        for comment in module.facts.comments:
            for tool, whole, codes in _IGNORE.findall(comment.text):
                is_of_file = bool(whole) or (tool == "type" and comment.is_alone and comment.pos < first)
                if whole or tool != "mypy":
                    named = tuple(code.strip() for code in codes.split(",") if code.strip())
                    yield IgnoreComment(module.at(comment), comment.text, named, is_of_file)
