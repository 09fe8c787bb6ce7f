"""What routes, routers, inclusions and applications say of a route for the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from fastapi_audit.linking.evaluation.iteration import iterate
from fastapi_audit.linking.statuses import status_code
from fastapi_audit.model.code import Call
from fastapi_audit.model.routing import Application, Documented
from fastapi_audit.model.values import NONE, Instance, Known, Table, Value

MAKES_DOCUMENT = "fastapi.openapi.utils.get_openapi"


def documented_by(given: Sequence[Mapping[str, Value]], is_operation: bool) -> Documented:
    """Return what a sequence of arguments, the outermost first, says of a route.

    `FastAPI.include_router` and `APIRouter.add_api_route` join tags and responses; of functions that make ids of
    operations the innermost holds.
    """
    responses = [one["responses"] for one in given if one.get("responses", NONE) != NONE]
    tags = [one["tags"] for one in given if one.get("tags", NONE) != NONE]
    makers = [one["generate_unique_id_function"] for one in given if "generate_unique_id_function" in one]
    keys = [_key(key) for value in responses if isinstance(value, Table) for key, _ in value.items]
    return Documented(
        frozenset(key for key in keys if key is not None),
        None not in keys and all(isinstance(value, Table) and not value.is_open for value in responses),
        all(_is_known(iterate(value)) for value in tags),
        makers[-1] if makers else None,
        is_operation,
    )


def note_documents(applications: Iterable[Application], calls: Iterable[Call]) -> None:
    """Note which applications serve no document: they have no address for it, and nothing else makes it."""
    urls = {application: application.arguments.get("openapi_url") for application in applications}
    is_made = any(call.name == MAKES_DOCUMENT for call in calls)
    for application, url in urls.items():
        is_off = isinstance(url, Known) and not url.is_default and not url.value
        application.serves_document = is_made or not is_off


def _key(key: Value) -> str | None:
    status = status_code(key)
    if status is not None:
        return str(status)
    return key.value if isinstance(key, Known) and isinstance(key.value, str) else None


def _is_known(items: Iterable[Value] | None) -> bool:
    return items is not None and all(isinstance(item, (Known, Instance)) for item in items)
