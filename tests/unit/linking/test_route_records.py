"""The fields of the route map: what is easy to get wrong, case by case."""

from __future__ import annotations

from textwrap import dedent

from linking_builders import project_of

from fastapi_audit.audit.report import RouteRecord
from fastapi_audit.checking.records import example_records, route_records
from fastapi_audit.testing import understand_files


def records(**files: str) -> list[RouteRecord]:
    return list(route_records(project_of(**files)))


def record(source: str) -> RouteRecord:
    (found,) = records(main=source)
    return found


def test_a_mounted_application_is_listed_by_the_application_that_serves_it() -> None:
    found = records(
        main="""
        from fastapi import FastAPI
        inner = FastAPI()
        @inner.get("/items")
        def read(): ...
        middle = FastAPI()
        middle.mount("/inner", inner)
        app = FastAPI()
        app.mount("/middle/", middle)
        """
    )

    assert [(one.app, one.path) for one in found] == [("main:app", "/middle/inner/items")]


def test_an_application_mounted_twice_is_listed_twice() -> None:
    found = records(
        main="""
        from fastapi import FastAPI
        inner = FastAPI()
        @inner.get("/items")
        def read(): ...
        app = FastAPI()
        app.mount("/v1", inner)
        app.mount("/latest", inner)
        """
    )

    assert [one.path for one in found] == ["/latest/items", "/v1/items"]


def test_an_application_wrapped_in_middleware_is_mounted_all_the_same() -> None:
    found = records(
        main="""
        from fastapi import FastAPI
        from starlette.middleware.gzip import GZipMiddleware
        inner = FastAPI()
        @inner.get("/items")
        def read(): ...
        app = FastAPI()
        app.mount("/inner", GZipMiddleware(inner))
        """
    )

    assert [(one.app, one.path) for one in found] == [("main:app", "/inner/items")]


def test_the_frontend_is_a_mount_that_hides_no_route() -> None:
    project = project_of(
        main="""
        from fastapi import FastAPI
        app = FastAPI()
        app.frontend("/", directory="dist")
        @app.get("/items")
        def read(): ...
        """
    )

    assert [(one.kind, one.path) for one in route_records(project)] == [("mount", ""), ("http", "/items")]
    assert [mount.order for mount in project.applications[0].mounts] == [1]


def test_security_schemes_are_not_among_the_dependencies() -> None:
    found = record(
        """
        from fastapi import Depends, FastAPI
        from fastapi.security import HTTPBearer
        app = FastAPI()
        bearer = HTTPBearer()
        def user(token=Depends(bearer)): ...
        @app.get("/me")
        def me(user=Depends(user)): ...
        """
    )

    assert (found.dependencies, found.security) == (("main:user",), ("HTTPBearer",))


def test_the_login_form_of_fastapi_takes_its_fields_from_the_body() -> None:
    found = record(
        """
        from fastapi import Depends, FastAPI
        from fastapi.security import OAuth2PasswordRequestForm
        app = FastAPI()
        @app.post("/token")
        def token(form: OAuth2PasswordRequestForm = Depends()): ...
        """
    )

    assert found.params["body"] == ("client_id", "client_secret", "grant_type", "password", "scope", "username")


def test_a_model_used_as_a_dependency_takes_its_fields_by_alias() -> None:
    found = record(
        """
        from typing import Annotated, ClassVar
        from fastapi import Depends, FastAPI
        from pydantic import BaseModel, ConfigDict, Field
        from pydantic.alias_generators import to_camel
        app = FastAPI()
        class Base(BaseModel):
            model_config = ConfigDict(alias_generator=to_camel)
            page_size: int = 10
        class Query(Base):
            kinds: ClassVar[tuple[str, ...]] = ()
            _private: int = 0
            order_by: str | None = None
            direction: Annotated[str, Field(alias="dir")] = "asc"
            hyphened: int = Field(1, alias="not-a-name")
        @app.get("/items")
        def read(query: Query = Depends()): ...
        """
    )

    assert found.params["query"] == ("dir", "hyphened", "orderBy", "pageSize")


def test_the_alias_generator_of_the_project_is_carried_out() -> None:
    found = record(
        """
        from fastapi import Depends, FastAPI
        from pydantic import BaseModel
        app = FastAPI()
        def shout(name: str) -> str:
            return "_".join(part.upper() for part in name.split("_"))
        class Query(BaseModel):
            class Config:
                alias_generator = shout
            page_size: int = 10
        @app.get("/items")
        def read(query: Query = Depends()): ...
        """
    )

    assert found.params["query"] == ("PAGE_SIZE",)


def test_a_dataclass_takes_what_its_constructor_takes() -> None:
    found = record(
        """
        from dataclasses import dataclass, field
        from typing import ClassVar
        from fastapi import Depends, FastAPI, Header
        app = FastAPI()
        @dataclass
        class Page:
            limit: int = 10
            total: int = field(init=False, default=0)
            kind: ClassVar[str] = "page"
            agent: str = Header("")
        @app.get("/items")
        def read(page: Page = Depends()): ...
        """
    )

    assert (found.params["query"], found.params["header"]) == (("limit",), ("agent",))


def test_a_signature_put_on_a_function_counts() -> None:
    found = record(
        """
        import inspect
        from fastapi import Depends, FastAPI
        app = FastAPI()
        class Page:
            def __init__(self, limit: int = 10): ...
        def dependable(cls):
            def make(*args, **kwargs):
                return cls(*args, **kwargs)
            make.__signature__ = inspect.signature(cls)
            return make
        @app.get("/items")
        def read(page=Depends(dependable(Page))): ...
        """
    )

    assert found.params["query"] == ("limit",)


def test_a_class_made_anew_by_each_call_keeps_what_each_closed_over() -> None:
    found = records(
        main="""
        from fastapi import Depends, FastAPI
        app = FastAPI()
        def first(): ...
        def second(): ...
        def guard(inner):
            class Guard:
                def __call__(self, value=Depends(inner)): ...
            return Guard()
        @app.get("/1")
        def one(guard=Depends(guard(first))): ...
        @app.get("/2")
        def two(guard=Depends(guard(second))): ...
        """
    )

    assert [one.dependencies for one in found] == [
        ("main:first", "main:guard.<locals>.Guard"),
        ("main:guard.<locals>.Guard", "main:second"),
    ]


def test_membership_in_what_is_known_decides() -> None:
    found = record(
        """
        from fastapi import FastAPI
        class User: ...
        class Admin: ...
        app = FastAPI()
        def install(kinds):
            if User in frozenset(kinds):
                @app.get("/users")
                def users(): ...
            if Admin in kinds:
                @app.get("/admins")
                def admins(): ...
        install({User})
        """
    )

    assert found.path == "/users"


def test_a_cache_is_asked_for_the_set_that_it_was_given() -> None:
    found = records(
        main="""
        from fastapi import Depends, FastAPI
        app = FastAPI()
        cache = {}
        def first(): ...
        def second(): ...
        def factory(kinds):
            if kinds in cache:
                return cache[kinds]
            inner = first if "first" in kinds else second
            def dependency(value=Depends(inner)): ...
            cache[kinds] = dependency
            return dependency
        factory(frozenset({"second"}))
        @app.get("/1")
        def one(value=Depends(factory(frozenset({"first"})))): ...
        @app.get("/2")
        def two(value=Depends(factory(frozenset({"second"})))): ...
        """
    )

    assert [one.dependencies[0] for one in found] == ["main:factory.<locals>.dependency"] * 2
    assert [one.dependencies[1] for one in found] == ["main:first", "main:second"]


def test_of_two_routers_the_one_that_the_defaults_make_is_served() -> None:
    found = record(
        """
        import os
        from fastapi import APIRouter, Depends, FastAPI
        def admin(): ...
        router = APIRouter()
        if os.getenv("ENVIRONMENT", "local") != "local":
            router = APIRouter(dependencies=[Depends(admin)])
        @router.get("/docs")
        def docs(): ...
        app = FastAPI()
        app.include_router(router)
        """
    )

    assert found.dependencies == ()


def test_what_a_generator_streams_is_no_response_model() -> None:
    found = records(
        main="""
        from collections.abc import AsyncIterable, Iterable
        from fastapi import FastAPI
        app = FastAPI()
        @app.get("/1")
        async def streamed() -> AsyncIterable[str]:
            yield "a"
        @app.get("/2")
        def listed() -> Iterable[str]:
            return ["a"]
        """
    )

    assert [one.response_model for one in found] == [None, "typing.Iterable[str]"]


def test_an_annotated_union_goes_by_its_name() -> None:
    found = record(
        """
        from typing import Annotated
        from fastapi import FastAPI
        from pydantic import BaseModel, Discriminator
        class Cat(BaseModel): ...
        class Dog(BaseModel): ...
        Pet = Annotated[Cat | Dog, Discriminator("kind")]
        app = FastAPI()
        @app.get("/pets")
        def pets() -> list[Pet]: ...
        """
    )

    assert found.response_model == "list[Pet]"


def test_a_long_union_is_taken_from_the_body() -> None:
    models = "\n".join(f"class M{number}(BaseModel): ..." for number in range(12))
    union = " | ".join(f"M{number}" for number in range(12))
    found = record(
        f"from fastapi import FastAPI\nfrom pydantic import BaseModel\n{models}\napp = FastAPI()\n"
        f"@app.post('/items')\ndef create(item: {union}): ...\n"
    )

    assert found.params["body"] == ("item",)


def test_routes_that_a_library_makes_are_listed_and_not_judged() -> None:
    project = project_of(
        main="""
        from fastapi import FastAPI
        from fastapi_users import FastAPIUsers
        users = FastAPIUsers[object, int](None, [])
        app = FastAPI()
        app.include_router(users.get_auth_router(None), prefix="/auth")
        """
    )

    assert [one.path for one in route_records(project)] == ["/auth/login", "/auth/logout"]
    assert all(one.is_doubtful for one in route_records(project))
    assert project.routes == []


def test_applications_in_examples_are_listed_apart() -> None:
    source = "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/items')\ndef read(): ...\n"
    (project,) = understand_files({"app/main.py": source, "examples/first.py": source})

    assert [one.app for one in route_records(project)] == ["main:app"]
    assert [one.app for one in example_records(project)] == ["first:app"]


def test_scripts_of_one_name_go_by_their_directories() -> None:
    source = "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/items')\ndef read(): ...\n"
    (project,) = understand_files({"one/main.py": source, "two/main.py": source, "three/only.py": source})

    assert [one.app for one in route_records(project)] == ["one.main:app", "only:app", "two.main:app"]


def test_dependencies_around_websockets_hold_since_0_97() -> None:
    source = dedent(
        """
        from fastapi import APIRouter, Depends, FastAPI
        def guard(): ...
        router = APIRouter(dependencies=[Depends(guard)])
        @router.websocket("/ws")
        async def chat(): ...
        app = FastAPI()
        app.include_router(router)
        """
    )
    (old,) = understand_files({"main.py": source, "requirements.txt": "fastapi==0.96.0\n"})
    (new,) = understand_files({"main.py": source, "requirements.txt": "fastapi==0.97.0\n"})

    assert [one.dependencies for one in route_records(old)] == [()]
    assert [one.dependencies for one in route_records(new)] == [("main:guard",)]
