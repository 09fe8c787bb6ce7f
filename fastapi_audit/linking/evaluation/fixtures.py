"""Pytest fixtures: which function provides a test's parameter (pytest documentation, "Fixture availability")."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence

from fastapi_audit.linking.evaluation.types import dotted_name
from fastapi_audit.model.module import Module
from fastapi_audit.model.values import ExternalObject, FunctionValue, Known, Value

DECORATORS = ("pytest.fixture", "pytest_asyncio.fixture")


def find_fixtures(functions: Iterable[FunctionValue]) -> dict[str, list[FunctionValue]]:
    """Return all fixtures by the name under which tests ask for them."""
    found: dict[str, list[FunctionValue]] = {}
    for function in functions:
        for decoration in function.decorations:
            name = _fixture_name(decoration, function)
            if name is not None:
                found.setdefault(name, []).append(function)
    return found


def _fixture_name(decoration: Value, function: FunctionValue) -> str | None:
    if isinstance(decoration, ExternalObject) and decoration.call is not None:
        if decoration.call.name not in DECORATORS:
            return None
        named = decoration.call.named.get("name")
        return str(named.value) if isinstance(named, Known) else function.function.name
    return function.function.name if dotted_name(decoration) in DECORATORS else None


def params_of(fixture: FunctionValue) -> Value | None:
    """Return the list of what a fixture is given one after the other, as `request.param`; None when it is not."""
    made = (one.call for one in fixture.decorations if isinstance(one, ExternalObject) and one.call is not None)
    return next((call.named["params"] for call in made if call.name in DECORATORS and "params" in call.named), None)


def nearest_fixture(candidates: Sequence[FunctionValue], module: Module) -> FunctionValue | None:
    """Return the fixture that a module sees: of the same file, else of the deepest directory above it."""
    own = [fixture for fixture in candidates if fixture.function.module is module]
    if own:
        return own[-1]
    above = [fixture for fixture in candidates if _is_above(fixture.function.module.path, module.path)]
    ranked = sorted(above or candidates, key=lambda fixture: len(posixpath.dirname(fixture.function.module.path)))
    return ranked[-1] if ranked else None


def _is_above(conftest: str, path: str) -> bool:
    directory = posixpath.dirname(conftest)
    return not directory or path.startswith(directory + "/")
