"""Import roots that are namespace packages instead: code imports what is in them by the directory's own name."""

from __future__ import annotations

import posixpath
import sys
from collections.abc import Iterable, Iterator

from fastapi_audit.facts import syntax


def without_namespaces(
    roots: Iterable[str], paths: Iterable[str], modules: Iterable[syntax.ModuleFacts]
) -> tuple[str, ...]:
    """Return the import roots but for those below another one that modules name as a package and never as a root.

    A package without an `__init__.py` (Python reference, "Namespace packages") cannot be told from a root otherwise.
    """
    known, files = set(roots), list(paths)
    candidates = {root for root in known if root and posixpath.dirname(root) in known}
    imported = {name for facts in modules for name in _imported(facts)} if candidates else set()
    namespaces = {root for root in candidates if _is_namespace(root, files, imported)}
    return tuple(sorted(known - namespaces))


def _is_namespace(root: str, paths: Iterable[str], imported: set[str]) -> bool:
    name = posixpath.basename(root)
    inside = [_module_path(path, root) for path in paths if path.startswith(root + "/")]
    if any(path in imported for path in inside if _is_telling(path)):
        return False
    return any(f"{name}.{path.removesuffix('.__init__')}" in imported for path in inside)


def _is_telling(module_path: str) -> bool:
    """Say whether importing that name means this file: that of a package alone may be an installed library's."""
    return "." in module_path.removesuffix(".__init__") or (
        not module_path.endswith(".__init__") and module_path not in sys.stdlib_module_names
    )


def _module_path(path: str, root: str) -> str:
    return path[len(root) + 1 :].removesuffix(".py").replace("/", ".")


def _imported(facts: syntax.ModuleFacts) -> Iterator[str]:
    """Yield the absolute names that the statements of a module's own body import."""
    for statement in facts.statements:
        if isinstance(statement, syntax.Import):
            yield from (alias.name for alias in statement.names)
        elif isinstance(statement, syntax.ImportFrom) and statement.level == 0:
            yield statement.module
            yield from (f"{statement.module}.{alias.name}" for alias in statement.names)
