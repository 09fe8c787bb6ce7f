"""The ids that operations get in an OpenAPI document, as `fastapi.routing.APIRoute` makes them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fastapi_audit.rule_api import FunctionValue, Known, LambdaValue, Route, Value, syntax

_CONVERTORS = re.compile(r":[^}]*}")


def operation_id(route: Route, method: str) -> str | None:
    """Return the id of a route's operation; None if it cannot be told. `method` is the one that the id is made with."""
    given = route.options.get("operation_id")
    if given is not None and given != Known(None):
        return given.value if isinstance(given, Known) and isinstance(given.value, str) else None
    name = _name(route)
    if name is None or not route.is_path_known:
        return None
    maker = route.documented.unique_id_function
    path = _CONVERTORS.sub("}", route.path)
    if maker is None:
        return re.sub(r"\W", "_", f"{name}{path}") + f"_{method.lower()}"
    return _made(maker, {"name": name, "path": route.path, "path_format": path, "methods": [method]}, route)


def _name(route: Route) -> str | None:
    given = route.options.get("name")
    if given is not None and given != Known(None):
        return given.value if isinstance(given, Known) and isinstance(given.value, str) else None
    name = re.split(r"[:.]", route.handler_name)[-1]
    return None if name in ("?", "") else name


def _made(maker: Value, attributes: dict[str, str | list[str]], route: Route) -> str | None:
    """Return what a function makes of a route, when it does nothing but put texts together."""
    match maker:
        case LambdaValue(node=syntax.Lambda(params=(parameter,), body=body)):
            expression: syntax.Expr | None = body
        case FunctionValue():
            node, statements = maker.original.function.node, maker.original.function.statements
            if len(node.params) != 1 or len(statements) != 1 or not isinstance(statements[0], syntax.Return):
                return None
            parameter, expression = node.params[0], statements[0].value
        case _:
            return None
    known = {**attributes, "tags": list(route.tags) if route.documented.has_all_tags else []}
    return _text(expression, parameter.name, known)


def _text(node: syntax.Expr | None, parameter: str, known: dict[str, str | list[str]]) -> str | None:
    match node:
        case syntax.Constant(value=str(text)):
            return text
        case syntax.FString(parts=parts):
            return _joined([_text(part, parameter, known) for part in parts])
        case syntax.Interpolation(value=value, conversion=None, format=()):
            return _text(value, parameter, known)
        case syntax.BinaryOp(op="+", left=left, right=right):
            return _joined([_text(left, parameter, known), _text(right, parameter, known)])
        case syntax.Attribute(value=syntax.Name(id=owner), attr=name) if owner == parameter:
            found = known.get(name)
            return found if isinstance(found, str) else None
        case syntax.Subscript(value=syntax.Attribute(value=syntax.Name(id=owner), attr=name), index=index):
            items = known.get(name) if owner == parameter else None
            return _item(items, index) if isinstance(items, list) else None
        case _:
            return None


def _item(items: list[str], index: Sequence[syntax.Expr]) -> str | None:
    match index:
        case (syntax.Constant(value=int(position)),) if position < len(items):
            return items[position]
        case _:
            return None


def _joined(parts: list[str | None]) -> str | None:
    texts = [part for part in parts if part is not None]
    return "".join(texts) if len(texts) == len(parts) else None
