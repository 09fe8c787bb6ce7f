"""Modules, classes and functions of the project: what a file defines, with its place and its names."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from fastapi_audit.facts import syntax, tree
from fastapi_audit.knowledge.tables import names
from fastapi_audit.model.place import Place, place_at
from fastapi_audit.model.repository import Role


@dataclass(frozen=True, eq=False, repr=False)
class Module:
    """One Python file under the dotted name by which the project imports it."""

    name: str
    path: str
    role: Role
    facts: syntax.ModuleFacts

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> Place:
        """The file as a whole."""
        return Place(self.path)

    @property
    def is_package(self) -> bool:
        """Whether the file is a package's `__init__.py`."""
        return self.path.endswith("__init__.py")

    @property
    def is_of_commands(self) -> bool:
        """Whether it holds commands, by its name or that of a package around it."""
        return not names("modules", "commands").isdisjoint(self.name.split("."))

    @cached_property
    def is_runnable(self) -> bool:
        """Whether the file is meant to be run: it asks whether its `__name__` is `__main__`."""
        return any(isinstance(item, syntax.If) and tree.asks_for_main(item.test) for item in self.facts.statements)

    @cached_property
    def parents(self) -> dict[int, syntax.Node]:
        """The node around each node outside of functions, by identity."""
        return tree.parents(self.facts.statements)

    def at(self, node: syntax.Node) -> Place:
        """Return the place of a node of this file."""
        return place_at(self.path, node.pos)

    def order(self, node: syntax.Node) -> tuple[str, int]:
        """Return what sorts as the place of a node of this file does, and costs less."""
        return self.path, node.pos


@dataclass(frozen=True, eq=False, repr=False)
class Function:
    """A function or method. `qualname` is as Python's own: `Class.method`, `outer.<locals>.inner`. `decorators` are the
    dotted names of those that were applied to it and left it as it is, as far as they are known.
    """

    module: Module
    qualname: str
    node: syntax.FunctionDef
    owner: Class | None = None
    decorators: set[str] = field(default_factory=set)

    def __str__(self) -> str:
        return f"{self.module.name}.{self.qualname}"

    @property
    def name(self) -> str:
        """The name in its `def`."""
        return self.node.name

    @property
    def home(self) -> Class | Module:
        """What it belongs to: its class, or its module where it has none."""
        return self.owner or self.module

    @property
    def is_async(self) -> bool:
        """Whether it is an `async def`."""
        return self.node.is_async

    @property
    def place(self) -> Place:
        """The place of `def` or `async def`."""
        return self.module.at(self.node)

    @cached_property
    def statements(self) -> tuple[syntax.Stmt, ...]:
        """The statements of the body, the docstring left out."""
        return self.node.statements()

    @cached_property
    def nodes(self) -> tuple[syntax.Node, ...]:
        """All that stands in the body, in the order of the source; functions in it are there without their bodies."""
        return tuple(tree.descendants(self.statements))

    @cached_property
    def asserted(self) -> tuple[syntax.Expr, ...]:
        """What the `assert` statements of the body ask, in the order of the source."""
        return tuple(node.test for node in self.nodes if isinstance(node, syntax.Assert))

    @cached_property
    def parents(self) -> dict[int, syntax.Node]:
        """The node around each node of the body, by identity."""
        return tree.parents(self.statements)


@dataclass(frozen=True, eq=False, repr=False)
class Class:
    """A class of the project. `ancestors` are its bases, then theirs, in the order of lookup; an external base is
    its dotted name. `attributes` are the names assigned or annotated in its body.
    """

    module: Module
    qualname: str
    node: syntax.ClassDef
    ancestors: tuple[Class | str, ...] = ()
    attributes: dict[str, ClassAttribute] = field(default_factory=dict)
    methods: dict[str, Function] = field(default_factory=dict)
    is_dataclass: bool = False

    def __str__(self) -> str:
        return f"{self.module.name}.{self.qualname}"

    @property
    def name(self) -> str:
        """The name in its `class`."""
        return self.node.name

    @property
    def place(self) -> Place:
        """The place of `class`."""
        return self.module.at(self.node)

    def is_a(self, *names: str) -> bool:
        """Say whether one of these external classes, by dotted name, is among the ancestors."""
        return any(ancestor in names for ancestor in self.ancestors if isinstance(ancestor, str))

    def inherits(self, other: Class) -> bool:
        """Say whether a class of the project is this one or among its ancestors."""
        return other is self or other in self.ancestors

    @property
    def lineage(self) -> tuple[Class, ...]:
        """This class, then its ancestors that are classes of the project."""
        return (self, *(ancestor for ancestor in self.ancestors if isinstance(ancestor, Class)))

    def find_method(self, name: str) -> Function | None:
        """Return a method, own or inherited."""
        return next((cls.methods[name] for cls in self.lineage if name in cls.methods), None)


@dataclass(frozen=True, eq=False, repr=False)
class ClassAttribute:
    """A name in a class body, with its annotation and value as written."""

    name: str
    place: Place
    annotation: syntax.Expr | None
    value: syntax.Expr | None
