"""An interpreter with a FastAPI of its own, kept running and asked what applications serve.

The environment variable `FASTAPI_PYTHON` names the interpreter, so that the same tests hold for several versions of
FastAPI; without it, it is the one that runs the tests.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.version import Version

SERVING = Path(__file__).with_name("serving.py")
PYTHON = os.environ.get("FASTAPI_PYTHON", sys.executable)


@dataclass(frozen=True, slots=True)
class Served:
    """The routes of every application that could be imported, and why the others could not, by target."""

    routes: Mapping[str, Sequence[Mapping[str, Any]]]
    failures: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A running interpreter and the version of its FastAPI."""

    process: subprocess.Popen[str]
    fastapi: Version

    def serve(self, root: Path, *targets: str) -> Served:
        """Import targets below an import root, in the forms that `serving` knows, and return what they serve."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"root": str(root.resolve()), "targets": targets}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the interpreter ended before it answered"
        answer = json.loads(line)
        return Served(answer["served"], answer["failures"])


@contextmanager
def running(python: str = PYTHON, **variables: str) -> Iterator[Interpreter]:
    """Start an interpreter, the one under test unless said otherwise, with environment variables of its own."""
    version = [python, "-c", "from importlib.metadata import version; print(version('fastapi'))"]
    fastapi = Version(subprocess.run(version, capture_output=True, text=True, check=True).stdout.strip())
    with subprocess.Popen(
        [python, str(SERVING)],
        env={**os.environ, **variables},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        try:
            yield Interpreter(process, fastapi)
        finally:
            process.stdin.close()
    assert process.returncode == 0, "the interpreter failed"
