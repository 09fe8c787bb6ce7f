"""Where callers show who they are: the parameters and dependencies that take it."""

from __future__ import annotations

from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.refusals import Refusals
from fastapi_audit.model.module import Function
from fastapi_audit.model.routing import Dependency, Parameter

_SOURCES = ("header", "cookie")


def is_sent_as_credential(parameter: Parameter) -> bool:
    """Say whether a parameter is where credentials are sent."""
    return parameter.source in _SOURCES


def is_credential(parameter: Parameter) -> bool:
    """Say whether a parameter is where credentials are sent, or a query parameter that has the name of one."""
    name = parameter.name.lower().replace("-", "").replace("_", "")
    return is_sent_as_credential(parameter) or (
        parameter.source == "query" and name in names("security", "credential_parameters")
    )


def looks(dependency: Dependency, refusals: Refusals) -> bool:
    """Say whether a dependency itself looks at what its caller shows."""
    if dependency.scheme is not None or any(map(is_credential, dependency.parameters)):
        return True
    return dependency.function is not None and looks_itself(dependency.function, refusals)


def looks_itself(function: Function, refusals: Refusals) -> bool:
    """Say whether a function looks at the request's credentials, or compares what it gets with a secret."""
    return refusals.reads_credentials(function) or refusals.compares_secret(function)
