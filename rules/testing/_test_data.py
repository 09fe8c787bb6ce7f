"""What makes the data of tests: factories, fixtures and functions, or each test by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fastapi_audit.rule_api import Call, Class, Function, Place, Project, names, syntax

FIELDS = 2  # of an object that is built
KEYS = 3  # of a body
BODIES = frozenset({"data", "json"})


def factories(project: Project) -> Iterator[tuple[Place, str]]:
    """Yield what makes data for tests, with its place."""
    suite, known = project.suite, names("testing", "factories")
    for cls in suite.classes:
        if any(isinstance(base, str) and base.partition(".")[0] in known for base in cls.ancestors):
            yield cls.place, f"`{cls.name}` makes data for tests"
    kinds, tests = models(project), {test.function for test in project.tests}
    for call in suite.calls:
        library = (call.name or "").partition(".")[0]
        if library in known:
            yield call.place, f"{library} makes data for tests"
        elif call.target in kinds and is_of_helper(call, tests):
            yield call.place, "the tests have functions that make their data"
    for function in suite.functions:
        if function not in tests and gives_body(function):
            yield function.place, f"`{function.name}` makes data for tests"


def models(project: Project) -> frozenset[Function | Class | None]:
    return frozenset(one.cls for one in (*project.tables, *project.schemas))


def is_of_helper(call: Call, tests: set[Function]) -> bool:
    """Say whether a call stands in a function that is neither a test nor part of one."""
    function = call.function
    return function is not None and function not in tests and not function.name.startswith("test")


def gives_body(function: Function) -> bool:
    """Say whether a function gives a dict as tests send it."""
    if "<locals>" in function.qualname:
        return False
    nodes = function.nodes
    given = (node.value for node in nodes if isinstance(node, (syntax.Return, syntax.Yield)))
    return any(isinstance(value, syntax.Dict) and is_made_up(value) for value in given)


def is_made_up(value: syntax.Dict) -> bool:
    """Say whether a dict has values that are written there, and not only what was found elsewhere."""
    is_written = any(isinstance(inner, (syntax.Constant, syntax.FString)) for _, inner in value.items)
    return is_written and len(value.items) >= FIELDS


def hand_built(project: Project) -> Mapping[str, Mapping[Function, Place]]:
    """Return what tests build themselves, by its name, with the first place in each test."""
    kinds = models(project)
    found: dict[str, dict[Function, Place]] = {}
    for test in project.tests:
        for call in project.suite.calls_in(test.function):
            for what in (built_by(call, kinds), body_of(call)):
                if what is not None:
                    found.setdefault(what, {}).setdefault(test.function, call.place)
    return found


def built_by(call: Call, kinds: frozenset[Function | Class | None]) -> str | None:
    """Return the table or schema that a call makes an object of, if its fields are written out."""
    node = call.node
    if call.target not in kinds or not isinstance(node, syntax.Call) or any(one.star for one in node.args):
        return None
    return f"`{call.target.name}`" if call.target is not None and len(node.args) >= FIELDS else None


def body_of(call: Call) -> str | None:
    """Return the keys of a body that a call sends, if they are written out."""
    for argument in call.node.args if isinstance(call.node, syntax.Call) else ():
        value = argument.value
        if argument.keyword in BODIES and isinstance(value, syntax.Dict) and len(value.items) >= KEYS:
            keys = [key.value for key, _ in value.items if isinstance(key, syntax.Constant)]
            if len(keys) == len(value.items):
                return f"a body of {', '.join(f'`{key}`' for key in sorted(map(str, keys)))}"
    return None
