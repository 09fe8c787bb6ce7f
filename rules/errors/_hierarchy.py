"""The project's own exceptions: which are errors, and which are the base of others."""

import builtins

from fastapi_audit.rule_api import Class, Project

HTTP_EXCEPTIONS = ("fastapi.HTTPException", "starlette.exceptions.HTTPException")
_BUILTIN = tuple(
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)
)


def base_errors(project: Project) -> dict[Class, list[Class]]:
    """Return the project's errors that others are derived from, each with those, in the order of the source."""
    errors = [cls for cls in project.classes if cls.is_a(*_BUILTIN, *HTTP_EXCEPTIONS)]
    derived = {base: [error for error in errors if error is not base and error.inherits(base)] for base in errors}
    return {base: below for base, below in derived.items() if below}
