"""What pipelines run: what counts as a linter, a type checker or the tests of the service, and what does not."""

from importlib import import_module

import pytest

from fastapi_audit.testing import check_files

LINT = import_module("fastapi_audit_rules.deployment.ci_without_lint")
TYPES = import_module("fastapi_audit_rules.deployment.ci_without_type_check")
NOT_IN_CI = import_module("fastapi_audit_rules.types.type_checker_not_in_ci")
TESTS = import_module("fastapi_audit_rules.testing.tests_not_in_ci")

APP = {"app/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n"}
TESTED = {**APP, "tests/test_main.py": "def test_one() -> None:\n    assert 1 == 1\n"}
WORKFLOW = "on: push\njobs:\n  check:\n    runs-on: ubuntu-latest\n    steps:\n"


def workflow(*steps: str) -> dict[str, str]:
    """Return a workflow of GitHub with some steps."""
    return {".github/workflows/check.yml": WORKFLOW + "".join(f"      - {step}\n" for step in steps)}


@pytest.mark.parametrize(
    ("step", "lints"),
    [
        ("run: uvx ruff check", True),
        ("run: ruff .", True),
        ("run: python -m flake8 app", True),
        ("run: hatch fmt --check", True),
        ("uses: astral-sh/ruff-action@v3", True),
        ("run: ruff format --check .", False),
        ("run: ruff check --select=I .", False),
        ("run: black --check .", False),
        ("run: pip install ruff flake8", False),
        ("run: npx eslint .", False),
        ("run: ruff check || true", False),
    ],
)
def test_what_formats_or_is_ignored_lints_nothing(step: str, lints: bool) -> None:
    assert check_files(LINT, {**APP, **workflow(step)}).passes == lints


@pytest.mark.parametrize(
    ("steps", "passes"),
    [
        (("run: ruff check", "if: failure()\n        run: exit 1"), 1),
        (("run: ruff check\n        continue-on-error: true",), 0),
        (("run: ruff check\n        continue-on-error: ${{ matrix.experimental }}",), 1),
        (
            (
                "id: lint\n        run: ruff check\n        continue-on-error: true",
                "if: steps.lint.outcome == 'failure'\n        run: exit 1",
            ),
            1,
        ),
    ],
)
def test_a_step_that_may_fail_counts_only_where_a_later_one_asks_for_its_outcome(
    steps: tuple[str, ...], passes: int
) -> None:
    assert check_files(LINT, {**APP, **workflow(*steps)}).passes == passes


def test_the_linter_of_something_beside_the_service_does_not_count() -> None:
    packages = {
        "server/pyproject.toml": "[project]\nname = 'server'\n",
        "sdk/pyproject.toml": "[project]\nname = 'sdk'\n",
        "server/app/main.py": APP["app/main.py"],
        "sdk/sdk/client.py": "X = 1\n",
    }
    step = "run: ruff check\n        working-directory: "

    assert check_files(LINT, {**packages, **workflow(step + "sdk")}).project_findings == 1
    assert check_files(LINT, {**packages, **workflow(step + "server")}).passes == 1


@pytest.mark.parametrize(
    "files",
    [
        {"mypy.ini": "[mypy]\n"},
        {"pyproject.toml": "[project]\nname = 'x'\n[dependency-groups]\ndev = ['mypy']\n"},
        {"Makefile": "types:\n\tmypy app\n"},
    ],
)
def test_a_type_checker_that_no_pipeline_runs_is_reported_once(files: dict[str, str]) -> None:
    project = {**APP, **files, **workflow("run: pytest")}

    assert check_files(NOT_IN_CI, project).project_findings == 1
    assert not check_files(TYPES, project).results[0].applies


def test_a_project_without_a_type_checker_is_reported_once() -> None:
    project = {**APP, **workflow("run: pytest")}

    assert check_files(TYPES, project).project_findings == 1
    assert not check_files(NOT_IN_CI, project).results[0].applies


@pytest.mark.parametrize(
    ("step", "passes"),
    [
        ("run: uv run pytest", 1),
        ("run: poetry run coverage run -m pytest tests", 1),
        ("run: python -m unittest discover", 1),
        ("run: hatch test", 1),
        ("run: docker compose exec -T api pytest /srv/tests", 1),
        ("run: |\n          cd app\n          pytest ../tests", 1),
        ("run: pytest tests/test_main.py::test_one", 1),
        ("run: pytest --collect-only", 0),
        ("run: pip install pytest", 0),
        ("run: pytest sdk/tests", 0),
        ("run: npm test", 0),
        ("run: pytest || true", 0),
        ("run: pytest\n        continue-on-error: true", 0),
    ],
)
def test_only_what_runs_the_tests_of_the_service_counts(step: str, passes: int) -> None:
    beside = {"sdk/tests/helpers.py": "X = 1\n"}

    assert check_files(TESTS, {**TESTED, **beside, **workflow(step)}).passes == passes


@pytest.mark.parametrize(
    "files",
    [
        {".gitlab-ci.yml": ".t:\n  script: [pytest]\ntest:\n  extends: .t\n"},
        {
            ".gitlab-ci.yml": "include:\n  - local: /ci/test.gitlab-ci.yml\n",
            "ci/test.gitlab-ci.yml": "t:\n  script: pytest\n",
        },
        {".circleci/config.yml": "jobs:\n  test:\n    steps:\n      - run:\n          command: pytest\n"},
        {"azure-pipelines.yml": "steps:\n  - script: pytest\n"},
        {"Jenkinsfile": "pipeline { stages { stage('t') { steps { sh 'pytest' } } } }"},
        {"bitbucket-pipelines.yml": "pipelines:\n  default:\n    - step:\n        script:\n          - pytest\n"},
    ],
)
def test_pipelines_of_all_providers_are_read(files: dict[str, str]) -> None:
    assert check_files(TESTS, {**TESTED, **files}).passes == 1


@pytest.mark.parametrize(
    "files",
    [
        {".gitlab-ci.yml": "include:\n  - project: shop/ci\n    file: python.yml\n"},
        {".gitlab-ci.yml": "include: ci/python.yml\n"},
        {".github/workflows/x.yml": "on: push\njobs:\n  t:\n    uses: shop/ci/.github/workflows/python.yml@main\n"},
        workflow("run: tox -e py313"),
        {"run.py": "import pytest\n\npytest.main()\n", **workflow("run: python run.py")},
        {
            "ci/run.py": "import subprocess\n\ndef run(where):\n    subprocess.run(['pytest', *where])\n",
            **workflow("run: uv run python run.py --layer unit\n        working-directory: ci"),
        },
    ],
)
def test_what_is_kept_elsewhere_may_run_the_tests(files: dict[str, str]) -> None:
    assert check_files(TESTS, {**TESTED, **files}).results[0].unknowns == 1


@pytest.mark.parametrize(
    ("source", "step"),
    [
        ("print('hello')\n", "run: python run.py"),
        ("import pytest\n\npytest.main()\n", "run: python other.py"),
        ("import pytest\n\npytest.main()\n", "run: cat run.py"),
    ],
)
def test_a_script_that_names_no_runner_or_is_not_run_runs_no_tests(source: str, step: str) -> None:
    assert check_files(TESTS, {**TESTED, "run.py": source, **workflow(step)}).project_findings == 1


def test_without_tests_there_is_nothing_to_run_and_without_a_pipeline_nothing_runs_them() -> None:
    assert not check_files(TESTS, {**APP, **workflow("run: ruff check")}).results[0].applies
    assert check_files(TESTS, TESTED).project_findings == 1
