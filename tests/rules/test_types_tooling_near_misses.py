"""What the rules about type checkers, ignores, markers and shared defaults leave alone."""

from __future__ import annotations

import pytest
from rule_builders import FAILS, PASSES, UNKNOWN, Counts, counts_of

APP = "from fastapi import FastAPI\n\napp = FastAPI()\n"
PROJECT = "[project]\nname = 'shop'\n"


def counts(rule: str, files: dict[str, str]) -> Counts:
    return counts_of(f"types.{rule}", files)


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        ("mypy.ini", "[mypy]\nstrict = True\n", PASSES),
        ("mypy.ini", "[mypy]\nstrict = True\ndisallow_untyped_defs = False\n", FAILS),
        ("setup.cfg", "[mypy-asyncpg.*]\nstrict = True\n", FAILS),
        ("setup.cfg", "[mypy]\ndisallow_untyped_defs = true\n", FAILS),
        ("pyproject.toml", PROJECT + "[tool.mypy]\ndisallow_any_generics = true\ndisallow_subclassing_any = true\n"
         "disallow_untyped_calls = true\ndisallow_untyped_defs = true\nwarn_return_any = true\n", PASSES),
        ("pyproject.toml", PROJECT + "[tool.mypy]\npretty = true\n[[tool.mypy.overrides]]\nmodule = 'a'\n", FAILS),
        ("pyproject.toml", PROJECT + "[tool.pyright]\nstrict = ['app']\n", PASSES),
        ("pyproject.toml", PROJECT + "[tool.pyright]\ntypeCheckingMode = 'standard'\n", FAILS),
        ("pyproject.toml", PROJECT + "[tool.basedpyright]\npythonVersion = '3.12'\n", PASSES),
        ("pyproject.toml", PROJECT + "[tool.basedpyright]\ntypeCheckingMode = 'basic'\n", FAILS),
        ("pyproject.toml", PROJECT + "[tool.ruff]\nline-length = 100\n", FAILS),
        ("ty.toml", "[rules]\nunresolved-import = 'error'\n", PASSES),
        (".pyre_configuration", '{"strict": true}', PASSES),
        ("docs/pyproject.toml", PROJECT + "[tool.mypy]\nstrict = true\n", FAILS),
        (".pre-commit-config.yaml", "repos:\n- repo: local\n  hooks:\n  - id: mypy\n    args: [--strict]\n", PASSES),
        ("tox.ini", "[testenv:types]\ncommands = mypy --strict app\n", PASSES),
        ("Makefile", "types:\n\tmypy app\n", FAILS),
    ],
)  # fmt: skip
def test_strictness_is_read_from_every_file(path: str, content: str, expected: tuple[int, int, int]) -> None:
    assert counts("type_checker_not_strict", {"app/main.py": APP, path: content}) == expected


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("run: mypy app", PASSES),
        ("run: uvx ty check", PASSES),
        ("run: uvx ty --version", FAILS),
        ("run: mypy --install-types", FAILS),
        ("run: pip install mypy", FAILS),
        ("run: pytest --mypy", PASSES),
        ("uses: jakebailey/pyright-action@v2", PASSES),
        ("uses: super-linter/super-linter@v7", UNKNOWN),
        ("uses: actions/checkout@v4", FAILS),
    ],
)
def test_what_checks_types_in_a_pipeline(step: str, expected: tuple[int, int, int]) -> None:
    workflow = f"on: [push]\njobs:\n  check:\n    steps:\n      - {step}\n"
    files = {"app/main.py": APP, "mypy.ini": "[mypy]\n", ".github/workflows/ci.yml": workflow}

    assert counts("type_checker_not_in_ci", files) == expected


def test_the_type_checker_of_another_package_is_not_the_services() -> None:
    step = "run: uvx ty check\n        working-directory: sdk"
    files = {
        "server/pyproject.toml": PROJECT,
        "server/app/main.py": APP,
        "sdk/pyproject.toml": PROJECT + "[dependency-groups]\ndev = ['ty']\n",
        "sdk/justfile": "lint:\n    uvx ty check\n",
        ".github/workflows/ci.yml": f"on: [push]\njobs:\n  check:\n    steps:\n      - {step}\n",
    }

    assert counts("type_checker_not_in_ci", files) == (0, 0, 0)
    assert counts("type_checker_not_in_ci", {**files, "server/ty.toml": ""}) == FAILS
    assert counts("type_checker_not_strict", files) == FAILS


def test_a_hook_that_no_pipeline_runs_is_no_check() -> None:
    hooks = "repos:\n- repo: local\n  hooks:\n  - id: mypy\n"

    assert counts("type_checker_not_in_ci", {"app/main.py": APP, ".pre-commit-config.yaml": hooks}) == FAILS


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# type: ignore", FAILS),
        ("# type:ignore", FAILS),
        ("# noqa: E501  # type: ignore", FAILS),
        ("# type: ignore[]", FAILS),
        ("# type: ignore[assignment]", PASSES),
        ("# type: ignore[assignment, arg-type]  # the stubs are wrong", PASSES),
        ("# pyright: ignore", FAILS),
        ("# pyright: ignore[reportCallIssue]", PASSES),
        ("# ty: ignore", FAILS),
        ("# pyright: strict", (0, 0, 0)),
        ("# mypy: ignore-errors", FAILS),
        ("# mypy: disable-error-code=assignment", (0, 0, 0)),
        ("# the type: ignored", (0, 0, 0)),
    ],
)
def test_a_comment_that_names_its_error_is_fine(comment: str, expected: tuple[int, int, int]) -> None:
    assert counts("blanket_type_ignore", {"app/main.py": f"{APP}x = 1  {comment}\n"}) == expected


@pytest.mark.parametrize(
    ("code", "fails"),
    [
        ("def f(a=[]):\n    a.append(1)", 1),
        ("def f(a={}):\n    a['x'] = 1", 1),
        ("def f(a=set()):\n    a |= {1}", 1),
        ("def f(a=dict()):\n    return a", 1),
        ("def f(self, a=[]):\n    self.a = a", 1),
        ("def f(a=[]):\n    for b in a: print(b)", 0),
        ("def f(a=[]):\n    a = a or [1]\n    a.append(1)", 0),
        ("def f(a=()):\n    return a", 0),
        ("def f(a=None):\n    a = a or []\n    return a", 0),
        ("ALL = []\ndef f(a=ALL):\n    a.append(1)", 0),
        ("class A:\n    x = []\n    def f(self): self.x.append(1)", 1),
        ("class A:\n    x = []\n    def f(self): return self.x", 0),
        ("class A:\n    x = []\n    @classmethod\n    def f(cls): cls.x.append(1)", 0),
        ("class A:\n    x = []\n    def __init__(self): self.x = []\n    def f(self): self.x.append(1)", 0),
        ("from unknown import Base\nclass A(Base):\n    x = []\n    def f(self): self.x.append(1)", 0),
        ("from enum import Enum\nclass A(Enum):\n    X = []\n    def f(self): self.X.append(1)", 0),
        ("import fastapi\ndef d(a=[]): a.append(1)\n@app.get('/')\ndef f(d=fastapi.Depends(d)): ...", 0),
    ],
)  # fmt: skip
def test_a_default_that_nobody_changes_harms_nobody(code: str, fails: int) -> None:
    assert counts("mutable_default", {"app/main.py": f"{APP}{code}\n"})[1] == fails


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        ("a: int = fastapi.Query(1)", FAILS),
        ("a=fastapi.Security(dep)", FAILS),
        ("a: Annotated[int, fastapi.Query()] = 1", PASSES),
        ("a: Named = 1", PASSES),
        ("a: 'Named'", PASSES),
        ("a: int = 1", (0, 0, 0)),
        ("a: int = sqlmodel.Field(1)", (0, 0, 0)),
    ],
)
def test_markers_are_told_by_what_they_are(parameter: str, expected: tuple[int, int, int]) -> None:
    head = "import fastapi\nimport sqlmodel\nfrom typing import Annotated\n\ndef dep(): ...\n\n"
    code = f"{head}Named = Annotated[int, fastapi.Depends(dep)]\n\ndef f({parameter}): ...\n"

    assert counts("dependency_without_annotated", {"app/main.py": APP + code}) == expected
