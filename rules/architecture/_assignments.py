"""What statements say about variables and values, as they are written."""

from collections.abc import Iterator, Sequence

from fastapi_audit.rule_api import Function, syntax, tree

TEXTUAL = (str, type(None))
Block = Sequence[syntax.Stmt]


def held(function: Function) -> Iterator[tuple[str, syntax.Expr]]:
    """Yield the variables of a function, each with what is put under its name or into what it holds."""
    for node in function.nodes:
        match node:
            case syntax.Assign(targets=targets, value=value):
                yield from ((name, value) for target in targets for name in roots(target))
            case syntax.With(items=items, is_async=True):
                yield from ((name, syntax.Await(item.pos, item.value)) for item in items for name in roots(item.target))
            case syntax.AnnAssign(target=target, value=value) | syntax.WithItem(target=target, value=value):
                yield from ((name, value) for name in roots(target) if value is not None)
            case syntax.AugAssign(target=target, value=value) | syntax.NamedExpr(target=target, value=value):
                yield from ((name, value) for name in roots(target))
            case syntax.For(target=target, iter=value) | syntax.Clause(target=target, iter=value):
                yield from ((name, value) for name in roots(target))
            case syntax.ExprStmt(value=syntax.Call(func=syntax.Attribute(value=target), args=args)):
                yield from ((name, argument.value) for name in roots(target) for argument in args)
            case _:
                pass


def roots(target: syntax.Expr | None) -> Iterator[str]:
    match target:
        case syntax.Name(id=name):
            yield name
        case syntax.Attribute(value=inner) | syntax.Subscript(value=inner) | syntax.Starred(value=inner):
            yield from roots(inner)
        case syntax.Sequence(items=items):
            for item in items:
                yield from roots(item)
        case _:
            pass


def branches(statement: syntax.Stmt) -> Iterator[Block]:
    """Yield the branches of a chain of `elif`, or of a `match`; none for anything else."""
    if isinstance(statement, syntax.Match):
        yield from (case.body for case in statement.cases)
    elif isinstance(statement, syntax.If):
        yield statement.body
        if len(statement.orelse) == 1 and isinstance(statement.orelse[0], syntax.If):
            yield from branches(statement.orelse[0])
        elif statement.orelse:
            yield statement.orelse


def targets(block: Block) -> Iterator[syntax.Expr]:
    yield from (target for inner in block if isinstance(inner, syntax.Assign) for target in inner.targets)


def computes(value: syntax.Expr) -> bool:
    """Say whether a value is a number or computed: a rate, a total."""
    if isinstance(value, syntax.BinaryOp):
        return not (is_text(value.left) or is_text(value.right))
    return isinstance(value, syntax.Constant) and not isinstance(value.value, (bool, *TEXTUAL))


def is_text(value: syntax.Expr) -> bool:
    if isinstance(value, syntax.BinaryOp):
        return is_text(value.left) or is_text(value.right)
    return isinstance(value, syntax.FString) or (isinstance(value, syntax.Constant) and isinstance(value.value, str))


def waits(statement: syntax.Stmt) -> bool:
    return any(isinstance(node, syntax.Await) for node in tree.descendants([statement]))


def is_variable(target: syntax.Expr) -> bool:
    """Say whether what is assigned to is a variable or an item of one, or several."""
    if isinstance(target, syntax.Sequence):
        return all(map(is_variable, target.items))
    inner = target.value if isinstance(target, syntax.Subscript) else target
    return isinstance(inner, syntax.Name)


def asks_whether_given(test: syntax.Expr) -> bool:
    """Say whether a test only asks whether something is there: `if user.avatar`, `if user.avatar is not None`."""
    if isinstance(test, syntax.Compare):
        other = test.comparators[0]
        is_none = isinstance(other, syntax.Constant) and other.value is None
        return test.ops == ("is not",) and is_none and asks_whether_given(test.left)
    return isinstance(test, (syntax.Name, syntax.Attribute))
