"""What is installed is what is there, and what is exported is in order."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
import tomli
from laws.imports import PACKAGE, ROOT, RULES


def packages_below(folder: str, name: str) -> list[str]:
    """Return the dotted names of a folder and of those below it that hold Python files."""
    folders = {file.parent.relative_to(ROOT / folder) for file in (ROOT / folder).rglob("*.py")}
    return [".".join((name, *path.parts)) for path in folders]


def test_the_package_list_is_that_of_the_folders() -> None:
    listed = tomli.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]

    assert listed == sorted([*packages_below(PACKAGE, PACKAGE), *packages_below(RULES, f"{PACKAGE}_rules")])


def test_every_folder_with_code_is_a_package() -> None:
    folders = {file.parent for folder in (PACKAGE, RULES) for file in (ROOT / folder).rglob("*.py")}

    assert [str(folder.relative_to(ROOT)) for folder in sorted(folders) if not is_package(folder)] == []


def is_package(folder: Path) -> bool:
    return (folder / "__init__.py").is_file()


@pytest.mark.parametrize("module", [f"{PACKAGE}.rule_api"])
def test_exported_names_are_sorted_and_exist(module: str) -> None:
    exported = import_module(module).__all__

    assert exported == sorted(set(exported))
    assert [name for name in exported if not hasattr(import_module(module), name)] == []
