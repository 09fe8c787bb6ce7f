"""What is a cache, and what only keeps something under a key."""

import pytest
from rule_builders import FAILS, NO_SUBJECT, PASSES, UNKNOWN, Counts, counts_of

RULE = "performance.missing_cache"
START = """
import functools
import json

from aiocache import cached
from cachetools import TTLCache
from fastapi import APIRouter, FastAPI, Response
from redis.asyncio import Redis
from sqlalchemy import select
from sqlalchemy.orm import Session

app = FastAPI()
redis = Redis()


def load(session: Session, number: int):
    return session.scalars(select(int)).all()


"""
READ = "@app.get('/books')\ndef books(session: Session):\n    return load(session, 1)\n"
PLAIN = {"main.py": START + READ}


def counts(code: str) -> Counts:
    return counts_of(RULE, {"main.py": f"{START}{code}\n\n\n{READ}"})


@pytest.mark.parametrize(
    "code",
    [
        "@functools.lru_cache\ndef names(session: Session):\n    return load(session, 2)",
        "@cached(ttl=60)\nasync def rates():\n    return {}",
        "kept = TTLCache(100, 60)",
        "async def one(key):\n    kept = await redis.get(key)\n    if kept is None:\n        kept = load(None, key)\n"
        "        await redis.setex(key, 60, json.dumps(1))\n    return kept",
        "async def one(store, n):\n    if found := await store.get(f'a:{n}'):\n        return found\n"
        "    value = load(None, n)\n    await store.set(f'a:{n}', value, ttl=5)\n    return value",
        "@app.get('/rates')\ndef rates(response: Response):\n    response.headers['ETag'] = str(hash(app))",
        "@app.get('/rates')\ndef rates():\n    return Response(headers={'cache-control': 'public, max-age=60'})",
    ],
)
def test_something_is_cached(code: str) -> None:
    assert counts(code) == PASSES


@pytest.mark.parametrize(
    "code",
    [
        "@functools.lru_cache\ndef settings():\n    return {}",
        "async def hit(key):\n    await redis.incr(key)\n    await redis.expire(key, 60)",
        "async def count(key):\n    seen = await redis.get(key)\n    await redis.set(key, seen + 1)\n    return seen",
        "async def one(key, other):\n    kept = await redis.get(key)\n    await redis.set(other, 1)\n    return kept",
        "def merge(first: dict, key):\n    value = first.get(key)\n    first.setdefault(key, 1)\n    return value",
        "@app.get('/me')\ndef me(response: Response):\n    response.headers['Cache-Control'] = 'no-store'",
    ],
)
def test_nothing_is_cached(code: str) -> None:
    assert counts(code) == FAILS


def test_what_is_kept_for_some_time_may_be_a_session() -> None:
    assert counts("async def log_in(token):\n    await redis.set(f'session:{token}', 'x', ex=3600)") == UNKNOWN


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"nginx.conf": "server { location / { proxy_pass http://app; proxy_cache answers; } }"}, PASSES),
        ({"nginx.conf": "server { location / { proxy_pass http://app; proxy_cache off; } }"}, FAILS),
        ({"compose.yaml": "services:\n  edge:\n    image: varnish:7\n"}, PASSES),
        ({"compose.yaml": "services:\n  redis:\n    image: redis:7\n"}, FAILS),
        ({"requirements.txt": "fastapi-cache2==0.2\naiocache==0.12\n"}, FAILS),
    ],
)
def test_a_proxy_keeps_answers(files: dict[str, str], expected: Counts) -> None:
    assert counts_of(RULE, {**PLAIN, **files}) == expected


@pytest.mark.parametrize(
    "code",
    [
        "@app.get('/ping')\ndef ping():\n    return 'pong'",
        "@app.post('/books')\ndef add(session: Session):\n    return load(session, 1)",
    ],
)
def test_without_reads_of_data_there_is_nothing_to_cache(code: str) -> None:
    assert counts_of(RULE, {"main.py": START + code}) == NO_SUBJECT


def misuse(code: str) -> Counts:
    return counts_of("performance.cache_misuse", {"main.py": f"{START}{code}\n"})


@pytest.mark.parametrize(
    "code",
    [
        "async def clear():\n    return await redis.keys('a:*')",
        "async def clear(client: Redis):\n    await client.flushall()",
        "async def one(key):\n    if kept := await redis.get(key):\n        return kept\n"
        "    value = load(None, key)\n    await redis.set(key, value)\n    return value",
    ],
)
def test_redis_is_misused(code: str) -> None:
    assert misuse(code) == FAILS


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def names(found: dict):\n    return found.keys()", NO_SUBJECT),
        ("async def keep(key):\n    await redis.set(key, 1)", NO_SUBJECT),
        ("async def read(key):\n    return await redis.get(key)", NO_SUBJECT),
        ("async def clear():\n    return [key async for key in redis.scan_iter('a:*')]", PASSES),
        (
            "async def one(key):\n    if kept := await redis.get(key):\n        return kept\n"
            "    await redis.set(key, 1, 60)\n    return 1",
            PASSES,
        ),
        (
            "async def one(key):\n    if kept := await redis.get(key):\n        return kept\n"
            "    await redis.set(key, 1)\n    await redis.expire(key, 60)\n    return 1",
            PASSES,
        ),
        (
            "async def one(session, key):\n    kept = session.get(key)\n    session.set(key, 1)\n    return kept",
            NO_SUBJECT,
        ),
    ],
)
def test_redis_is_used_well_or_it_is_not_redis(code: str, expected: Counts) -> None:
    assert misuse(code) == expected


def fetching(code: str) -> Counts:
    start = "from sqlalchemy import func, select\nfrom sqlalchemy.ext.asyncio import AsyncSession\n"
    return counts_of(
        "performance.over_fetching", {"main.py": f"{start}from sqlalchemy.orm import Session\n\n\n{code}\n"}
    )


@pytest.mark.parametrize(
    "code",
    [
        "def count(session: Session):\n    found = session.query(int).all()\n    return len(found)",
        "async def count(session: AsyncSession):\n    return len((await session.scalars(select(int))).all())",
        "def first(session: Session):\n    return session.scalars(select(int)).all()[0]",
    ],
)
def test_more_is_loaded_than_used(code: str) -> None:
    assert fetching(code) == FAILS


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def count(rows):\n    return len(rows.all())", NO_SUBJECT),
        ("def rows(session: Session):\n    found = session.query(int).all()\n    return len(found), found", PASSES),
        ("def rows(session: Session):\n    return session.scalars(select(int).limit(5)).all()[0]", PASSES),
        ("def rows(session: Session):\n    return session.query(int).all()[1]", PASSES),
        ("def count(session: Session):\n    return session.execute(select(func.count())).all()[0]", PASSES),
    ],
)
def test_what_is_loaded_is_used(code: str, expected: Counts) -> None:
    assert fetching(code) == expected


ROUTES = """
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy import select
from sqlalchemy.orm import Session

app = FastAPI()
scheme = OAuth2PasswordBearer("token")


def session() -> Session: ...


def user(token: Annotated[str, Depends(scheme)], session: Annotated[Session, Depends(session)]) -> int:
    if session.scalar(select(int)) is None:
        raise HTTPException(401)
    return 1


def superuser(user: Annotated[int, Depends(user)]) -> int:
    if user != 1:
        raise HTTPException(403)
    return user


def load(session: Session, number: int):
    return session.scalars(select(int).where(number)).all()


DB = Annotated[Session, Depends(session)]
User = Annotated[int, Depends(user)]


"""


@pytest.mark.parametrize(
    "route",
    [
        "@app.get('/loans')\ndef loans(session: DB, user: User):\n    return load(session, user)",
        "@app.get('/loans')\ndef loans(session: DB, me: User):\n    if not load(session, 1):\n        return me",
        "@app.get('/users', dependencies=[Depends(superuser)])\ndef users(session: DB):\n    return load(session, 1)",
        "@app.get('/admin/users')\ndef users(session: DB):\n    return load(session, 1)",
        "@app.get('/ready')\ndef ready(session: DB):\n    return load(session, 1)",
        "@app.get('/verify')\ndef verify(session: DB):\n    session.add(load(session, 1))\n    session.commit()",
        "@app.post('/search')\ndef search(session: DB):\n    return load(session, 1)",
    ],
)
def test_what_is_one_callers_own_is_not_worth_keeping(route: str) -> None:
    assert counts_of(RULE, {"main.py": f"{ROUTES}{route}\n"}) == NO_SUBJECT


@pytest.mark.parametrize(
    "route",
    [
        "@app.get('/books')\ndef books(session: DB):\n    return load(session, 1)",
        "@app.get('/books')\ndef books(session: DB, user: User):\n    return load(session, 1)",
        "@app.get('/books', dependencies=[Depends(user)])\ndef books(session: DB):\n    return load(session, 1)",
    ],
)
def test_what_all_callers_get_is_worth_keeping(route: str) -> None:
    assert counts_of(RULE, {"main.py": f"{ROUTES}{route}\n"}) == FAILS


def test_a_table_for_what_was_computed_is_a_cache() -> None:
    table = (
        "from sqlalchemy.orm import DeclarativeBase, mapped_column\n\n\nclass Base(DeclarativeBase): ...\n\n\n"
        "class CachedCount(Base):\n    __tablename__ = 'counts'\n    id = mapped_column(primary_key=True)\n"
    )
    assert counts_of(RULE, {**PLAIN, "tables.py": table}) == PASSES
