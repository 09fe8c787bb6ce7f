r"""A prefix or path does not start with a slash, ends with one where another follows, or is empty.

## Why
FastAPI puts prefix and path together as they are. A prefix without a leading or with a trailing slash is refused: the
application does not start. A path without a leading slash is glued to the prefix (`/items` and `export` give
`/itemsexport`), or matches no request at all. A router whose route has an empty path cannot be included without a
prefix.

## Bad
```python
from fastapi import APIRouter, FastAPI

app = FastAPI()
orders = APIRouter(prefix="orders")  # finding
items = APIRouter(prefix="/items")
users = APIRouter()


@items.get("export")  # finding
def export_items() -> str:
    return ""


@users.get("")
def list_users() -> list[str]:
    return []


app.include_router(items, prefix="/api/")  # finding
app.include_router(users)  # finding
```

## Good
```python
from fastapi import APIRouter, FastAPI

app = FastAPI()
items = APIRouter(prefix="/items")
users = APIRouter()


@items.get("")
def list_items() -> list[str]:
    return []


@items.get("/")
def list_items_too() -> list[str]:
    return []


@items.get(".csv")
def export_items() -> str:
    return ""


@items.post(":search")
def search_items() -> list[str]:
    return []


@users.get("")
def list_users() -> list[str]:
    return []


app.include_router(items)
app.include_router(users, prefix="/users")
```

## Fix
Begin prefixes and paths with a slash and end prefixes without one: `prefix="/orders"`, `@router.get("/export")`.

## Limits
What the environment may replace is not judged. A path that begins with punctuation may be meant to be glued on; one
that begins with a parameter (`{item_id}`) is reported with medium confidence, unless it takes the rest of the path.

## References
FastAPI documentation, Bigger Applications; the assertions of `fastapi.routing.APIRouter`.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Confidence,
    Inclusion,
    Known,
    Place,
    Project,
    Related,
    Route,
    Router,
    Severity,
    Template,
    Value,
    Verdict,
    fail,
    ok,
    rule,
    skip,
)

SLASH = "/"


@rule("COR018", severity=Severity.ERROR)
def check(project: Project) -> Iterator[Verdict]:
    for router in project.subjects(Router):
        yield judge_prefix(router.place, router.arguments.get("prefix"), f"the prefix of {router}")
    for inclusion in project.subjects(Inclusion):
        yield judge_inclusion(inclusion)
    judged: dict[Place, Verdict] = {}
    for route in project.routes:
        judged.setdefault(route.place, judge_path(route))
    yield from judged.values()


def judge_prefix(place: Place, prefix: Value | None, what: str) -> Verdict:
    start, end = ends_of(prefix)
    if start and not start.startswith(SLASH):
        return fail(place, f"{what} does not start with a slash: the application does not start")
    if end.endswith(SLASH):
        return fail(place, f"{what} ends with a slash: the application does not start")
    return ok(place) if start or end else skip


def ends_of(prefix: Value | None) -> tuple[str, str]:
    """Return the texts that a prefix begins and ends with for certain; empty where that is not known."""
    if isinstance(prefix, Known) and isinstance(prefix.value, str) and not prefix.is_default:
        return prefix.value, prefix.value
    if isinstance(prefix, Template) and prefix.parts and not prefix.is_default:
        first, last = prefix.parts[0], prefix.parts[-1]
        return first if isinstance(first, str) else "", last if isinstance(last, str) else ""
    return "", ""


def judge_inclusion(inclusion: Inclusion) -> Verdict:
    if not inclusion.nameless:
        return judge_prefix(inclusion.place, inclusion.prefix, f"the prefix for {inclusion.name}")
    related = tuple(Related(place, "an empty path") for place in inclusion.nameless)
    message = f"{inclusion.name} has a route without a path and gets no prefix: the application does not start"
    return fail(inclusion.place, message, related=related)


def judge_path(route: Route) -> Verdict:
    declared = route.declared_path
    if declared.startswith("//"):
        return fail(route.place, f"{route} begins with two slashes", confidence=Confidence.MEDIUM)
    if not declared or declared.startswith(SLASH):
        return ok(route.place)
    is_parameter = declared.startswith("{") and not declared.startswith("{?}")
    if not declared[0].isalnum() and (not is_parameter or ":path}" in declared):
        return skip
    effect = f"it is served at {route.path}" if route.path.startswith(SLASH) else "no request matches it"
    confidence = Confidence.MEDIUM if is_parameter else Confidence.HIGH
    return fail(route.place, f"the path `{declared}` does not start with a slash: {effect}", confidence=confidence)
