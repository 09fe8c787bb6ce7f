"""Instances: of project classes, and of FastAPI's applications and routers with what is derived from them."""

from __future__ import annotations

from typing import cast

from fastapi_audit.facts import syntax
from fastapi_audit.knowledge.tables import table
from fastapi_audit.linking.evaluation.arguments import Arguments
from fastapi_audit.linking.evaluation.attributes import bound_to, find_in_class
from fastapi_audit.linking.evaluation.frame import Frame
from fastapi_audit.linking.evaluation.generated_init import initialise
from fastapi_audit.linking.evaluation.invocation import invoke
from fastapi_audit.linking.evaluation.registration import note_wrapper
from fastapi_audit.linking.evaluation.router_arguments import initialise_router
from fastapi_audit.linking.evaluation.types import APPLICATION, ROUTER
from fastapi_audit.model.module import Class
from fastapi_audit.model.values import ClassValue, External, FunctionValue, Instance, Known, Value
from fastapi_audit.model.wiring import RouteRegistration, RouterObject


def construct(made: ClassValue, arguments: Arguments, node: syntax.Call, frame: Frame) -> Value:
    """Return an instance of a project class, `__init__` carried out while wiring."""
    cls = made.cls
    if cls.is_a(APPLICATION, ROUTER):
        return construct_router(cls.is_a(APPLICATION), cls, arguments, node, frame)
    if not frame.wires:
        return frame.interpreter.typical_instance(cls)
    instance = Instance(cls, place=frame.module.at(node), scope=made.scope)
    initial = find_in_class(cls, "__init__", frame.interpreter, scope=made.scope)
    if isinstance(initial, FunctionValue):
        invoke(bound_to(initial, instance), arguments, frame)
    else:
        initialise(instance, arguments, node, frame)
    note_wrapper(instance, arguments, frame)
    return instance


def library_router(maker: str, arguments: Arguments, node: syntax.Call, frame: Frame) -> RouterObject | None:
    """Return the router that a library makes, with its routes; None when the callable makes none."""
    entry = table("routers").get(maker)
    if entry is None:
        return None
    router = construct_router(False, None, arguments, node, frame)
    for method, path, handler in cast("list[list[str]]", entry["routes"]):
        kind, methods = ("websocket", ()) if method == "WEBSOCKET" else ("http", (method,))
        router.registrations.append(
            RouteRegistration(kind, methods, Known(path), External(handler), {}, router.place, frame.conditions)
        )
    return router


def construct_router(
    is_application: bool, cls: Class | None, arguments: Arguments, node: syntax.Node, frame: Frame
) -> RouterObject:
    """Return a new application or router; a derived class's own `__init__` is carried out on it."""
    router = RouterObject(is_application, frame.module.at(node), cls)
    initial = find_in_class(cls, "__init__", frame.interpreter) if cls is not None else None
    if isinstance(initial, FunctionValue) and frame.wires:
        invoke(bound_to(initial, router), arguments, frame)
    else:
        initialise_router(router, arguments.named)
        router.is_open = arguments.is_open
    if frame.wires:
        frame.interpreter.routers.append(router)
    return router
