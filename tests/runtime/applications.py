"""A description of a FastAPI application that spans modules, and its source.

The source of a definition names everything it does not define itself between guillemets: «name» for another definition,
«module:name» for what a library has. How a module imports such names is the module's own choice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import groupby, pairwise

from hypothesis.vendor.pretty import RepresentationPrinter

REFERENCE = re.compile("«(?:([^«»:]*):)?([^«»:]*)»")


class Style(Enum):
    """How a module gets at the names of another."""

    NAME = "from package.module import name"
    RENAMED = "from package.module import name as name_"
    MODULE = "import package.module"
    RENAMED_MODULE = "import package.module as module_"
    FROM_PACKAGE = "from package import module"
    RELATIVE = "from .module import name"
    REEXPORTED = "from package import name"
    STAR = "from package.module import *"


LIBRARY_STYLES = (Style.NAME, Style.RENAMED, Style.MODULE, Style.RENAMED_MODULE)


@dataclass(frozen=True, slots=True)
class Definition:
    """Statements that define one name."""

    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Module:
    """A module of a package, with what it defines in order, and how it imports."""

    package: str
    stem: str
    definitions: tuple[Definition, ...]
    style: Style = Style.NAME
    library_style: Style = Style.NAME
    has_postponed_annotations: bool = False

    @property
    def name(self) -> str:
        """The dotted name."""
        return f"{self.package}.{self.stem}"


@dataclass(frozen=True, slots=True)
class Application:
    """Modules in an order in which each refers to earlier ones alone, and the name of the application in the last.

    Modules of one package stand together. Every package re-exports all that its modules define.
    """

    modules: tuple[Module, ...]
    attribute: str = "app"

    @property
    def target(self) -> str:
        """`module:attribute`, as servers are told."""
        return f"{self.modules[-1].name}:{self.attribute}"

    def files(self) -> dict[str, str]:
        """Return the source of every file by path."""
        found = {"shop/__init__.py": ""}
        for package, modules in groupby(self.modules, key=lambda module: module.package):
            lines = [
                f"from .{module.stem} import {definition.name} as {definition.name}\n"
                for module in modules
                for definition in module.definitions
            ]
            found[f"{package.replace('.', '/')}/__init__.py"] = "".join(lines)
        homes = {definition.name: module for module in self.modules for definition in module.definitions}
        for module in self.modules:
            found[f"{module.name.replace('.', '/')}.py"] = _Writer(module, homes).text()
        return found

    def _repr_pretty_(self, printer: RepresentationPrinter, _is_cycle: bool) -> None:
        """Show the source when Hypothesis prints an application."""
        shown = {path: text for path, text in self.files().items() if not path.endswith("__init__.py")}
        printer.text("\n".join(f"# file: {path}\n{text}" for path, text in shown.items()))


@dataclass(slots=True)
class _Writer:
    """Writes one module: replaces the references in its definitions and collects the imports they need."""

    module: Module
    homes: dict[str, Module]
    imports: dict[str, None] = field(default_factory=dict)

    def text(self) -> str:
        body = [REFERENCE.sub(self._replace, definition.source) for definition in self.module.definitions]
        postponed = ["from __future__ import annotations\n"] if self.module.has_postponed_annotations else []
        return "\n".join([*postponed, *self.imports, "", "\n\n\n".join(body), ""])

    def _replace(self, reference: re.Match[str]) -> str:
        library, name = reference.groups()
        if library is not None:
            return self._import(library, name, self.module.library_style)
        home = self.homes[name]
        return name if home is self.module else self._import(home.name, name, self._style(home))

    def _style(self, home: Module) -> Style:
        """Return the module's style, or the plain one where that cannot be used."""
        is_sibling = home.package == self.module.package
        # Of a package that is still being imported, no dotted name can be read.
        unusable = Style.MODULE if is_sibling else Style.RELATIVE
        return Style.NAME if self.module.style is unusable else self.module.style

    def _import(self, module: str, name: str, style: Style) -> str:
        package, _, stem = module.rpartition(".")
        line, used = {
            Style.NAME: (f"from {module} import {name}", name),
            Style.RENAMED: (f"from {module} import {name} as {name}_", f"{name}_"),
            Style.MODULE: (f"import {module}", f"{module}.{name}"),
            Style.RENAMED_MODULE: (f"import {module} as {stem}_", f"{stem}_.{name}"),
            Style.FROM_PACKAGE: (f"from {package} import {stem}", f"{stem}.{name}"),
            Style.RELATIVE: (f"from .{stem} import {name}", name),
            Style.REEXPORTED: (f"from {package} import {name}", name),
            Style.STAR: (f"from {module} import *", name),
        }[style]
        self.imports[line] = None
        return used


def indented(source: str) -> str:
    """Return source as the body of a block."""
    return "\n".join(f"    {line}" if line else "" for line in source.splitlines())


def arguments(*parts: str) -> str:
    """Return the parts that are there, separated by commas."""
    return ", ".join(part for part in parts if part)


def in_pieces(definitions: Sequence[Definition], cuts: Sequence[int]) -> Iterator[tuple[Definition, ...]]:
    """Yield the definitions in pieces that end at the cuts."""
    edges = [0, *sorted(set(cuts)), len(definitions)]
    yield from (tuple(definitions[start:end]) for start, end in pairwise(edges) if start < end)
