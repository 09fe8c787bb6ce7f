"""What names mean across files."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from linking_builders import project_of, served

from fastapi_audit.model.project import Project
from fastapi_audit.model.values import Known, Template

MAIN = "from fastapi import FastAPI\napp = FastAPI()\n"


def called(project: Project) -> Sequence[str | None]:
    return [call.name for call in project.calls if call.name != "fastapi.FastAPI"]


@pytest.mark.parametrize(
    "imports",
    [
        "import lib.tools\nlib.tools.act()",
        "import lib.tools as t\nt.act()",
        "from lib import tools\ntools.act()",
        "from lib.tools import act as go\ngo()",
        "from lib import *\nact()",
        "from lib import act\nact()",
        "try:\n    from lib.tools import act\nexcept ImportError:\n    act = None\nact()",
        "def f():\n    from lib.tools import act\n    act()",
        "import importlib\nimportlib.import_module('lib.tools').act()",
        "from lib.tools import act\nalias = act\nalias()",
    ],
)
def test_every_form_of_import_leads_to_the_function(imports: str) -> None:
    project = project_of(
        main=MAIN + imports,
        lib__init="from .tools import act\n__all__ = ['act']\n_hidden = 1\n",
        lib__tools="def act(): ...\n",
    )

    assert "lib.tools.act" in called(project)


def test_relative_imports_count_from_the_package() -> None:
    project = project_of(
        app__main=MAIN + "from . import one\nfrom .sub.two import act\nact(); one.go()",
        app__init="",
        app__one="def go(): ...",
        app__sub__init="",
        app__sub__two="from ..one import go as act",
    )

    assert called(project) == ["app.one.go", "app.one.go"]


def test_modules_that_import_each_other_see_each_others_names_in_the_end() -> None:
    project = project_of(
        main=MAIN + "import a\n",
        a="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from b import B\n"
        "class A:\n    def other(self) -> 'B': ...\n",
        b="from a import A\nclass B:\n    def work(self): ...\ndef f(a: A):\n    a.other().work()\n",
    )

    assert "b.B.work" in called(project)


def test_a_local_name_shadows_an_import_and_a_builtin() -> None:
    project = project_of(
        main=MAIN + "from os import getenv\ndef f(getenv):\n    getenv('A')\ndef print(x): ...\nprint(1)\n"
    )

    assert called(project) == [None, "main.print"]


def test_libraries_are_known_by_one_name_wherever_they_are_imported_from() -> None:
    project = project_of(
        main=MAIN
        + "from fastapi.middleware.cors import CORSMiddleware\nfrom starlette.exceptions import HTTPException\n"
        "import sqlalchemy.orm.session as s\nfrom fastapi.routing import APIRouter\n"
        "def f(session: s.Session):\n    session.execute('x')\n    raise HTTPException(404)\n"
    )

    assert called(project) == ["sqlalchemy.orm.Session.execute", "starlette.exceptions.HTTPException"]


def test_what_is_not_there_is_unknown_with_a_reason() -> None:
    project = project_of(
        main=MAIN + "from gone.away import thing\nimport lib\nlib.missing()\nundefined()\n", lib="x = 1\n"
    )

    assert [(item.name, item.reason) for item in project.unresolved] == [
        ("lib.missing", "lib.missing is not in the project"),
        ("undefined", "undefined is not defined here"),
    ]


def test_methods_are_known_by_the_type_of_their_object() -> None:
    project = project_of(
        main=MAIN + "from sqlalchemy.ext.asyncio import async_sessionmaker, AsyncSession\nfrom fastapi import Depends\n"
        "factory = async_sessionmaker()\n"
        "class Repository:\n    def __init__(self, session: AsyncSession):\n        self.session = session\n"
        "    async def all(self):\n        return await self.session.execute('x')\n"
        "async def sessions():\n    async with factory() as session:\n        yield session\n"
        "async def direct(db=Depends(sessions), repository: Repository = Depends()):\n"
        "    await db.commit()\n    await repository.all()\n"
    )

    assert {
        "sqlalchemy.ext.asyncio.AsyncSession.execute",
        "sqlalchemy.ext.asyncio.AsyncSession.commit",
        "main.Repository.all",
    } <= set(called(project))


def test_all_calls_of_a_chain_are_kept() -> None:
    project = project_of(
        main=MAIN + "from sqlalchemy.orm import Session\ndef f(s: Session):\n    s.query(1).filter(2).all()\n"
    )

    assert called(project) == [
        "sqlalchemy.orm.Session.query",
        "sqlalchemy.orm.Query.filter",
        "sqlalchemy.orm.Query.all",
    ]


def test_texts_are_folded_and_keep_what_is_unknown_as_a_part() -> None:
    project = project_of(
        main=MAIN + "A = 'x'\nB = A + '/' + f'{A}-{1}'\n"
        "def f(name):\n    print(B, A.upper(), '%s' % name, f'{B}{name}', 'a {}'.format(name))\n"
    )

    (call,) = (call for call in project.calls if call.name == "print")
    folded, upper, percent, formatted, template = call.positional

    assert folded == Known("x/x-1")
    assert upper == Known("X")
    assert all(isinstance(value, Template) for value in (percent, formatted, template))
    assert isinstance(formatted, Template)
    assert formatted.parts[0] == "x/x-1"


def test_a_settings_default_is_known_but_decides_no_branch() -> None:
    project = project_of(
        main="""
        from fastapi import FastAPI
        from pydantic_settings import BaseSettings

        class Settings(BaseSettings):
            prefix: str = "/api"
            stage: str = "local"

        settings = Settings()
        app = FastAPI()

        @app.get(f"{settings.prefix}/always")
        def always(): ...

        if settings.stage == "production":
            @app.get("/only-there")
            def only_there(): ...
        """
    )

    assert served(project) == ["GET /api/always", "GET /only-there"]
