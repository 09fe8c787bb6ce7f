"""Who may import whom: upper layers the lower ones, siblings not one another."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from laws.imports import PACKAGE, ROOT, RULES, Imported, imports_of, python_files

LAYERS = (
    ("__main__",),
    ("cli", "testing"),
    ("options", "running"),
    ("output",),
    ("pipeline",),
    ("analysis",),
    ("means",),
    ("cache",),
    ("reporting", "fixing", "scoring", "checking", "linking", "extraction", "discovery"),
    ("config",),
    ("rule_api",),
    ("audit",),
    ("model",),
    ("knowledge",),
    ("facts",),
    ("profile", "processes", "stack", "collection"),
    ("errors",),
)
LEVEL = {name: level for level, names in enumerate(reversed(LAYERS)) for name in names}
MAY_IMPORT_LIBCST = ("extraction", "fixing")


def part_of(file: Path) -> str:
    """Return the first name below the package: `checking` for `fastapi_audit/checking/runner.py`."""
    return file.relative_to(ROOT / PACKAGE).parts[0].removesuffix(".py")


def breaks_layers(imported: Imported) -> bool:
    head, _, rest = imported.name.partition(".")
    importer, target = part_of(imported.file), rest.partition(".")[0]
    if head != PACKAGE or target in ("", "__version__", importer):
        return False
    return LEVEL[importer] <= LEVEL[target]


def test_every_part_of_the_package_has_a_layer() -> None:
    parts = {part_of(file) for file in python_files(PACKAGE)} - {"__init__"}

    assert sorted(parts - LEVEL.keys()) == []


def test_a_layer_imports_lower_layers_only() -> None:
    assert [str(imported) for imported in imports_of(PACKAGE) if breaks_layers(imported)] == []


def test_imports_are_absolute_but_for_the_topics_beside_a_rule() -> None:
    relative = [imported for folder in (PACKAGE, RULES) for imported in imports_of(folder) if imported.name[0] == "."]

    assert [str(imported) for imported in relative if not is_topic_beside(imported)] == []


def test_libcst_stays_where_code_is_parsed_and_rewritten() -> None:
    users = [imported for imported in imports_of(PACKAGE) if imported.name.partition(".")[0] == "libcst"]

    assert users
    assert [str(imported) for imported in users if part_of(imported.file) not in MAY_IMPORT_LIBCST] == []


def test_the_audited_code_never_goes_through_the_interpreters_own_parser() -> None:
    own_parsers = ("ast", "tokenize", "symtable", "py_compile", "compileall")

    assert [str(imported) for imported in imports_of(PACKAGE) if imported.name in own_parsers] == []


def test_a_rule_imports_the_rule_interface_the_standard_library_and_topics_of_its_family() -> None:
    assert [str(imported) for imported in imports_of(RULES) if not a_rule_may_import(imported)] == []


def is_topic_beside(imported: Imported) -> bool:
    """Topics are imported relatively: the pack has one name in the repository and another where it is installed."""
    return imported.file.is_relative_to(ROOT / RULES) and re.fullmatch(r"\._[a-z_]+", imported.name) is not None


def a_rule_may_import(imported: Imported) -> bool:
    if imported.name == f"{PACKAGE}.rule_api":
        return True
    if is_topic_beside(imported):
        return True
    return imported.name.partition(".")[0] in sys.stdlib_module_names
