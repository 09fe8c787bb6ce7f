"""Imports: project modules are evaluated when they are met, as Python does; anything else is external."""

from __future__ import annotations

from fastapi_audit.facts import syntax
from fastapi_audit.linking.evaluation.frame import Frame
from fastapi_audit.linking.evaluation.iteration import iterate
from fastapi_audit.linking.names import canonical
from fastapi_audit.model.module import Module
from fastapi_audit.model.values import External, Known, ModuleValue, NamespaceValue, Pending, Unknown, Value


def import_names(node: syntax.Import, frame: Frame) -> None:
    """Carry out `import a.b as c`."""
    for alias in node.names:
        value = _imported_module(alias.name, alias, frame)
        if alias.asname is not None:
            frame.scope.names[alias.asname] = value
        else:
            first = alias.name.partition(".")[0]
            # A package that is installed comes before a directory of its name without an `__init__.py`: `alembic/`.
            is_installed = isinstance(value, External) and first != alias.name
            frame.scope.names[first] = (
                External(canonical(first))
                if is_installed
                else value
                if first == alias.name
                else _imported_module(first, alias, frame)
            )


def import_from(node: syntax.ImportFrom, frame: Frame) -> None:
    """Carry out `from a import b as c`."""
    name = frame.interpreter.index.absolute(frame.module, node.module, node.level)
    for alias in node.names:
        if alias.name == "*":
            _import_star(name, frame)
        else:
            frame.scope.names[alias.asname or alias.name] = _imported_name(name, alias, frame)


def is_type_checking(test: syntax.Expr) -> bool:
    """Say whether a condition is `TYPE_CHECKING`: true for type checkers only."""
    name = test.attr if isinstance(test, syntax.Attribute) else test.id if isinstance(test, syntax.Name) else ""
    return name == "TYPE_CHECKING"


def resolved(value: Pending, node: syntax.Node, frame: Frame) -> Value:
    """Return what a pending name stands for by now; a module that nobody has run yet is not run for its sake."""
    if value.module.path not in frame.interpreter.scopes:
        return Unknown(f"{value.module.name} is not imported yet")
    scope = frame.interpreter.module_scope(value.module)
    found = scope.names.get(value.name)
    if isinstance(found, Pending) and found != value:
        return resolved(found, node, frame)
    if found is not None and found != value:
        return found
    below = frame.interpreter.index.find(f"{value.module.name}.{value.name}")
    if below is not None:
        return ModuleValue(below)
    dotted = f"{value.module.name}.{value.name}"
    return frame.interpreter.unknown(dotted, frame.module, node, f"{value.module.name} has no name {value.name}")


def _imported_module(name: str, node: syntax.Node, frame: Frame) -> Value:
    index = frame.interpreter.index
    parts = name.split(".")
    for count in range(1, len(parts) + 1):  # Python runs the packages around a module first
        outer = index.find(".".join(parts[:count]))
        if outer is not None:
            frame.interpreter.module_scope(outer)
    module = index.find(name)
    if module is not None:
        return ModuleValue(module)
    if index.is_namespace(name):
        return NamespaceValue(name)
    if index.find(parts[0]) is not None and len(parts) > 1:
        return frame.interpreter.unknown(name, frame.module, node, f"{name} is not in the project")
    return External(canonical(name))


def _imported_name(module_name: str, alias: syntax.Alias, frame: Frame) -> Value:
    if any(isinstance(block, syntax.If) and is_type_checking(block.test) for block in frame.blocks):
        module = frame.interpreter.index.find(module_name)
        if module is not None:
            return Pending(module, alias.name)
    owner = _imported_module(module_name, alias, frame)
    if isinstance(owner, ModuleValue):
        return _from_module(owner.module, alias, frame)
    if isinstance(owner, NamespaceValue):
        found = _imported_module(f"{module_name}.{alias.name}", alias, frame)
        return External(canonical(f"{module_name}.{alias.name}")) if isinstance(found, Unknown) else found
    if isinstance(owner, External):
        return External(canonical(f"{module_name}.{alias.name}"))
    return owner


def _from_module(module: Module, alias: syntax.Alias, frame: Frame) -> Value:
    scope = frame.interpreter.module_scope(module)
    if alias.name in scope.names:
        return scope.names[alias.name]
    if module.path in frame.interpreter.in_progress:
        return Pending(module, alias.name)
    dotted = f"{module.name}.{alias.name}"
    below = frame.interpreter.index.find(dotted)
    if below is not None:
        frame.interpreter.module_scope(below)
        return ModuleValue(below)
    if frame.interpreter.index.is_namespace(dotted):
        return NamespaceValue(dotted)
    return frame.interpreter.unknown(dotted, frame.module, alias, f"{module.name} has no name {alias.name}")


def _import_star(name: str, frame: Frame) -> None:
    module = frame.interpreter.index.find(name)
    if module is None:
        return
    names = frame.interpreter.module_scope(module).names
    listed = iterate(names["__all__"]) if "__all__" in names else None
    if listed is None:
        public = [name for name in names if not name.startswith("_")]
    else:
        public = [str(item.value) for item in listed if isinstance(item, Known)]
    for public_name in public:
        if public_name in names:
            frame.scope.names[public_name] = names[public_name]
