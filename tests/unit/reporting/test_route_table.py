import re
from dataclasses import replace

import pytest
from audit_builders import a_route, an_inventory
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from sample_audit import with_texts

from fastapi_audit.audit.report import Inventory, RouteRecord, ServiceRoutes, UnresolvedName
from fastapi_audit.model.place import Place
from fastapi_audit.reporting.route_table import render_routes
from fastapi_audit.reporting.text_report import TextOptions

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
READ = a_route("GET", "/items/{item_id}", guards=("current_user",))
CREATE = replace(a_route("POST"), is_async=False, response_model="list[app.models.Item[app.models.Id]] | None")
PRICES = a_route(None, "/prices")
FILES = replace(PRICES, kind="mount", path="/files", handler="StaticFiles", is_async=False)
ROUTES = (READ, CREATE, PRICES, FILES)


def a_map(*routes: RouteRecord, service: str = "shop", inventory: Inventory | None = None) -> ServiceRoutes:
    return ServiceRoutes(service, routes or ROUTES, inventory or an_inventory())


def table(*services: ServiceRoutes, width: int = 200) -> list[str]:
    return render_routes(services, TextOptions(width=width)).splitlines()


def test_on_a_wide_page_a_route_is_one_line_under_a_header() -> None:
    lines = table(a_map())
    assert lines[0].split("  ")[0] == "METHOD"
    (line,) = [line for line in lines if line.startswith("GET")]
    assert re.split(r"  +", line) == [
        "GET",
        "/items/{item_id}",
        "current_user (app/api/router.py:7)",
        "async def handle",
        "app/api/items.py:14",
        "ItemRead",
        "items",
    ]


def test_on_a_page_of_middle_width_places_stand_below_the_names() -> None:
    lines = table(a_map(), width=120)
    (number,) = [number for number, line in enumerate(lines) if line.startswith("GET")]
    assert lines[number + 1].split() == ["app/api/router.py:7", "app/api/items.py:14"]
    assert lines[number + 1].index("app/api/items.py") == lines[number].index("async def handle")


def test_on_a_narrow_page_every_name_has_its_line_and_nothing_is_cut_off() -> None:
    lines = table(a_map(), width=60)
    (number,) = [number for number, line in enumerate(lines) if line.startswith("GET")]
    assert [line.split() for line in lines[number : number + 3]] == [
        ["GET", "/items/{item_id}", "[items]"],
        ["async", "def", "handle", "->", "ItemRead", "app/api/items.py:14"],
        ["by", "current_user", "app/api/router.py:7"],
    ]


@pytest.mark.parametrize("width", [60, 120, 200])
def test_every_layout_says_what_anyone_may_call(width: int) -> None:
    assert sum("anyone" in line for line in table(a_map(), width=width)) == 3  # two routes and their number


def test_a_response_model_is_shown_without_its_modules() -> None:
    assert "list[Item[Id]] | None" in "\n".join(table(a_map()))


def test_websockets_and_mounts_say_what_they_are() -> None:
    starts = [line.split()[:2] for line in table(a_map())]
    assert ["WS", "/prices"] in starts
    assert ["MOUNT", "/files"] in starts


def test_what_is_mounted_is_neither_open_nor_a_function() -> None:
    (line,) = [line for line in table(a_map()) if line.startswith("MOUNT")]
    assert "anyone" not in line
    assert "def" not in line


def test_several_guards_each_have_their_place() -> None:
    places = (Place("app/api/router.py", 7, 5), Place("app/api/items.py", 15, 3))
    both = replace(READ, guards=("current_user", "owner"), guard_places=places)
    assert "current_user (app/api/router.py:7), owner (app/api/items.py:15)" in "\n".join(table(a_map(both)))


def test_several_applications_have_a_heading_each() -> None:
    lines = table(a_map(READ, replace(READ, app="admin.main:create_app()")))
    assert [line for line in lines if line.endswith((":app", "()"))] == ["admin.main:create_app()", "app.main:app"]


def test_several_services_are_named_beside_their_applications() -> None:
    lines = table(a_map(READ), a_map(READ, service="jobs"))
    assert [line for line in lines if line.startswith("app.main")] == ["app.main:app  in jobs", "app.main:app  in shop"]


def test_one_application_needs_no_heading() -> None:
    assert not [line for line in table(a_map()) if line.startswith("app.main")]


def test_the_routes_are_counted() -> None:
    assert "3 routes and 1 mount of 1 application; 2 that anyone may call" in table(a_map())


def test_where_nothing_is_found_this_is_said() -> None:
    assert table(ServiceRoutes("shop", (), Inventory())) == ["0 routes"]


def test_names_that_could_not_be_resolved_are_counted_and_the_first_are_shown() -> None:
    unresolved = tuple(
        UnresolvedName(f"plugin_{n}", Place("app/main.py", n, 1), "it is not in the repository") for n in range(1, 8)
    )
    text = "\n".join(table(a_map(inventory=Inventory(1, 10, 100, 93, unresolved))))
    assert "7 of 100 names in the code (7.0%) could not be resolved:" in text
    assert "app/main.py:5:1  plugin_5  it is not in the repository" in text
    assert "plugin_6" not in text
    assert "and 2 more: `--format json` lists all" in text


def test_a_page_on_which_everything_is_resolved_says_so() -> None:
    assert "100 names in the code, all of them resolved" in table(a_map(inventory=Inventory(1, 10, 100, 100)))


@pytest.mark.parametrize("width", [40, 80, 120, 200])
@pytest.mark.parametrize("is_ascii", [False, True])
def test_no_line_is_wider_than_the_page(width: int, is_ascii: bool) -> None:
    longer = with_texts(a_map(), lambda old: old + " 表" + "x" * 50)
    for services in ([a_map()], [longer]):
        text = render_routes(services, TextOptions(width=width, is_ascii=is_ascii))
        assert max(map(cell_len, text.splitlines())) <= width
        assert text.isascii() or not is_ascii


@pytest.mark.parametrize("width", [60, 120, 200])
def test_colour_changes_nothing_but_the_colour(width: int) -> None:
    coloured = render_routes([a_map()], TextOptions(width=width, is_colored=True))
    plain = render_routes([a_map()], TextOptions(width=width))
    assert COLOUR.search(coloured)
    assert "\x1b" not in plain
    assert COLOUR.sub("", coloured) == plain


@given(st.text())
@settings(max_examples=25, deadline=None)
def test_no_text_of_the_repository_commands_the_terminal(text: str) -> None:
    hostile = with_texts(a_map(), lambda old: text + "\x1b[31m\x9b2J\r" + old)
    rendered = render_routes([hostile], TextOptions(is_colored=True))
    assert all(line.isprintable() for line in COLOUR.sub("", rendered).split("\n"))
