r"""A text goes as the client sent it into a URL or the arguments of a program.

## Why
`?`, `#` and `../` in a name change which resource another service is asked for, `--option` what a program does. The
first line of defence is what a parameter admits at all.

## Bad
```python
import subprocess

import httpx
from fastapi import FastAPI

app = FastAPI()


@app.get("/repositories/{name}")
def repository(
    name: str,  # finding
) -> bytes:
    return httpx.get(f"https://git.example.com/api/{name}").content


@app.post("/clones")
def clone(
    source: str,  # finding
) -> None:
    subprocess.run(["git", "clone", source])
```

## Good
```python
import subprocess
from enum import Enum
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

import httpx
from fastapi import FastAPI, HTTPException, Path, Query

BRANCHES = {"main", "next"}
app = FastAPI()


class Host(Enum):
    EAST = "east"
    WEST = "west"


@app.get("/repositories/{name}")
def repository(name: Annotated[str, Path(pattern=r"^[a-z0-9-]+$")]) -> bytes:
    return httpx.get(f"https://git.example.com/api/{name}").content


@app.get("/owners/{name}")
def owner(name: str) -> bytes:
    return httpx.get(f"https://git.example.com/owners/{quote(name, safe='')}").content


@app.get("/search")
def search(text: str, number: int, key: UUID, host: Host) -> bytes:
    return httpx.get(f"https://git.example.com/{number}/{key}", params={"q": text}).content


@app.post("/clones")
def clone(branch: Annotated[str, Query()], source: str) -> None:
    if branch not in BRANCHES:
        raise HTTPException(422, "There is no such branch")
    subprocess.run(["git", "checkout", branch])
    subprocess.run(["git", "clone", "--", source])
```

## Fix
Say what the parameter may be: an `int`, `UUID`, `Enum` or `Literal`, a `pattern`. Else encode it (`quote`), hand it
over as `params=`, put `--` before it.

## Limits
Parameters of the path, query, headers, cookies and forms are looked at. What chooses a file, a host, a shell command
or code is reported by SEC017, SEC018, SEC021 and not here; SQL by SEC011.

## References
OWASP Top Ten 2021, A03; CWE-20, CWE-88; FastAPI documentation, Query Parameters and String Validations.
"""

from fastapi_audit.rule_api import (
    Collection,
    Confidence,
    Known,
    Parameter,
    Priority,
    Project,
    Reach,
    Related,
    Severity,
    Sink,
    Verdict,
    fail,
    ok,
    rule,
    skip,
)

SOURCES = ("path", "query", "header", "cookie", "form")
WHERE = {"request": "the URL that {} asks", "process": "the arguments of the program that {} starts"}


@rule("SEC010", severity=Severity.WARNING, priority=Priority.P1)
def check(parameter: Parameter, project: Project) -> Verdict:
    if parameter.source not in SOURCES:
        return skip
    if parameter.cleaned is not None:
        return ok(parameter.place, f"{parameter} holds nothing harmful: {parameter.cleaned}")
    sinks = project.sinks_of(parameter)
    for sink in sinks:
        if any(_is_free(sink, reach) for reach in _harmful(sink, parameter)):
            message = f"the {parameter} goes as it is into {WHERE[sink.kind].format(sink.call.name)}"
            related = (Related(sink.place, "it is used here"),)
            return fail(parameter.place, message, related=related, confidence=Confidence.MEDIUM)
    if not sinks or any(_harmful(sink, parameter) for sink in sinks):
        return skip
    return ok(sinks[0].place, sinks[0].excuse())


def _harmful(sink: Sink, parameter: Parameter) -> list[Reach]:
    return [
        reach for reach in sink.harmful() if reach.input.parameter and reach.input.parameter.place == parameter.place
    ]


def _is_free(sink: Sink, reach: Reach) -> bool:
    """Say whether an input can do more than be one value, and no other rule reports it."""
    if sink.kind == "request":
        return not reach.leads
    value = sink.value
    is_ended = isinstance(value, Collection) and Known("--") in value.items
    return sink.kind == "process" and not is_ended
