"""Pipelines and tasks."""

import pytest

from fastapi_audit.extraction.evidence import read_evidence
from fastapi_audit.facts.automation import Pipeline, Tasks
from fastapi_audit.facts.positions import line_of
from fastapi_audit.model.repository import Kind


def pipeline(path: str, text: str) -> Pipeline:
    found = read_evidence(Kind.CI, path, text.encode())
    assert isinstance(found, Pipeline), found
    return found


def tasks(name: str, text: str) -> Tasks:
    found = read_evidence(Kind.TASKS, name, text.encode())
    assert isinstance(found, Tasks), found
    return found


def test_a_github_workflow_gives_jobs_steps_and_triggers() -> None:
    found = pipeline(
        ".github/workflows/ci.yml",
        "on:\n  push:\n  pull_request: {branches: [main]}\ndefaults: {run: {shell: bash}}\njobs:\n"
        "  test:\n    steps:\n      - uses: actions/checkout@v4\n        with: {script: not a step}\n"
        "      - run: |\n          ruff check\n          pytest\n  call:\n    uses: ./.github/workflows/x.yml\n",
    )
    assert (found.provider, found.triggers) == ("github", ("pull_request", "push"))
    assert [(job.name, line_of(job.pos)) for job in found.jobs] == [("test", 6), ("call", 13)]
    assert [(step.uses, step.run, line_of(step.pos)) for step in found.steps] == [
        ("actions/checkout@v4", None, 8),
        (None, "ruff check\npytest\n", 10),
        ("./.github/workflows/x.yml", None, 14),
    ]


@pytest.mark.parametrize("text", ["on: push", "on: [push]", "on: {push: }", "'on': push"])
def test_github_triggers_have_three_forms(text: str) -> None:
    assert pipeline(".github/workflows/ci.yml", text).triggers == ("push",)


@pytest.mark.parametrize(
    ("path", "text", "provider"),
    [
        (".gitlab-ci.yml", "test:\n  before_script: [pip install .]\n  script:\n    - pytest\n", "gitlab"),
        (".circleci/config.yml", "jobs:\n  t:\n    steps:\n    - run: pip install .\n    - run: {command: pytest}\n",
         "circleci"),
        ("azure-pipelines.yml", "jobs:\n- job: t\n  steps:\n  - script: pip install .\n  - bash: pytest\n", "azure"),
        ("bitbucket-pipelines.yml", "pipelines:\n  default:\n  - step: {script: [pip install ., pytest]}\n",
         "bitbucket"),
        (".travis.yml", "install: pip install .\nscript:\n- pytest\n", "travis"),
        (".drone.yml", "steps:\n- name: t\n  commands: [pip install ., pytest]\n", "drone"),
        (".buildkite/pipeline.yml", "steps:\n- command: pip install .\n- commands: [pytest]\n", "buildkite"),
        ("Jenkinsfile", "stage('t') { steps { sh 'pip install .'\n sh(script: \"\"\"pytest\"\"\") } }", "jenkins"),
    ],
)  # fmt: skip
def test_the_scripts_of_other_providers_are_found(path: str, text: str, provider: str) -> None:
    found = pipeline(path, text)
    assert found.provider == provider
    assert [step.run for step in found.steps if step.run] == ["pip install .", "pytest"]


def test_anchors_and_merges_of_gitlab_are_resolved() -> None:
    found = pipeline(".gitlab-ci.yml", ".base: &base\n  script: [pytest]\nunit:\n  <<: *base\n  stage: test\n")
    assert [(job.name, [step.run for step in job.steps]) for job in found.jobs] == [
        (".base", ["pytest"]),
        ("unit", ["pytest"]),
    ]


def test_a_jenkinsfile_gives_the_lines_of_its_shell_steps() -> None:
    found = pipeline("Jenkinsfile", "node {\n  sh 'one'\n  sh '''\n two\n'''\n  sh \"three\"\n}\n")
    assert [(line_of(step.pos), (step.run or "").strip()) for step in found.steps] == [
        (2, "one"), (3, "two"), (6, "three"),
    ]  # fmt: skip


def test_what_is_no_pipeline_gives_a_reason() -> None:
    assert read_evidence(Kind.CI, ".travis.yml", b"- a\n") == "no mapping at the top of the YAML file"


def test_targets_of_a_makefile_have_their_commands() -> None:
    found = tasks("Makefile", "X := 1\n.PHONY: test\ntest: deps ## help\n\t@pytest\n\n\t-ruff check\nlint:\n\tmypy .\n")
    assert found.runner == "make"
    assert [(task.name, [(item.text, line_of(item.pos)) for item in task.commands]) for task in found.tasks] == [
        ("test", [("pytest", 4), ("ruff check", 6)]),
        ("lint", [("mypy .", 8)]),
    ]


def test_conditions_of_make_are_no_end_of_a_recipe() -> None:
    text = "check:\nifeq ($(OS),Windows_NT)\n\tcopy a b\nelse\n\tcp a b\nendif\n\tls b\nelsewhere:\n\tpwd\n"
    found = tasks("Makefile", text)

    assert [(task.name, [item.text for item in task.commands]) for task in found.tasks] == [
        ("check", ["copy a b", "cp a b", "ls b"]),
        ("elsewhere", ["pwd"]),
    ]


def test_recipes_of_a_justfile_have_their_commands() -> None:
    found = tasks("justfile", 'x := "1"\ntest *args:\n    pytest {{args}}\n')
    assert [(task.name, [item.text for item in task.commands]) for task in found.tasks] == [
        ("test", ["pytest {{args}}"])
    ]


def test_tasks_of_a_taskfile_have_their_commands() -> None:
    found = tasks(
        "Taskfile.yml", "tasks:\n  a: pytest\n  b: [ruff check, mypy]\n  c:\n    cmds: [{cmd: x}, {task: a}]\n"
    )
    assert [(task.name, [item.text for item in task.commands]) for task in found.tasks] == [
        ("a", ["pytest"]), ("b", ["ruff check", "mypy"]), ("c", ["x"]),
    ]  # fmt: skip


def test_tox_gives_tasks_and_tools() -> None:
    found = tasks("tox.ini", "[testenv:unit]\ncommands =\n    pytest\n    mypy\n[pytest]\naddopts = -q\n")
    assert [(task.name, [item.text for item in task.commands]) for task in found.tasks] == [
        ("unit", ["pytest", "mypy"])
    ]
    assert [tool.name for tool in found.tools] == ["pytest"]
