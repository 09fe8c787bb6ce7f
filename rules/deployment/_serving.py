"""Which images and workloads serve the API, and are not its workers or something beside it."""

import re
from collections.abc import Iterator
from functools import lru_cache
from posixpath import dirname

from fastapi_audit.rule_api import Image, Manifest, Project, Workload, names, short_name, texts

from ._images import is_listed, is_of_service
from ._starting import start_of

COMPUTED = "COMPUTED"
_MODULE = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*")
_TARGET = re.compile(r"[A-Za-z_][\w.]*:\w+")


def serves_http(image: Image, project: Project) -> bool:
    """Say whether an image of the service is seen to start its server."""
    start = start_of(image, project)
    if not start.is_told:
        return image.base is not None and is_listed(image.base.image or "", "servers")
    return starts_server(start.words, project)


def starts_server(words: tuple[str, ...], project: Project) -> bool:
    """Say whether a command starts a server: a known one, one that is told the application, or a module's own."""
    if any(word.rpartition("/")[2] in texts("starting", "servers") for word in words):
        return True
    targets = {word.partition(":")[0].replace(".", "/") + ".py" for word in words if _TARGET.fullmatch(word)}
    if any(_is_same_file(application.place.path, name) for application in project.applications for name in targets):
        return True
    named = {file for word in words for file in _files_named_by(word)}
    return any(_is_same_file(path, name) for path in files_that_serve(project) for name in named)


@lru_cache(maxsize=8)
def files_that_serve(project: Project) -> frozenset[str]:
    """Return the modules that start a server themselves."""
    calls = names("starting", "serving_calls")
    return frozenset(call.place.path for call in project.calls if call.name in calls)


def _files_named_by(word: str) -> Iterator[str]:
    """Yield the files that `app/main.py` or the `app.main` of `python -m` may mean."""
    if word.endswith(".py"):
        yield word.removeprefix("./")
    elif _MODULE.fullmatch(word):
        yield word.replace(".", "/") + ".py"
        yield word.replace(".", "/") + "/__main__.py"


def _is_same_file(path: str, name: str) -> bool:
    """Say whether a file of the repository is meant by a name in a container, where it may lie higher or deeper."""
    return path == name or path.endswith(f"/{name}") or name.endswith(f"/{path}")


def serves_api(workload: Workload, project: Project) -> bool:
    """Say whether a workload runs the service's own image, and starts its server there."""
    if workload.words:
        return starts_server(workload.words, project)
    if short_name(workload.image) in own_names(project):
        return bool(workload.ports)
    is_anybodys = "/" not in workload.image and COMPUTED not in workload.image
    return not is_anybodys and not own_ports(project).isdisjoint(workload.ports)


def runs_image(workload: Workload, image: Image, project: Project) -> bool:
    """Say whether a workload runs an image of the service: by its name, or as both serve the API."""
    if short_name(workload.image) in image.names:
        return True
    return serves_http(image, project) and serves_api(workload, project)


@lru_cache(maxsize=8)
def own_names(project: Project) -> frozenset[str]:
    """Return the names that the service's image may have: those that it is built under, and those of the service."""
    images = [one for one in project.subjects(Image) if is_of_service(one, project)]
    built = {name for image in images if serves_http(image, project) for name in image.names}
    around = {dirname(application.place.path).split("/")[0] for application in project.applications}
    manifests = project.evidence_of(Manifest).items()
    declared = {one.name for path, one in manifests if dirname(path) in {"", project.root, *around}}
    others = {name for image in project.subjects(Image) if image not in images for name in image.names}
    return frozenset((built | declared | {project.name.rpartition("/")[2]}) - others - {""})


@lru_cache(maxsize=8)
def own_ports(project: Project) -> frozenset[str]:
    """Return the ports of the service's images that no other image of the repository has."""
    own, other = set[str](), set[str]()
    for image in project.subjects(Image):
        is_own = is_of_service(image, project) and serves_http(image, project)
        exposed = (item.value for item in image.dockerfile.instructions if item.keyword == "EXPOSE")
        (own if is_own else other).update(port.partition("/")[0] for value in exposed for port in value.split())
    return frozenset(own - other)
