"""What holds the interface to its contract: libraries in tests, programs in pipelines, documents that are compared."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from fastapi_audit.rule_api import (
    AutomatedCommand,
    Call,
    Function,
    Known,
    Place,
    Project,
    Template,
    Test,
    Value,
    names,
    options_of,
    syntax,
)

from ._asserting import asserting_functions, helpers_of

DOCUMENT = "openapi"  # the method of an application that gives its document
FILE = "openapi.json"
CONTENT = frozenset({"content", "json", "text"})
COMPARING = frozenset({"--check", "--exit-code", "--quiet", "cmp", "diff"})
INSTALLING = frozenset({"add", "echo", "install", "pull"})


def contract_tests(project: Project) -> Iterator[tuple[Place, str]]:
    """Yield what tests the contract, with its place."""
    for call in project.suite.calls:
        library = (call.name or "").partition(".")[0]
        if library in names("contracts", "libraries"):
            yield call.place, f"{library} tests the contract"
    for command in project.automation.in_ci:
        found = program_of(command)
        if found is not None:
            yield command.place, f"{found} runs in the pipeline"
    urls = document_urls(project)
    for test in project.tests:
        if looks_into_document(test, project, urls):
            yield test.place, f"`{test}` looks into the OpenAPI document"


def program_of(command: AutomatedCommand) -> str | None:
    """Return the program that tests the contract in a command, also inside of a container; None when none does."""
    if command.is_action:
        return command.program if command.program.lower() in names("contracts", "actions") else None
    words = [word.partition(":")[0] for word in command.written or command.words]
    if not INSTALLING.isdisjoint(words):
        return None
    plain = [word for word in words if not word.startswith("-")]
    said = (*plain, *(f"{one.rpartition('/')[2]} {other}" for one, other in pairwise(plain)))
    known = next((one for one in said if one in names("contracts", "commands")), None)
    is_comparison = any(DOCUMENT in word for word in words) and not COMPARING.isdisjoint(words)
    return known or (command.program if is_comparison else None)


def document_urls(project: Project) -> tuple[str, ...]:
    """Return the ends of the paths under which the applications serve their documents."""
    given = [application.arguments.get("openapi_url") for application in project.applications]
    texts = [url.value for url in given if isinstance(url, Known)]
    return (FILE, *(url for url in texts if isinstance(url, str) and url.strip("/")))


def looks_into_document(test: Test, project: Project, urls: tuple[str, ...]) -> bool:
    """Say whether a test asserts something about the content of the document."""
    helpers = helpers_of(test, project.suite)
    if asserting_functions(project.suite).isdisjoint(helpers):
        return False
    calls = [call for function in helpers for call in project.suite.calls_in(function)]
    if any(gives_document(call) for call in calls):
        return True
    return any(asks_for(call, urls) for call in calls) and any(map(reads_content, helpers))


def gives_document(call: Call) -> bool:
    return call.method == DOCUMENT and not call.positional and not call.named


def asks_for(call: Call, urls: tuple[str, ...]) -> bool:
    """Say whether a call asks for the path of a document."""
    return any(ends_with(value, urls) for given in call.positional[:2] for value in options_of(given))


def ends_with(value: Value, urls: tuple[str, ...]) -> bool:
    last = value.parts[-1] if isinstance(value, Template) and value.parts else value
    text = last.value if isinstance(last, Known) else last
    return isinstance(text, str) and text.endswith(urls)


def reads_content(function: Function) -> bool:
    """Say whether a function reads the content of some answer."""
    nodes = function.nodes
    return any(isinstance(node, syntax.Attribute) and node.attr in CONTENT for node in nodes)
