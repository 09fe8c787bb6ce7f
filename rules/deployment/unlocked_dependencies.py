r"""Which versions of its dependencies the service runs with is decided anew by each installation.

## Why
Between the test and the deployment a dependency, or one of its own, gets a new version, and what runs is not what was
tested. Nobody can build again what ran last week.

## Bad
```toml
# file: pyproject.toml
[project]
name = "shop"
dependencies = [
    "fastapi>=0.115",  # finding
    "uvicorn",
]
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Good
```python
# file: requirements.in
fastapi
uvicorn
# file: requirements.txt
fastapi==0.115.12
starlette==0.46.2
uvicorn==0.34.2
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Fix
Let the tool write a lock file, `uv lock`, `poetry lock`, `pdm lock`, `pipenv lock` or `pip-compile`, commit it and
install from it.

## Limits
Files of requirements in which every version is pinned with `==` count as locked, also where they name only what is
asked for directly. A package that a pipeline publishes, and that nothing in the repository deploys, leaves the versions
to those who install it: it is undecided. A lock file of another project of the repository, and one that `.gitignore`
leaves out, is none. Whether an image is really installed from the lock file is not looked at, and what `setup.py` asks
for is not read. Where the image installs a file that is not there, another one, without FastAPI, is not judged.

## References
The Twelve-Factor App, II: Dependencies; PyPA, pylock.toml specification; pip documentation, Repeatable installs.
"""

from collections.abc import Mapping

from fastapi_audit.rule_api import (
    Image,
    Kind,
    Lock,
    Manifest,
    Place,
    Project,
    Requirement,
    Severity,
    Verdict,
    fail,
    ok,
    place_at,
    published_by,
    rule,
    skip,
    unknown,
)

from ._images import is_of_service
from ._requirements import constraints_of, installed_in, is_fixed, locked_names, own_paths, requirements_of

Asked = list[tuple[str, Requirement]]


@rule("DEP007", severity=Severity.WARNING)
def check(project: Project) -> Verdict:
    if not project.applications:
        return skip
    manifests = project.evidence_of(Manifest)
    own = [path for path in own_paths(project, Kind.MANIFEST) if path in manifests and asks(path, manifests)]
    own.sort(key=lambda path: not asks_for(path, "fastapi", manifests))
    wanted = {"fastapi"} | {one.name for path in own[:1] for _, one in requirements_of(path, manifests)}
    lock = lock_of(project, wanted)
    if lock is not None:
        return ok(Place(lock))
    for path in own:
        asked = list(requirements_of(path, manifests))
        if not loose_in(path, asked, manifests) and asks_for(path, "fastapi", manifests):
            return ok(Place(path), "every version is pinned")
    return not_locked(project, own, manifests)


def not_locked(project: Project, own: list[str], manifests: Mapping[str, Manifest]) -> Verdict:
    """Say where the nearest file leaves a version open."""
    if own and not asks_for(own[0], "fastapi", manifests) and (place := installs_another(project, own)):
        return unknown(place, "the file of requirements that the image installs is not in the repository")
    if own:
        asked = list(requirements_of(own[0], manifests))
        loose = loose_in(own[0], asked, manifests)
        if not loose:
            return ok(Place(own[0]), "every version is pinned")
        if place := published_by(project):
            return unknown(place, "the service is published as a package, and those who install it choose the versions")
        path, first = loose[0]
        share = f"{len(loose)} of {len(asked)} requirements" if len(asked) > 1 else "the requirement"
        return fail(place_at(path, first.pos), f"there is no lock file, and {share} may be of more than one version")
    setup = next((module for module in project.all_modules if module.path.rpartition("/")[2] == "setup.py"), None)
    if setup is not None:
        return unknown(Place(setup.path), "what `setup.py` asks for is not read")
    image = next((image for image in project.subjects(Image) if is_of_service(image, project)), None)
    if image is not None:
        return unknown(image.place, "only the image may say what is installed")
    return fail(None, "no file says which versions of its dependencies the service runs with")


def installs_another(project: Project, own: list[str]) -> Place | None:
    """Return the place of an image of the service that is made from other requirements than those that are there."""
    for image in project.subjects(Image):
        installed = installed_in(image)
        if installed and installed.isdisjoint(own) and is_of_service(image, project):
            return image.place
    return None


def asks(path: str, manifests: Mapping[str, Manifest]) -> bool:
    return not manifests[path].is_constraints and any(True for _ in requirements_of(path, manifests))


def asks_for(path: str, name: str, manifests: Mapping[str, Manifest]) -> bool:
    return any(one.name == name for _, one in requirements_of(path, manifests))


def lock_of(project: Project, wanted: set[str]) -> str | None:
    """Return the service's own lock file, which holds something of what it asks for."""
    locks = project.evidence_of(Lock)
    own = (path for path in own_paths(project, Kind.LOCK) if path in locks)
    return next((path for path in own if not wanted.isdisjoint(locked_names(locks[path]))), None)


def loose_in(path: str, asked: Asked, manifests: Mapping[str, Manifest]) -> Asked:
    """Return what a file asks for without saying which version, and its constraints do not say either."""
    held = constraints_of(path, manifests)
    return [(where, one) for where, one in asked if not is_fixed(one) and one.name not in held]
