r"""The service rests on a library for authentication or cryptography that nobody maintains.

## Why
Where a password hash or a token is checked, a hole has to be mended within days. Libraries without maintainers keep
theirs, and break with new versions of what they use, as passlib does with bcrypt 4.

## Bad
```toml
# file: pyproject.toml
[project]
name = "shop"
dependencies = [
    "fastapi",
    "python-jose[cryptography]",  # finding
]

# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Good
```toml
# file: pyproject.toml
[project]
name = "shop"
dependencies = ["fastapi", "pyjwt", "pwdlib[argon2]"]

# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Fix
Change to the library that the message names.

## Limits
What is asked for in manifests is looked at; what those libraries bring along is not.

## References
FastAPI documentation, OAuth2 with Password and JWT tokens; OWASP Top Ten 2021, A06; CWE-1104.
"""

from fastapi_audit.rule_api import Manifest, Project, Related, Severity, Verdict, fail, ok, place_at, rule, skip

REPLACEMENTS = {
    "fastapi-jwt-auth": "PyJWT",
    "oauth2client": "google-auth",
    "passlib": "pwdlib",
    "pycrypto": "cryptography",
    "python-jose": "PyJWT",
}
MAINTAINED = frozenset({
    "argon2-cffi", "authlib", "bcrypt", "cryptography", "fastapi-users", "google-auth", "itsdangerous", "joserfc",
    "jwcrypto", "pwdlib", "pyjwt",
})  # fmt: skip


@rule("SEC025", severity=Severity.WARNING)
def check(project: Project) -> Verdict:
    asked = [
        (place_at(path, requirement.pos), requirement.name)
        for path, manifest in sorted(project.evidence_of(Manifest).items())
        for requirement in manifest.requirements
        if not requirement.is_development
    ]
    found = [(place, name) for place, name in asked if name in REPLACEMENTS]
    if found:
        place, name = found[0]
        related = tuple(Related(other, f"{named} is asked for") for other, named in found[1:])
        return fail(place, f"{name} is not maintained; {REPLACEMENTS[name]} takes its place", related=related)
    sound = next((place for place, name in asked if name in MAINTAINED), None)
    return ok(sound, "the libraries for authentication are maintained") if sound is not None else skip
