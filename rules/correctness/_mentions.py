"""Where code speaks of a class other than to register, catch, annotate or inherit it."""

from collections.abc import Iterable, Iterator, Mapping

from fastapi_audit.rule_api import Module, Place, Project, syntax, tree

REGISTERING = frozenset({"exception_handler", "add_exception_handler", "isinstance", "issubclass"})


def other_mentions(names: frozenset[str], project: Project) -> Iterator[Place]:
    """Yield the places in application code where a class of one of these names may be put to use."""
    known = {module: names | frozenset(_aliases(names, module.facts.statements)) for module in project.modules}
    for module in project.modules:
        yield from _in_tree(module.facts.statements, module, known[module])
    for function in project.functions:
        yield from _in_tree(function.statements, function.module, known[function.module])


def _in_tree(statements: tuple[syntax.Stmt, ...], module: Module, names: frozenset[str]) -> Iterator[Place]:
    named = [node for node in tree.descendants(statements) if _is_named(node, names)]
    parents = tree.parents(statements) if named else {}
    return (module.at(node) for node in named if not _is_harmless(node, parents))


def _aliases(names: frozenset[str], statements: Iterable[syntax.Node]) -> Iterator[str]:
    for node in tree.descendants(statements):
        if isinstance(node, syntax.ImportFrom):
            yield from (alias.asname for alias in node.names if alias.asname and alias.name in names)


def _is_named(node: syntax.Node, names: frozenset[str]) -> bool:
    return isinstance(node, (syntax.Name, syntax.Attribute)) and tree.name_of(node) in names


def _is_harmless(node: syntax.Node, parents: Mapping[int, syntax.Node]) -> bool:
    around = parents.get(id(node))
    if isinstance(around, syntax.Sequence):
        around = parents.get(id(around))
    if isinstance(around, (syntax.Parameter, syntax.FunctionDef, syntax.Handler)):
        return True
    if not isinstance(around, syntax.Argument):
        return False
    taker = parents.get(id(around))
    if isinstance(taker, syntax.ClassDef):
        return True
    return isinstance(taker, syntax.Call) and tree.name_of(taker.func) in REGISTERING
