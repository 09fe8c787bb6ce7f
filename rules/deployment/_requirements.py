"""What a service asks for, file by file, and which versions its own lock files hold."""

import re
from collections.abc import Iterator, Mapping
from posixpath import basename, dirname, join, normpath

from fastapi_audit.rule_api import Image, Kind, Lock, Manifest, Project, Requirement

DIRECTORIES = ("requirements",)
PROJECTS = ("pyproject.toml", "Pipfile", "setup.cfg", "setup.py")
NAMED_FILE = re.compile(r"(?:^|\s)(?:-r|--requirements?)[ =]+(\S+)")  # in a command of the shell
FIXED_URL = re.compile(r"@v?\d[\w.]*(?:#|$)|@[0-9a-f]{7,40}(?:#|$)|\.(?:whl|tar\.gz|zip)(?:[#?]|$)|^file:")


def installed_in(image: Image) -> frozenset[str]:
    """Return the files of requirements that an image copies by name and installs from, wherever they are."""
    runs = [one.value for one in image.dockerfile.instructions if one.keyword == "RUN"]
    named = {basename(match[1]) for text in runs for match in NAMED_FILE.finditer(text)}
    copied = [one.filled or one.value for one in image.dockerfile.instructions if one.keyword in ("COPY", "ADD")]
    sources = [
        word for text in copied if "--from" not in text for word in text.split()[:-1] if not word.startswith("--")
    ]
    found = (word.lstrip("/") for word in sources if basename(word) in named)
    return frozenset(normpath(join(context, word)) for word in found for context in image.contexts)


def home_of(path: str) -> str:
    """Return the directory that a file of requirements is for."""
    directory = dirname(path)
    return dirname(directory) if directory.rpartition("/")[2] in DIRECTORIES else directory


def own_paths(project: Project, *kinds: Kind) -> list[str]:
    """Return the files of some kinds that are not of another project of the repository, the nearest to the code first.

    Those in directories around the applications are the service's; of the others only those that stand beside no
    manifest of a project.
    """
    code = sorted({application.place.path for application in project.applications})
    listed = {path for path in project.kinds if path.rpartition("/")[2] in PROJECTS}
    listed |= {module.path for module in project.all_modules if module.path.rpartition("/")[2] == "setup.py"}
    foreign = {home_of(path) for path in listed}
    found = []
    for path in project.paths_of(*kinds):
        home = home_of(path)
        is_around = any(not home or file.startswith(f"{home}/") for file in code)
        if is_around or home not in foreign:
            found.append((not is_around, -len(home), path))
    return [path for *_, path in sorted(found)]


def requirements_of(path: str, manifests: Mapping[str, Manifest]) -> Iterator[tuple[str, Requirement]]:
    """Yield what a file asks for to run, and what those that it includes ask for, each with its file.

    Extras are for those who want them, but for one that has FastAPI in it.
    """
    pending, seen = [path], set[str]()
    while pending:
        current = pending.pop(0)
        if current in seen or current not in manifests:
            continue
        seen.add(current)
        manifest = manifests[current]
        needed = {"", *(one.group for one in manifest.requirements if one.name == "fastapi")}
        yield from ((current, one) for one in manifest.requirements if one.group in needed and not one.is_development)
        pending += [_beside(current, one.path) for one in manifest.includes if not one.is_constraint]


def constraints_of(path: str, manifests: Mapping[str, Manifest]) -> frozenset[str]:
    """Return the names whose versions are fixed by the constraints that a file names, or that stand beside it."""
    named = {_beside(path, one.path) for one in manifests[path].includes if one.is_constraint}
    beside = {other for other, one in manifests.items() if one.is_constraints and home_of(other) == home_of(path)}
    found = (one for other in named | beside if other in manifests for one in manifests[other].requirements)
    return frozenset(one.name for one in found if is_fixed(one))


def is_fixed(requirement: Requirement) -> bool:
    """Say whether only one version of a requirement can be meant."""
    return FIXED_URL.search(requirement.url) is not None if requirement.url else requirement.pinned is not None


def locked_names(lock: Lock) -> frozenset[str]:
    """Return the names of all distributions of a lock file."""
    return frozenset(one.name for one in lock.versions)


def _beside(path: str, other: str) -> str:
    return normpath(join(dirname(path), other))
