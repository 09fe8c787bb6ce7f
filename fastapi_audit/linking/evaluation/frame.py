"""Where evaluation stands: the scope, the module, what is recorded, and how deep the calls are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from fastapi_audit.facts import syntax
from fastapi_audit.model.module import Class, Function, Module
from fastapi_audit.model.routing import Condition
from fastapi_audit.model.values import FunctionValue, Scope, Value

if TYPE_CHECKING:
    from fastapi_audit.linking.evaluation.arguments import Arguments
    from fastapi_audit.linking.evaluation.interpreter import Interpreter
    from fastapi_audit.linking.evaluation.recorder import Recorder


class Frame(msgspec.Struct):
    """One activation: of a module body, a class body or a function.

    `wires`: registrations on routers take effect and calls of project functions are carried out; otherwise functions
    are only read, and calls give what their annotations say. `blocks` are the compound statements around the current
    one, `conditions` the undecided branches in which it stands, those of the callers included. `suppose` says what
    calls give where a function is carried out as for a certain request, None where it has nothing to say.
    """

    interpreter: Interpreter
    module: Module
    scope: Scope
    wires: bool
    recorder: Recorder | None = None
    function: FunctionValue | None = None
    cls: Class | None = None
    owner: Function | None = None
    depth: int = 0
    blocks: tuple[syntax.Stmt | syntax.Handler, ...] = ()
    conditions: tuple[Condition, ...] = ()
    returned: list[Value] = msgspec.field(default_factory=list)
    yielded: list[Value] = msgspec.field(default_factory=list)
    suppose: Callable[[Value, Arguments, Frame], Value | None] | None = None

    def qualname(self, name: str) -> str:
        """Return what Python calls a function or class that is defined here."""
        if self.cls is not None and self.scope.is_class:
            return f"{self.cls.qualname}.{name}"
        return f"{self.owner.qualname}.<locals>.{name}" if self.owner is not None else name
