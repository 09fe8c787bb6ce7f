"""Manifests of Kubernetes, also those that Helm fills in: their resources with all settings.

What Helm computes is left out: a line that only steers the template, and each expression within a line.
"""

import re
from collections.abc import Iterator

from fastapi_audit.extraction.evidence.settings import settings_of
from fastapi_audit.extraction.evidence.text import UnreadableError, text_of
from fastapi_audit.extraction.evidence.yaml_tree import Mapping, child, read_documents, scalar
from fastapi_audit.facts.configurations import Expression, Resource, Resources

MAX_RESOURCES = 500
COMPUTED = "COMPUTED"  # stands for an expression of a template
_VALUES = re.compile(r"values(?:[.-][\w.-]+)?\.ya?ml")
_EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_VALUE = re.compile(r"\.Values((?:\.\w+)+)")


def read_kubernetes(name: str, content: bytes) -> Resources:
    """Read a manifest; a template that is no YAML without Helm has no resources."""
    text = text_of(content)
    if _VALUES.fullmatch(name):
        return Resources((), values=tuple(one for document in read_documents(text) for one in settings_of(document)))
    if "{{" not in text:
        return Resources(_resources(text))
    if name.endswith(".tpl"):
        return Resources((), is_template=True)
    try:
        resources = _resources(_without_expressions(text))
        return Resources(resources, is_template=True, expressions=tuple(_expressions(text)))
    except UnreadableError:
        return Resources((), is_template=True)


def _resources(text: str) -> tuple[Resource, ...]:
    documents = [document for document in read_documents(text) if isinstance(document, Mapping)]
    named = [(document, scalar(child(document, "kind"))) for document in documents[:MAX_RESOURCES]]
    return tuple(
        Resource(document.pos, kind, scalar(child(document, "metadata", "name")) or "", settings_of(document))
        for document, kind in named
        if kind
    )


def _expressions(text: str) -> Iterator[Expression]:
    """Yield the expressions of a template in their order."""
    line, end = 1, 0
    for found in _EXPRESSION.finditer(text):
        line += text.count("\n", end, found.start())
        end = found.start()
        taken = _VALUE.findall(found[0])
        yield Expression(line, tuple(taken[0].split(".")[1:]) if len(taken) == 1 else ())


def _without_expressions(text: str) -> str:
    """Return a template without its expressions; the lines keep their numbers."""
    lines = _EXPRESSION.sub(lambda match: COMPUTED + "\n" * match[0].count("\n"), text).split("\n")
    return "\n".join("" if _is_computed(line) else line for line in lines)


def _is_computed(line: str) -> bool:
    return COMPUTED in line and not line.replace(COMPUTED, "").strip(" -")
