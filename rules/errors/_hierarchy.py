"""The project's own exceptions: which are errors, and which are the base of others."""

import builtins

from fastapi_audit.rule_api import Class, Project

HTTP_EXCEPTIONS = ("fastapi.HTTPException", "starlette.exceptions.HTTPException")
_BUILTIN = tuple(
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)
)


def base_errors(project: Project) -> dict[Class, list[Class]]:
    """Return the project's errors at the top of a hierarchy, each with those derived from it, in the source's order."""
    errors = [cls for cls in project.classes if cls.is_a(*_BUILTIN, *HTTP_EXCEPTIONS)]
    roots = [error for error in errors if not any(error.inherits(other) for other in errors if other is not error)]
    derived = {base: [error for error in errors if error is not base and error.inherits(base)] for base in roots}
    return {base: below for base, below in derived.items() if below}
