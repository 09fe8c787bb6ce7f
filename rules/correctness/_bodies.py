"""What FastAPI can read out of a form, and what only out of a JSON body."""

from collections.abc import Iterator

from fastapi_audit.rule_api import Class, Parameter, Route, TypeRef, syntax

FORMS = frozenset({"form", "file"})
BODIES = frozenset({"body"}) | FORMS
MAPPINGS = frozenset({"dict", "typing.Mapping", "collections.OrderedDict"})
SEQUENCES = frozenset({"list", "set", "tuple", "frozenset", "typing.Sequence", "typing.Iterable", "collections.deque"})
MODELS = ("pydantic.BaseModel", "sqlmodel.SQLModel")
PLAIN_BASES = frozenset({*MODELS, "typing.Generic", "object", "abc.ABC"})
BEFORE = frozenset({"model_validator", "root_validator"})
OWN_PARSING = frozenset({"__get_validators__", "__get_pydantic_core_schema__", "__pydantic_init_subclass__"})


def bodies_of(route: Route) -> Iterator[Parameter]:
    """Yield what a route takes from the request's body, its own and that of its dependencies, each once."""
    seen = set()
    for parameter in route.all_parameters:
        if parameter.source in BODIES and (parameter.place, parameter.name) not in seen:
            seen.add((parameter.place, parameter.name))
            yield parameter


def needs_json(parameter: Parameter) -> bool:
    """Say whether a value is certain not to come out of a form field: a model or mapping that parses no text itself."""
    options = parameter.type.options if parameter.type is not None else ()
    return bool(options) and all(map(_needs_json, options))


def _needs_json(type_: TypeRef) -> bool:
    if type_.name in MAPPINGS:
        return True
    if type_.name in SEQUENCES:
        return bool(type_.arguments) and all(map(_needs_json, type_.arguments))
    return type_.cls is not None and _is_plain_model(type_.cls)


def _is_plain_model(cls: Class) -> bool:
    """Say whether a class is a model, known to the end, that nothing of its own looks at before Pydantic does."""
    known = all(base in PLAIN_BASES for base in cls.ancestors if isinstance(base, str))
    if not cls.is_a(*MODELS) or not known:
        return False
    return not sets_fields_before(cls)


def sets_fields_before(cls: Class) -> bool:
    """Say whether a model may fill in fields before they are validated."""
    return any(map(_parses, cls.lineage))


def _parses(cls: Class) -> bool:
    if not OWN_PARSING.isdisjoint(cls.methods):
        return True
    decorators = (node for method in cls.methods.values() for node in method.node.decorators)
    return any(_looks_before(node) for node in decorators)


def _looks_before(decorator: syntax.Expr) -> bool:
    """Say whether a decorator makes a validator of the whole model, which may take a text apart."""
    called = decorator.func if isinstance(decorator, syntax.Call) else decorator
    return (called.attr if isinstance(called, syntax.Attribute) else getattr(called, "id", "")) in BEFORE
