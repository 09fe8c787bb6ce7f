r"""A GET route changes what is stored.

## Why
A GET is sent by others than the caller, too, and more or less often than the caller thinks: browsers fetch ahead,
crawlers and mail scanners follow every link, proxies answer from memory. What changes data must be asked for by POST,
PUT, PATCH or DELETE.

## Bad
```python
from fastapi import FastAPI
from sqlalchemy import delete
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

app = FastAPI()


class Base(DeclarativeBase): ...


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)


@app.get("/orders/{order_id}/cancel")  # finding
def cancel_order(order_id: int, session: Session) -> None:
    session.execute(delete(Order).where(Order.id == order_id))
    session.commit()
```

However far away the write is:

```python
# file: app/main.py
from fastapi import FastAPI

from app.services import orders

app = FastAPI()


@app.get("/orders/{order_id}/copy")  # finding
async def copy_order(order_id: int) -> int:
    return await orders.copy(order_id)
# file: app/services/orders.py
from app.tables import Order


async def copy(order_id: int) -> int:
    order = await Order.get(id=order_id)
    made = await Order.create(title=order.title)
    return made.id
# file: app/tables.py
from tortoise import fields
from tortoise.models import Model


class Order(Model):
    id = fields.IntField(primary_key=True)
    title = fields.TextField()
```

## Good
```python
from fastapi import FastAPI
from sqlalchemy import select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

app = FastAPI()


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    is_confirmed: Mapped[bool]


@app.get("/users")
def list_users(session: Session) -> list[int]:
    return [user.id for user in session.scalars(select(User))]


@app.post("/users/{user_id}/block")
def block_user(user_id: int, session: Session) -> None:
    session.execute(update(User).where(User.id == user_id).values(is_confirmed=False))
    session.commit()


@app.get("/users/verify-email")
def verify_email(user_id: int, session: Session) -> None:
    session.execute(update(User).where(User.id == user_id).values(is_confirmed=True))
    session.commit()
```

## Fix
Register the route under POST, PUT, PATCH or DELETE.

## Limits
Links in mails and redirections from other services (log-in, confirmation, unsubscribing) have to be GET and are left
out, by a word of their path. Rows that are made because they are missing, logs, sessions, counts, and what runs in the
background or in a dependency have low confidence. Changed attributes of a row that nothing adds to a session are not
seen.

## References
RFC 9110, section 9.2.1, Safe Methods; OWASP, Cross-Site Request Forgery Prevention.
"""

from fastapi_audit.rule_api import (
    Confidence,
    Project,
    Route,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    unknown,
)

from ._writing import chain, confidence_of, literals, said, words

SAFE = frozenset({"GET", "HEAD"})
LINKS = frozenset(
    {
        "accept",
        "activate",
        "activation",
        "auth",
        "authorize",
        "callback",
        "confirm",
        "confirmation",
        "consent",
        "connect",
    }
    | {
        "decline",
        "invite",
        "invitation",
        "join",
        "login",
        "logout",
        "magic",
        "oauth",
        "oauth2",
        "oidc",
        "optout",
        "pixel",
    }
    | {"redirect", "saml", "signin", "signout", "sso", "track", "unsubscribe", "validate", "verification", "verify"}
    | {"refresh", "token", "webhook", "cron"}
)


@rule("API010", severity=Severity.WARNING)
def check(route: Route, project: Project) -> Verdict:
    if not route.methods or not SAFE.issuperset(route.methods) or not project.writes.own:
        return skip
    if route.handler is None:
        return unknown(route.place, "its handler is not known")
    if any(not LINKS.isdisjoint(words(part)) for part in [*literals(route), route.handler.name]):
        return skip
    found = [(confidence_of(write), write) for write in project.writes.reached_from(route.handler)]
    for dependency in route.all_dependencies:
        if dependency.function is not None:
            found += [(Confidence.LOW, write) for write in project.writes.reached_from(dependency.function)]
    if not found:
        return ok(route.place)
    confidence, worst = max(found, key=lambda one: one[0])
    message = f"{route} {said(worst)}, and GET must change nothing"
    return fail(route.place, message, related=chain(worst), confidence=confidence)
