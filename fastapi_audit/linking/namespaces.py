"""Import roots that are namespace packages instead: code imports what is in them by the directory's own name."""

from __future__ import annotations

import posixpath
import sys
from collections.abc import Iterable, Iterator, Set

from fastapi_audit.facts import syntax


def without_namespaces(
    roots: Iterable[str], paths: Iterable[str], modules: Iterable[syntax.ModuleFacts]
) -> tuple[str, ...]:
    """Return the import roots but for those below another one that modules name as a package and never as a root.

    A package without an `__init__.py` (Python reference, "Namespace packages") cannot be told from a root otherwise.
    Directories of one name are portions of one package.
    """
    known, files = set(roots), list(paths)
    candidates = sorted(root for root in known if root and posixpath.dirname(root) in known)
    imported = {name for facts in modules for name in _imported(facts)} if candidates else set()
    inside = {root: [_module_path(path, root) for path in files if path.startswith(root + "/")] for root in candidates}
    doubtful = [root for root in candidates if imported.isdisjoint(path for path in inside[root] if _is_telling(path))]
    named = {name for root in doubtful if _is_named(name := posixpath.basename(root), inside[root], imported)}
    return tuple(sorted(known - {root for root in doubtful if posixpath.basename(root) in named}))


def _is_named(name: str, inside: Iterable[str], imported: Set[str]) -> bool:
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
