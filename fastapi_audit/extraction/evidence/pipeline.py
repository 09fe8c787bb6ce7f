"""Pipelines of continuous integration: what each provider's files run and use.

One walk serves all providers that write YAML; they differ in the keys that hold scripts. A Jenkinsfile is scanned
for its shell steps. Variables and conditions are not evaluated.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from fastapi_audit.extraction.evidence.text import line_start, text_of
from fastapi_audit.extraction.evidence.yaml_tree import (
    MAX_DEPTH,
    MAX_ENTRIES,
    Mapping,
    Node,
    Scalar,
    Sequence,
    child,
    entries,
    items_of,
    leaves,
    read_mapping,
    scalar,
)
from fastapi_audit.facts.automation import Job, Pipeline, Step

_MAX_STEPS = 10_000
DIRECTORY = "working-directory"
INCLUDE = "include"
_ADVISORY = ("continue-on-error", "allow_failure", "continueOnError")
_TRUE = frozenset({"true", "True", "yes"})
_OUTCOME = re.compile(r"\bsteps\.([\w-]+)\.(?:outcome|conclusion)\b")
_JENKINS_STEP = re.compile(
    r"\b(?:sh|bat|pwsh|powershell)[ \t]*\(?\s*(?:script[ \t]*:[ \t]*)?"
    r"(?:'''(.*?)'''|\"\"\"(.*?)\"\"\"|'([^'\n]*)'|\"([^\"\n]*)\")",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _Provider:
    """Which files are a provider's, and which keys hold shell text and references to what others wrote."""

    name: str
    path: str
    run: frozenset[str]
    uses: frozenset[str] = frozenset()


def _provider(name: str, path: str, run: str, uses: str = "") -> _Provider:
    return _Provider(name, path, frozenset(run.split()), frozenset(uses.split()))


_PROVIDERS = (
    _provider("github", ".github/", "run", "uses"),
    _provider("gitlab", ".gitlab", "script before_script after_script", "template component"),
    _provider("circleci", ".circleci/", "run command", "steps"),
    _provider("azure", "azure-pipelines", "script bash pwsh powershell", "task template"),
    _provider("azure", ".azure", "script bash pwsh powershell", "task template"),
    _provider("bitbucket", "bitbucket-pipelines", "script after-script", "pipe"),
    _provider(
        "travis", ".travis", "script install before_install before_script after_script after_success before_deploy"
    ),
    _provider("drone", ".drone", "commands", "image"),
    _provider("woodpecker", ".woodpecker", "commands", "image"),
    _provider("buildkite", ".buildkite/", "command commands"),
)


def read_pipeline(path: str, content: bytes) -> Pipeline:
    """Read a pipeline; the path relative to the repository says whose it is."""
    if path.rpartition("/")[2].startswith("Jenkinsfile"):
        return _read_jenkinsfile(text_of(content))
    provider = _provider_of(path)
    text = text_of(content)
    document, looked_at = read_mapping(text), frozenset(_OUTCOME.findall(text))
    steps_left = _MAX_STEPS
    jobs: list[Job] = []
    for pos, name, node in _jobs(provider, document):
        directory = _directory(node) or _directory(document)
        found = (
            _included(node)
            if (provider.name, name) == ("gitlab", INCLUDE)
            else _steps(provider, node, directory, looked_at)
        )
        steps = tuple(islice(found, steps_left))
        steps_left -= len(steps)
        if steps:
            jobs.append(Job(pos, name, steps))
    return Pipeline(provider.name, tuple(jobs), _triggers(provider, document))


def _provider_of(path: str) -> _Provider:
    included = ".gitlab" if path.endswith((".gitlab-ci.yml", ".gitlab-ci.yaml")) else path
    return next((known for known in _PROVIDERS if included.startswith(known.path)), _PROVIDERS[0])


def _jobs(provider: _Provider, document: Mapping) -> Iterator[tuple[int, str, Node]]:
    """Yield the parts of a pipeline that its provider runs as one job each; without such parts, the whole."""
    if provider.name == "gitlab":
        for key, value in entries(document):
            is_script = key.text in provider.run
            yield key.pos, "" if is_script else key.text, Mapping(key.pos, [(key, value)]) if is_script else value
        return
    jobs = entries(child(document, "jobs")) if provider.name in ("github", "circleci") else []
    for key, value in jobs:
        yield key.pos, key.text, value
    rest = [(key, value) for key, value in document.items if not jobs or key.text not in ("jobs", "workflows")]
    yield document.pos, "", Mapping(document.pos, rest)


def _directory(node: Node) -> str:
    """Return the directory in which the steps of a workflow or job of GitHub run by default."""
    return scalar(child(node, "defaults", "run", DIRECTORY)) or ""


def _steps(provider: _Provider, node: Node, default: str, looked_at: frozenset[str]) -> Iterator[Step]:
    """Walk a job in the order of the file; the walk is bounded, for an alias may lead in a circle.

    `looked_at` are the steps whose outcome a later step asks for: that they failed is not forgotten.
    """
    pending: list[tuple[Node, int, bool]] = [(node, 0, False)]
    visited = 0
    while pending and visited < _MAX_STEPS:
        current, depth, is_advisory = pending.pop()
        visited += 1
        below: list[Node] = []
        if isinstance(current, Sequence):
            below = current.items[:MAX_ENTRIES]
        directory = scalar(child(current, DIRECTORY)) or default
        is_advisory = is_advisory or (_may_fail(current) and scalar(child(current, "id")) not in looked_at)
        for key, value in entries(current):
            if key.text in provider.run and not isinstance(value, Mapping):
                yield from (Step(leaf.pos, leaf.text, None, directory, is_advisory) for leaf in leaves(value))
            elif key.text in provider.uses:
                yield from (Step(leaf.pos, None, leaf.text, "", is_advisory) for leaf in _references(value))
            if isinstance(value, (Mapping, Sequence)):
                below.append(value)
        yield from _run_elsewhere(current)
        if depth < MAX_DEPTH:
            pending.extend((item, depth + 1, is_advisory) for item in reversed(below))


def _included(node: Node) -> Iterator[Step]:
    """Yield the files that a pipeline of GitLab includes: of this repository, of another one, or of GitLab itself."""
    for item in items_of(node) or [node]:
        named = [item, *(child(item, key) for key in ("local", "project", "remote", "template", "component"))]
        yield from (Step(leaf.pos, uses=leaf.text) for leaf in named if isinstance(leaf, Scalar))


def _may_fail(node: Node) -> bool:
    return any(scalar(child(node, key)) in _TRUE for key in _ADVISORY)


def _run_elsewhere(step: Node) -> Iterator[Step]:
    """Yield what an action of GitHub runs on another machine: `appleboy/ssh-action` and the like take a script."""
    if "ssh" in (scalar(child(step, "uses")) or "").partition("@")[0]:
        given = (child(step, "with", key) for key in ("script", "command"))
        yield from (Step(text.pos, run=text.text) for text in given if isinstance(text, Scalar))


def _references(node: Node) -> list[Scalar]:
    items = node.items[:MAX_ENTRIES] if isinstance(node, Sequence) else [node]
    return [item for item in items if isinstance(item, Scalar)]


def _triggers(provider: _Provider, document: Mapping) -> tuple[str, ...]:
    if provider.name != "github":
        return ()
    events = child(document, "on")
    named = [key.text for key, _ in entries(events)] or [leaf.text for leaf in leaves(events)]
    return tuple(sorted(set(named)))


def _read_jenkinsfile(text: str) -> Pipeline:
    steps = []
    line, end = 1, 0
    for match in islice(_JENKINS_STEP.finditer(text), _MAX_STEPS):
        line += text.count("\n", end, match.start())
        end = match.start()
        steps.append(Step(line_start(line), run=next(group for group in match.groups() if group is not None)))
    return Pipeline("jenkins", (Job(line_start(1), "", tuple(steps)),) if steps else ())
