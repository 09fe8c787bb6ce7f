"""What the applications, routers and inclusions on the way say of a route for the OpenAPI document."""

from __future__ import annotations

from linking_builders import project_of

from fastapi_audit.model.routing import Documented
from fastapi_audit.model.values import FunctionValue


def documented(source: str) -> Documented:
    (route,) = project_of(main=f"from fastapi import APIRouter, FastAPI, status\n{source}").routes
    return route.documented


def test_responses_of_all_levels_are_joined() -> None:
    found = documented("""
app = FastAPI(responses={500: {}})
router = APIRouter(responses={status.HTTP_401_UNAUTHORIZED: {}})
@router.get("/", responses={404: {}, "4XX": {}})
def f(): ...
app.include_router(router, responses={"403": {}})
""")

    assert found.responses == {"500", "401", "403", "404", "4XX"}
    assert found.has_all_responses
    assert found.has_response(404)
    assert found.has_response(409)
    assert not found.has_response(503)


def test_the_innermost_function_that_makes_ids_holds() -> None:
    found = documented("""
def outer(route): return "a"
def inner(route): return "b"
app = FastAPI(generate_unique_id_function=outer)
router = APIRouter(generate_unique_id_function=inner)
@router.get("/")
def f(): ...
app.include_router(router)
""")

    assert isinstance(found.unique_id_function, FunctionValue)
    assert found.unique_id_function.function.name == "inner"


def test_a_route_of_starlette_is_no_operation() -> None:
    assert not documented("""
app = FastAPI()
def f(request): ...
app.add_route("/", f)
""").is_operation
