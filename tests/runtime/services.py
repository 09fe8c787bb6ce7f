"""The services of `fixtures/projects`, each run by a driver in a process of its own and asked over its streams."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

TESTS = Path(__file__).parents[1]
PROJECTS = TESTS.parent / "fixtures" / "projects"
DRIVER = ("runtime.drive",)
SECRET = "made-up-for-the-tests-" * 3


@dataclass(frozen=True, slots=True)
class Service:
    """A running service that can be asked."""

    requests: IO[str]
    responses: IO[str]

    def ask(self, method: str, url: str, **arguments: Any) -> tuple[int, Any]:
        """Send one request and return the status and the body, decoded where it is JSON."""
        self.requests.write(json.dumps({"method": method, "url": url, **arguments}) + "\n")
        self.requests.flush()
        answer = next((line for line in self.responses if line.startswith('{"status"')), None)
        assert answer is not None, "the service ended before it answered"
        response = json.loads(answer)
        body, kind = response["body"] or None, response["headers"].get("content-type")
        return response["status"], json.loads(body) if body and kind == "application/json" else body


@contextmanager
def serve(
    source: Path, application: str, directory: Path, driver: Sequence[str] = DRIVER, **variables: str
) -> Iterator[Service]:
    """Run an application, `module:name`, whose modules are in `source`, with `directory` as the working directory.

    `driver` is the module that serves it, and what that is told first.
    """
    command = [sys.executable, "-m", *driver, *application.split(":")]
    errors = directory / "errors.log"
    with (
        errors.open("w") as log,
        subprocess.Popen(
            command,
            cwd=directory,
            env=environment(source, variables),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Service(process.stdin, process.stdout)
        finally:
            process.stdin.close()
    assert process.returncode == 0, errors.read_text()


def environment(source: Path, variables: Mapping[str, str]) -> dict[str, str]:
    """Return our environment with the source first on the import path, and the drivers after it."""
    path = os.pathsep.join((str(source), str(TESTS)))
    return {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", **variables}


@contextmanager
def serve_toy(directory: Path, driver: Sequence[str] = DRIVER) -> Iterator[Service]:
    """Run the toy, with no rates of currencies anywhere."""
    with serve(PROJECTS / "toy", "main:app", directory, driver, RATES_URL="http://127.0.0.1:1/rates") as service:
        yield service


@contextmanager
def serve_typical(directory: Path, driver: Sequence[str] = DRIVER) -> Iterator[Service]:
    """Run the typical service on a migrated database, with a webhook that nobody listens to."""
    project = PROJECTS / "typical"
    variables = {
        "DATABASE_URL": f"sqlite+aiosqlite:///{directory / 'typical.sqlite'}",
        "SECRET_KEY": SECRET,
        "WEBHOOK_URL": "http://127.0.0.1:1/hook",
    }
    migrate(project, project, directory, variables)
    with serve(project, "app.main:app", directory, driver, **variables) as service:
        yield service


@contextmanager
def serve_production(directory: Path, driver: Sequence[str] = DRIVER) -> Iterator[Service]:
    """Run the production-grade service on a migrated database, with no Redis anywhere."""
    project = PROJECTS / "production"
    variables = {
        "DATABASE_URL": f"sqlite+aiosqlite:///{directory / 'production.sqlite'}",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "RATE_LIMIT_URL": "async+memory://",
        "JWT_SECRET": SECRET,
        "DRAIN_FILE": str(directory / "draining"),
    }
    migrate(project, project / "src", directory, variables)
    with serve(project / "src", "app.main:create_app()", directory, driver, **variables) as service:
        yield service


def migrate(project: Path, source: Path, directory: Path, variables: Mapping[str, str]) -> None:
    """Run a service's migrations."""
    command = [sys.executable, "-m", "alembic", "--config", str(project / "alembic.ini"), "upgrade", "head"]
    subprocess.run(command, cwd=directory, env=environment(source, variables), check=True, capture_output=True)
