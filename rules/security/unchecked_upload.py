r"""An upload is taken whatever its size or type.

## Why
One request fills the memory or the disk. A file of any type, served again from your own host, runs its scripts there.

## Bad
```python
from fastapi import FastAPI, UploadFile

app = FastAPI()


@app.post("/avatar")
async def save_avatar(
    file: UploadFile,  # finding
) -> int:
    content = await file.read()
    return len(content)
```

```python
from pathlib import Path

from fastapi import FastAPI, File

app = FastAPI()


def store(content: bytes) -> None:
    Path("avatar.png").write_bytes(content)


@app.post("/avatar")
def save_avatar(
    content: bytes = File(),  # finding
) -> None:
    store(content)
```

## Good
```python
from fastapi import FastAPI, HTTPException, UploadFile

LIMIT = 1_000_000
TYPES = {"image/png", "image/jpeg"}
app = FastAPI()


@app.post("/avatar")
async def save_avatar(file: UploadFile) -> None:
    if file.content_type not in TYPES:
        raise HTTPException(415, "Send a PNG or JPEG image")
    content = await file.read(LIMIT + 1)
    if len(content) > LIMIT:
        raise HTTPException(413, "The image is too large")
```

The checks may stand in what the upload is handed to, and the type may be told by reading the content:

```python
# file: app/images.py
from fastapi import HTTPException, UploadFile
from PIL import Image

LIMIT = 1_000_000


async def read_limited(file: UploadFile) -> bytes:
    content = b""
    size = 0
    while chunk := await file.read(8192):
        size += len(chunk)
        if size > LIMIT:
            raise HTTPException(413, "The image is too large")
        content += chunk
    return content


def verify(file: UploadFile) -> None:
    Image.open(file.file).verify()
# file: app/main.py
from fastapi import FastAPI, UploadFile

from app.images import read_limited, verify

app = FastAPI()


@app.post("/avatar")
async def save_avatar(file: UploadFile) -> None:
    verify(file)
    await read_limited(file)
```

A limit for every request holds for uploads as well:

```python
from fastapi import FastAPI, Request, Response, UploadFile

app = FastAPI()


@app.middleware("http")
async def limit_bodies(request: Request, call_next) -> Response:
    if int(request.headers.get("content-length", "0")) > 1_000_000:
        return Response(status_code=413)
    return await call_next(request)


@app.post("/table")
def read_table(file: UploadFile) -> bool:
    return (file.filename or "").endswith(".csv")
```

## Fix
Read at most the limit and one byte, and refuse what is longer. Compare `content_type`, or better look at the content.

## Limits
A proxy before the service may limit bodies: confidence is medium. A type that is not told, where the size is limited,
has low confidence: any type may be meant. The client's name of a file in a path is SEC017.

## References
OWASP Cheat Sheets, File Upload; CWE-434, CWE-770; FastAPI documentation, Request Files.
"""

from fastapi_audit.rule_api import Confidence, Severity, Upload, Verdict, fail, ok, rule, unknown


@rule("SEC016", severity=Severity.WARNING)
def check(upload: Upload) -> Verdict:
    if upload.limits and upload.types:
        return ok(upload.limits[0], "its size is limited and its type is told")
    if upload.doubts:
        return unknown(upload.doubts[0], "the upload is handed to something unknown, which may check it")
    missing = [what for what, places in (("size", upload.limits), ("type", upload.types)) if not places]
    of_route = f" of {upload.routes[0]}" if upload.routes else ""
    confidence = Confidence.LOW if upload.limits else Confidence.MEDIUM
    message = f"the {upload}{of_route} is taken whatever its {' and its '.join(missing)}"
    return fail(upload.place, message, confidence=confidence)
