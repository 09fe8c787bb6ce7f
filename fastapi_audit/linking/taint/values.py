"""What a value is made of: inputs of the request, parameters of the function around it, and what is not known.

Only one function is looked at; a `Formal` stands for what its callers give.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from fastapi_audit.knowledge.tables import names, texts
from fastapi_audit.linking.evaluation.types import ENUMS, type_name
from fastapi_audit.linking.names import canonical
from fastapi_audit.linking.taint.constraints import CONTAINERS, is_harmless
from fastapi_audit.linking.taint.sources import Sources
from fastapi_audit.linking.taint.steps import TYPE, UNSEEN, UPLOADED, Formal, Found, Step, cleans, distinct
from fastapi_audit.linking.typerefs import value_type
from fastapi_audit.model.inputs import Gap
from fastapi_audit.model.module import Class, Function
from fastapi_audit.model.values import (
    BoundExternal,
    ClassValue,
    Collection,
    External,
    ExternalCall,
    ExternalObject,
    Given,
    Instance,
    Item,
    Known,
    OneOf,
    Origin,
    Table,
    Template,
    Unknown,
    Value,
)

MAX_DEPTH = 40
JOINS = frozenset({"os.path.join", "pathlib.Path", "pathlib.PurePath", "pathlib.Path.joinpath", "anyio.Path"})
BY_SEPARATOR = frozenset({"str.split", "str.rsplit", "str.partition", "str.rpartition", "str.replace"})
SECTIONS = (
    "carries", "contents", "cuts", "cleans", "cleans-path", "cleans-url", "cleans-shell", "cleans-code", "cleans-sql",
)  # fmt: skip
FORMATTED = ("{", "%s", "%d", "%(")

GivenBy = Callable[[Given, "Function | None", "Value | None", int], Found]


@dataclass(frozen=True, slots=True)
class Values:
    """Takes values apart. `given` follows the results of project functions, or the item under a key of them; it is told
    how deep that stands in a value.
    """

    sources: Sources
    given: GivenBy

    def found(self, value: Value, function: Function | None, depth: int = 0) -> Found:
        """Return the ways into a value that stands in a function, and what is not known of it."""
        if depth > MAX_DEPTH:
            return (Gap("a value nested too deeply"),)
        return distinct(self._walk(value, function, depth + 1))

    def _walk(self, value: Value, function: Function | None, depth: int) -> Iterator[Step | Gap]:
        if isinstance(value, Template):
            yield from self._template(value, function, depth)
        elif isinstance(value, OneOf):
            yield from self._all(value.options, function, depth)
        elif isinstance(value, (Collection, Table)):
            items = value.items if isinstance(value, Collection) else (item for pair in value.items for item in pair)
            yield from self._all(items, function, depth)
            if isinstance(value, Collection) and value.is_open and not value.items:
                yield Gap("a collection that is filled elsewhere")
        elif isinstance(value, BoundExternal):
            yield from self._attribute(value, function, depth)
        elif isinstance(value, ExternalObject):
            yield from self._object(value, function, depth)
        elif isinstance(value, Unknown):
            yield from self._unknown(value, function, depth)
        elif not isinstance(value, (Known, External)) and not _is_of_class(value):
            yield Gap("a value that cannot be told")

    def _all(self, values: Iterable[Value], function: Function | None, depth: int) -> Iterator[Step | Gap]:
        for value in values:
            yield from self.found(value, function, depth)

    def _template(self, value: Template, function: Function | None, depth: int) -> Iterator[Step | Gap]:
        """Ways into the parts of a text, each with what is known to stand around it.

        The parts of `"{}/{}".format(…)` follow their pattern: all of them stand where its first field is.
        """
        pattern = value.parts[0] if value.parts and isinstance(value.parts[0], str) else ""
        cut = min((pattern.find(mark) for mark in FORMATTED if mark in pattern), default=-1)
        for number, part in enumerate(value.parts):
            if isinstance(part, str):
                continue
            before = pattern[:cut] if cut >= 0 else _known(value.parts[:number])
            after = UNSEEN if cut >= 0 else _known(value.parts[number + 1 :])
            yield from _within(self.found(part, function, depth), before, after)

    def _attribute(self, value: BoundExternal, function: Function | None, depth: int) -> Iterator[Step | Gap]:
        name = type_name(value)
        source = self.sources.of_request(name) if name is not None else None
        if source is not None:
            yield Step(self.sources.part_of_request(source, _key(value), function))
            return
        if _is_of_class(value.owner):
            return
        if self.sources.is_upload(value.owner):
            yield from self._upload(value.owner, value.name, function, depth)
            return
        is_handed_on = name is None and isinstance(value.owner, Unknown)
        if is_handed_on or (isinstance(value.owner, ExternalObject) and is_harmless(value_type(value.owner))):
            yield from self.found(value.owner, function, depth)
            return
        yield from self._operated(name or value.name, (value.owner,), function, depth)

    def _upload(self, owner: Value, part: str, function: Function | None, depth: int) -> Iterator[Step | Gap]:
        """Ways of a part of an upload; where that came in says which it is a part of."""
        if part not in texts("taint", "upload"):
            yield Gap(f"the {part} of an upload")
            return
        roots = [step for step in self.found(owner, function, depth) if isinstance(step, Step)]
        yield from (step.done(f"{UPLOADED}{part}") for step in roots)

    def _object(self, value: ExternalObject, function: Function | None, depth: int) -> Iterator[Step | Gap]:
        found = distinct(self._made(value, function, depth))
        type_ = value_type(value)
        if is_harmless(type_):
            operation = f"{TYPE}{type_ if type_.name in CONTAINERS else type_.name}"
            yield from (step.done(operation) for step in found if isinstance(step, Step))
        else:
            yield from found

    def _made(self, value: ExternalObject, function: Function | None, depth: int) -> Iterator[Step | Gap]:
        if value.derived is not None:
            yield from self._derived(value.derived, function, depth)
        elif value.call is not None and (value.origin is None or value.call.owner is not None):
            yield from self._call(value.call, function, depth)
        elif value.origin is not None:
            yield from self._origin(value.origin, function)
        elif value.arguments and value.type in ("str", "pathlib.Path", "int", "float"):
            yield from self._joined(value.arguments, value.type, function, depth)
        elif self.sources.is_upload(value):
            yield Step(self.sources.unseen_upload(function))
        else:
            yield Gap(f"an object of {value.type}" if value.type else "a value that cannot be told")

    def _joined(
        self, values: tuple[Value, ...], type_: str, function: Function | None, depth: int
    ) -> Iterator[Step | Gap]:
        separator = "/" if type_ == "pathlib.Path" else ""
        for number, value in enumerate(values):
            before = (UNSEEN + separator) if number else ""
            after = (separator + UNSEEN) if number < len(values) - 1 else ""
            yield from _within(self.found(value, function, depth), before, after)

    def _unknown(self, value: Unknown, function: Function | None, depth: int) -> Iterator[Step | Gap]:
        if value.derived is not None:
            yield from self._derived(value.derived, function, depth)
        elif value.origin is not None:
            yield from self._origin(value.origin, function)
        else:
            yield Gap(value.reason)

    def _derived(self, derived: Item | Given, function: Function | None, depth: int) -> Iterator[Step | Gap]:
        if isinstance(derived, Given):
            yield from self.given(derived, function, None, depth)
            return
        owner, key = derived.owner, derived.key
        inner = owner.derived if isinstance(owner, (ExternalObject, Unknown)) else None
        if isinstance(inner, Given):
            yield from self.given(inner, function, key, depth)
            return
        source = self.sources.of_request(type_name(owner) or "")
        if source is not None:
            yield Step(self.sources.part_of_request(source, key, function))
            return
        name = _called(owner)
        item = f"{name}[{key.value!r}]" if name is not None and isinstance(key, Known) else None
        found = self.found(part_of(owner, key), function, depth)
        yield from (step.done(item) if item and isinstance(step, Step) else step for step in found)

    def _call(self, call: ExternalCall, function: Function | None, depth: int) -> Iterator[Step | Gap]:
        name = canonical(call.name)
        source = self.sources.of_request(name)
        if source is not None:
            yield Step(self.sources.part_of_request(source, call.argument(0, "key"), function))
            return
        if call.owner is not None and self.sources.is_upload(call.owner):
            yield from self._upload(call.owner, call.name.rpartition(".")[2], function, depth)
            return
        if is_own(name):
            return
        owner = () if call.owner is None else (call.owner,)
        if name in JOINS:
            yield from _done(self._joined((*owner, *call.positional), "pathlib.Path", function, depth), name)
            return
        values = (*owner, *call.positional, *call.named.values())
        yield from self._operated(name, values, function, depth, _separator(call))

    def _operated(
        self,
        name: str,
        values: tuple[Value, ...],
        function: Function | None,
        depth: int,
        separator: str = "",
    ) -> Iterator[Step | Gap]:
        """Ways through an operation that is known to pass text on, or to make it harmless."""
        if not is_known(name) and is_known(f"str.{name.rpartition('.')[2]}"):  # of what is not known to be a text
            name = f"str.{name.rpartition('.')[2]}"
        if is_known(name):
            yield from _done(_done(self._all(values, function, depth), name), f"{name}({separator})")
            return
        if not is_own(name):
            yield Gap(f"what {name} gives")

    def _origin(self, origin: Origin, function: Function | None) -> Iterator[Step | Gap]:
        if isinstance(origin.owner, Function):
            yield Step(Formal(origin.owner, origin.name))
        elif isinstance(origin.owner, Class):
            found = self.sources.of_field(origin.name, origin.owner, function)
            if isinstance(found, Gap):
                yield found
            elif found is not None:
                yield Step(found)


def part_of(value: Value, key: Value | None) -> Value:
    """Return what stands under a key of a value; itself where that is not seen, as it may be any part of it."""
    derived = value.derived if isinstance(value, (ExternalObject, Unknown)) else None
    if isinstance(value, OneOf):
        return OneOf(tuple(part_of(option, key) for option in value.options))
    if isinstance(derived, Item) and derived.key is None and isinstance(derived.owner, Collection):
        items = derived.owner.items
        return OneOf(tuple(part_of(item, key) for item in items)) if items else value
    if isinstance(value, Collection) and isinstance(key, Known) and isinstance(key.value, int) and not value.is_open:
        return value.items[key.value] if -len(value.items) <= key.value < len(value.items) else value
    return value


def _is_of_class(value: Value) -> bool:
    """Say whether a value is a class, a member of an enumeration, or an attribute of one: the code says what it is."""
    while isinstance(value, BoundExternal):
        value = value.owner
    return isinstance(value, ClassValue) or (isinstance(value, Instance) and value.cls.is_a(*ENUMS))


@cache
def is_known(operation: str) -> bool:
    """Say whether it is known what an operation does to a text."""
    return any(operation in names("taint", section) for section in SECTIONS)


@cache
def is_own(name: str) -> bool:
    """Say whether a call, or what is done with what it gives, has nothing of a client: `uuid.uuid4().hex`."""
    parts = name.replace("()", "").split(".")
    return any(".".join(parts[:length]) in names("taint", "own") for length in range(1, len(parts) + 1))


def _done(found: Iterable[Step | Gap], operation: str) -> Iterator[Step | Gap]:
    known, is_cleaned = not operation.endswith("()"), cleans(operation)
    for one in found:
        if isinstance(one, Step):
            yield one.done(operation) if known else one
        elif not is_cleaned:
            yield one


def _within(found: Iterable[Step | Gap], before: str, after: str) -> Iterator[Step | Gap]:
    yield from (one.within(before, after) if isinstance(one, Step) else one for one in found)


def _known(parts: Iterable[str | Value]) -> str:
    return "".join(part if isinstance(part, str) else UNSEEN for part in parts)


def _called(value: Value) -> str | None:
    return canonical(value.call.name) if isinstance(value, ExternalObject) and value.call is not None else None


def _key(value: BoundExternal) -> Value | None:
    return None if isinstance(value.owner, ExternalObject) else Known(value.name)


def _separator(call: ExternalCall) -> str:
    """Return the text at which a method cuts another one."""
    is_cut = f"str.{call.name.rpartition('.')[2]}" in BY_SEPARATOR and call.owner is not None
    first = call.argument(0, "sep") if is_cut else None
    return str(first.value) if isinstance(first, Known) else ""
