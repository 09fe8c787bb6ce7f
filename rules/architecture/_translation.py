"""What a handler says to translate between HTTP and the service behind it: no decision about the domain."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fastapi_audit.rule_api import Call, Class, Function, Project, Route, syntax, tree

from ._assignments import (
    Block,
    asks_whether_given,
    branches,
    computes,
    held,
    is_text,
    is_variable,
    roots,
    targets,
    waits,
)
from ._rendering import is_of_builder, rendering_blocks

RESPONSE = "fastapi.responses."
OF_REQUEST = ("fastapi.Request.", "fastapi.UploadFile.")
OF_COLLECTION = ("list.", "dict.", "set.")


@dataclass(frozen=True)
class Translation:
    """What the handler of a route does with the request and the answer alone.

    `given` are the variables that hold nothing but what the request says, `elements` the blocks that build a page,
    `local` all variables of the handler, `logs` its calls of loggers, by their identities.
    """

    calls: dict[int, Call]
    logs: frozenset[int]
    local: frozenset[str]
    given: frozenset[str]
    elements: frozenset[int]
    project: Project

    def asks_for_method(self, test: syntax.Expr) -> bool:
        """Say whether a test asks if the request is a GET, a POST …, whatever else it asks."""
        asked = (node for node in tree.descendants([test]) if isinstance(node, syntax.Attribute))
        return any(one.attr == "method" and self.is_given(one.value) for one in asked)

    def is_free(self, statement: syntax.Stmt, *, by_request: bool = True) -> bool:
        """Say whether a statement, with all that stands in it, only translates.

        `by_request`: nothing but the request decides whether it is done.
        """
        match statement:
            case syntax.If():
                asked = by_request and self.is_given(statement.test)
                return self._are_free((statement.body, statement.orelse), asked) or self._loads(statement)
            case syntax.For():
                asked = by_request and not statement.is_async and self.is_given(statement.iter)
                return self._are_free((statement.body, statement.orelse), asked)
            case syntax.Match():
                asked = by_request and self.is_given(statement.subject)
                return self._are_free([case.body for case in statement.cases], asked)
            case syntax.Try():
                handled = (handler.body for handler in statement.handlers)
                parts = (statement.body, *handled, statement.orelse, statement.finalbody)
                return self._are_free(parts, by_request)
            case syntax.With():
                return id(statement) in self.elements or self._are_free((statement.body,), by_request)
            case syntax.Raise() | syntax.Jump():
                return by_request or statement == syntax.Jump(statement.pos, "pass")
            case _:
                pass
        return self._answers(statement) or self._builds_query(statement) or (by_request and self._reads(statement))

    def is_comprehension(self, loop: syntax.For) -> bool:
        """Say whether a loop only keeps something for each item, as a comprehension would."""
        body = loop.body
        while len(body) == 1 and isinstance(body[0], syntax.If) and not body[0].orelse:
            body = body[0].body
        return len(body) == 1 and self._keeps(body[0]) and not waits(body[0])

    def chooses(self, statement: syntax.Stmt) -> bool:
        """Say whether branches only give one variable, or a part of it, one of several values."""
        blocks = list(branches(statement))
        owners = {tuple(roots(target)) for block in blocks for target in targets(block)}
        return bool(blocks) and len(owners) == 1 and all(map(self._gives_value, blocks))

    def _gives_value(self, block: Block) -> bool:
        if len(block) != 1 or not isinstance(block[0], syntax.Assign) or not all(map(is_variable, block[0].targets)):
            return False
        value = block[0].value
        return not computes(value) and not any(map(self._asks_others, tree.descendants([value])))

    def is_given(self, value: syntax.Expr) -> bool:
        """Say whether an expression is made of the request and of constants only, and asks nobody else."""
        nodes = list(tree.descendants([value]))
        bound = tree.names_bound(nodes)
        own = {node.id for node in nodes if isinstance(node, syntax.Name)} & self.local - bound
        return own <= self.given and not any(self._asks_others(node) for node in nodes)

    def _loads(self, statement: syntax.Stmt) -> bool:
        """Say whether a statement only reads what belongs to something, into variables, where there is any."""
        match statement:
            case syntax.If(orelse=()):
                return asks_whether_given(statement.test) and all(map(self._loads, statement.body))
            case syntax.Try():
                handled = (inner for handler in statement.handlers for inner in handler.body)
                logged = all(self._answers(inner) or isinstance(inner, syntax.Jump) for inner in handled)
                return logged and all(map(self._loads, (*statement.body, *statement.orelse, *statement.finalbody)))
            case syntax.Assign(value=value):
                return all(map(is_variable, statement.targets)) and not computes(value) and not self._writes(value)
            case _:
                return self._answers(statement)

    def _writes(self, value: syntax.Expr) -> bool:
        called = (self.calls.get(id(node)) for node in tree.descendants([value]))
        targets = (call.target for call in called if call is not None and isinstance(call.target, Function))
        return any(self.project.writes.reached_from(target) for target in targets)

    def _are_free(self, blocks: Iterable[Block], by_request: bool) -> bool:
        return all(self.is_free(inner, by_request=by_request) for block in blocks for inner in block)

    def _asks_others(self, node: syntax.Node) -> bool:
        if isinstance(node, syntax.Await):
            call = self.calls.get(id(node.value))
            return call is None or not (call.name or "").startswith(OF_REQUEST)
        call = self.calls.get(id(node))
        leads = call is not None and call.target in self.project.reaching_data
        return leads or isinstance(node, (syntax.Opaque, syntax.Yield))

    def _answers(self, statement: syntax.Stmt) -> bool:
        """Say whether a statement makes the answer, or says something about it, or logs."""
        if isinstance(statement, (syntax.Return, syntax.Assign, syntax.ExprStmt)):
            call = self.calls.get(id(statement.value))
            return id(statement.value) in self.logs or (call is not None and not waits(statement) and _is_answer(call))
        return False

    def _builds_query(self, statement: syntax.Stmt) -> bool:
        """Say whether a statement goes on with what a library builds step by step: `query = query.where(…)`."""
        if not isinstance(statement, syntax.Assign) or len(statement.targets) != 1 or waits(statement):
            return False
        value: syntax.Node = statement.value
        if not isinstance(value, syntax.Call):
            return False
        while isinstance(value, (syntax.Call, syntax.Attribute)):
            call = self.calls.get(id(value))
            if call is not None and call.target is not None:
                return False
            value = value.func if isinstance(value, syntax.Call) else value.value
        return isinstance(value, syntax.Name) and tree.is_name(statement.targets[0], value.id)

    def _reads(self, statement: syntax.Stmt) -> bool:
        """Say whether a statement gives what the request says another form or another name."""
        match statement:
            case syntax.Assign(targets=targets, value=value):
                return all(map(is_variable, targets)) and self.is_given(value) and not computes(value)
            case syntax.AnnAssign(target=target, value=value):
                return isinstance(target, syntax.Name) and (
                    value is None or (self.is_given(value) and not computes(value))
                )
            case syntax.AugAssign(target=target, value=value):
                return is_variable(target) and self.is_given(value) and is_text(value)
            case syntax.ExprStmt(value=value):
                return self._keeps(statement) and self.is_given(value)
            case _:
                return False

    def _keeps(self, statement: syntax.Stmt) -> bool:
        """Say whether a statement puts something into a collection."""
        if isinstance(statement, syntax.Assign):
            return all(isinstance(target, syntax.Subscript) for target in statement.targets)
        call = self.calls.get(id(statement.value)) if isinstance(statement, syntax.ExprStmt) else None
        return call is not None and (call.name or "").startswith(OF_COLLECTION)


def translation_of(route: Route, handler: Function, project: Project) -> Translation:
    """Return what a handler does with the request and the answer alone."""
    calls = {id(call.node): call for call in project.calls_in(handler)}
    logs = frozenset(id(log.node) for log in project.log_calls_in(handler))
    local = tree.names_bound(handler.statements) | {parameter.name for parameter in handler.node.params}
    elements = rendering_blocks(handler, project)
    puts = list(held(handler))
    given = local - set(_injected(route, handler, project))
    while True:
        found = Translation(calls, logs, local, given, elements, project)
        other = {name for name, value in puts if name in given and not found.is_given(value)}
        if not other:
            return found
        given -= other


def _injected(route: Route, handler: Function, project: Project) -> Iterator[str]:
    """Yield the parameters that say more than the request: what FastAPI calls for them asks others."""
    if handler.owner is not None:
        yield from (parameter.name for parameter in handler.node.params[:1])
    for dependency in route.dependencies:
        is_plain = dependency.cls is not None or dependency.function is not None
        asks = dependency.function in project.reaching_data or bool(dependency.dependencies)
        if not is_plain or asks or not dependency.parameters:
            yield dependency.variable


def _is_answer(call: Call) -> bool:
    made = [one for one in call.target.ancestors if isinstance(one, str)] if isinstance(call.target, Class) else []
    return any(name.startswith(RESPONSE) for name in (call.name or "", *made)) or is_of_builder(call)
