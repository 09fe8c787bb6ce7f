"""Projects made for measuring how the time grows: of the same kind, in several sizes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

MAIN = """from fastapi import FastAPI
{imports}

app = FastAPI()
{includes}
"""
ROUTER = """from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Item, get_session

router = APIRouter(prefix="/{name}")


class Body(BaseModel):
    title: str
    amount: int = 0

{routes}
"""
ROUTE = """
@router.post("/{name}", response_model=Body)
async def {name}(body: Body, session: Annotated[AsyncSession, Depends(get_session)]) -> Body:
    found = (await session.scalars(select(Item).where(Item.title == body.title))).first()
    if found is None:
        raise HTTPException(404, "there is no such item")
    found.amount = body.amount
    await session.commit()
    return body

"""
DATABASE = """from collections.abc import AsyncIterator

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

engine = create_async_engine("sqlite+aiosqlite://")
sessions = async_sessionmaker(engine)


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "items"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    amount: Mapped[int]


async def get_session() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session
"""


def more_files(root: Path, size: int) -> None:
    """Make a service of `size` routers with five routes each, every one in a file of its own."""
    _write(root, {f"r{number}": 5 for number in range(size)})


def more_routes(root: Path, size: int) -> None:
    """Make a service of one router with `size` routes."""
    _write(root, {"all": size})


def more_includes(root: Path, size: int) -> None:
    """Make a service of one small router that is included `size` times, below one another prefix."""
    _write(root, {"one": 2}, times=size)


def deeper_calls(root: Path, size: int) -> None:
    """Make a service whose one route calls a chain of `size` functions, each in turn called from two places."""
    chain = [f"def step_{number}(value: int) -> int:\n    return step_{number + 1}(value) + step_{number + 1}(value)\n"
             for number in range(size)]  # fmt: skip
    chain.append(f"def step_{size}(value: int) -> int:\n    return open(str(value)).read().count('x')\n")
    route = "@app.get('/steps')\nasync def steps() -> int:\n    return step_0(1)\n"
    _put(root / "main.py", "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n" + "\n\n".join([*chain, route]))


GROWTHS: dict[str, tuple[Callable[[Path, int], None], int]] = {
    "files": (more_files, 25),
    "routes": (more_routes, 60),
    "includes": (more_includes, 300),
    "depth of calls": (deeper_calls, 800),
}


def _write(root: Path, routers: dict[str, int], times: int = 1) -> None:
    names = list(routers)
    imports = "\n".join(f"from app.routers import {name}" for name in names)
    includes = "\n".join(
        f'app.include_router({name}.router, prefix="/v{time}")' for time in range(times) for name in names
    )
    _put(root / "app" / "main.py", MAIN.format(imports=imports, includes=includes))
    _put(root / "app" / "database.py", DATABASE)
    for name, routes in routers.items():
        text = "".join(ROUTE.format(name=f"create_{number}") for number in range(routes))
        _put(root / "app" / "routers" / f"{name}.py", ROUTER.format(name=name, routes=text))
    for package in ("app", "app/routers"):
        _put(root / package / "__init__.py", "")


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
