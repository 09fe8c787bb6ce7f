"""Which module of the project a dotted name means, for every import root."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fastapi_audit.facts.syntax import ModuleFacts
from fastapi_audit.model.module import Module
from fastapi_audit.model.repository import SourceFile


class ModuleIndex:
    """The modules of one service by name and by path.

    A file has one name: that under the deepest import root above it. It is found under the names that other import
    roots would give it as well.
    """

    def __init__(
        self, files: Iterable[SourceFile], facts: Mapping[str, ModuleFacts], import_roots: Iterable[str]
    ) -> None:
        roots = sorted(set(import_roots) | {""}, key=lambda root: (-root.count("/") - bool(root), root))
        self.modules: list[Module] = []
        self._by_name: dict[str, Module] = {}
        self._packages: set[str] = set()
        self.by_path: dict[str, Module] = {}
        for file in sorted(files, key=lambda file: file.path):
            if file.path not in facts:
                continue
            names = [name for root in roots if (name := _dotted(file.path, root))]
            module = Module(names[0] if names else file.path, file.path, file.role, facts[file.path])
            self.modules.append(module)
            self.by_path[file.path] = module
            for name in names:
                self._by_name.setdefault(name, module)
                self._packages.update(_parents(name))

    def find(self, name: str) -> Module | None:
        """Return the module of that dotted name."""
        return self._by_name.get(name)

    def is_namespace(self, name: str) -> bool:
        """Say whether a dotted name is a directory with modules in it, whether or not it has an `__init__.py`."""
        return name in self._packages

    def absolute(self, module: Module, name: str, level: int) -> str:
        """Return the absolute name of what `from {'.' * level}{name} import …` in a module means."""
        if level == 0:
            return name
        parts = module.name.split(".")
        keep = len(parts) - level + (1 if module.is_package else 0)
        return ".".join([*parts[: max(keep, 0)], *([name] if name else [])])


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
