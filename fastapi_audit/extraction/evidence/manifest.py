"""`pyproject.toml` and `Pipfile`: what a project asks for, in the tables of PEP 621, PEP 735 and their forerunners."""

from collections.abc import Iterator

from fastapi_audit.extraction.evidence.manifest_tasks import tasks_of
from fastapi_audit.extraction.evidence.requirement import (
    is_development_group,
    requirement_of_constraint,
    requirement_of_pep508,
    specifier_of_constraint,
)
from fastapi_audit.extraction.evidence.toml_document import Table, TomlDocument, table_in, text_in, texts_in
from fastapi_audit.extraction.evidence.tool_config import tools_of_pyproject
from fastapi_audit.facts.dependencies import Include, Manifest, Requirement


def read_pyproject(content: bytes) -> Manifest:
    """Read the requirements and the tools of a `pyproject.toml`."""
    document = TomlDocument(content)
    project, poetry = document.table("project"), document.table("tool", "poetry")
    found = [*_of_project(document), *_of_groups(document), *_of_poetry(document)]
    python = text_in(project, "requires-python") or text_in(table_in(poetry, "dependencies"), "python")
    dynamic = document.table("tool", "setuptools", "dynamic", "dependencies")
    pos = document.position_of("tool", "setuptools", "dynamic", "dependencies")
    return Manifest(
        requirements=tuple(found),
        includes=tuple(Include(pos, path) for path in texts_in(dynamic, "file")),
        tools=tools_of_pyproject(document),
        name=text_in(project, "name") or text_in(poetry, "name"),
        python=specifier_of_constraint(python),
        tasks=tasks_of(document),
    )


def read_pipfile(content: bytes) -> Manifest:
    """Read a `Pipfile`."""
    document = TomlDocument(content)
    requires = document.table("requires")
    python = text_in(requires, "python_full_version") or text_in(requires, "python_version")
    return Manifest(
        requirements=(
            *_of_table(document, "packages"),
            *_of_table(document, "dev-packages", group="dev", is_development=True),
        ),
        python=specifier_of_constraint(python if python.count(".") == 2 or not python else f"{python}.*"),
        tasks=tasks_of(document),
    )


def _of_project(document: TomlDocument) -> Iterator[Requirement]:
    yield from _of_list(document, "project", "dependencies")
    for extra in document.table("project", "optional-dependencies"):
        keys = ("project", "optional-dependencies", extra)
        yield from _of_list(document, *keys, group=extra, is_development=is_development_group(extra))


def _of_groups(document: TomlDocument) -> Iterator[Requirement]:
    """Read the groups that are never published: PEP 735, uv, PDM, Hatch's environments."""
    for keys in (("dependency-groups",), ("tool", "pdm", "dev-dependencies")):
        for group in document.table(*keys):
            yield from _of_list(document, *keys, group, group=group, is_development=True)
    yield from _of_list(document, "tool", "uv", "dev-dependencies", group="dev", is_development=True)
    for name in document.table("tool", "hatch", "envs"):
        for key in ("dependencies", "extra-dependencies"):
            yield from _of_list(document, "tool", "hatch", "envs", name, key, group=name, is_development=True)


def _of_poetry(document: TomlDocument) -> Iterator[Requirement]:
    yield from _of_table(document, "tool", "poetry", "dependencies")
    yield from _of_table(document, "tool", "poetry", "dev-dependencies", group="dev", is_development=True)
    for name in document.table("tool", "poetry", "group"):
        keys = ("tool", "poetry", "group", name, "dependencies")
        yield from _of_table(document, *keys, group=name, is_development=True)


def _of_list(
    document: TomlDocument, *keys: str, group: str = "", is_development: bool = False
) -> Iterator[Requirement]:
    """Read a list of requirements in the notation of PEP 508."""
    texts = texts_in(document.table(*keys[:-1]), keys[-1])
    for text, pos in zip(texts, document.positions_of_items(texts, *keys), strict=True):
        found = requirement_of_pep508(text, pos, group, is_development=is_development)
        if found:
            yield found


def _of_table(
    document: TomlDocument, *keys: str, group: str = "", is_development: bool = False
) -> Iterator[Requirement]:
    """Read a table from names to constraints, or to tables or lists of tables with a `version`."""
    for name, value in document.table(*keys).items():
        if name == "python" and "poetry" in keys:
            continue
        for choice in value if isinstance(value, list) else [value]:
            details: Table = choice if isinstance(choice, dict) else {"version": choice}
            yield requirement_of_constraint(
                name,
                text_in(details, "version"),
                document.position_of(*keys, name),
                group,
                is_development=is_development,
                extras=texts_in(details, "extras"),
            )
