"""Dependencies with everything below them, as FastAPI would resolve them for one route."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.evaluation.combine import present
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.iteration import iterate
from fastapi_audit.linking.evaluation.types import dotted_name, type_name
from fastapi_audit.linking.signatures import DependencyUse, read_signature
from fastapi_audit.model.module import Class, Function
from fastapi_audit.model.routing import Dependency
from fastapi_audit.model.values import (
    ClassValue,
    ExternalCall,
    ExternalObject,
    FunctionValue,
    Instance,
    Known,
    LambdaValue,
    PartialValue,
    Value,
)

SECURITY = "fastapi.security."
_PERMISSIVE = {"auto_error": False, "optional": True}  # arguments that let callers without credentials pass
MAX_DEPTH = 30


class Dependants:
    """Builds dependencies; the same callable under the same path parameters is built once."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        self._built: dict[tuple[int, bool, frozenset[str]], Dependency] = {}
        self._alive: list[Value] = []  # what the identities above belong to

    def build(self, use: DependencyUse, level: str, path_names: frozenset[str], depth: int = 0) -> Dependency:
        """Return the dependency that a `Depends` names, at a level ("handler", "router" …)."""
        key = (id(use.target), use.is_view, path_names)
        below = self._built.get(key)
        if below is None:
            below = self._build(use, level, path_names, depth)
            self._built[key] = below
            self._alive.append(use.target)
        return replace(below, place=use.place, level=level, scopes=_scopes(use.call), variable=use.variable)

    def build_all(
        self, uses: Iterable[DependencyUse], level: str, path_names: frozenset[str], depth: int = 0
    ) -> tuple[Dependency, ...]:
        """Return the dependencies of several uses, in order."""
        return tuple(self.build(use, level, path_names, depth) for use in uses)

    def _build(self, use: DependencyUse, level: str, path_names: frozenset[str], depth: int) -> Dependency:
        options = tuple(option for option in present(use.target) if _name(option) != "?")
        settled = self._build_settled(replace(use, target=_settled(use.target)), level, path_names, depth)
        if len(options) < 2:
            return replace(settled, target=use.target)
        alternatives = (self.build(replace(use, target=one), level, path_names, depth) for one in options)
        return replace(settled, target=use.target, alternatives=tuple(alternatives))

    def _build_settled(self, use: DependencyUse, level: str, path_names: frozenset[str], depth: int) -> Dependency:
        target = use.target
        function, cls = _definition(target)
        scheme, raises = scheme_of(target)
        if depth >= MAX_DEPTH:
            return Dependency(_name(target), use.place, level, function, cls, scheme, raises)
        signature = read_signature(use, path_names, self._interpreter)
        return Dependency(
            _name(target),
            use.place,
            level,
            function,
            cls,
            scheme,
            raises,
            parameters=tuple(signature.parameters),
            dependencies=self.build_all(signature.dependencies, "dependency", path_names, depth + 1),
        )


def _settled(target: Value) -> Value:
    """Return the callable that a dependency names; where branches give several (a cache, then a new one), the last."""
    return present(target)[-1]


def listed_dependencies(value: Value | None) -> list[DependencyUse]:
    """Return the uses in a `dependencies=[Depends(a), …]` argument."""
    uses: list[DependencyUse] = []
    for item in (iterate(value) or ()) if value is not None else ():
        if isinstance(item, ExternalObject) and item.call is not None:
            target = item.call.argument(0, "dependency")
            if target is not None:
                uses.append(DependencyUse(target, item.call.place, item.call))
    return uses


def callable_name(target: Value) -> str:
    """Return `module:qualname` of a callable of the project, or the dotted name of an external one; "?" if unknown."""
    return _name(target)


def _name(target: Value) -> str:
    if isinstance(target, PartialValue):
        return _name(target.function)
    function, cls = _definition(target)
    if isinstance(target, FunctionValue) and function is not None:
        return f"{function.module.name}:{function.qualname}"
    if cls is not None:
        return f"{cls.module.name}:{cls.qualname}"
    if isinstance(target, LambdaValue):
        return target.name
    external = type_name(target) if isinstance(target, ExternalObject) else dotted_name(target)
    if external is None:
        return "?"
    module, _, name = external.rpartition(".")
    return f"{module}:{name}"


def _definition(target: Value) -> tuple[Function | None, Class | None]:
    if isinstance(target, PartialValue):
        return _definition(target.function)
    if isinstance(target, FunctionValue):
        return target.original.function, None
    if isinstance(target, ClassValue):
        return target.cls.find_method("__init__"), target.cls
    if isinstance(target, Instance):
        return target.cls.find_method("__call__"), target.cls
    return None, None


def scheme_of(target: Value) -> tuple[str | None, bool]:
    """Return the class name of a security scheme, and whether it refuses a request without credentials."""
    if isinstance(target, ExternalObject) and target.type is not None and target.type.startswith(SECURITY):
        return target.type.rpartition(".")[2], _refuses(target.call)
    if isinstance(target, Instance):
        external = [base for base in target.cls.ancestors if isinstance(base, str) and base.startswith(SECURITY)]
        if external:
            auto_error = target.attributes.get("auto_error")
            return target.cls.name, not (isinstance(auto_error, Known) and auto_error.value is False)
    if isinstance(target, ExternalObject) and target.call is not None:
        return None, target.call.name in names("security", "dependencies") and _refuses(target.call)
    return None, False


def _refuses(call: ExternalCall | None) -> bool:
    return call is None or not any(call.argument(None, name) == Known(value) for name, value in _PERMISSIVE.items())


def _scopes(call: ExternalCall | None) -> tuple[str, ...]:
    scopes = call.argument(1, "scopes") if call is not None else None
    items = iterate(scopes) if scopes is not None else None
    return tuple(str(item.value) for item in items or () if isinstance(item, Known))
