"""Applications whose static route map once differed from what FastAPI serves."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

from runtime.comparison import compare_files
from runtime.interpreter import Interpreter


def require_equal(fastapi: Interpreter, files: Mapping[str, str], target: str = "main:app") -> None:
    """Fail unless the static map of the files equals what is served."""
    comparison = compare_files(fastapi, {path: dedent(source) for path, source in files.items()}, target)
    assert comparison.is_equal, str(comparison)


def test_what_a_partial_binds_by_name_stays_a_parameter(fastapi: Interpreter) -> None:
    source = """
        from functools import partial
        from fastapi import Depends, FastAPI

        def page(start: int, limit: int): ...

        by_name = partial(page, limit=10)
        by_position = partial(page, 0)
        app = FastAPI()

        @app.get("/named")
        def named(given: str = Depends(by_name)): ...

        @app.get("/positional")
        def positional(given: str = Depends(by_position)): ...
        """
    require_equal(fastapi, {"main.py": source})


def test_a_package_is_imported_before_its_modules(fastapi: Interpreter) -> None:
    files = {
        "shop/__init__.py": """
            from .items import router
            from .main import app
            """,
        "shop/constants.py": 'PREFIX = "/v1"',
        "shop/items.py": """
            from fastapi import APIRouter, FastAPI
            from shop.constants import PREFIX

            router = APIRouter(prefix=PREFIX)
            inner = FastAPI()

            @router.get("/items")
            def read(): ...
            """,
        "shop/main.py": """
            from fastapi import FastAPI
            from shop.items import inner, router

            app = FastAPI()
            app.include_router(router)
            app.mount("/inner", inner)
            """,
    }
    require_equal(fastapi, files, "shop.main:app")


def test_the_prefix_of_a_router_is_not_put_before_what_is_mounted_on_it(fastapi: Interpreter) -> None:
    source = """
        from fastapi import APIRouter, FastAPI

        app = FastAPI()
        outer = APIRouter(prefix="/outer")
        inner = APIRouter(prefix="/inner")
        mounted = FastAPI()

        @app.get("/")
        def index(): ...

        @mounted.get("/items")
        def read(): ...

        inner.mount("/mounted", mounted)
        outer.include_router(inner, prefix="/v1")
        app.include_router(outer)
        """
    require_equal(fastapi, {"main.py": source})


def test_a_partial_is_served_as_the_function_that_it_calls(fastapi: Interpreter) -> None:
    source = """
        from functools import partial
        from fastapi import FastAPI
        from pydantic import BaseModel

        class Item(BaseModel):
            name: str

        async def read(fixed: int, page: int) -> Item: ...

        app = FastAPI()
        app.add_api_route("/", partial(read, 1))
        """
    require_equal(fastapi, {"main.py": source})


def test_a_decorator_that_does_not_wrap_hides_the_parameters(fastapi: Interpreter) -> None:
    source = """
        from functools import wraps
        from fastapi import Depends, FastAPI

        def hiding(function):
            def wrapper(*args, **kwargs): ...
            return wrapper

        def wrapping(level):
            def decorate(function):
                @wraps(function)
                def wrapper(*args, **kwargs): ...
                return wrapper
            return decorate

        @hiding
        def hidden(page: int): ...

        @wrapping(1)
        def visible(limit: int): ...

        app = FastAPI()

        @app.get("/hidden")
        @hiding
        def read(q: str, given: str = Depends(visible)): ...

        @app.get("/visible")
        @wrapping(2)
        async def read_all(q: str, given: str = Depends(hidden)) -> int: ...
        """
    require_equal(fastapi, {"main.py": source})


def test_a_router_class_may_change_what_it_is_given(fastapi: Interpreter) -> None:
    source = """
        from fastapi import APIRouter, FastAPI

        class Named(APIRouter):
            def __init__(self, *args, tags=None, **options):
                super().__init__(*args, tags=["mine", *(tags or [])], **options)

        class Appending(APIRouter):
            def __init__(self, **options):
                super().__init__(**options)
                self.tags.append("own")

        named = Named()
        tagged = Named(prefix="/tagged", tags=["c"])
        appending = Appending(prefix="/appending", tags=["a"])

        @named.get("/")
        def read(): ...

        @tagged.get("/")
        def read_tagged(): ...

        @appending.get("/")
        def read_more(): ...

        app = FastAPI()
        app.include_router(named, tags=["b"])
        app.include_router(tagged)
        app.include_router(appending)
        """
    require_equal(fastapi, {"main.py": source})


def test_the_parameters_of_a_lambda_are_parameters(fastapi: Interpreter) -> None:
    source = """
        from fastapi import Depends, FastAPI

        item = lambda item_id: None
        app = FastAPI(dependencies=[Depends(lambda q=1: None)])

        @app.get("/{item_id}", dependencies=[Depends(item)])
        def read(): ...

        @app.get("/", dependencies=[Depends(item)])
        def read_all(): ...
        """
    require_equal(fastapi, {"main.py": source})
