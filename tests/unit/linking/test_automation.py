"""What pipelines really run: shells are taken apart, prefixes off, and targets, hooks and scripts followed."""

from __future__ import annotations

import pytest

from fastapi_audit.linking.prefixes import real_command
from fastapi_audit.linking.shell import shell_commands
from fastapi_audit.model.automation import Automation
from fastapi_audit.testing import understand_files

APP = {"app/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n"}
HOOK = "repos:\n- repo: local\n  hooks:\n  - id: mypy\n    args: [app]\n"
WORKFLOW = ".github/workflows/ci.yml"


def automation(files: dict[str, str]) -> Automation:
    return understand_files({**APP, **files})[0].automation


def in_ci(run: str, files: dict[str, str] | None = None, **step: str) -> list[str]:
    options = "".join(f"        {key.replace('_', '-')}: {value}\n" for key, value in step.items())
    text = "".join(f"          {line}\n" for line in run.split("\n"))
    workflow = f"on: [push]\njobs:\n  check:\n    steps:\n      - run: |\n{text}{options}"
    return [str(command) for command in automation({WORKFLOW: workflow, **(files or {})}).in_ci]


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("mypy app", ["mypy app"]),
        ("# don't\nmypy app # it's done", ["mypy app"]),
        ("A=b mypy app && ruff check; pytest | tee log", ["mypy app", "ruff check", "pytest", "tee log"]),
        ("mypy \\\n  app \\\n  tests", ["mypy app tests"]),
        ("if ! mypy app; then exit 1; fi", ["mypy app", "exit 1"]),
        ("for path in a b; do mypy $path; done", ["mypy $path"]),
        ("(cd app && mypy .)", ["cd app", "mypy ."]),
        ("cat <<EOF\nmypy app\nEOF\npytest", ["cat", "pytest"]),
        ("mypy app > out.txt 2>&1", ["mypy app"]),
        ("echo 'mypy app'", ["echo mypy app"]),
        ('echo "a\nb"\nmypy', ["echo a\nb", "mypy"]),
        ("mypy ${{ matrix.a && 'x' }}", ["mypy $EXPRESSION"]),
        ("$(PYTHON) -m mypy", ["$PYTHON -m mypy"]),
        ("echo 'never closed", []),
    ],
)
def test_a_text_is_taken_apart(text: str, commands: list[str]) -> None:
    assert [" ".join(command.words) for command in shell_commands(text)] == commands


@pytest.mark.parametrize(
    ("words", "real"),
    [
        ("uv run mypy app", "mypy app"),
        ("uv run --with x --frozen python -m mypy app", "mypy app"),
        ("uv --directory backend run mypy", "mypy"),
        ("poetry run python3 -m pytest -q", "pytest -q"),
        ("python -m coverage run -m pytest tests", "pytest tests"),
        ("sudo -u app env A=b mypy", "mypy"),
        ("docker compose -f x.yml exec -T -e A=b web mypy app", "mypy app"),
        ("docker run --rm -v a:b image:1 pytest", "pytest"),
        ("npx --yes pyright", "pyright"),
        ("$PYTHON -m mypy app", "mypy app"),
        ("$UV run mypy app", "mypy app"),
        ("{envpython} -m mypy app", "mypy app"),
        ("timeout 5m pytest", "pytest"),
        ("python manage.py check", "python manage.py check"),
        ("pip install mypy", "pip install mypy"),
    ],
)
def test_what_stands_in_front_is_taken_off(words: str, real: str) -> None:
    assert " ".join(real_command(tuple(words.split()))[0]) == real


@pytest.mark.parametrize(
    ("run", "path", "content"),
    [
        ("make check", "Makefile", "check: types\n\ntypes:\n\t$(RUN) mypy app\n"),
        ("make", "Makefile", "all:\n\tmypy \\\n\t  app\n"),
        ("just check", "justfile", "check: types\n\ntypes:\n    uv run mypy app\n"),
        ("task py:check", "Taskfile.yml", "tasks:\n  py:check:\n    deps: [types]\n  types:\n    cmds: [mypy app]\n"),
        ("task check", "Taskfile.yml", "tasks:\n  check:\n    cmds: [{task: types}]\n  types: mypy app\n"),
        ("uv run task types", "pyproject.toml", "[tool.taskipy.tasks]\ntypes = {cmd = 'mypy app'}\n"),
        ("poe check", "pyproject.toml", "[tool.poe.tasks]\ntypes = 'mypy app'\ncheck = ['types']\n"),
        ("pdm run types", "pyproject.toml", "[tool.pdm.scripts]\ntypes = 'mypy app'\n"),
        ("hatch run lint:types", "pyproject.toml", "[tool.hatch.envs.lint.scripts]\ntypes = ['mypy app']\n"),
        ("tox -e types", "tox.ini", "[testenv:types]\ncommands = mypy app\n"),
        ("tox run", "tox.ini", "[testenv:types]\ncommands =\n    {envpython} -m mypy app\n"),
        ("bash ./scripts/lint", "scripts/lint", "#!/usr/bin/env bash\nmypy app\n"),
        ("cd backend && ./lint.sh", "backend/lint.sh", "mypy app\n"),
        ("bash -c 'mypy app'", "README.md", ""),
        ("git ls-files | xargs mypy app", "README.md", ""),
        ("pre-commit run --all-files", ".pre-commit-config.yaml",
         "repos:\n- repo: local\n  hooks:\n  - id: types\n    entry: uv run mypy app\n"),
        ("uvx prek run mypy", ".pre-commit-config.yaml",
         "repos:\n- repo: https://github.com/pre-commit/mirrors-mypy\n  hooks:\n  - id: mypy\n    args: [app]\n"),
        ("nox -s types", "noxfile.py",
         "import nox\n\n@nox.session\ndef types(session):\n    session.install('x')\n    session.run('mypy', 'app')\n"),
        ("inv types", "tasks.py", "from invoke import task\n\n@task\ndef types(c):\n    c.run('mypy app')\n"),
    ],
)  # fmt: skip
def test_commands_are_followed_to_what_they_run(run: str, path: str, content: str) -> None:
    assert "mypy app" in in_ci(run, {path: content})


@pytest.mark.parametrize(
    ("run", "path", "content"),
    [
        ("make test", "Makefile", "test:\n\tpytest\n\ntypes:\n\tmypy app\n"),
        ("tox -e unit", "tox.ini", "[testenv:unit]\ncommands = pytest\n[testenv:types]\ncommands = mypy app\n"),
        ("pre-commit run ruff", ".pre-commit-config.yaml", HOOK),
        ("pre-commit install", ".pre-commit-config.yaml", HOOK),
        ("echo mypy app", "README.md", ""),
        ("make loop", "Makefile", "loop:\n\tmake loop\n"),
    ],
)  # fmt: skip
def test_what_is_not_asked_for_does_not_run(run: str, path: str, content: str) -> None:
    assert "mypy app" not in in_ci(run, {path: content})


def test_a_target_is_of_the_file_in_the_directory_of_the_step() -> None:
    files = {"backend/Makefile": "lint:\n\tmypy backend\n", "worker/Makefile": "lint:\n\tmypy worker\n"}

    assert "mypy worker" in in_ci("make lint", files, working_directory="worker")
    assert "mypy backend" not in in_ci("make lint", files, working_directory="worker")
    assert "mypy backend" not in in_ci("cd worker\nmake lint", files)


def test_actions_are_followed_within_the_repository_alone() -> None:
    found = automation(
        {
            WORKFLOW: "on: [push]\njobs:\n  check:\n    steps:\n    - uses: ./.github/actions/check\n"
            "  other:\n    uses: org/flows/.github/workflows/check.yml@v1\n",
            ".github/actions/check/action.yml": "runs:\n  steps:\n  - run: mypy app\n",
            ".github/actions/unused/action.yml": "runs:\n  steps:\n  - run: pytest\n",
        }
    )

    assert [str(command) for command in found.in_ci] == [
        "mypy app",
        "org/flows/.github/workflows/check.yml",
    ]
    assert [name for _, name in found.opaque] == ["org/flows/.github/workflows/check.yml"]


def test_a_command_whose_failure_is_ignored_is_advisory() -> None:
    found = automation({WORKFLOW: "on: [push]\njobs:\n  check:\n    steps:\n    - run: mypy app || true\n"})

    assert [command.is_advisory for command in found.in_ci if command.program == "mypy"] == [True]


def test_a_workflow_that_people_start_is_no_check() -> None:
    assert not automation({WORKFLOW: "on: workflow_dispatch\njobs:\n  a:\n    steps:\n    - run: mypy\n"}).in_ci


def test_the_service_of_pre_commit_runs_all_hooks_but_those_it_skips() -> None:
    hooks = "repos:\n- repo: local\n  hooks:\n  - id: mypy\n  - id: ruff\nci:\n  skip: [mypy]\n"

    assert [str(command) for command in automation({".pre-commit-config.yaml": hooks}).in_ci] == ["ruff"]
