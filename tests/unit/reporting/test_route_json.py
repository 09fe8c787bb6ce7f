import json
from dataclasses import replace
from typing import Any

from audit_builders import a_route, an_inventory

from fastapi_audit.audit.report import Inventory, ServiceRoutes
from fastapi_audit.reporting.route_json import render_routes_json

ROUTE_FIELDS = {
    "kind", "method", "path", "handler", "file", "line", "is_async", "response_model", "status_code", "tags",
    "in_schema", "deprecated", "dependencies", "security", "params", "app",
}  # fmt: skip


def parsed(*services: ServiceRoutes) -> dict[str, Any]:
    document = json.loads(render_routes_json(services))
    assert isinstance(document, dict)
    return document


def test_every_kind_of_route_carries_the_promised_fields() -> None:
    websocket = a_route(None, "/prices")
    routes = (a_route(guards=("current_user",)), websocket, replace(websocket, kind="mount", handler="StaticFiles"))
    listed = parsed(ServiceRoutes("shop", routes, an_inventory()))["routes"]
    assert {route["kind"] for route in listed} == {"http", "websocket", "mount"}
    assert all(set(route) >= ROUTE_FIELDS for route in listed)


def test_routes_of_all_services_are_one_list_in_the_order_of_their_paths() -> None:
    services = [ServiceRoutes(name, (a_route(path=f"/{name}"),), an_inventory()) for name in ("web", "api")]
    assert [(route["path"], route["service"]) for route in parsed(*services)["routes"]] == [
        ("/api", "api"),
        ("/web", "web"),
    ]


def test_what_could_not_be_resolved_has_its_share_places_and_reasons() -> None:
    document = parsed(
        ServiceRoutes("shop", (), an_inventory()), ServiceRoutes("jobs", (), Inventory(names=200, resolved=200))
    )
    assert (document["names"], document["resolved"], document["unresolved_share"]) == (600, 599, 0.0017)
    assert document["unresolved"] == [
        {
            "name": "plugins.load",
            "file": "app/main.py",
            "line": 3,
            "column": 1,
            "reason": "the module is not in the repository",
        }
    ]


def test_a_service_without_names_has_nothing_unresolved() -> None:
    assert parsed(ServiceRoutes("shop", (), Inventory()))["unresolved_share"] == 0.0
