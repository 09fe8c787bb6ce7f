"""Ways of building applications that services use in the wild: factories of routers, texts, settings, namespaces."""

from __future__ import annotations

from textwrap import dedent

import pytest
from linking_builders import project_of, route_at

from fastapi_audit.audit.report import RouteRecord
from fastapi_audit.checking.records import route_records
from fastapi_audit.testing import understand_files


def records(**files: str) -> list[RouteRecord]:
    return list(route_records(project_of(**files)))


def ways(**files: str) -> list[str]:
    return [f"{one.method} {one.path}" for one in records(**files)]


@pytest.mark.parametrize(
    ("imports", "decorator", "field", "hook"),
    [
        ("from attrs import define, field", "@define(kw_only=True)", "field(factory=APIRouter)", "__attrs_post_init__"),
        ("import attr", "@attr.s(auto_attribs=True)", "attr.Factory(APIRouter)", "__attrs_post_init__"),
        (
            "import attr",
            "@attr.s(auto_attribs=True)",
            "attr.ib(default=attr.Factory(APIRouter))",
            "__attrs_post_init__",
        ),
        (
            "from dataclasses import dataclass, field",
            "@dataclass",
            "field(default_factory=APIRouter)",
            "__post_init__",
        ),
    ],
)
def test_a_generated_init_sets_the_fields_then_calls_the_hook(
    imports: str, decorator: str, field: str, hook: str
) -> None:
    source = f"""
from fastapi import APIRouter, FastAPI
{imports}

{decorator}
class Base:
    router: APIRouter = {field}
    path: str = "/items"

    def {hook}(self):
        self.register()

    def register(self): ...

{decorator}
class Tiles(Base):
    def register(self):
        @self.router.get(self.path)
        def read(): ...

app = FastAPI()
app.include_router(Tiles().router, prefix="/a")
app.include_router(Tiles(path="/tiles").router, prefix="/b")
"""
    assert ways(main=source) == ["GET /a/items", "GET /b/tiles"]


def test_a_function_that_is_the_default_of_a_field_is_not_a_method() -> None:
    (found,) = records(
        main="""
        from dataclasses import dataclass
        from typing import Callable
        from fastapi import Depends, FastAPI

        def by_id(item: int): ...

        @dataclass
        class Maker:
            select: Callable = by_id

        app = FastAPI()

        @app.get("/items")
        def read(one=Depends(Maker().select)): ...
        """
    )

    assert found.params["query"] == ("item",)


def test_settings_inside_settings_keep_their_defaults() -> None:
    found = ways(
        main="""
        from fastapi import APIRouter, FastAPI
        from pydantic import BaseModel, Field
        from pydantic_settings import BaseSettings

        class Run(BaseModel):
            root: str = "/api"

        class Settings(BaseSettings):
            run: Run = Field(default_factory=Run)

        settings = Settings()
        router = APIRouter(prefix=settings.run.root)

        @router.get("/x")
        def x(): ...

        app = FastAPI()
        app.include_router(router)
        """
    )

    assert found == ["GET /api/x"]


def test_a_router_may_register_each_path_with_and_without_a_slash() -> None:
    found = ways(
        main="""
        from fastapi import APIRouter, FastAPI

        class Both(APIRouter):
            def add_api_route(self, path, *args, **kwargs):
                super().add_api_route(path, *args, **kwargs)
                other = path[:-1] if path.endswith("/") else path + "/"
                super().add_api_route(other, *args, **kwargs)

        def read(): ...

        router = Both()
        router.add_api_route("/a", read)
        router.add_api_route("/b/", read)
        app = FastAPI()
        app.include_router(router)
        """
    )

    assert found == ["GET /a", "GET /a/", "GET /b", "GET /b/"]


def test_part_of_a_list_of_routers_is_what_is_included() -> None:
    found = ways(
        main="""
        from fastapi import APIRouter, FastAPI

        routers = [APIRouter(prefix="/a"), APIRouter(prefix="/b"), APIRouter(prefix="/c")]
        for router in routers:
            @router.get("/x")
            def x(): ...

        app = FastAPI()
        for router in routers[1:]:
            app.include_router(router)
        """
    )

    assert found == ["GET /b/x", "GET /c/x"]


def test_an_attribute_that_a_class_computes_is_followed() -> None:
    (found,) = records(
        main="""
        from fastapi import FastAPI
        from starlette import status as codes

        class Status:
            def __getattr__(self, name):
                renamed = {"HTTP_422_UNPROCESSABLE_ENTITY": "HTTP_422_UNPROCESSABLE_CONTENT"}
                if name in renamed:
                    return getattr(codes, renamed[name])
                return getattr(codes, name)

        status = Status()
        app = FastAPI()

        @app.delete("/x", status_code=status.HTTP_204_NO_CONTENT)
        def x(): ...
        """
    )

    assert found.status_code == 204


def test_a_class_that_computes_its_attributes_from_one_that_it_lacks_ends() -> None:
    (found,) = records(
        main="""
        from fastapi import FastAPI

        class Proxy:
            def __getattr__(self, name):
                return getattr(self.inner, name)

        app = FastAPI()

        @app.get("/x", status_code=Proxy().code)
        def x(): ...
        """
    )

    assert found.status_code is None


def test_an_alias_from_settings_of_an_optional_package_is_known() -> None:
    (found,) = records(
        app__settings="""
        from pydantic_settings import BaseSettings
        class Settings(BaseSettings):
            cookie: str = "session"
        """,
        app__main="""
        import importlib
        from fastapi import Cookie, FastAPI

        def load():
            try:
                made = getattr(importlib.import_module("extra.settings"), "Settings")
            except ImportError:
                made = getattr(importlib.import_module("app.settings"), "Settings")
            return made()

        settings = load()
        app = FastAPI()

        @app.get("/x")
        def x(token: str = Cookie(None, alias=settings.cookie)): ...
        """,
    )

    assert found.params["cookie"] == ("session",)


def test_a_lambda_is_named_as_python_names_it() -> None:
    (found,) = records(
        main="""
        from fastapi import Depends, FastAPI

        class Loader:
            environment = lambda: {}

        app = FastAPI()

        @app.get("/x", dependencies=[Depends(Loader.environment), Depends(lambda: 1)])
        def x(): ...
        """
    )

    assert found.dependencies == ("main:<lambda>", "main:Loader.<lambda>")


FACTORY = """
from fastapi import FastAPI

def create_app() -> FastAPI:
    app = FastAPI()

    @app.get("/x")
    def x(): ...

    return app
"""


@pytest.mark.parametrize(
    "caller",
    [
        "def run():\n    uvicorn.run(create_app())",
        "def schema():\n    return create_app().openapi()",
    ],
)
def test_a_function_that_only_runs_an_application_is_not_its_factory(caller: str) -> None:
    found = records(app__main=FACTORY, app__cli=f"import uvicorn\nfrom app.main import create_app\n\n{caller}\n")

    assert [(one.app, one.path) for one in found] == [("app.main:create_app()", "/x")]


def test_a_function_that_adds_routes_to_what_another_made_is_the_factory() -> None:
    found = records(
        app__main=FACTORY,
        app__cli="""
        import uvicorn
        from app.main import create_app

        def run():
            app = create_app()
            app.add_api_route("/y", lambda: 1)
            uvicorn.run(app)
        """,
    )

    assert [(one.app, one.path) for one in found] == [("app.cli:run()", "/x"), ("app.cli:run()", "/y")]


def test_factories_are_carried_out_however_much_the_modules_call() -> None:
    busy = "def f(): ...\n" + "[f() for _ in [1] * 400]\n" + "for a in range(9): ...\n"
    many = "\n".join("f()" for _ in range(3_900))
    modules = {f"app__busy{number}": f"{busy}{many}\n" for number in range(9)}

    assert [one.path for one in records(app__main=FACTORY, **modules)] == ["/x"]


def in_namespace(main: str) -> dict[str, str]:
    return {
        "packages/geo-core/pyproject.toml": "[project]\nname = 'geo-core'\n",
        "packages/geo-core/geo/core/__init__.py": "",
        "packages/geo-core/geo/core/routers.py": dedent(
            """
            from fastapi import APIRouter
            router = APIRouter()
            @router.get("/x")
            def x(): ...
            """
        ),
        "packages/geo-web/pyproject.toml": "[project]\nname = 'geo-web'\n",
        "packages/geo-web/geo/web/__init__.py": "",
        "packages/geo-web/geo/web/main.py": dedent(main),
    }


def test_a_namespace_package_that_several_projects_share_is_named_in_full() -> None:
    (project,) = understand_files(
        in_namespace(
            """
            from fastapi import FastAPI
            import web
            from geo.core.routers import router

            app = FastAPI()
            app.include_router(router)

            @app.get("/y")
            def y(page: web.Page = None): ...
            """
        )
    )

    found = route_records(project)

    assert [(one.app, one.path) for one in found] == [("geo.web.main:app", "/x"), ("geo.web.main:app", "/y")]
    assert project.unresolved == ()


def test_a_source_directory_that_code_imports_from_stays_an_import_root() -> None:
    (project,) = understand_files(
        {
            "pyproject.toml": "[project]\nname = 'x'\n",
            "src/app/__init__.py": "",
            "src/app/db.py": "import src.app.main",
            "src/app/main.py": "from fastapi import FastAPI\nfrom app.db import src\napp = FastAPI()\n",
        }
    )

    assert [application.name for application in project.applications] == ["app.main:app"]


USERS = """
from fastapi import Depends, FastAPI
from fastapi_users import FastAPIUsers

users = FastAPIUsers[User, int](get_manager, [backend])
guard = users.current_user({arguments})
app = FastAPI()

@app.post("/x")
def x(user=Depends(guard)): ...
"""


def test_a_dependency_that_a_library_makes_is_a_guard_unless_it_is_optional() -> None:
    required = route_at(project_of(main=USERS.format(arguments="active=True")), "/x")
    optional = route_at(project_of(main=USERS.format(arguments="optional=True")), "/x")

    assert required.authenticated_by is not None
    assert optional.authenticated_by is None


BROWSER = """
from fastapi import Cookie, Depends, FastAPI, Header, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse

class NotLoggedIn(Exception): ...
class Expired(NotLoggedIn): ...

def guard({parameter}):
    if not given:
        raise {error}

app = FastAPI()

@app.exception_handler(NotLoggedIn)
def answer(request, error):
    return {answer}

@app.post("/x", dependencies=[Depends(guard)])
def x(): ...
"""
COOKIE, HEADER = "given: str = Cookie(None)", "given: str = Header(None)"
REFUSED, LOGIN = "JSONResponse({}, status_code=401)", "RedirectResponse('/login')"


@pytest.mark.parametrize(
    ("parameter", "error", "answer"),
    [
        (COOKIE, "HTTPException(307, headers={'Location': '/login'})", REFUSED),
        (COOKIE, "NotLoggedIn()", LOGIN),
        (COOKIE, "NotLoggedIn()", "RedirectResponse('/login', status_code=303)"),
        (HEADER, "NotLoggedIn()", REFUSED),
        (HEADER, "Expired", REFUSED),
    ],
)
def test_an_exception_that_is_answered_with_a_refusal_or_a_login_page_guards(
    parameter: str, error: str, answer: str
) -> None:
    project = project_of(main=BROWSER.format(parameter=parameter, error=error, answer=answer))

    assert route_at(project, "/x").authenticated_by is not None


@pytest.mark.parametrize(
    ("parameter", "error", "answer"),
    [
        (HEADER, "HTTPException(307, headers={'Location': 'https://…'})", REFUSED),
        (HEADER, "NotLoggedIn()", LOGIN),
        (COOKIE, "NotLoggedIn()", "JSONResponse({}, status_code=400)"),
        (COOKIE, "NotLoggedIn()", "JSONResponse({}, status_code=401) if error.args else JSONResponse({}, 400)"),
        (COOKIE, "ValueError()", REFUSED),
    ],
)
def test_an_exception_with_another_answer_does_not_guard(parameter: str, error: str, answer: str) -> None:
    project = project_of(main=BROWSER.format(parameter=parameter, error=error, answer=answer))

    assert route_at(project, "/x").authenticated_by is None


GUARDED = """
from fastapi import Depends, FastAPI, Header, HTTPException

class ProxyError(HTTPException):
    def __init__(self, detail: str, code: int = 400) -> None:
        super().__init__(detail=detail, status_code=code)

class Checker:
    def check(self, token):
        if not token:
            raise ProxyError("not allowed", {status})

class Guard:
    def __init__(self):
        self.enabled = True
        self.checker = Checker()

    def disable(self):
        self.enabled = False

    def close(self):
        self.checker = None

    def __call__(self, token: str = Header(None)):
        self.close() if not token else None
        if not self.enabled:
            self.disable()
            return None
        return self.checker.check(token)

app = FastAPI()

@app.post("/x", dependencies=[Depends(Guard())])
def x(): ...
"""


@pytest.mark.parametrize(("status", "is_guard"), [("403", True), ("code=401", True), ("409", False)])
def test_a_guard_is_found_by_the_status_it_raises_whatever_its_other_methods_set(status: str, is_guard: bool) -> None:
    project = project_of(main=GUARDED.format(status=status))

    assert (route_at(project, "/x").authenticated_by is not None) is is_guard
