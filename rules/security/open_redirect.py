r"""A client chooses where a redirection leads.

## Why
A link to your service takes its reader anywhere: phishing mail under your name, or tokens that are sent along.

## Bad
```python
from fastapi import FastAPI, Form
from fastapi.responses import RedirectResponse

app = FastAPI()


@app.get("/login")
def login(next_url: str = "/") -> RedirectResponse:
    return RedirectResponse(next_url)  # finding


@app.post("/leave")
def leave(target: str = Form()) -> RedirectResponse:
    return RedirectResponse(url=target.strip(), status_code=303)  # finding
```

## Good
```python
from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse

PAGES = {"home": "/", "profile": "/profile"}
app = FastAPI()


@app.get("/login")
def login(request: Request, next_url: str = "/") -> RedirectResponse:
    if not next_url.startswith("/") or next_url.startswith("//"):
        next_url = "/"
    return RedirectResponse(next_url)


@app.get("/go")
def go(page: str) -> RedirectResponse:
    return RedirectResponse(PAGES[page])


@app.get("/items/{item}")
def item(request: Request, item: str) -> RedirectResponse:
    return RedirectResponse(f"/v2/items/{item}")


@app.get("/docs-of")
def docs(request: Request, topic: str) -> RedirectResponse:
    return RedirectResponse(f"https://docs.example.com/{topic}")
```

## Fix
Redirect to a path of your own, to a name from a fixed set, or to a URL whose host was compared with a set.

## Limits
`RedirectResponse` is looked at, not a `Location` header that is set by hand. A test anywhere in the functions on the
way counts, but for one of the scheme.

## References
OWASP Cheat Sheets, Unvalidated Redirects and Forwards; CWE-601.
"""

from fastapi_audit.rule_api import Severity, Sink, Verdict, ok, rule, skip

from ._taint import reported


@rule("SEC019", severity=Severity.WARNING)
def check(sink: Sink) -> Verdict:
    if sink.kind != "redirect":
        return skip
    leading = [reach for reach in sink.harmful() if reach.leads]
    if leading:
        return reported(sink, leading, "where the redirection leads")
    if sink.reaches:
        return ok(sink.place, sink.excuse() or f"the {sink.reaches[0].input} stands behind a place that is fixed")
    return skip if sink.doubts() else ok(sink.place, "no client chooses where it leads")
