"""Texts of exceptions inside values: whose they are, and whether a client may read them."""

import builtins
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from fastapi_audit.rule_api import (
    BoundExternal,
    Call,
    Class,
    ClassValue,
    Collection,
    DictValue,
    ExternalObject,
    Function,
    Instance,
    Known,
    OneOf,
    Project,
    Raise,
    Template,
    Value,
    names,
    syntax,
    tree,
)

TEXTS = frozenset({"args", "message", "msg", "detail", "orig", "reason", "strerror", "filename", "statement", "stderr"})
BROAD = ("Exception", "BaseException")
ErrorsOf = Callable[[Function], Sequence[str]]
_DEPTH = 8


def leaked_texts(value: Value, errors_of: ErrorsOf, depth: int = 0) -> Iterator[ExternalObject]:
    """Yield the exceptions, and the calls for a traceback, whose text a value contains.

    `errors_of` gives the names of the exceptions that a function is handed as a parameter annotated with `Exception`.
    """
    if depth > _DEPTH:
        return
    if isinstance(value, ExternalObject) and (_is_caught(value) or _is_trace(value)):
        yield value
        return
    if isinstance(value, ExternalObject) and value.call is None and value.type in BROAD and value.origin is not None:
        owner = value.origin.owner
        errors = errors_of(owner) if isinstance(owner, Function) else ()
        yield from (ExternalObject(name, origin=value.origin, derived=value.derived) for name in errors)
        return
    for part in _parts(value):
        yield from leaked_texts(part, errors_of, depth + 1)


def _parts(value: Value) -> list[Value]:
    if isinstance(value, Template):
        return [part for part in value.parts if not isinstance(part, str)]
    if isinstance(value, OneOf):
        return list(value.options)
    if isinstance(value, Collection):
        return value.items
    if isinstance(value, DictValue):
        return [item for _, item in value.items]
    if isinstance(value, Instance):
        return [] if value.cls.is_a(*BROAD) else list(value.attributes.values())
    if isinstance(value, BoundExternal):
        return [value.owner] if value.name in TEXTS else []
    if not isinstance(value, ExternalObject):
        return []
    if value.call is not None and value.call.name in names("errors", "texts"):
        return [*value.call.positional, *value.call.named.values()]
    return list(value.arguments)


def _is_caught(value: ExternalObject) -> bool:
    return value.call is None and value.origin is not None and value.origin.kind == "exception"


def _is_trace(value: ExternalObject) -> bool:
    return value.call is not None and value.call.name in names("errors", "traces")


def is_foreign(value: ExternalObject, project: Project) -> bool | None:
    """Say whether the text is not the application's own: a traceback, a broad class, a library's; None if unknown."""
    if _is_trace(value):
        return True
    name = (value.type or "").partition(".args[")[0]
    if not name:
        return None
    if name in names("errors", "spoken") or any(str(cls) == name for cls in project.classes):
        return False
    if "." in name:
        return True
    kind = getattr(builtins, name, None)
    return name in BROAD or (isinstance(kind, type) and issubclass(kind, OSError) and kind is not PermissionError)


def says_fixed_texts(value: ExternalObject, project: Project) -> bool:
    """Say whether the exception is the project's, and raised with nothing but texts that stand in the code."""
    return _fixed_texts(project).get(value.type or "", False)


@lru_cache(maxsize=1)
def _fixed_texts(project: Project) -> dict[str, bool]:
    """Return the errors of the project that are raised, with their bases, and whether all their texts are fixed."""
    found: dict[str, bool] = {}
    for raised in project.raises:
        for cls in raised.cls.lineage if raised.cls is not None else ():
            found[str(cls)] = found.get(str(cls), True) and _is_raised_fixed(raised, project)
    return found


def _is_raised_fixed(raised: Raise, project: Project) -> bool:
    if raised.cls is not None and _makes_fixed_text(raised.cls, project):
        return True
    if raised.call is not None:
        return _is_fixed(raised.call)
    is_bare = isinstance(raised.value, ClassValue)  # `raise Closed` has no text, unless the constructor makes one
    return is_bare and raised.cls is not None and raised.cls.find_method("__init__") is None


def _makes_fixed_text(cls: Class, project: Project) -> bool:
    """Say whether the constructor of an error gives its base, and keeps, nothing but texts that stand in the code."""
    made = cls.find_method("__init__")
    if made is None or cls.find_method("__str__") is not None:
        return False
    kept = dict(pair for node in made.nodes for pair in _attributes_set(node))
    given = [call for call in project.calls_in(made) if call.method == "__init__"]
    handed = [argument.value for call in given for argument in _arguments(call)]
    told = [value for name, value in kept.items() if name in TEXTS]
    return bool(given) and all(_is_constant(value, kept) for value in (*handed, *told))


def _attributes_set(node: syntax.Node) -> Iterator[tuple[str, syntax.Expr]]:
    if isinstance(node, syntax.Assign):
        yield from ((target.attr, node.value) for target in node.targets if isinstance(target, syntax.Attribute))


def _arguments(call: Call) -> tuple[syntax.Argument, ...]:
    return call.node.args if isinstance(call.node, syntax.Call) else ()


def _is_constant(node: syntax.Expr, kept: Mapping[str, syntax.Expr]) -> bool:
    if isinstance(node, syntax.Attribute) and tree.is_name(node.value, "self"):
        inner = kept.get(node.attr)
        return inner is not None and inner is not node and isinstance(inner, syntax.Constant)
    return isinstance(node, syntax.Constant)


def _is_fixed(call: Call) -> bool:
    node = call.node
    is_open = isinstance(node, syntax.Call) and any(argument.star for argument in node.args)
    return not is_open and all(isinstance(one, Known) for one in (*call.positional, *call.named.values()))


def is_spoken(value: ExternalObject) -> bool:
    """Say whether the exception is one whose text a library writes for callers."""
    return value.type in names("errors", "spoken")
