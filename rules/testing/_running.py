"""What makes pytest run coroutine functions without a mark: modes, hooks, plugins."""

from __future__ import annotations

from itertools import pairwise

from fastapi_audit.rule_api import AutomatedCommand, Function, Project, PytestConfiguration, names, texts

HOOKS = frozenset({
    "pytest_collection_modifyitems", "pytest_generate_tests", "pytest_itemcollected", "pytest_pycollect_makeitem",
    "pytest_pyfunc_call", "pytest_runtest_call",
})  # fmt: skip
RUNNERS = frozenset({"py.test", "pytest"})


def mode_of(path: str, project: Project) -> tuple[bool, str] | None:
    """Say what switches on a mode that runs the coroutine functions of a file, and whether it is certain.

    The nearest configuration is in force when pytest is started for the file or its directory, one further up when it
    is started there.
    """
    around = list(project.suite.configurations_of(path))
    switching = [one for one in around if switches_on(one)]
    if switching and switching[0] is around[0]:
        return True, f"{switching[0].path} has all coroutine functions run"
    if any(option_in(command) for command in project.automation.commands if command.program in RUNNERS):
        return True, "the command that starts pytest has all coroutine functions run"
    if switching:
        return False, f"{switching[0].path} has coroutine functions run, and {around[0].path} does not"
    return None


def switches_on(configuration: PytestConfiguration) -> bool:
    """Say whether a configuration has pytest run all coroutine functions."""
    for name, value in texts("testing", "modes").items():
        option = configuration.option(name)
        if option is not None and option.value.strip().strip("\"'").lower() == value:
            return True
    added = configuration.option("addopts")
    return added is not None and is_switched_on(added.value.split())


def option_in(command: AutomatedCommand) -> bool:
    return is_switched_on(command.words)


def is_switched_on(words: list[str] | tuple[str, ...]) -> bool:
    """Say whether words of a command line hold such an option: `--asyncio-mode=auto`, `-o asyncio_mode=auto`."""
    text = " ".join(words).replace("=", " ").split()
    modes = {**texts("testing", "modes"), **texts("testing", "mode_options")}
    return any(modes.get(name.removeprefix("-o")) == value for name, value in pairwise(text))


def hook_of(path: str, project: Project) -> Function | None:
    """Return a hook in a `conftest.py` around a file, or in a plugin of the project, that sees every test."""
    for function in project.suite.functions:
        if function.name in HOOKS and function.owner is None and is_above(function.module.path, path):
            return function
    return None


def is_above(conftest: str, path: str) -> bool:
    directory, _, name = conftest.rpartition("/")
    return name != "conftest.py" or not directory or path.startswith(f"{directory}/")


def unknown_runner(project: Project) -> str | None:
    """Return a plugin among the dependencies that runs coroutine functions in some of its versions."""
    return next(iter(sorted(names("testing", "runners") & project.dependencies)), None)
