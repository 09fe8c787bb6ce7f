r"""A file of environment variables with secrets in it belongs to the repository.

## Why
Whoever can read the repository, or an old copy of it, has the secrets, and taking the file away later does not take it
out of the history.

## Bad
```python
# file: .env
SESSION_SECRET=8Fq2xLw90vTzKd71  # finding

# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Good
```python
# file: .env.example
SESSION_SECRET=8Fq2xLw90vTzKd71

# file: .env
LOG_LEVEL=DEBUG
SESSION_SECRET=changeme
SESSION_SECRET_FILE=/run/secrets/session

# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Fix
Take the file out of the repository, list it in `.gitignore`, keep a `.env.example` without values, and replace the
secrets: they are known already.

## Limits
Files that `.gitignore` leaves out are not looked at. Words and placeholders are no secrets. Of private keys only
those inside such files are seen.

## References
The Twelve-Factor App, III: Config; OWASP Top Ten 2021, A05; CWE-538.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Environment,
    Place,
    Priority,
    Project,
    Related,
    Severity,
    Verdict,
    fail,
    ok,
    place_at,
    rule,
    secrecy,
    skip,
)


@rule("SEC030", severity=Severity.ERROR, priority=Priority.P0)
def check(project: Project) -> Verdict:
    files = {path: facts for path, facts in project.evidence_of(Environment).items() if not secrecy.is_template(path)}
    if not files:
        return skip
    found = [secret for path, facts in sorted(files.items()) for secret in secrets_in(path, facts)]
    if not found:
        return ok(Place(min(files)), "no secret is in it")
    related = tuple(Related(place, f"the value of {name}") for place, name in found[1:])
    place, name = found[0]
    return fail(place, f"{name} stands with its value in a file of the repository", related=related)


def secrets_in(path: str, facts: Environment) -> Iterator[tuple[Place, str]]:
    for variable in facts.variables:
        if secrecy.is_secret(variable.name, variable.value or ""):
            yield place_at(path, variable.pos), variable.name
