"""What shows how fast a service is: load tests, benchmarks, profilers, in code, tasks, pipelines and images."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from fastapi_audit.rule_api import (
    AutomatedCommand,
    Call,
    Compose,
    Image,
    Kind,
    Manifest,
    Module,
    Pipeline,
    Place,
    Project,
    Role,
    may_be_true,
    names,
    place_at,
    syntax,
    texts,
    tree,
)

Found = tuple[Place, str]
INSTALLS = frozenset({"add", "download", "echo", "install", "printf", "sync", "which"})
ON = frozenset({"1", "on", "true", "yes"})
MEASURING = (Role.SCRIPT, Role.TEST)


def measurements(project: Project) -> Iterator[Found]:
    """Yield what measures the service, with its place."""
    yield from in_code(project)
    yield from in_scripts_and_tests(project)
    yield from ((Place(path), "this is a load test") for path in project.paths_of(Kind.LOAD_TEST))
    yield from in_commands(project)
    yield from in_containers(project)


def is_taken_further(project: Project) -> bool:
    """Say whether anything in the repository deploys the service, builds an image of it, or runs it in a pipeline."""
    found = (project.starting.commands, project.subjects(Image), project.evidence_of(Pipeline))
    return any(found) or bool(project.paths_of(Kind.KUBERNETES, Kind.PLATFORM))


def in_code(project: Project) -> Iterator[Found]:
    for call in project.calls:
        if call.name in names("profiling", "calls") or is_told_to_profile(call):
            yield call.place, f"`{call.name}` profiles the service"
    for application in project.applications:
        for middleware in application.middlewares:
            if middleware.name in names("profiling", "middleware"):
                yield middleware.place, f"{middleware.name} profiles the service"
    for module in project.modules:
        started = next((node for node, name in imports(module) if name in names("profiling", "modules")), None)
        if started is not None:
            yield module.at(started), "this import starts a profiler"


def is_told_to_profile(call: Call) -> bool:
    """Say whether a call of an error tracker is given a rate of profiles that is not zero."""
    arguments = texts("profiling", "trackers").get(call.name or "", "").split()
    return any(may_be_true(call.named.get(name)) for name in arguments)


def in_scripts_and_tests(project: Project) -> Iterator[Found]:
    for module in project.all_modules:
        node = next((node for node, name in imports(module) if is_of_load_test(name)), None)
        if node is not None:
            yield module.at(node), "this is a load test or a benchmark"
        elif module.role in MEASURING and module.facts.statements and is_named_for_it(module, project):
            yield module.place, "this is a load test or a benchmark, by its name"
    installed = {one.name for manifest in project.evidence_of(Manifest).values() for one in manifest.requirements}
    for test in project.tests:
        fixtures = texts("profiling", "fixtures")
        packages = [package for name in test.function.node.params for package in fixtures.get(name.name, "").split()]
        if not installed.isdisjoint(packages):
            yield test.place, "this test is a benchmark"


def imports(module: Module) -> Iterator[tuple[syntax.Node, str]]:
    """Yield the imports outside of functions, with the dotted names of what they import."""
    for node in tree.statements(module.facts.statements):
        if isinstance(node, syntax.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, syntax.ImportFrom) and not node.level:
            yield from ((node, name) for alias in node.names for name in (node.module, f"{node.module}.{alias.name}"))


def is_of_load_test(name: str) -> bool:
    return name.partition(".")[0] in names("profiling", "packages")


def is_named_for_it(module: Module, project: Project) -> bool:
    """Say whether a directory or file is named for what measures: `benchmarks/`, `ingress_load_test.py`."""
    path = module.path.removeprefix(f"{project.root}/").removesuffix(".py")
    for part in path.lower().replace("-", "_").split("/"):
        is_last = any(f"_{part}".endswith(f"_{word}") for word in names("profiling", "words"))
        if is_last or part.partition("_")[0] in names("profiling", "first_words"):
            return True
    return False


def in_commands(project: Project) -> Iterator[Found]:
    for command in project.automation.commands:
        name = measuring_action(command) if command.is_action else measuring_program(command)
        if name is not None:
            yield command.place, f"`{name}` measures"


def measuring_action(command: AutomatedCommand) -> str | None:
    name = command.program.lower()
    return name if any(name == one or name.startswith(f"{one}/") for one in names("profiling", "actions")) else None


def measuring_program(command: AutomatedCommand) -> str | None:
    """Return what a command runs that measures, also inside of a container; to install it is not to run it."""
    words = [word.rpartition("/")[2].partition(":")[0] for word in command.words if not word.startswith("-")]
    if not INSTALLS.isdisjoint(words):
        return None
    if command.has_option(*names("profiling", "options")):
        return command.program
    image = next((word for word in command.written if is_measuring_image(word)), None)
    started = {command.program, *(" ".join(pair) for pair in pairwise([command.program, *words[1:2]]))}
    return image or next(iter(sorted(started & names("profiling", "commands"))), None)


def is_measuring_image(image: str) -> bool:
    return image.partition("@")[0].partition(":")[0].removeprefix("docker.io/") in names("profiling", "images")


def in_containers(project: Project) -> Iterator[Found]:
    for path, compose in project.evidence_of(Compose).items():
        for service in compose.services:
            if is_measuring_image(service.image or ""):
                yield place_at(path, service.pos), f"{service.name} is a load test"
            for variable in service.environment:
                if switches_on(variable.name, variable.value):
                    yield place_at(path, variable.pos), f"{variable.name} switches a profiler on"
    for image in project.subjects(Image):
        for instruction in image.dockerfile.instructions:
            pairs = (word.partition("=") for word in instruction.value.split() if instruction.keyword == "ENV")
            if any(switches_on(name, value) for name, _, value in pairs):
                yield image.at(instruction.pos), "this switches a profiler on"


def switches_on(name: str, value: str | None) -> bool:
    return name in names("profiling", "variables") and (value or "").strip("\"'").lower() in ON
