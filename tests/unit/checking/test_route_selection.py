from dataclasses import replace

import pytest
from audit_builders import a_route, an_inventory

from fastapi_audit.audit.report import RouteRecord, ServiceRoutes
from fastapi_audit.checking.route_selection import RouteSelection, narrow_routes
from fastapi_audit.errors import UsageError

READ = a_route("GET", "/api/items/{item_id}", guards=("current_user",))
REMOVE = a_route("DELETE", "/api/items/{item_id}")
EXPORT = a_route("GET", "/api/items-export")
PRICES = a_route(None, "/prices")
FILES = replace(PRICES, kind="mount", path="/files")
ADMIN = replace(REMOVE, app="admin.main:create_app()")
EVERYTHING = (READ, REMOVE, EXPORT, PRICES, FILES, ADMIN)


def shown(selection: RouteSelection) -> tuple[RouteRecord, ...]:
    (service,) = narrow_routes([ServiceRoutes("shop", EVERYTHING, an_inventory())], selection)
    return service.routes


def test_without_a_wish_every_route_is_listed() -> None:
    assert shown(RouteSelection()) == EVERYTHING


def test_an_application_is_named_as_a_whole() -> None:
    assert shown(RouteSelection(app="admin.main:create_app()")) == (ADMIN,)


def test_any_of_several_methods_will_do() -> None:
    assert shown(RouteSelection(methods=("DELETE", "POST"))) == (REMOVE, ADMIN)


def test_what_has_no_method_is_in_no_list_of_methods() -> None:
    assert not {PRICES.path, FILES.path} & {route.path for route in shown(RouteSelection(methods=("GET",)))}


@pytest.mark.parametrize("pattern", ["/api/items", "/api/items/", "/api/items/{item_id}", "/*/items", "*/{item_id}"])
def test_a_path_takes_in_what_lies_below_it_and_no_longer_name(pattern: str) -> None:
    assert shown(RouteSelection(path=pattern)) == (READ, REMOVE, ADMIN)


def test_a_star_at_the_end_takes_in_longer_names() -> None:
    assert EXPORT in shown(RouteSelection(path="/api/items*"))


def test_the_root_takes_in_everything() -> None:
    assert shown(RouteSelection(path="/")) == EVERYTHING


def test_unauthenticated_are_the_routes_without_a_guard_and_not_what_is_mounted() -> None:
    assert shown(RouteSelection(is_unauthenticated=True)) == (REMOVE, EXPORT, PRICES, ADMIN)


def test_a_route_must_satisfy_every_wish() -> None:
    selection = RouteSelection("app.main:app", ("GET", "DELETE"), "/api/items", is_unauthenticated=True)
    assert shown(selection) == (REMOVE,)


def test_an_unknown_application_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(UsageError, match=r"`app\.main`.*; there are app\.main:app, admin\.main:create_app\(\)$"):
        shown(RouteSelection(app="app.main"))


def test_of_many_applications_the_nearest_are_named_and_the_others_counted() -> None:
    routes = tuple(replace(READ, app=f"tutorial{number:03}:app") for number in range(300))
    with pytest.raises(UsageError, match=r"there are tutorial123:app, .* and 290 more"):
        narrow_routes([ServiceRoutes("docs", routes, an_inventory())], RouteSelection(app="tutorial123"))


def test_where_no_route_was_found_there_is_no_application_to_name() -> None:
    with pytest.raises(UsageError, match="no route was found"):
        narrow_routes([ServiceRoutes("shop", (), an_inventory())], RouteSelection(app="app.main:app"))
