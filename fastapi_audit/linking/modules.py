"""Which module of the project a dotted name means, for every import root."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from fastapi_audit.facts.syntax import ModuleFacts
from fastapi_audit.linking.namespaces import without_namespaces
from fastapi_audit.model.module import Module
from fastapi_audit.model.repository import Role, SourceFile

# What these hold is known by name; a tree with their source in it is read as if they were installed.
LIBRARIES = frozenset({"fastapi", "starlette", "pydantic"})


class ModuleIndex:
    """The modules of one service by name and by path.

    A file has one name: that under the deepest import root above it, or under the next one where files of the same
    directory would have to share theirs with others. It is found under the names of all import roots; a name that
    several have means the service's own.
    """

    def __init__(
        self,
        files: Iterable[SourceFile],
        facts: Mapping[str, ModuleFacts],
        import_roots: Iterable[str],
        is_own: Callable[[str], bool],
    ) -> None:
        known = sorted((file for file in files if file.path in facts), key=lambda file: file.path)
        own = without_namespaces({*import_roots, ""}, [file.path for file in known], [facts[one.path] for one in known])
        roots = sorted(own, key=lambda root: (-root.count("/") - bool(root), root))
        self.modules: list[Module] = []
        self._by_name: dict[str, Module] = {}
        self._packages: set[str] = set()
        self.by_path: dict[str, Module] = {}
        names_of = {file.path: [name for root in roots if (name := _dotted(file.path, root))] for file in known}
        for file, name in zip(known, _distinct_names(known, names_of), strict=True):
            module = Module(name, file.path, file.role, facts[file.path])
            self.modules.append(module)
            self.by_path[file.path] = module
        for module in sorted(self.modules, key=lambda one: not is_own(one.path)):
            for name in names_of[module.path]:
                if name.partition(".")[0] not in LIBRARIES:
                    self._by_name.setdefault(name, module)
                    self._packages.update(_parents(name))

    def find(self, name: str) -> Module | None:
        """Return the module of that dotted name."""
        return self._by_name.get(name)

    def is_namespace(self, name: str) -> bool:
        """Say whether a dotted name is a directory with modules in it, whether or not it has an `__init__.py`."""
        return name in self._packages

    def packages_around(self, module: Module) -> Iterator[Module]:
        """Yield the packages that a module is in, the outermost first."""
        for name in _parents(module.name):
            package = self._by_name.get(name)
            if package is not None and package is not module:
                yield package

    def absolute(self, module: Module, name: str, level: int) -> str:
        """Return the absolute name of what `from {'.' * level}{name} import …` in a module means."""
        if level == 0:
            return name
        parts = module.name.split(".")
        keep = len(parts) - level + (1 if module.is_package else 0)
        return ".".join([*parts[: max(keep, 0)], *([name] if name else [])])


def _distinct_names(files: Sequence[SourceFile], names_of: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield the name of each file. Scripts that lie in no package step aside together: they go by the first of their
    names under which none of the directory shares its name with another file.
    """
    packages = {posixpath.dirname(file.path) for file in files if posixpath.basename(file.path) == "__init__.py"}
    claims = Counter(name for file in files if file.role is not Role.TEST for name in names_of[file.path])
    shared: set[tuple[str, int]] = set()
    for file in files:
        directory = posixpath.dirname(file.path)
        if directory not in packages and file.role is not Role.TEST:
            shared |= {(directory, rank) for rank, name in enumerate(names_of[file.path]) if claims[name] > 1}
    for file in files:
        names, directory = names_of[file.path], posixpath.dirname(file.path)
        free = (name for rank, name in enumerate(names) if (directory, rank) not in shared)
        yield next(free, names[0] if names else file.path)


def _dotted(path: str, root: str) -> str | None:
    """Return the module name of a path below an import root, or None when Python could not import it by name."""
    if root and not path.startswith(root + "/"):
        return None
    relative = path[len(root) + 1 :] if root else path
    parts = relative.removesuffix(".py").split("/")
    if parts[-1] == "__init__":
        parts.pop()
    if not parts or not all(part.isidentifier() for part in parts):
        return None
    return ".".join(parts)


def _parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]
