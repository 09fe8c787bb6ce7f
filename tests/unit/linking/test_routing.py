"""Routes as FastAPI would serve them, whatever way the code registers them."""

from __future__ import annotations

import pytest
from linking_builders import project_of, route_at, served


def test_prefixes_tags_and_dependencies_of_the_outermost_come_first() -> None:
    project = project_of(
        main="""
        from fastapi import Depends, FastAPI
        from api import router as api

        def of_app(): ...
        def of_include(): ...

        app = FastAPI(dependencies=[Depends(of_app)])
        app.include_router(api, prefix="/v1", tags=["outer"], dependencies=[Depends(of_include)])
        """,
        api="""
        from fastapi import APIRouter, Depends

        def of_router(): ...
        def of_route(): ...
        def of_handler(): ...

        router = APIRouter(prefix="/items", tags=["items"], dependencies=[Depends(of_router)])

        @router.get("/{item_id}", tags=["one"], dependencies=[Depends(of_route)])
        def read(item_id: int, x=Depends(of_handler)): ...
        """,
    )

    route = route_at(project, "/v1/items/{item_id}")

    assert route.tags == ("outer", "items", "one")
    assert [(item.name.rpartition(":")[2], item.level) for item in route.dependencies] == [
        ("of_app", "application"),
        ("of_include", "include"),
        ("of_router", "router"),
        ("of_route", "route"),
        ("of_handler", "handler"),
    ]
    assert project.applications[0].name == "main:app"


@pytest.mark.parametrize(
    "wiring",
    [
        "router.get('/x')(handler)",
        "router.add_api_route('/x', handler)",
        "router.api_route('/x', methods=['GET'])(handler)",
        "getattr(router, 'get')('/x')(handler)",
        "[router.get(path)(handler) for path in ['/x']]",
        "for path, function in {'/x': handler}.items():\n    router.get(path)(function)",
        "def install(target):\n    target.get('/x')(handler)\ninstall(router)",
        "if DEBUG:\n    router.get('/x')(handler)",
        "register = partial(router.get, '/x')\nregister()(handler)",
        "PREFIX = '/'\nrouter.get(f'{PREFIX}x')(handler)",
        "router.get(''.join(['/', 'x']))(handler)",
    ],
)
def test_every_way_to_register_a_route_is_understood(wiring: str) -> None:
    source = (
        "from functools import partial\nfrom os import environ\nfrom fastapi import APIRouter, FastAPI\n"
        "DEBUG = environ.get('DEBUG')\nrouter = APIRouter()\ndef handler(): ...\n"
        f"{wiring}\napp = FastAPI()\napp.include_router(router)\n"
    )

    assert served(project_of(main=source)) == ["GET /x"]


def test_a_factory_that_nobody_calls_is_carried_out_as_a_server_would() -> None:
    project = project_of(
        main="""
        from fastapi import APIRouter, FastAPI

        def get_router(name):
            router = APIRouter(prefix=f"/{name}")
            @router.get("/")
            def read(): ...
            return router

        def create_app() -> FastAPI:
            application = FastAPI()
            for name in ("users", "items"):
                application.include_router(get_router(name))
            return application
        """
    )

    assert served(project) == ["GET /users/", "GET /items/"]
    assert project.applications[0].name == "main:create_app()"


def test_a_factory_that_extends_another_factorys_application_is_carried_out() -> None:
    project = project_of(
        base="""
        from fastapi import FastAPI

        def get_application() -> FastAPI:
            return FastAPI()
        """,
        main="""
        from fastapi import APIRouter, FastAPI
        from base import get_application as get_base

        router = APIRouter()

        @router.get("/x")
        def x(): ...

        def get_application() -> FastAPI:
            application = get_base()
            application.include_router(router)
            return application

        def configure(app: FastAPI) -> FastAPI:
            return app
        """,
    )

    assert [(app.name, len(app.routes)) for app in project.applications] == [("main:get_application()", 1)]


def test_subclasses_of_routers_register_with_their_own_arguments() -> None:
    project = project_of(
        base="""
        from fastapi import APIRouter, Depends

        def user(): ...

        class UserRouter(APIRouter):
            def __init__(self, **kwargs):
                super().__init__(dependencies=[Depends(user)], **kwargs)

            def read(self, path, **kwargs):
                return super().get(path, **kwargs)
        """,
        main="""
        from fastapi import FastAPI
        from base import UserRouter

        router = UserRouter(prefix="/me")

        @router.read("/name")
        def name(): ...

        app = FastAPI()
        app.include_router(router)
        """,
    )

    assert served(project) == ["GET /me/name"]
    assert [item.name for item in route_at(project, "/me/name").dependencies] == ["base:user"]


def test_a_class_based_view_gives_its_dependencies_to_all_of_its_handlers() -> None:
    project = project_of(
        main="""
        from fastapi import APIRouter, Depends, FastAPI
        from fastapi_utils.cbv import cbv

        def session(): ...
        def user(): ...

        class Base:
            session: object = Depends(session)

        router = APIRouter()

        @cbv(router)
        class Items(Base):
            user: object = Depends(user)

            @router.get("/items/{item_id}")
            def read(self, item_id: int, q: str = ""): ...

        app = FastAPI()
        app.include_router(router)
        """
    )

    route = route_at(project, "/items/{item_id}")

    assert [item.name for item in route.dependencies] == ["main:Items"]
    assert {item.name for item in route.dependencies[0].dependencies} == {"main:session", "main:user"}
    assert [(parameter.name, parameter.source) for parameter in route.parameters] == [
        ("item_id", "path"),
        ("q", "query"),
    ]


def test_only_the_receivers_type_makes_a_route() -> None:
    project = project_of(
        main="""
        from fastapi import FastAPI
        import requests
        from flask import Flask

        app = FastAPI()
        flask = Flask(__name__)
        client = requests.Session()

        @flask.get("/flask")
        def of_flask(): ...

        @app.get("/fastapi")
        def of_fastapi():
            client.get("/other")
        """
    )

    assert served(project) == ["GET /fastapi"]


def test_a_mounted_application_inherits_no_dependencies() -> None:
    project = project_of(
        main="""
        from fastapi import Depends, FastAPI

        def user(): ...

        app = FastAPI(dependencies=[Depends(user)])
        inner = FastAPI()

        @inner.get("/x")
        def x(): ...

        app.mount("/inner", inner)
        """
    )

    inner = next(application for application in project.applications if application.mounted_in is not None)

    assert (inner.mount_path, [route.dependencies for route in inner.routes]) == ("/inner", [()])


def test_an_application_of_another_host_is_mounted_and_hides_no_path() -> None:
    project = project_of(
        main="""
        from fastapi import FastAPI

        app = FastAPI()
        other = FastAPI()
        app.host("other.example", other)

        @app.get("/x")
        def x(): ...
        """
    )

    app, other = project.applications

    assert other.mounted_in is app
    assert app.mounts == ()


@pytest.mark.parametrize(("version", "expected"), [("0.115.0", []), ("0.140.0", ["GET /late"])])
def test_routes_added_after_inclusion_count_from_fastapi_0_137_on(version: str, expected: list[str]) -> None:
    from fastapi_audit.testing import understand_files

    main = (
        "from fastapi import APIRouter, FastAPI\napp = FastAPI()\nrouter = APIRouter()\n"
        "app.include_router(router)\n@router.get('/late')\ndef late(): ...\n"
    )

    (project,) = understand_files({"main.py": main, "requirements.txt": f"fastapi=={version}\n"})

    assert served(project) == expected


def test_parameters_are_taken_from_where_fastapi_takes_them() -> None:
    project = project_of(
        main="""
        from typing import Annotated
        from fastapi import Body, Cookie, Depends, FastAPI, Form, Header, Query, Request, UploadFile
        from pydantic import BaseModel

        class Item(BaseModel):
            name: str

        class Filters(BaseModel):
            limit: int = 10

        def page(size: int = 10): ...

        app = FastAPI()

        @app.post("/items/{item_id}")
        def create(
            item_id: int, request: Request, item: Item, q: str | None = None, x_token: str = Header(),
            session: Annotated[str | None, Cookie(alias="sid")] = None, filters: Annotated[Filters, Query()] = None,
            importance: Annotated[int, Body()] = 1, ids: list[int] = Query([]), tags: list[str] = [],
            upload: UploadFile = None, name: str = Form(""), pages=Depends(page),
        ): ...
        """
    )

    route = route_at(project, "/items/{item_id}")

    assert {(parameter.name, parameter.source) for parameter in route.all_parameters} == {
        ("item_id", "path"), ("item", "body"), ("q", "query"), ("x-token", "header"), ("sid", "cookie"),
        ("filters", "query"), ("importance", "body"), ("ids", "query"), ("tags", "body"), ("upload", "file"),
        ("name", "form"), ("size", "query"),
    }  # fmt: skip


def test_an_annotated_alias_is_followed_through_modules_and_nesting() -> None:
    project = project_of(
        main="""
        from __future__ import annotations
        import deps
        from fastapi import FastAPI

        app = FastAPI()

        @app.get("/me")
        def me(user: deps.Admin) -> User: ...

        class User: ...
        """,
        deps="""
        from typing import Annotated
        from fastapi import Depends
        from current import CurrentUser, admin

        Admin = Annotated[CurrentUser, Depends(admin)]
        """,
        current="""
        from typing import Annotated
        from fastapi import Depends, HTTPException
        from fastapi.security import OAuth2PasswordBearer

        scheme = OAuth2PasswordBearer("token")

        def user(token: str = Depends(scheme)): ...

        CurrentUser = Annotated[object, Depends(user)]

        def admin(user: CurrentUser):
            return user
        """,
    )

    route = route_at(project, "/me")

    assert [item.name for item in route.all_dependencies] == [
        "current:admin", "current:user", "fastapi.security:OAuth2PasswordBearer",
    ]  # fmt: skip
    assert str(route.response_model) == "main.User"


def test_a_router_that_branches_made_differently_is_served_once() -> None:
    project = project_of(
        main="""
        from os import environ
        from fastapi import APIRouter, Depends, FastAPI

        def admin(): ...

        router = APIRouter()
        if environ["STAGE"] != "local":
            router = APIRouter(dependencies=[Depends(admin)])

        @router.get("/docs")
        def docs(): ...

        app = FastAPI()
        app.include_router(router)
        """
    )

    assert served(project) == ["GET /docs"]


def test_routers_that_include_each_other_end() -> None:
    project = project_of(
        main="""
        from fastapi import APIRouter, FastAPI

        a, b = APIRouter(prefix="/a"), APIRouter(prefix="/b")
        a.include_router(b)
        b.include_router(a)

        @a.get("/x")
        def x(): ...

        app = FastAPI()
        app.include_router(a)
        """
    )

    assert "GET /a/x" in served(project)


@pytest.mark.parametrize(
    ("module", "maker"),
    [("fastapi_error_map", "ErrorAwareRouter"), ("fastapi_utils.inferring_router", "InferringRouter")],
)
def test_routers_of_libraries_serve_what_the_project_adds(module: str, maker: str) -> None:
    project = project_of(
        main=f"""
        from fastapi import APIRouter, FastAPI
        from {module} import {maker}

        def make_router() -> APIRouter:
            router = {maker}(prefix="/items")

            @router.delete("/{{item_id}}")
            def delete(item_id: int) -> None: ...

            return router

        app = FastAPI()
        app.include_router(make_router(), prefix="/v1")
        """,
    )

    assert served(project) == ["DELETE /v1/items/{item_id}"]


def test_a_router_of_unknown_make_is_said_to_be_missing_from_the_map() -> None:
    project = project_of(
        app__main="""
        from fancy import FancyRouter, make_router
        from fastapi import APIRouter, FastAPI
        app = FastAPI()
        app.include_router(FancyRouter())
        app.include_router(make_router())
        app.include_router(APIRouter())
        """
    )

    found = [(one.name, one.place.line, one.reason.partition(":")[0]) for one in project.unresolved]
    assert found == [
        ("fancy.FancyRouter", 5, "a router of unknown make"),
        ("fancy.make_router()", 6, "a router of unknown make"),
    ]


@pytest.mark.parametrize(
    "annotation", ["FromDishka[Orders]", "Annotated[Orders, FromComponent('main')]", "Injected[Orders]"]
)
def test_what_a_container_injects_is_no_parameter_and_is_called(annotation: str) -> None:
    project = project_of(
        app__main=f"""
        from typing import Annotated
        from dishka import FromComponent, FromDishka
        from dishka.integrations.fastapi import inject
        from wireup import Injected
        from fastapi import FastAPI
        app = FastAPI()
        class Orders:
            def take(self): return 1
        @app.get("/orders/{{number}}")
        @inject
        def read(number: int, orders: {annotation}): return orders.take()
        """
    )

    (route,) = project.routes
    assert [parameter.name for parameter in route.parameters] == ["number"]
    assert route.handler is not None
    assert [edge.callee.qualname for edge in project.flow.callees(route.handler)] == ["Orders.take"]
