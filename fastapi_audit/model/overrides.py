"""Dependencies that tests replace."""

from __future__ import annotations

from fastapi_audit.facts import syntax
from fastapi_audit.model.code import Site


class Override(Site, frozen=True, eq=False):
    """One statement of the tests that puts something into an application's `dependency_overrides`. `application` is the
    expression in front of that; `function` the outermost around the statement, None at the top of a module.
    """

    application: syntax.Expr

    def __str__(self) -> str:
        return "override of a dependency"
