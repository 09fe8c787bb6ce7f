"""Which modules are a service's own code, in a repository that holds more than this service."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from posixpath import basename, dirname

from fastapi_audit.facts import syntax
from fastapi_audit.linking.modules import ModuleIndex
from fastapi_audit.linking.services import Service
from fastapi_audit.model.module import Module
from fastapi_audit.model.repository import Role
from fastapi_audit.model.tests import Test


def application_modules_of(service: Service, index: ModuleIndex) -> list[Module]:
    """Return the application modules below a service's directory, and those from elsewhere that these import."""
    application = [module for module in index.modules if module.role is Role.APPLICATION]
    members = _closure([module for module in application if service.is_own(module.path)], index)
    return [module for module in application if module in members]


def test_modules_of(service: Service, application: Iterable[Module], index: ModuleIndex) -> list[Module]:
    """Return the modules of tests below a service's directory, those from elsewhere that import its own code, and those
    of projects that it imports which import theirs, with every `conftest.py` around them.
    """
    code = set(application)
    tests = [module for module in index.modules if module.role is Role.TEST]
    found = [one for one in tests if service.is_own(one.path) or _tries(one, code, service, index)]
    around = {parent for module in found for parent in _directories(module.path)}
    shared = [one for one in tests if basename(one.path) == "conftest.py" and dirname(one.path) in around]
    members = {*found, *shared}
    return [module for module in tests if module in members]


def _tries(test: Module, code: Collection[Module], service: Service, index: ModuleIndex) -> bool:
    """Say whether a module of tests imports code of the service's own, or code that lies beside it in its project."""
    projects = {service.project_of(one.path) for one in _imported_by(test, index) if one in code}
    return not projects.isdisjoint((service.root, service.project_of(test.path)))


def tests_of_own_code(
    service: Service, tests: Sequence[Test], application: Iterable[Module], index: ModuleIndex
) -> list[Test]:
    """Return those of some tests that try a service's own code, and not only what it shares with others.

    Where it is alone in its repository and has none, those of the packages that it is made of take their place.
    """
    code = {module for module in application if service.is_own(module.path)}
    modules = {test.function.module for test in tests}
    own = {one for one in modules if service.is_own(one.path) or _tries(one, code, service, index)}
    found = [test for test in tests if test.function.module in own]
    return found if found or service.is_one_of_several else list(tests)


def _directories(path: str) -> Iterator[str]:
    while path:
        path = dirname(path)
        yield path


def modules_loaded_by(paths: Iterable[str], index: ModuleIndex) -> frozenset[str]:
    """Return the paths of some modules and of all that they import, inside of functions too."""
    modules = [index.by_path[path] for path in paths if path in index.by_path]
    around = [package for module in modules for package in index.packages_around(module)]
    return frozenset(module.path for module in _closure([*modules, *around], index))


def _closure(modules: Iterable[Module], index: ModuleIndex) -> set[Module]:
    waiting = list(modules)
    found = set(waiting)
    while waiting:
        for imported in _imported_by(waiting.pop(), index):
            if imported not in found:
                found.add(imported)
                waiting.append(imported)
    return found


def _imported_by(module: Module, index: ModuleIndex) -> Iterator[Module]:
    for name in _names_imported_by(module, index):
        found = index.find(name)
        if found is not None:
            yield found
            yield from index.packages_around(found)


def _names_imported_by(module: Module, index: ModuleIndex) -> Iterator[str]:
    for statement in module.facts.imports:
        if isinstance(statement, syntax.Import):
            yield from (alias.name for alias in statement.names)
        else:
            origin = index.absolute(module, statement.module, statement.level)
            yield origin
            yield from (f"{origin}.{alias.name}" for alias in statement.names)
