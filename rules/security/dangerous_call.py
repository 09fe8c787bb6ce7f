r"""A call carries out what it is given: code, a shell command, or pickled objects.

## Why
Who chooses what `eval`, a shell or `pickle` is given, runs any program on the server. No validation afterwards helps.

## Bad
```python
import os
import pickle
import subprocess

import yaml
from fastapi import FastAPI, Request, UploadFile

app = FastAPI()


@app.get("/compute")
def compute(formula: str) -> float:
    return eval(formula)  # finding


@app.get("/ping")
def ping(host: str) -> None:
    os.system(f"ping -c 1 {host}")  # finding
    subprocess.run("nslookup " + host, shell=True)  # finding


@app.post("/model")
async def model(file: UploadFile) -> None:
    pickle.loads(await file.read())  # finding


@app.post("/settings")
async def settings(request: Request) -> None:
    yaml.load(await request.body(), Loader=yaml.Loader)  # finding
```

## Good
```python
import ast
import pickle
import shlex
import subprocess
from pathlib import Path

import yaml
from fastapi import FastAPI, Request

MODEL = Path("model.pkl")
app = FastAPI()


@app.get("/compute")
def compute(formula: str) -> object:
    return ast.literal_eval(formula)


@app.get("/ping")
def ping(host: str, count: int) -> None:
    subprocess.run(["ping", "-c", "1", "--", host])
    subprocess.run(f"ping -c {count} localhost", shell=True)
    subprocess.run(f"ping {shlex.quote(host)}", shell=True)
    subprocess.run("uptime", shell=True)


@app.on_event("startup")
def load() -> None:
    with open("model.pkl", "rb") as file:
        app.state.model = pickle.load(file)
    app.state.other = pickle.loads(MODEL.read_bytes())


@app.post("/settings")
async def settings(request: Request) -> None:
    yaml.safe_load(await request.body())
    yaml.load(await request.body(), Loader=yaml.SafeLoader)
```

## Fix
`ast.literal_eval` or a parser of your own for expressions, a list of arguments without a shell, JSON or
`yaml.safe_load` for data. Pickles only from files that you wrote yourself.

## Limits
Where the text comes from is followed through the project. Code and commands that cannot be followed are reported with
medium confidence, with low confidence where no request gets there; pickles that cannot be followed with low confidence.

## References
OWASP Top Ten 2021, A03 and A08; CWE-78, CWE-95, CWE-502; Python documentation, pickle and subprocess.
"""

from fastapi_audit.rule_api import Confidence, Priority, Severity, Sink, Verdict, fail, ok, rule, skip

from ._taint import reported

WHAT = {
    "code": "the code that {} carries out",
    "shell": "the command that {} gives to a shell",
    "load": "the objects that {} makes",
}


@rule("SEC021", severity=Severity.ERROR, priority=Priority.P0)
def check(sink: Sink) -> Verdict:
    if sink.kind not in WHAT:
        return skip
    what = WHAT[sink.kind].format(sink.call.name)
    harmful = sink.harmful()
    if harmful:
        return reported(sink, harmful, what)
    for doubt in sink.doubts():
        message = f"{what[:1].upper()}{what[1:]}: {doubt} may hold anything"
        return fail(sink.place, message, confidence=_confidence(sink))
    return ok(sink.place, sink.excuse() or f"no client chooses {what}")


def _confidence(sink: Sink) -> Confidence:
    return Confidence.LOW if sink.kind == "load" or not sink.routes else Confidence.MEDIUM
