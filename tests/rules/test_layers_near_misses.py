"""Which layers there are to skip, and what a handler may make itself."""

from __future__ import annotations

import pytest
from rule_builders import Counts, counts_of, result_of

from fastapi_audit.testing import Files

REPOSITORY = """
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from app.models import User
class {name}:
    def __init__(self, session: AsyncSession): self.session = session
    async def find(self, email: str):
        return await self.session.scalar(select(User).where(User.email == email))
"""
SERVICE = """
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from app.models import User
from app.store import {name}
class UserService:
    def __init__(self, users: {name}, session: AsyncSession):
        self.users = users
        self.session = session
    async def find(self, email: str): return await self.users.find(email)
    async def first(self, email: str): return await self.users.find(email)
    async def second(self, email: str): return await self.users.find(email)
    async def third(self, email: str): return await self.users.find(email)
"""
MAIN = """
from fastapi import Depends, FastAPI
from sqlalchemy.ext.asyncio import AsyncSession
from app.services import UserService
from app.store import {name}
app = FastAPI()
def get_store(session: AsyncSession) -> {name}: return {name}(session)
def get_service(session: AsyncSession) -> UserService: return UserService({name}(session), session)
"""
THROUGH = """
@app.get("/{number}")
async def through_{number}(service: UserService = Depends(get_service)): return await service.find("x")
"""
PAST = """
@app.get("/past/{number}")
async def past_{number}(users: {name} = Depends(get_store)): return await users.find("x")
"""


def layered(through: int, past: int, name: str = "UserRepository", service: str = "") -> dict[str, str]:
    main = MAIN.format(name=name) + "".join(THROUGH.format(number=number) for number in range(through))
    return {
        "app/store.py": REPOSITORY.format(name=name),
        "app/services.py": SERVICE.format(name=name) + service,
        "app/main.py": main + "".join(PAST.format(number=number, name=name) for number in range(past)),
    }


def skipped(files: Files) -> list[str]:
    return [finding.subject for finding in result_of("architecture.layer_skipped", files).findings]


@pytest.mark.parametrize("name", ["UserRepository", "Users"])
def test_the_one_handler_that_goes_past_the_service_is_reported_whatever_the_repository_is_called(name: str) -> None:
    assert skipped(layered(4, 1, name)) == ["app.main.past_0"]


def test_where_as_many_handlers_go_past_the_services_it_is_no_slip() -> None:
    assert skipped(layered(3, 1)) == []
    assert skipped(layered(3, 3)) == []


def test_a_dependency_may_ask_a_repository() -> None:
    files = layered(4, 0)
    guard = "async def current(users: UserRepository = Depends(get_store)): return await users.find('x')\n"
    guarded = "@app.get('/me')\nasync def me(user=Depends(current), service: UserService = Depends(get_service)):\n"
    files["app/main.py"] += guard + guarded + "    return await service.find('x')\n"

    assert skipped(files) == []


DELETE = """
    async def drop(self, user: User): await self.session.delete(user)
"""


def test_a_service_that_only_reads_is_no_evidence_of_one_for_the_write() -> None:
    files = layered(4, 1)
    files["app/store.py"] += DELETE
    files["app/main.py"] = files["app/main.py"].replace('users.find("x")', 'users.drop("x")')

    assert skipped(files) == []

    files["app/services.py"] += "    async def _drop(self, user): return await self.users.drop(user)\n"
    assert skipped(files) == []

    files["app/services.py"] += "    async def close(self, x): await self.users.drop(await self.users.find(x))\n"
    assert skipped(files) == []

    files["app/services.py"] += "    async def drop(self, user): return await self.users.drop(user)\n"
    assert skipped(files) == ["app.main.past_0"]


def test_handlers_that_go_past_a_service_without_their_call_show_the_habit_all_the_same() -> None:
    files = layered(4, 2)
    files["app/store.py"] += DELETE
    files["app/main.py"] = files["app/main.py"].replace('users.find("x")', 'users.drop("x")', 1)

    assert skipped(files) == []


QUERY = "    async def own(self, email: str):\n        return await self.session.{call}\n"


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("scalar(select(User))", ["app.services.UserService.own"]),
        ("execute(text('REFRESH MATERIALIZED VIEW users'))", []),
        ("commit()", []),
    ],
)
def test_a_service_that_queries_itself_is_reported_where_the_others_have_repositories(
    call: str, expected: list[str]
) -> None:
    assert skipped(layered(0, 0, service=QUERY.format(call=call))) == expected


def built(body: str, more: str = "") -> Counts:
    handler = f"@app.get('/x')\ndef read({more}):\n    {body}\n"
    files = {
        "app/services.py": """
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, sessionmaker
from app.models import User
make = sessionmaker(create_engine("sqlite://"))
class Reader:
    def __init__(self, session: Session | None = None): self.session = session or make()
    def read(self): return self.session.scalars(select(User)).all()
def get_session():
    with make() as session: yield session
class Names:
    def read(self): return []
""",
        "app/main.py": f"""
from fastapi import Depends, FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session
from app.models import User
from app.services import Names, Reader, get_session, make
app = FastAPI()
reader = Reader()
{handler}""",
    }
    return counts_of("architecture.dependency_built_by_hand", files)


@pytest.mark.parametrize(
    ("body", "more", "expected"),
    [
        ("return Reader().read()", "", (0, 1, 0)),
        ("return make().scalars(select(User)).all()", "", (0, 1, 0)),
        ("return Reader(session).read()", "session: Session = Depends(get_session)", (1, 0, 0)),
        ("return Reader(session=session).read()", "session: Session = Depends(get_session)", (1, 0, 0)),
        ("return reader.read()", "", (0, 0, 0)),
        ("return Names().read()", "", (0, 0, 0)),
    ],
)
def test_what_a_handler_makes_counts_where_nothing_injected_goes_into_it(
    body: str, more: str, expected: Counts
) -> None:
    assert built(body, more) == expected
