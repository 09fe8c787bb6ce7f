"""HTTP status codes in all the forms code writes them."""

from __future__ import annotations

import re
from http import HTTPStatus

from fastapi_audit.linking.evaluation.types import ENUMS
from fastapi_audit.model.values import BoundExternal, External, Instance, Known, Value

_NAMED = re.compile(r"status\.(?:HTTP|WS)_(\d{3,4})_\w+$")
_ENUMERATIONS = ("http.HTTPStatus.", "httpx.codes.", "requests.codes.")
_BY_NAME = {status.name: int(status) for status in HTTPStatus}


def status_code(value: Value | None) -> int | None:
    """Return the status that a value stands for: a number, a constant of `starlette.status`, of `http.HTTPStatus` or
    its likes, or a member of an enumeration of the project.
    """
    if isinstance(value, Known) and isinstance(value.value, int):
        return value.value
    if isinstance(value, Instance):
        return status_code(value.attributes.get("value")) if value.cls.is_a(*ENUMS) else None
    if isinstance(value, BoundExternal):
        return status_code(value.owner) if value.name == "value" else None
    if not isinstance(value, External):
        return None
    match = _NAMED.search(value.name)
    if match is not None:
        return int(match.group(1))
    name = value.name.removesuffix(".value")
    if name.startswith(_ENUMERATIONS):
        return _BY_NAME.get(name.rpartition(".")[2].upper())
    return None
