"""Python source as compact, frozen, serialisable records.

What LibCST read, without whitespace: expressions, statements and definitions, each with its position
(`facts.positions`). Bodies of functions stay encoded until somebody asks for them (`FunctionDef.statements`).
An expression nested deeper than `MAX_DEPTH` is `Opaque`: nobody may guess what it says.
"""

from __future__ import annotations

import msgspec

MAX_DEPTH = 100


class Node(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The base of all records; `pos` is an encoded position."""

    pos: int


# Expressions


class Name(Node, frozen=True, array_like=True, gc=False, tag="n"):
    id: str


class Attribute(Node, frozen=True, array_like=True, gc=False, tag="a"):
    value: Expr
    attr: str


class Constant(Node, frozen=True, array_like=True, gc=False, tag="k"):
    value: bool | int | float | str | None


class Bytes(Node, frozen=True, array_like=True, gc=False, tag="b"):
    value: bytes


class EllipsisLiteral(Node, frozen=True, array_like=True, gc=False, tag="e"):
    pass


class Argument(Node, frozen=True, array_like=True, gc=False):
    """One argument of a call: `star` is "", "*" or "**"."""

    value: Expr
    keyword: str | None = None
    star: str = ""


class Call(Node, frozen=True, array_like=True, gc=False, tag="c"):
    func: Expr
    args: tuple[Argument, ...]


class Interpolation(Node, frozen=True, array_like=True, gc=False, tag="i"):
    """`{value!conversion:format}` inside an f-string; the format is kept as text parts."""

    value: Expr
    conversion: str | None = None
    format: tuple[Expr, ...] = ()


class FString(Node, frozen=True, array_like=True, gc=False, tag="f"):
    """An f-string, template string or implicit concatenation with one: text and interpolations in order."""

    parts: tuple[Expr, ...]
    is_template: bool = False


class Subscript(Node, frozen=True, array_like=True, gc=False, tag="s"):
    value: Expr
    index: tuple[Expr, ...]


class Slice(Node, frozen=True, array_like=True, gc=False, tag="sl"):
    lower: Expr | None
    upper: Expr | None
    step: Expr | None


class Sequence(Node, frozen=True, array_like=True, gc=False, tag="q"):
    """A list, tuple or set display: `kind` is "list", "tuple" or "set"."""

    kind: str
    items: tuple[Expr, ...]


class Dict(Node, frozen=True, array_like=True, gc=False, tag="d"):
    """A dict display; a key of None stands for `**value`."""

    items: tuple[tuple[Expr | None, Expr], ...]


class Starred(Node, frozen=True, array_like=True, gc=False, tag="*"):
    value: Expr


class Await(Node, frozen=True, array_like=True, gc=False, tag="w"):
    value: Expr


class Yield(Node, frozen=True, array_like=True, gc=False, tag="y"):
    value: Expr | None
    is_from: bool = False


class BinaryOp(Node, frozen=True, array_like=True, gc=False, tag="o"):
    op: str
    left: Expr
    right: Expr


class UnaryOp(Node, frozen=True, array_like=True, gc=False, tag="u"):
    op: str
    value: Expr


class Compare(Node, frozen=True, array_like=True, gc=False, tag="<"):
    left: Expr
    ops: tuple[str, ...]
    comparators: tuple[Expr, ...]


class IfExp(Node, frozen=True, array_like=True, gc=False, tag="?"):
    test: Expr
    body: Expr
    orelse: Expr


class Lambda(Node, frozen=True, array_like=True, gc=False, tag="l"):
    params: tuple[Parameter, ...]
    body: Expr


class Clause(Node, frozen=True, array_like=True, gc=False):
    """One `for target in iter if …` of a comprehension."""

    target: Expr
    iter: Expr
    ifs: tuple[Expr, ...] = ()
    is_async: bool = False


class Comprehension(Node, frozen=True, array_like=True, gc=False, tag="m"):
    """`kind` is "list", "set", "dict" or "generator"; `value` is a dict comprehension's value."""

    kind: str
    element: Expr
    value: Expr | None
    clauses: tuple[Clause, ...]


class NamedExpr(Node, frozen=True, array_like=True, gc=False, tag=":="):
    target: Expr
    value: Expr


class Opaque(Node, frozen=True, array_like=True, gc=False, tag="x"):
    """An expression that is nested too deeply to be kept."""


Expr = (
    Name
    | Attribute
    | Constant
    | Bytes
    | EllipsisLiteral
    | Call
    | Interpolation
    | FString
    | Subscript
    | Slice
    | Sequence
    | Dict
    | Starred
    | Await
    | Yield
    | BinaryOp
    | UnaryOp
    | Compare
    | IfExp
    | Lambda
    | Comprehension
    | NamedExpr
    | Opaque
)


# Statements


class Parameter(Node, frozen=True, array_like=True, gc=False):
    """`kind` is "positional", "normal", "args", "keyword" or "kwargs"."""

    name: str
    kind: str
    annotation: Expr | None = None
    default: Expr | None = None


class FunctionDef(Node, frozen=True, array_like=True, gc=False, tag="F"):
    """`pos` is the place of `def` (or `async def`), `body` the encoded statements."""

    name: str
    params: tuple[Parameter, ...]
    returns: Expr | None
    decorators: tuple[Expr, ...]
    is_async: bool
    is_generator: bool
    docstring: str | None
    type_params: tuple[str, ...]
    body: msgspec.Raw

    def statements(self) -> tuple[Stmt, ...]:
        """Decode the body."""
        return _BODY.decode(self.body)

    def may_hold(self, *texts: str) -> bool:
        """Say whether a name, a string or the tag of a record may stand in the body, nested functions included.

        Where it does not, nobody needs to decode it.
        """
        body = bytes(self.body)
        return any(msgspec.msgpack.encode(text) in body for text in texts)


class ClassDef(Node, frozen=True, array_like=True, gc=False, tag="C"):
    name: str
    bases: tuple[Argument, ...]
    decorators: tuple[Expr, ...]
    docstring: str | None
    type_params: tuple[str, ...]
    body: tuple[Stmt, ...]


class Alias(Node, frozen=True, array_like=True, gc=False):
    """`name as asname` in an import."""

    name: str
    asname: str | None = None


class Import(Node, frozen=True, array_like=True, gc=False, tag="I"):
    names: tuple[Alias, ...]


class ImportFrom(Node, frozen=True, array_like=True, gc=False, tag="J"):
    """`from {'.' * level}{module} import names`; the single name "*" is a star import."""

    module: str
    level: int
    names: tuple[Alias, ...]


ImportStatement = Import | ImportFrom


class Assign(Node, frozen=True, array_like=True, gc=False, tag="="):
    targets: tuple[Expr, ...]
    value: Expr


class AnnAssign(Node, frozen=True, array_like=True, gc=False, tag=":"):
    target: Expr
    annotation: Expr
    value: Expr | None


class AugAssign(Node, frozen=True, array_like=True, gc=False, tag="+="):
    target: Expr
    op: str
    value: Expr


class TypeAlias(Node, frozen=True, array_like=True, gc=False, tag="T"):
    name: str
    type_params: tuple[str, ...]
    value: Expr


class ExprStmt(Node, frozen=True, array_like=True, gc=False, tag="E"):
    value: Expr


class Return(Node, frozen=True, array_like=True, gc=False, tag="R"):
    value: Expr | None


class Raise(Node, frozen=True, array_like=True, gc=False, tag="X"):
    exc: Expr | None
    cause: Expr | None


class Assert(Node, frozen=True, array_like=True, gc=False, tag="A"):
    test: Expr
    msg: Expr | None


class Delete(Node, frozen=True, array_like=True, gc=False, tag="D"):
    target: Expr


class Scope(Node, frozen=True, array_like=True, gc=False, tag="G"):
    """A `global` or `nonlocal` statement; `kind` says which."""

    kind: str
    names: tuple[str, ...]


class Jump(Node, frozen=True, array_like=True, gc=False, tag="B"):
    """`pass`, `break` or `continue`; `kind` says which."""

    kind: str


class If(Node, frozen=True, array_like=True, gc=False, tag="if"):
    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]


class For(Node, frozen=True, array_like=True, gc=False, tag="for"):
    target: Expr
    iter: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    is_async: bool


class While(Node, frozen=True, array_like=True, gc=False, tag="while"):
    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]


class WithItem(Node, frozen=True, array_like=True, gc=False):
    value: Expr
    target: Expr | None = None


class With(Node, frozen=True, array_like=True, gc=False, tag="with"):
    items: tuple[WithItem, ...]
    body: tuple[Stmt, ...]
    is_async: bool


class Handler(Node, frozen=True, array_like=True, gc=False):
    """One `except type as name:` clause; `type` is None for a bare `except:`."""

    type: Expr | None
    name: str | None
    body: tuple[Stmt, ...]


class Try(Node, frozen=True, array_like=True, gc=False, tag="try"):
    body: tuple[Stmt, ...]
    handlers: tuple[Handler, ...]
    orelse: tuple[Stmt, ...]
    finalbody: tuple[Stmt, ...]


class Case(Node, frozen=True, array_like=True, gc=False):
    """One `case` of a match: the names that its pattern binds, the values it compares with, and its guard."""

    names: tuple[str, ...]
    values: tuple[Expr, ...]
    guard: Expr | None
    body: tuple[Stmt, ...]


class Match(Node, frozen=True, array_like=True, gc=False, tag="match"):
    subject: Expr
    cases: tuple[Case, ...]


Stmt = (
    FunctionDef
    | ClassDef
    | Import
    | ImportFrom
    | Assign
    | AnnAssign
    | AugAssign
    | TypeAlias
    | ExprStmt
    | Return
    | Raise
    | Assert
    | Delete
    | Scope
    | Jump
    | If
    | For
    | While
    | With
    | Try
    | Match
)


class Comment(Node, frozen=True, array_like=True, gc=False):
    """A comment that speaks to a tool: a suppression or a type checker's ignore. `text` begins with "#".

    `is_alone` says that nothing else stands on its line.
    """

    text: str
    is_alone: bool = False


class ModuleFacts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All that is kept of one Python file; holds no path, so equal content gives equal facts.

    `imports` are the statements that import, wherever they stand, those in bodies of functions included, and
    `declared_global` the names that functions declare so, and may bind again.
    """

    lines: int
    docstring: str | None
    statements: tuple[Stmt, ...]
    comments: tuple[Comment, ...]
    imports: tuple[ImportStatement, ...] = ()
    declared_global: tuple[str, ...] = ()


_BODY = msgspec.msgpack.Decoder(tuple[Stmt, ...])
