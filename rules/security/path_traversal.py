r"""A client chooses the path of a file that is opened, sent or removed.

## Why
`../` in a name leads out of the directory that was meant: the client reads the configuration, or overwrites code.

## Bad
```python
from pathlib import Path

from fastapi import FastAPI, UploadFile
from fastapi.responses import FileResponse

FILES = Path("files")
app = FastAPI()


@app.get("/files/{file_path:path}")
def read_file(file_path: str) -> FileResponse:
    return FileResponse(FILES / file_path)  # finding


@app.post("/files")
async def save_file(file: UploadFile) -> None:
    with open(f"files/{file.filename}", "wb") as target:  # finding
        target.write(await file.read())
```

Also over functions and modules:

```python
# file: app/storage.py
import os

ROOT = "/srv/reports"


def location(name: str) -> str:
    return os.path.join(ROOT, name.strip())


def load(name: str) -> bytes:
    with open(location(name), "rb") as file:  # finding
        return file.read()
# file: app/main.py
from fastapi import FastAPI
from pydantic import BaseModel

from app.storage import load

app = FastAPI()


class Wanted(BaseModel):
    name: str


@app.post("/reports")
def report(wanted: Wanted) -> bytes:
    return load(wanted.name)
```

## Good
```python
from pathlib import Path
from uuid import UUID, uuid4

from fastapi import FastAPI, HTTPException, UploadFile
from fastapi.responses import FileResponse

FILES = Path("files").resolve()
app = FastAPI()


@app.get("/files/{file_path:path}")
def read_file(file_path: str) -> FileResponse:
    path = (FILES / file_path).resolve()
    if not path.is_relative_to(FILES):
        raise HTTPException(404, "There is no such file")
    return FileResponse(path)


@app.get("/reports/{report_id}")
def read_report(report_id: UUID) -> FileResponse:
    return FileResponse(FILES / f"{report_id}.pdf")


@app.post("/files")
async def save_file(file: UploadFile) -> None:
    suffix = Path(file.filename or "").suffix
    (FILES / f"{uuid4()}{suffix}").write_bytes(await file.read())
```

## Fix
Name files yourself (`uuid4()`), or take the last part of the name (`Path(name).name`). Where a path is meant, resolve
it and refuse what is not below the directory: `path.resolve().is_relative_to(directory)`.

## Limits
A test anywhere in the functions on the way counts, whatever becomes of its outcome. What stands in one segment of a
route's path cannot hold a `/`, at most be `..`: it is reported with medium confidence where a whole directory is
meant, else with low confidence. What was stored in a database is not followed to the request that stored it, and what
a library makes of a text only where that is known.

## References
OWASP Top Ten 2021, A01; CWE-22; Starlette documentation, Uploads: the file name is the client's.
"""

from fastapi_audit.rule_api import Confidence, Reach, Severity, Sink, Verdict, names, ok, rule, skip

from ._taint import reported


@rule("SEC017", severity=Severity.ERROR)
def check(sink: Sink) -> Verdict:
    if sink.kind != "path":
        return skip
    able = sorted(filter(_leads_out, sink.harmful()), key=lambda reach: -_confidence(sink, reach))
    if able:
        what = f"the path that {sink.call.name} is given"
        return reported(sink, able, what, _confidence(sink, able[0]))
    if sink.reaches:
        return ok(sink.place, sink.excuse() or f"the {sink.reaches[0].input} is one segment of a route's path")
    return skip


def _leads_out(reach: Reach) -> bool:
    """Say whether it can leave a directory: with a `/`, or as the whole last segment, which may be `..`."""
    return reach.input.holds_separators or (reach.is_segment and not reach.after)


def _confidence(sink: Sink, reach: Reach) -> Confidence:
    if not reach.input.holds_separators:
        return Confidence.MEDIUM if sink.call.name in names("taint", "directories") else Confidence.LOW
    return Confidence.HIGH if reach.before[-1:] in ("", "/", "\\") else Confidence.MEDIUM
