r"""Nothing in the repository shows that tests cover at least 80 % of the code.

## Why
Coverage does not prove that tests are good; that nobody looks at it proves that parts are untested and stay so. A
threshold that fails the build keeps what has been reached.

## Bad
```toml
# file: pyproject.toml
[project]
name = "shop"

[tool.coverage.report]
fail_under = 60  # finding
# file: main.py
from fastapi import FastAPI

app = FastAPI()
# file: test_main.py
from main import app


def test_the_application_has_a_title() -> None:
    assert app.title
```

No report and no threshold:

```python
# finding: project
# file: main.py
from fastapi import FastAPI

app = FastAPI()
# file: test_main.py
from main import app


def test_the_application_has_a_title() -> None:
    assert app.title
```

## Good
```toml
# file: pyproject.toml
[project]
name = "shop"

[tool.pytest.ini_options]
addopts = "--cov=app --cov-fail-under=85"
# file: main.py
from fastapi import FastAPI

app = FastAPI()
# file: test_main.py
from main import app


def test_the_application_has_a_title() -> None:
    assert app.title
```

## Fix
Set `fail_under = 80` or more below `[tool.coverage.report]`, and measure in CI: `pytest --cov=app`.

## Limits
Evidence is a coverage report in the repository (`coverage.xml`, `coverage.json`, `lcov.info`), or a threshold in the
configuration of coverage.py or pytest, in a step of a pipeline, or in a task of make, tox, just or Task. Where a
pipeline hands the coverage to a service or an action (Codecov, Coveralls, SonarQube), or looks into the report itself,
there may be a threshold that is not seen: it is undecided. Thresholds in shell scripts and in `noxfile.py` are not
seen. Nor is `.coverage`: it says which lines ran, and not which there are to run. A service without tests is left to
TST001, which says what there is to do.

## References
coverage.py documentation, Configuration reference, fail_under; pytest-cov documentation, Configuration.
"""

import re
from collections.abc import Iterator

from fastapi_audit.rule_api import (
    CoverageReport,
    Manifest,
    Pipeline,
    Place,
    Project,
    Severity,
    Tasks,
    Tool,
    ToolConfig,
    Verdict,
    fail,
    names,
    ok,
    place_at,
    rule,
    skip,
    unknown,
)

ENOUGH = 80.0
IN_REPORT = "percent_covered"  # a key of `coverage.json`
_IN_COMMAND = re.compile(
    r"(?:--cov-fail-under|\bcoverage\s+report\b[^\n;&|]*--fail-under)[=\s]\s*[\"']?(\d+(?:\.\d+)?)"
)


@rule("TST003", severity=Severity.WARNING)
def check(project: Project) -> Verdict:
    if not project.tests:
        return skip
    found = [*reports(project), *thresholds(project)]
    if not found:
        doubt = next(keepers(project), None)
        return unknown(*doubt) if doubt else fail(None, "there is no coverage report and no threshold for coverage")
    place, percent, what = max(found, key=lambda evidence: evidence[1])
    if percent >= ENOUGH:
        return ok(place, f"{what} {percent:g} %")
    return fail(place, f"{what} {percent:g} %, less than {ENOUGH:g} %")


def keepers(project: Project) -> Iterator[tuple[Place, str]]:
    """Yield what is handed the coverage in a pipeline, and may keep a threshold."""
    for command in project.automation.in_ci:
        known = names("coverage", "actions") if command.is_action else names("coverage", "programs")
        if command.program.lower() in known:
            yield command.place, f"{command.program} is handed the coverage and may keep a threshold"
    for path, pipeline in sorted(project.evidence_of(Pipeline).items()):
        for step in pipeline.steps:
            if IN_REPORT in (step.run or ""):
                yield place_at(path, step.pos), "this looks into the coverage report itself"


def reports(project: Project) -> Iterator[tuple[Place, float, str]]:
    for path, report in sorted(project.evidence_of(CoverageReport).items()):
        yield Place(path), round(report.ratio * 100, 1), "tests cover"


def thresholds(project: Project) -> Iterator[tuple[Place, float, str]]:
    for path, pos, percent in (*configured(project), *in_commands(project)):
        yield place_at(path, pos), percent, "the threshold for coverage is"


def configured(project: Project) -> Iterator[tuple[str, int, float]]:
    for path, tool in tools(project):
        for option in tool.options:
            if tool.name == "coverage" and option.name == "report.fail_under":
                yield from ((path, option.pos, float(number)) for number in re.findall(r"^\d+(?:\.\d+)?", option.value))
            yield from ((path, option.pos, percent) for percent in percents(option.value))


def tools(project: Project) -> Iterator[tuple[str, Tool]]:
    for path, facts in sorted(project.evidence.items()):
        if isinstance(facts, (Manifest, ToolConfig, Tasks)):
            yield from ((path, tool) for tool in facts.tools)


def in_commands(project: Project) -> Iterator[tuple[str, int, float]]:
    for path, facts in sorted(project.evidence.items()):
        if isinstance(facts, Pipeline):
            yield from ((path, step.pos, percent) for step in facts.steps for percent in percents(step.run or ""))
        if isinstance(facts, Tasks):
            commands = (command for task in facts.tasks for command in task.commands)
            yield from ((path, command.pos, percent) for command in commands for percent in percents(command.text))


def percents(command: str) -> Iterator[float]:
    return (float(number) for number in _IN_COMMAND.findall(command))
