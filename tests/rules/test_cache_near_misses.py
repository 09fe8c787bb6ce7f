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
