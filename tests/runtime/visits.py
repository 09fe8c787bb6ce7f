"""Requests that reach every handler of the services in `fixtures/projects`."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from runtime.services import Service


def visit_toy(toy: Service, _directory: Path) -> None:
    """Register, sell and be sold to."""
    account = {"name": "ann", "password": "x"}
    toy.ask("POST", "/register", json=account)
    token = toy.ask("POST", "/login", json=account)[1]["token"]
    toy.ask("GET", "/me", headers={"Authorization": f"Bearer {token}"})
    toy.ask("POST", "/products", json={"name": "Lamp", "price": 10.0, "stock": 20})
    for path in ("/products", "/products/1", "/products/1/price", "/search?q=Lamp"):
        assert toy.ask("GET", path)[0] == 200, path
    toy.ask("PUT", "/products/1", json={"price": 9.0})
    toy.ask("POST", "/orders", json={"product_id": 1, "amount": 2})
    assert len(toy.ask("GET", "/orders")[1]) == 1
    assert toy.ask("GET", "/stats") == (200, {"orders": 1, "sold": 2})
    assert toy.ask("DELETE", "/products/1")[0] == 200


def visit_typical(typical: Service, _directory: Path) -> None:
    """Register, make a project, add a task, take all of it away."""
    account = {"email": "ann@example.com", "password": "a good password"}
    typical.ask("POST", "/api/auth/register", json=account)
    form = {"username": account["email"], "password": account["password"]}
    token = typical.ask("POST", "/api/auth/login", data=form)[1]["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    for method, path, body, status in (
        ("GET", "/health", None, 200),
        ("GET", "/api/auth/me", None, 200),
        ("POST", "/api/projects", {"name": "Garden"}, 201),
        ("GET", "/api/projects", None, 200),
        ("GET", "/api/projects/1", None, 200),
        ("POST", "/api/projects/1/tasks", {"title": "Dig"}, 201),
        ("GET", "/api/projects/1/tasks", None, 200),
        ("PATCH", "/api/tasks/1", {"done": True}, 200),
        ("POST", "/api/projects/1/export", None, 201),
        ("DELETE", "/api/projects/1", None, 204),
    ):
        assert typical.ask(method, path, json=body, headers=headers)[0] == status, path


def visit_production(production: Service, directory: Path) -> None:
    """Register, become a librarian, add a book, borrow it and bring it back."""
    account = {"email": "ada@example.org", "full_name": "Ada", "password": "a long passphrase"}
    user = production.ask("POST", "/v1/auth/register", json=account)[1]["id"]
    make_librarian(directory / "production.sqlite")
    form = {"username": account["email"], "password": account["password"]}
    tokens = production.ask("POST", "/v1/auth/token", data=form)[1]
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}

    def ask(status: int, method: str, path: str, body: object = None) -> str:
        answered, answer = production.ask(method, path, json=body, headers=headers)
        assert answered == status, (path, answer)
        return answer.get("id", "") if isinstance(answer, dict) else ""

    for path in ("/health", "/ready", "/metrics", "/.well-known/security.txt", "/v1/users/me", "/v1/users"):
        ask(200, "GET", path)
    ask(200, "POST", "/v1/auth/refresh", {"refresh_token": tokens["refresh_token"]})
    ask(409, "PUT", f"/v1/users/{user}/role", {"role": "member"})
    book = ask(201, "POST", "/v1/books", {"isbn": "9780141439518", "title": "Emma", "author": "Austen", "copies": 1})
    ask(200, "PATCH", f"/v1/books/{book}", {"copies": 2})
    ask(200, "GET", f"/v1/books/{book}")
    ask(200, "GET", "/v1/books")
    loan = ask(201, "POST", "/v1/loans", {"book_id": book})
    ask(200, "GET", "/v1/loans")
    ask(200, "POST", f"/v1/loans/{loan}/return")
    (directory / "draining").touch()
    ask(503, "GET", "/ready")


def make_librarian(database: Path) -> None:
    """Give everyone the role that only a librarian could give."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE users SET role = 'LIBRARIAN'")
