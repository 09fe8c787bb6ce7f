"""What becomes of an exception in an `except` clause: its traceback is logged, or somebody else is told of it."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Call,
    ExternalObject,
    Function,
    LogCall,
    Project,
    Raise,
    Value,
    may_be_true,
    syntax,
    tree,
)

HTTP_EXCEPTIONS = ("fastapi.HTTPException", "starlette.exceptions.HTTPException")
REPORTS = frozenset({"capture_exception", "record_exception", "report_exc_info", "notify", "exc_info"})
DESCRIBING = frozenset({"getattr", "hasattr", "isinstance", "repr", "str", "type"})
GIVING = frozenset({"exc_info", "stack_info"})


def shows_traceback(log: LogCall) -> bool:
    """Say whether a log call adds the traceback, or may be told to by arguments that are not seen."""
    if log.level == "exception" or any(may_be_true(log.call.named.get(name)) for name in GIVING):
        return True
    is_open = isinstance(log.node, syntax.Call) and any(argument.star == "**" for argument in log.node.args)
    return is_open or _has_option(log.call.owner)


def _has_option(logger: Value | None) -> bool:
    """Say whether a logger of loguru was told to add exceptions: `logger.opt(exception=True)`."""
    while isinstance(logger, ExternalObject) and logger.call is not None:
        if logger.call.name.endswith(".opt") and may_be_true(logger.call.argument(None, "exception")):
            return True
        logger = logger.call.owner
    return False


def goes_on(clause: syntax.Handler, log: LogCall, project: Project) -> bool:
    """Say whether an error leaves the clause, or the function behind it: its traceback is for who catches that."""
    raises = project.raises_in(log.function) if log.function is not None else ()
    around = {id(block) for block in log.blocks[: _depth(clause, log.blocks)]}
    return any(
        (_is_inside(item, clause) or (item.node.pos > clause.pos and all(id(one) in around for one in item.blocks)))
        and not _is_answer_to_failure(item)
        for item in raises
    )


def _depth(clause: syntax.Handler, blocks: tuple[syntax.Stmt | syntax.Handler, ...]) -> int:
    return next(number for number, block in enumerate(blocks) if block is clause)


def _is_inside(site: Raise | Call, clause: syntax.Handler) -> bool:
    return any(block is clause for block in site.blocks)


def _is_answer_to_failure(item: Raise) -> bool:
    """Say whether it is an `HTTPException` that blames the server: FastAPI answers it and logs nothing."""
    return item.is_a(*HTTP_EXCEPTIONS) and item.status is not None and item.status >= 500


def is_told_otherwise(clause: syntax.Handler, log: LogCall, project: Project) -> bool:
    """Say whether the clause tells of the exception by other calls, or hands it to somebody."""
    if log.function is None:
        return False
    logs = project.log_calls_in(log.function)
    if any(shows_traceback(one) for one in logs if _is_inside(one.call, clause)):
        return True
    calls = [call for call in project.calls_in(log.function) if _is_inside(call, clause)]
    if any(_tells(call, project) for call in calls):
        return True
    writing = {id(one.node) for one in logs}
    uses = list(_uses(clause))
    if uses and all(_is_asked_for_its_kind(name, log.function) for name in uses):
        return True  # whoever logs the kind alone leaves the rest out on purpose: it may hold secrets
    return any(not _is_described(name, log.function, writing) for name in uses)


def _tells(call: Call, project: Project) -> bool:
    if _reports(call):
        return True
    inner = project.reached([call.target], depth=1) if isinstance(call.target, Function) else ()
    return any(
        any(map(_reports, project.calls_in(function))) or any(map(shows_traceback, project.log_calls_in(function)))
        for function in inner
    )


def _reports(call: Call) -> bool:
    name = call.name or ""
    return name.startswith("traceback.") or (call.method or name.rpartition(".")[2]) in REPORTS


def _uses(clause: syntax.Handler) -> Iterator[syntax.Node]:
    return (node for node in tree.descendants(clause.body) if clause.name and tree.is_name(node, clause.name))


def _is_described(name: syntax.Node, function: Function, writing: set[int]) -> bool:
    """Say whether only a text, an attribute or the kind of an exception is used, or it is given to a log call."""
    node, parent = name, function.parents.get(id(name))
    while parent is not None:
        if isinstance(parent, syntax.Attribute):
            return parent.attr != "__traceback__"
        if isinstance(parent, (syntax.FString, syntax.Raise, syntax.Compare)):
            return True
        if isinstance(parent, syntax.Call) and node is not parent.func:
            return id(parent) in writing or _describes(parent.func)
        if isinstance(parent, syntax.BinaryOp) and parent.op == "%":
            return True
        node, parent = parent, function.parents.get(id(parent))
    return False


def _is_asked_for_its_kind(name: syntax.Node, function: Function) -> bool:
    argument = function.parents.get(id(name))
    call = function.parents.get(id(argument)) if isinstance(argument, syntax.Argument) else None
    return isinstance(call, syntax.Call) and tree.is_name(call.func, "type")


def _describes(func: syntax.Expr) -> bool:
    is_formatting = isinstance(func, syntax.Attribute) and func.attr == "format"
    return is_formatting or (isinstance(func, syntax.Name) and func.id in DESCRIBING)
