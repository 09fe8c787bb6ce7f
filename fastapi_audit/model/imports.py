"""Which module of the project imports which, where, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fastapi_audit.model.module import Module
from fastapi_audit.model.place import Place


@dataclass(frozen=True, eq=False, slots=True)
class Import:
    """One import of a module of the project by another one.

    `is_at_import`: it is carried out when the importing module is imported, and not when a function is called.
    `needs_content`: something in the imported module has to be there by then: a name is taken from it, or it is used
    while the importing module is imported.
    """

    module: Module
    target: Module
    place: Place
    is_at_import: bool
    needs_content: bool

    def __str__(self) -> str:
        return f"{self.module} imports {self.target}"


@dataclass(frozen=True, eq=False, slots=True)
class ImportCycle:
    """Modules that import one another while they are imported: all that can be reached from each other.

    `chain` is the shortest way around that begins with the first import that needs what it imports.
    """

    modules: frozenset[Module]
    chain: tuple[Import, ...]


@dataclass(frozen=True, slots=True)
class Imports:
    """The imports of all modules, by the path of the importing one, in the order of places.

    What stands below `TYPE_CHECKING` or `__name__ == "__main__"` is left out: no import of the module carries it out.
    `packages` are the packages around each module, which Python imports first. `cycles` are those of the service's own
    code in which something is needed at once, by each of their modules.
    """

    by_path: Mapping[str, Sequence[Import]] = field(default_factory=dict)
    packages: Mapping[str, Sequence[Module]] = field(default_factory=dict)
    cycles: Mapping[Module, ImportCycle] = field(default_factory=dict)

    def of(self, module: Module) -> Sequence[Import]:
        """Return the imports in a module."""
        return self.by_path.get(module.path, ())

    def loaded_by(
        self, modules: Iterable[Module], counts: Callable[[Import], bool] = lambda one: one.is_at_import
    ) -> frozenset[Module]:
        """Return modules and those that are loaded with them, packages around them included."""
        waiting = list(modules)
        found = set(waiting)
        while waiting:
            module = waiting.pop()
            reached = (*self.packages.get(module.path, ()), *(one.target for one in self.of(module) if counts(one)))
            new = [one for one in dict.fromkeys(reached) if one not in found]
            found.update(new)
            waiting += new
        return frozenset(found)
