"""Settings, reads of the environment and calls of libraries → the values that a service is configured with.

A read is typed when it fills a field, is converted, or gets a name or a result with an annotation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from fastapi_audit.facts import syntax
from fastapi_audit.knowledge.tables import names, texts
from fastapi_audit.linking.evaluation.attributes import SETTINGS
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.types import MODELS, decorator_name
from fastapi_audit.model.classes import SettingsField
from fastapi_audit.model.code import Call, ConfigurationValue, EnvironmentRead, Site
from fastapi_audit.model.module import Class, Function
from fastapi_audit.model.values import Known, Value

ANY = frozenset({"object", "typing.Any"})
PARTS = frozenset({"split", "splitlines"})
RECORDS = ("typing.NamedTuple", "typing.TypedDict", *MODELS, *SETTINGS)


def configuration_values(
    fields: Iterable[SettingsField],
    reads: Iterable[EnvironmentRead],
    calls: Sequence[Call],
    interpreter: Interpreter,
) -> list[ConfigurationValue]:
    """Return all values, in the order of places; what configures commands is left out, and what is not the service's,
    such as variables that are copied for another process.

    A read that is the default of a setting is not counted beside the setting.
    """
    by_node = {id(call.node): call for call in calls}
    own = [read for read in reads if read.variable is not None and not (read.is_of_command or read.is_of_system)]
    found = [
        *(ConfigurationValue(f"setting {field}", field.place, not _is_anything(field)) for field in fields),
        *(_of_read(read, by_node, interpreter) for read in own if not _is_in_settings(read, interpreter)),
        *(value for value, call in _of_libraries(calls) if not _is_in_settings(call, interpreter)),
    ]
    return sorted(found, key=lambda value: value.place)


def _is_anything(field: SettingsField) -> bool:
    return field.type is None or field.type.name in ANY


def _is_in_settings(site: Site, interpreter: Interpreter) -> bool:
    return any(cls.is_a(*SETTINGS) for cls in _classes_around(site, interpreter))


def _classes_around(site: Site, interpreter: Interpreter) -> list[Class]:
    """Return the classes in whose body, not in whose methods, a site stands."""
    keys = [(site.module.path, node.pos) for node in site.around if isinstance(node, syntax.ClassDef)]
    return [interpreter.classes[key] for key in keys if key in interpreter.classes]


def _of_read(read: EnvironmentRead, calls: Mapping[int, Call], interpreter: Interpreter) -> ConfigurationValue:
    targets = [calls[id(node)].target for node in read.around if id(node) in calls]
    holders = [*_classes_around(read, interpreter), *(item for item in targets if isinstance(item, Class))]
    is_field = any(_has_fields(cls, interpreter) for cls in holders)
    return ConfigurationValue(str(read), read.place, is_field or _is_declared(read, calls))


def _of_libraries(calls: Iterable[Call]) -> Iterator[tuple[ConfigurationValue, Call]]:
    casting, typed = texts("configuration", "casting"), names("configuration", "typed")
    for call in calls:
        name = call.name or ""
        if name in casting:
            is_typed = casting[name] in call.named or _is_text(call.argument(None, "default"))
            yield ConfigurationValue(f"configuration {_named(call)}", call.place, is_typed), call
        elif (name.endswith("()") and name[:-2] in typed) or name.rpartition(".")[0] in typed:
            yield ConfigurationValue(f"configuration {_named(call)}", call.place, is_typed=True), call


def _is_text(default: Value | None) -> bool:
    """Say whether a default lets a text be the value: these libraries give a text where nothing else is asked for."""
    return not isinstance(default, Known) or default.value is None or isinstance(default.value, str)


def _named(call: Call) -> str:
    first = call.node.args[0].value if isinstance(call.node, syntax.Call) and call.node.args else None
    return str(first.value) if isinstance(first, syntax.Constant) else "?"


def _has_fields(cls: Class, interpreter: Interpreter) -> bool:
    decorators = {decorator_name(value) for value in interpreter.class_decorators.get(cls, ())}
    is_record = any(ancestor.is_dataclass for ancestor in cls.lineage) or cls.is_a(*RECORDS)
    return is_record or not names("configuration", "classes").isdisjoint(filter(None, decorators))


def _is_declared(read: EnvironmentRead, calls: Mapping[int, Call]) -> bool:
    """Say whether the value is converted, or gets a name with an annotation or leaves a function with one."""
    around = read.around
    statement = next((number for number, node in enumerate(around) if isinstance(node, syntax.Stmt)), len(around))
    inside, outer = around[:statement], around[statement : statement + 1]
    if any(isinstance(node, syntax.AnnAssign) for node in outer) or any(_converts(one, calls) for one in inside):
        return True
    if read.function is None:
        return False
    is_returned = any(isinstance(node, syntax.Return) for node in outer)
    is_annotated = is_returned and read.function.node.returns is not None and not inside
    return is_annotated or any(_is_converted(node, read.function, calls) for node in outer)


def _is_converted(node: syntax.Node, function: Function, calls: Mapping[int, Call]) -> bool:
    """Say whether a statement gives a text a name that the function then converts."""
    targets = node.targets if isinstance(node, syntax.Assign) else ()
    names_given = {target.id for target in targets if isinstance(target, syntax.Name)}
    converted = (one for one in function.nodes if isinstance(one, syntax.Call))
    return any(
        isinstance(argument.value, syntax.Name) and argument.value.id in names_given and _converts(one, calls)
        for one in converted
        for argument in one.args
    )


def _converts(node: syntax.Node, calls: Mapping[int, Call]) -> bool:
    if not isinstance(node, syntax.Call):
        return isinstance(node, syntax.Compare)
    call = calls.get(id(node))
    is_split = isinstance(node.func, syntax.Attribute) and node.func.attr in PARTS
    return is_split or (
        call is not None and (call.target is not None or call.name in names("configuration", "conversions"))
    )
