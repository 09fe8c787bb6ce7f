"""What code does, place by place: calls, raises, except clauses, named strings, reads of the environment."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from fastapi_audit.facts import syntax, tree
from fastapi_audit.knowledge.tables import names
from fastapi_audit.model.module import Class, Function, Module
from fastapi_audit.model.place import Place
from fastapi_audit.model.types import TypeRef
from fastapi_audit.model.values import Value

Blocks = tuple[syntax.Stmt | syntax.Handler, ...]
LOOPS = (syntax.For, syntax.While)
BROAD = frozenset({"Exception", "BaseException"})
SERVER_FILES = frozenset({"alembic", "conftest", "env", "gunicorn", "gunicorn_conf", "gunicorn_config", "setup"})
UNIT_OF_WORK = frozenset({"commit", "flush", "refresh", "rollback"})


class Site(msgspec.Struct, frozen=True, eq=False):
    """A place in code: in a function, or at the top of a module or class when `function` is None.

    `blocks` are the compound statements around it, the outermost first.
    """

    module: Module
    function: Function | None
    node: syntax.Node
    blocks: tuple[syntax.Stmt | syntax.Handler, ...]

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.module.at(self.node)

    @property
    def around(self) -> tuple[syntax.Node, ...]:
        """The expressions and statements around it in the same function, or module, the innermost first."""
        parents = (self.module if self.function is None else self.function).parents
        found: list[syntax.Node] = []
        node = parents.get(id(self.node))
        while node is not None:
            found.append(node)
            node = parents.get(id(node))
        return tuple(found)

    @property
    def parent(self) -> syntax.Node | None:
        """The expression or statement that it is a part of; None when it is a statement of its own."""
        return (self.module if self.function is None else self.function).parents.get(id(self.node))

    @property
    def is_in_loop(self) -> bool:
        """Whether a `for` or `while` of the same function is around it."""
        return any(isinstance(block, LOOPS) for block in self.blocks)


class Call(Site, frozen=True, eq=False):
    """One call. `name` is the dotted name of what is called, None when that is not known: a function or class of a
    library (`os.getenv`), its methods by type (`sqlalchemy.orm.Session.execute`), builtins without a dot (`print`),
    and of the project (`app.services.create`), where `target` is it. `result` is what the call gives. `owner` is the
    object of a library whose method it is. `is_of_coroutine_function`: it gives a coroutine, and what is awaited of
    that gives the result.
    """

    name: str | None = None
    target: Function | Class | None = None
    positional: tuple[Value, ...] = ()
    named: Mapping[str, Value] = msgspec.field(default_factory=dict)
    result: Value | None = None
    is_awaited: bool = False
    is_of_coroutine_function: bool = False
    owner: Value | None = None

    @property
    def method(self) -> str | None:
        """The name that stands behind the dot, whatever it is called on; None for a function called by its name."""
        func = self.node.func if isinstance(self.node, syntax.Call) else None
        return func.attr if isinstance(func, syntax.Attribute) else None

    @property
    def objects(self) -> tuple[Value, ...]:
        """What it is called on, if that is known, and its positional arguments."""
        return (*(() if self.owner is None else (self.owner,)), *self.positional)

    def __str__(self) -> str:
        return f"call of {self.name or 'an unknown function'}"

    def argument(self, position: int | None, *names: str) -> Value | None:
        """Return an argument by one of its names, else by position (counted from 0; None if it has none)."""
        for name in names:
            if name in self.named:
                return self.named[name]
        if position is not None and position < len(self.positional):
            return self.positional[position]
        return None


class Comparison(Site, frozen=True, eq=False):
    """One comparison, chained or not: its operators, and what stands around them."""

    ops: tuple[str, ...]
    values: tuple[Value, ...]

    def __str__(self) -> str:
        return f"comparison with {' '.join(self.ops)}"


class Raise(Site, frozen=True, eq=False):
    """One `raise`. `name` is the dotted name of the exception's class, None for a bare `raise` or one not known;
    `cls` is it when it is of the project, `call` the call that makes it, with its arguments. `value` is the exception,
    wherever it was made; `status` the HTTP status that it was made with, as far as it is known.
    """

    name: str | None = None
    cls: Class | None = None
    call: Call | None = None
    value: Value | None = None
    status: int | None = None

    def __str__(self) -> str:
        return f"raise of {self.name or 'the current exception'}"

    def is_a(self, *names: str) -> bool:
        """Say whether the exception is one of these external classes or derived from one."""
        return self.name in names or (self.cls is not None and self.cls.is_a(*names))


class Return(Site, frozen=True, eq=False):
    """One `return` that gives something. `type` is that of its value, a dict's and list's content included as far as it
    is known: a union where it depends, "?" where it is not known. `status` is the HTTP status of a response that is
    made here, as far as it is known.
    """

    value: Value
    type: TypeRef
    status: int | None = None

    def __str__(self) -> str:
        return f"return of {self.type}"


class ExceptClause(Site, frozen=True, eq=False):
    """One `except` clause: `catches` are dotted names, ("BaseException",) for a bare one; None where one is unknown.

    `contextlib.suppress(…)` is one too: with an empty body, at the place of the call.
    """

    handler: syntax.Handler
    catches: tuple[str | None, ...]

    @property
    def is_broad(self) -> bool:
        """Whether it catches every exception, those of mistakes in the code included."""
        return not BROAD.isdisjoint(self.catches)

    def __str__(self) -> str:
        return f"except {', '.join(name or '?' for name in self.catches)}"


class NamedString(Site, frozen=True, eq=False):
    """A string constant under a name: assigned, a default, an argument, an item of a dict, or compared with it.

    `context` is "variable", "attribute", "default", "argument", "key" or "comparison"; `callee` names the call of an
    argument. A positional argument has the name "", the fallback of a setting (`getenv("NAME", "fallback")`) the
    setting's. `within` are the keywords and keys of the calls and dicts around it, the outermost first.
    """

    name: str
    value: str
    context: str
    callee: str | None = None
    cls: Class | None = None
    within: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name or "an argument"


class EnvironmentRead(Site, frozen=True, eq=False):
    """A read of an environment variable; `variable` is None when its name is computed."""

    variable: str | None = None
    default: Value | None = None

    def __str__(self) -> str:
        return f"environment variable {self.variable or '?'}"

    @property
    def is_constant(self) -> bool:
        """Whether it makes a constant of a module that is called configuration, settings or the like."""
        return self.function is None and self.module.name.rpartition(".")[2] in names("modules", "configuration")

    @property
    def is_of_system(self) -> bool:
        """Whether the system, or what starts the process, sets the variable, whoever deploys the service."""
        return self.variable in names("environment", "system") | names("environment", "launchers")

    @property
    def is_of_command(self) -> bool:
        """Whether it configures a command, a server or a migration, by where it stands, and not the service itself."""
        parts = self.module.name.split(".")
        if self.module.is_of_commands or (parts[-1] in SERVER_FILES and not self.is_constant):
            return True
        return any(isinstance(block, syntax.If) and tree.asks_for_main(block.test) for block in self.blocks)


class ConfigurationValue(msgspec.Struct, frozen=True, eq=False):
    """One value that the service is configured with: a field of settings, a read of the environment, or one by a
    library for configuration. `is_typed`: something says or checks of which type it is.
    """

    name: str
    place: Place
    is_typed: bool

    def __str__(self) -> str:
        return self.name


class BulkWrite(Site, frozen=True, eq=False):
    """One call that writes fields of a table as they come out of a model: `User(**payload.model_dump())`,
    `setattr(user, name, value)` in a loop over it. `fields` are the names of the model's that are written, without
    those that the call leaves out or replaces.
    """

    table: Class
    model: Class
    fields: frozenset[str]

    def __str__(self) -> str:
        return f"write of {self.model.name} to {self.table.name}"


class DataAccess(Site, frozen=True, eq=False):
    """One access to a database. `is_async` says which kind of driver or session it goes through; `waits` whether this
    call talks to the database, where others only state what is to be done (`query`, `add`); `is_orm` whether it goes
    through an ORM or a builder of queries; `is_repository` whether it asks a library's ready-made repository.

    `statement` is the SQL when it is given as text (a `Known` or `Template`, or unknown), None for an ORM query.
    """

    call: Call
    is_async: bool
    waits: bool
    is_orm: bool = False
    is_repository: bool = False
    statement: Value | None = None

    def __str__(self) -> str:
        return f"database access {self.call.name}"

    @property
    def is_raw_sql(self) -> bool:
        """Whether the statement is SQL text."""
        return self.statement is not None

    @property
    def moves_data(self) -> bool:
        """Whether it reads or writes rows, where others only carry on the transaction (`commit`, `refresh`)."""
        return (self.call.name or "").rpartition(".")[2] not in UNIT_OF_WORK
