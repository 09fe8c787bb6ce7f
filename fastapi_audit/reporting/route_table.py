"""The route map as text: the routes of each application, their number, and what of the code could not be resolved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TypeAlias

from fastapi_audit.audit.report import RouteRecord, ServiceRoutes
from fastapi_audit.reporting.figures import counted, difference
from fastapi_audit.reporting.route_layouts import layout
from fastapi_audit.reporting.route_row import route_row
from fastapi_audit.reporting.terminal import Page
from fastapi_audit.reporting.text_report import TextOptions

UNRESOLVED_SHOWN = 5

Application: TypeAlias = "tuple[str, str]"  # its service and its name


def render_routes(services: Sequence[ServiceRoutes], options: TextOptions) -> str:
    """Return the route map, by application where there are several."""
    page = options.page()
    applications = _by_application(services)
    if applications:
        _write_routes(page, applications)
        page.blank()
    _write_counts(page, applications)
    _write_unresolved(page, services)
    return page.finish()


def _by_application(services: Iterable[ServiceRoutes]) -> dict[Application, list[RouteRecord]]:
    found = [(each.service, route) for each in services for route in each.routes]
    found.sort(key=lambda one: (one[0], one[1].app, one[1].path, one[1].method or "", one[1].handler))
    applications: dict[Application, list[RouteRecord]] = {}
    for service, route in found:
        applications.setdefault((service, route.app), []).append(route)
    return applications


def _write_routes(page: Page, applications: Mapping[Application, Sequence[RouteRecord]]) -> None:
    rows = {application: [route_row(route) for route in routes] for application, routes in applications.items()}
    write = layout(page, list(chain.from_iterable(rows.values())))
    has_services = len({service for service, _ in rows}) > 1
    for (service, name), members in rows.items():
        if len(rows) > 1:
            page.heading(name, f"in {service}" if has_services else "")
        write(members)


def _write_counts(page: Page, applications: Mapping[Application, Sequence[RouteRecord]]) -> None:
    routes = list(chain.from_iterable(applications.values()))
    mounts = sum(route.kind == "mount" for route in routes)
    of_applications = f" of {counted(len(applications), 'application')}" if applications else ""
    with_mounts = f" and {counted(mounts, 'mount')}" if mounts else ""
    are_open = sum(route.is_open and not route.is_doubtful for route in routes)
    page.line(
        (f"{counted(len(routes) - mounts, 'route')}{with_mounts}{of_applications}", "bold"),
        f"; {are_open:,} that anyone may call" if are_open else "",
    )


def _write_unresolved(page: Page, services: Sequence[ServiceRoutes]) -> None:
    names = sum(each.inventory.names for each in services)
    unresolved = sorted(
        chain.from_iterable(each.inventory.unresolved for each in services),
        key=lambda found: (found.place, found.name, found.reason),
    )
    if not names:
        return
    if not unresolved:
        page.line((f"{counted(names, 'name')} in the code, all of them resolved", "dim"))
        return
    share = difference(100 * len(unresolved) / names)
    page.line(f"{len(unresolved):,} of {counted(names, 'name')} in the code ({share}%) could not be resolved:")
    for found in unresolved[:UNRESOLVED_SHOWN]:
        page.line((str(found.place), "cyan"), f"  {found.name}", (f"  {found.reason}", "dim"), indent=2)
    if len(unresolved) > UNRESOLVED_SHOWN:
        page.line((f"and {len(unresolved) - UNRESOLVED_SHOWN:,} more: `--format json` lists all", "dim"), indent=2)
