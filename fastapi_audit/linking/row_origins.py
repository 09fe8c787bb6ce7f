"""Whether a row that is saved was made just before, and so is a new one, or was found or given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fastapi_audit.facts import syntax, tree
from fastapi_audit.knowledge.tables import names
from fastapi_audit.model.code import Call
from fastapi_audit.model.flow import Edge
from fastapi_audit.model.module import Class, Function
from fastapi_audit.model.project import Project
from fastapi_audit.model.values import Instance, Value, options_of
from fastapi_audit.model.writes import RowOrigin

MAX_DEPTH = 4
OF_CLASSES = ("type()", "typing.Type()")  # a call of what is only known to be a class
NEW, NOT_KNOWN = RowOrigin(is_new=True), RowOrigin()


class RowOrigins:
    """Answers, for expressions of functions, where the rows come from that they stand for."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._calls: dict[Function, dict[int, Call]] = {}

    def calls_in(self, function: Function) -> Sequence[Call]:
        """Return the calls in a function's own body."""
        return self._project.calls_in(function)

    def parts(self, node: syntax.Node, function: Function) -> Sequence[syntax.Node]:
        """Return a call, and what was assigned to the name that it is given first."""
        given = node.args[0].value if isinstance(node, syntax.Call) and node.args else None
        return (node, *_assigned(given.id, function)) if isinstance(given, syntax.Name) else (node,)

    def given(self, edge: Edge, parameter: str) -> RowOrigin:
        """Return where the row comes from that a call gives to a parameter of its callee."""
        expression = _argument(edge, parameter)
        return self.of(expression, edge.caller) if expression is not None and edge.caller is not None else NOT_KNOWN

    def of(self, node: syntax.Node, function: Function, depth: int = 0) -> RowOrigin:
        """Return where the row comes from that an expression of a function stands for; of several rows, of all."""
        if depth > MAX_DEPTH:
            return NOT_KNOWN
        match node:
            case syntax.Await(value=inner) | syntax.Starred(value=inner):
                return self.of(inner, function, depth + 1)
            case syntax.Call():
                return NEW if self._is_made(node, function) else NOT_KNOWN
            case syntax.Name(id=name):
                return self._of_name(name, function, depth)
            case syntax.Sequence(items=items):
                return self._of_all(items, function, depth)
            case syntax.Comprehension(element=element):
                return self.of(element, function, depth + 1)
            case _:
                return NOT_KNOWN

    def _of_name(self, name: str, function: Function, depth: int) -> RowOrigin:
        assigned = list(_assigned(name, function))
        if assigned:
            return self._of_all(assigned, function, depth)
        is_parameter = any(param.name == name for param in function.node.params)
        return RowOrigin(parameter=name) if is_parameter else NOT_KNOWN

    def _of_all(self, nodes: Sequence[syntax.Node], function: Function, depth: int) -> RowOrigin:
        found = {self.of(node, function, depth + 1) for node in nodes}
        return found.pop() if len(found) == 1 else NOT_KNOWN

    def _is_made(self, node: syntax.Call, function: Function) -> bool:
        """Say whether a call makes an object: of a class, by a class method that does, or in a function that does."""
        call = self._call(node, function)
        if call is None:
            return False
        if isinstance(call.target, Class) or call.name in OF_CLASSES:
            return True
        if isinstance(call.target, Function):
            return self._makes(call.target)
        if isinstance(node.func, syntax.Attribute) and node.func.attr in names("writes", "makers"):
            return _is_instance(call.result)
        return call.name is None and _is_instance(call.result)

    def _makes(self, function: Function) -> bool:
        """Say whether all that a function returns are objects that it makes there and then."""
        returned = self._project.returns_in(function)
        nodes = [one.node.value for one in returned if isinstance(one.node, syntax.Return)]
        calls = [node for node in nodes if isinstance(node, syntax.Call)]
        made = [call for node in calls if (call := self._call(node, function)) is not None]
        return bool(nodes) and len(made) == len(nodes) and all(isinstance(call.target, Class) for call in made)

    def _call(self, node: syntax.Call, function: Function) -> Call | None:
        if function not in self._calls:
            self._calls[function] = {id(call.node): call for call in self._project.calls_in(function)}
        return self._calls[function].get(id(node))


def _assigned(name: str, function: Function) -> Iterator[syntax.Node]:
    """Yield what is assigned to a name in a function."""
    for node in function.nodes:
        match node:
            case syntax.Assign(targets=targets, value=value) if any(tree.is_name(target, name) for target in targets):
                yield value
            case syntax.AnnAssign(target=target, value=value) if value is not None and tree.is_name(target, name):
                yield value
            case syntax.NamedExpr(target=target, value=value) if tree.is_name(target, name):
                yield value
            case syntax.For(target=target, iter=iterated) if tree.is_name(target, name):
                yield iterated
            case _:
                pass


def _is_instance(value: Value | None) -> bool:
    return value is not None and all(isinstance(option, Instance) for option in options_of(value))


def _argument(edge: Edge, parameter: str) -> syntax.Expr | None:
    """Return the expression that a call gives for a parameter of its callee."""
    node, params = edge.call.node, [param.name for param in edge.callee.node.params]
    if not isinstance(node, syntax.Call) or parameter not in params:
        return None
    is_bound = edge.callee.owner is not None and isinstance(node.func, syntax.Attribute)
    position = params.index(parameter) - (1 if is_bound else 0)
    for index, argument in enumerate(node.args):
        if argument.keyword == parameter or (argument.keyword is None and not argument.star and index == position):
            return argument.value
    return None
