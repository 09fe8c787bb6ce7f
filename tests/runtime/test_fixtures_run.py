"""The services of `fixtures/projects` are real: they start under FastAPI and answer, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from runtime.services import PROJECTS, Service, serve_production, serve_toy, serve_typical


@pytest.fixture
def toy(tmp_path: Path) -> Iterator[Service]:
    """The toy."""
    with serve_toy(tmp_path) as service:
        yield service


@pytest.fixture
def typical(tmp_path: Path) -> Iterator[Service]:
    """The typical service."""
    with serve_typical(tmp_path) as service:
        yield service


@pytest.fixture
def production(tmp_path: Path) -> Iterator[Service]:
    """The production-grade service."""
    with serve_production(tmp_path) as service:
        yield service


def test_the_toy_sells_to_anyone(toy: Service) -> None:
    lamp = {"name": "Lamp", "price": 10.0, "stock": 20}
    assert toy.ask("POST", "/products", json=lamp) == (200, lamp | {"id": 1})
    assert toy.ask("POST", "/orders", json={"product_id": 1, "amount": 20}) == (200, {"id": 1, "total": 180.0})
    assert toy.ask("GET", "/orders") == (200, [{"id": 1, "product": "Lamp", "amount": 20}])


def test_the_toy_has_the_defects_it_is_for(toy: Service) -> None:
    toy.ask("POST", "/products", json={"name": "Lamp", "price": 10.0, "stock": 20})
    assert toy.ask("GET", "/products/search", params={"q": "Lamp"})[0] == 404, "the route is shadowed"
    assert toy.ask("GET", "/reviews")[0] == 404, "the router is never included"
    assert len(toy.ask("GET", "/search", params={"q": "' OR 1=1 --"})[1]) == 1, "the query is injectable"
    assert "password" in toy.ask("POST", "/register", json={"name": "ann", "password": "x"})[1]


def test_the_typical_service_keeps_projects_for_its_users(typical: Service) -> None:
    account = {"email": "ann@example.com", "password": "a good password"}
    assert typical.ask("POST", "/api/auth/register", json=account) == (201, {"id": 1, "email": "ann@example.com"})
    form = {"username": account["email"], "password": account["password"]}
    token = typical.ask("POST", "/api/auth/login", data=form)[1]["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    created = typical.ask("POST", "/api/projects", json={"name": "Garden"}, headers=headers)
    assert created == (201, {"id": 1, "name": "Garden", "tasks": []})
    assert typical.ask("POST", "/api/projects", json={"name": "Garden"})[0] == 401
    assert typical.ask("PATCH", "/api/tasks/1", json={"done": True})[0] == 404, "this one asks nobody who they are"


def test_the_production_service_lends_books_to_its_members(production: Service) -> None:
    account = {"email": "ada@example.org", "full_name": "Ada", "password": "a long passphrase"}
    assert production.ask("POST", "/v1/auth/register", json=account)[0] == 201
    form = {"username": account["email"], "password": account["password"]}
    token = production.ask("POST", "/v1/auth/token", data=form)[1]["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert production.ask("GET", "/v1/users/me", headers=headers)[1]["role"] == "member"
    assert production.ask("GET", "/v1/loans", headers=headers)[1]["total"] == 0
    assert production.ask("POST", "/v1/books", json={}, headers=headers)[0] == 403
    assert production.ask("GET", "/ready") == (200, {"status": "ok", "database": "ok"})


@pytest.mark.parametrize("project", ["typical", "production"])
def test_the_services_own_tests_pass(project: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", ".", "--basetemp"]
    result = subprocess.run(
        [*command, str(tmp_path / "base")],
        cwd=PROJECTS / project,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout
