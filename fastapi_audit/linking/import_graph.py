"""Statements that import → which module of the project is imported, and whether its content is needed at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fastapi_audit.facts import syntax, tree
from fastapi_audit.linking.evaluation.imports import is_type_checking
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.import_cycles import find_cycles
from fastapi_audit.model.imports import Import, Imports
from fastapi_audit.model.module import Module
from fastapi_audit.model.values import ModuleValue, Pending

_TAGS = [str(record.__struct_config__.tag) for record in (syntax.Import, syntax.ImportFrom)]


@dataclass(frozen=True, slots=True)
class _Imported:
    """A module that a statement imports; `bound` is the name it gets, None when names are taken out of it."""

    target: Module
    bound: str | None


def build_imports(interpreter: Interpreter, own: Sequence[Module]) -> Imports:
    """Return the imports of all modules of a service, and the cycles among its own."""
    index = interpreter.index
    by_path = {module.path: tuple(_imports_of(module, interpreter)) for module in index.modules}
    packages = {module.path: tuple(index.packages_around(module)) for module in index.modules}
    cycles = find_cycles(own, by_path, packages)
    return Imports(by_path, packages, {module: cycle for cycle in cycles for module in cycle.modules})


def _imports_of(module: Module, interpreter: Interpreter) -> Iterator[Import]:
    found = [
        (statement, is_at_import, imported)
        for statement, is_at_import in _import_statements(module.facts.statements, is_at_import=True)
        for imported in _imported(statement, module, interpreter)
        if imported.target is not module
    ]
    is_bound = any(is_at_import and imported.bound is not None for _, is_at_import, imported in found)
    used = _names_used(module) if is_bound else frozenset()
    for statement, is_at_import, imported in found:
        needs = is_at_import and (imported.bound is None or imported.bound in used)
        yield Import(module, imported.target, module.at(statement), is_at_import, needs)


def _import_statements(
    statements: Sequence[syntax.Node], *, is_at_import: bool
) -> Iterator[tuple[syntax.ImportStatement, bool]]:
    """Yield the statements that import, and whether they run with the module, in the order of the source."""
    for node in statements:
        if isinstance(node, (syntax.Import, syntax.ImportFrom)):
            yield node, is_at_import
        elif isinstance(node, syntax.FunctionDef):
            if node.may_hold(*_TAGS):
                yield from _import_statements(node.statements(), is_at_import=False)
        elif isinstance(node, syntax.If):
            yield from _import_statements(_carried_out(node), is_at_import=is_at_import)
        elif isinstance(node, (syntax.ClassDef, syntax.With)):
            yield from _import_statements(node.body, is_at_import=is_at_import)
        elif isinstance(node, (syntax.For, syntax.While)):
            yield from _import_statements((*node.body, *node.orelse), is_at_import=is_at_import)
        elif isinstance(node, syntax.Try):
            handled = (statement for handler in node.handlers for statement in handler.body)
            inside = (*node.body, *handled, *node.orelse, *node.finalbody)
            yield from _import_statements(inside, is_at_import=is_at_import)
        elif isinstance(node, syntax.Match):
            inside = tuple(statement for case in node.cases for statement in case.body)
            yield from _import_statements(inside, is_at_import=is_at_import)


def _carried_out(node: syntax.If) -> tuple[syntax.Stmt, ...]:
    """Return the statements of a branch that an import of the module may carry out."""
    if is_type_checking(node.test) or tree.asks_for_main(node.test):
        return node.orelse
    return (*node.body, *node.orelse)


def _imported(statement: syntax.ImportStatement, module: Module, interpreter: Interpreter) -> Iterator[_Imported]:
    if isinstance(statement, syntax.Import):
        for alias in statement.names:
            target = interpreter.index.find(alias.name)
            if target is not None:
                yield _Imported(target, alias.asname or alias.name.partition(".")[0])
        return
    origin = interpreter.index.absolute(module, statement.module, statement.level)
    for alias in statement.names:
        below = _submodule(origin, alias.name, interpreter)
        target = below or interpreter.index.find(origin)
        if target is not None:
            yield _Imported(target, alias.asname or alias.name if below is not None else None)


def _submodule(origin: str, name: str, interpreter: Interpreter) -> Module | None:
    """Return the module that `from origin import name` gives, None where the package has a name of its own for it."""
    below = interpreter.index.find(f"{origin}.{name}")
    package = interpreter.index.find(origin)
    scope = interpreter.scopes.get(package.path) if package is not None else None
    own = scope.names.get(name) if scope is not None else None
    if below is None or package is None or own in (None, ModuleValue(below), Pending(package, name)):
        return below
    return None


def _names_used(module: Module) -> frozenset[str]:
    """Return the names that are read while a module is imported: outside of functions, lambdas and late annotations."""
    is_late = any(map(_makes_annotations_late, module.facts.statements))
    found: set[str] = set()
    waiting: list[syntax.Node] = list(module.facts.statements)
    while waiting:
        node = waiting.pop()
        if isinstance(node, syntax.Name):
            found.add(node.id)
        if not isinstance(node, syntax.Lambda):
            late = _annotations(node) if is_late else ()
            waiting += [inner for inner in tree.children(node) if not any(inner is one for one in late)]
    return frozenset(found)


def _makes_annotations_late(node: syntax.Stmt) -> bool:
    if not isinstance(node, syntax.ImportFrom) or node.module != "__future__":
        return False
    return any(alias.name == "annotations" for alias in node.names)


def _annotations(node: syntax.Node) -> tuple[syntax.Expr | None, ...]:
    if isinstance(node, (syntax.Parameter, syntax.AnnAssign)):
        return (node.annotation,)
    return (node.returns,) if isinstance(node, syntax.FunctionDef) else ()
