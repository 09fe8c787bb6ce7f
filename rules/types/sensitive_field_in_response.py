r"""A response schema shows a password, its hash, or a key.

## Why
What a response model names is sent to every client that may call the route, and ends up in logs, caches and browsers.
A hash that is published can be cracked at leisure.

## Bad
```python
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class User(BaseModel):
    name: str
    hashed_password: str  # finding


class Page(BaseModel):
    items: list[User]


@app.get("/users")
async def list_users() -> Page:
    raise NotImplementedError
```

## Good
```python
from fastapi import FastAPI
from pydantic import BaseModel, Field, SecretStr

app = FastAPI()


class Login(BaseModel):
    name: str
    password: str


class Token(BaseModel):
    access_token: str
    token_type: str


class User(BaseModel):
    name: str
    has_password: bool
    password_hash: str = Field(exclude=True)
    api_key: SecretStr


@app.post("/login")
async def login(login: Login) -> Token:
    raise NotImplementedError


@app.get("/users/me")
async def read_me() -> User:
    raise NotImplementedError
```

A key may be shown once, by the route that makes it:

```python
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class NewKey(BaseModel):
    id: int
    api_key: str


@app.post("/keys")
async def create_key() -> NewKey:
    raise NotImplementedError
```

## Fix
Take the field out of the response schema. Where the schema is needed inside as well, derive a public one from it, or
mark the field with `Field(exclude=True)`.

## Limits
Fields are known by their names. Which identifiers are internal cannot be told. A plain `token` or `secret` that is read
again and again may be meant to be shown (an invitation, say): the verdict is unknown, as where a serialiser or
validator of the schema may mask it, and where both schema and path are named after the key that they hand out.

## References
OWASP API Security 2023, API3; CWE-200; CWE-522; FastAPI documentation, Response Model.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Collection,
    DictValue,
    Field,
    Known,
    Project,
    Related,
    Route,
    Schema,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    unknown,
)

from ._sensitive import holds_text, kind_of, words_of

TOKEN_ANSWER = frozenset({"token_type", "expires_in", "tokenType", "expiresIn"})
CHANGERS = frozenset({"field_serializer", "model_serializer", "field_validator", "model_validator", "validator"})


@rule("TYP007", severity=Severity.ERROR)
def check(schema: Schema, project: Project) -> Iterator[Verdict]:
    routes = project.schema_graph.sent_by(schema)
    verdicts = [_judge(field, schema, routes) for field in schema.fields] if routes else [skip]
    told = [verdict for verdict in verdicts if verdict is not skip]
    yield from told or ([ok(schema.place, f"{schema} shows nothing internal")] if routes else [skip])


def _judge(field: Field, schema: Schema, routes: tuple[Route, ...]) -> Verdict:
    kind = kind_of(field)
    shown = [route for route in routes if not _leaves_out(route, field, schema)]
    if kind is None or field.is_excluded or not shown or not holds_text(field.type):
        return skip
    repeated = [route for route in shown if "GET" in route.methods]
    if kind != "password" and (not repeated or not TOKEN_ANSWER.isdisjoint(one.name for one in schema.fields)):
        return skip
    if kind == "vague" or _may_be_masked(field, schema) or (kind == "key" and _is_optional(field)):
        return unknown(field.place, f"whether {schema}.{field} shows a secret cannot be told")
    if kind == "key" and all(_is_asked_for(field, schema, route) for route in repeated):
        return unknown(field.place, f"{repeated[0]} and {schema} are there to hand it out")
    route = (repeated or shown)[0]
    related = Related(route.place, f"{route} answers with {schema}")
    return fail(field.place, f"{schema}.{field} is sent to clients, by {route} for one", related=(related,))


def _is_asked_for(field: Field, schema: Schema, route: Route) -> bool:
    """Say whether the name of a field stands in that of its schema, and in the path that hands it out."""
    wanted = words_of(field.name)
    given = (words_of(schema.cls.name), *map(words_of, _fixed_parts(route)))
    found = [any(words[at : at + len(wanted)] == wanted for at in range(len(words))) for words in given]
    return found[0] and any(found[1:])


def _fixed_parts(route: Route) -> list[str]:
    return [part for part in route.path.split("/") if "{" not in part]


def _leaves_out(route: Route, field: Field, schema: Schema) -> bool:
    """Say whether a route leaves a field out of its own response model, as far as that can be told."""
    if route.response_model is None or all(option.cls is not schema.cls for option in route.response_model.options):
        return False
    excluded, included = (_named(route, f"response_model_{way}") for way in ("exclude", "include"))
    return field.name in (excluded or ()) or (included is not None and field.name not in included)


def _named(route: Route, option: str) -> frozenset[object] | None:
    value = route.options.get(option)
    if isinstance(value, Collection):
        return frozenset(item.value for item in value.items if isinstance(item, Known))
    if isinstance(value, DictValue):
        return frozenset(key.value for key, _ in value.items if isinstance(key, Known))
    return None


def _may_be_masked(field: Field, schema: Schema) -> bool:
    methods = (method for cls in schema.cls.lineage for method in cls.methods.values())
    return bool(field.metadata) or any(
        name.rpartition(".")[2] in CHANGERS for method in methods for name in method.decorators
    )


def _is_optional(field: Field) -> bool:
    return field.type is not None and any(part.name == "None" for part in field.type.walk())
