"""What dependencies do for strangers, callers that show no credentials at all: refuse them, or let them pass."""

from __future__ import annotations

from fastapi_audit.linking.callees import called_function
from fastapi_audit.linking.credentials import is_credential, looks
from fastapi_audit.linking.evaluation.arguments import Arguments
from fastapi_audit.linking.evaluation.combine import combine, present
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.reading import parameter_value, provided_value
from fastapi_audit.linking.refusals import Refusals
from fastapi_audit.linking.trial import Trial
from fastapi_audit.model.routing import Dependency
from fastapi_audit.model.values import (
    NONE,
    ClassValue,
    Collection,
    ExternalObject,
    Instance,
    PartialValue,
    Unknown,
    Value,
)


class Strangers:
    """Answers, for dependencies, what they give to strangers."""

    def __init__(self, interpreter: Interpreter, refusals: Refusals) -> None:
        self._interpreter = interpreter
        self._refusals = refusals
        self._given: dict[tuple[object, ...], Value | None] = {}

    def pass_by(self, dependency: Dependency) -> bool:
        """Say whether a dependency surely lets strangers pass, whatever it does with those who show something wrong."""
        return self._gives(dependency) is not None

    def _gives(self, dependency: Dependency) -> Value | None:
        """Return what a dependency gives to a stranger; None when it refuses, or may do so for all that can be told."""
        target = dependency.target
        if target is None:
            return None
        key = (target, dependency.parameters, dependency.dependencies)
        if key not in self._given:
            self._given[key] = self._found(dependency, target)
        return self._given[key]

    def _found(self, dependency: Dependency, target: Value) -> Value | None:
        if len(present(target)) > 1 or dependency.raises_without_credentials:
            return None
        target = present(target)[0]
        if not any(map(self._matters, dependency.walk())):
            return provided_value(target, self._interpreter)
        arguments = self._arguments(dependency, target)
        if arguments is None:
            return None
        if dependency.scheme is not None and dependency.function is None:
            return NONE
        if isinstance(target, ClassValue):
            made = self._interpreter.typical_instance(target.cls)
            is_open = dependency.function is None or self._carried_out(target, arguments) is not None
            return made if is_open else None
        return self._carried_out(target, arguments)

    def _matters(self, dependency: Dependency) -> bool:
        """Say whether a dependency may have to do with who calls: whether it looks, refuses, or is not known."""
        if dependency.function is None and dependency.cls is None:
            return True
        is_refusing = dependency.function is not None and self._refusals.refuses(dependency.function)
        return is_refusing or looks(dependency, self._refusals)

    def _arguments(self, dependency: Dependency, target: Value) -> Arguments | None:
        """Return what a dependency is called with for a stranger; None when FastAPI refuses before."""
        named: dict[str, Value] = {}
        for parameter in dependency.parameters:
            if is_credential(parameter) and parameter.default is None:
                return None
            if is_credential(parameter) and parameter.default is not None:
                named[parameter.variable] = parameter.default
        for inner in dependency.dependencies:
            given = self._gives(inner)
            if given is None:
                return None
            if not isinstance(given, (ExternalObject, Instance, Unknown)):  # of those, the annotation tells more
                named[inner.variable] = given
        return Arguments(list(target.positional) if isinstance(target, PartialValue) else [], named)

    def _carried_out(self, target: Value, arguments: Arguments) -> Value | None:
        function = called_function(target, self._interpreter)
        if function is None:
            return None
        trial = Trial(self._interpreter, self._refusals)
        own = function.original
        taken = own.function.node.params[len(arguments.positional) + (function.bound is not None) :]
        for param in (param for param in taken if param.kind not in ("args", "kwargs")):
            if param.name not in arguments.named:
                value = parameter_value(param.name, param.kind, own, self._interpreter)
                arguments.named[param.name] = value
        result = trial.run(function, arguments)
        if any(map(trial.escapes, trial.obstacles)):
            return None
        is_generator = isinstance(result, Collection) and result.kind == "generator"
        return combine(result.items) if isinstance(result, Collection) and is_generator else result
