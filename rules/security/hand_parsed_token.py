r"""The `Authorization` header is taken apart by hand instead of by a security scheme.

## Why
Splitting the header by hand gets the small things wrong: no header, another scheme, other case, more than one space.
And the interactive documentation does not know that the route wants a token.

## Bad
```python
from fastapi import Depends, FastAPI, HTTPException, Request

app = FastAPI()


def current_token(request: Request) -> str:
    header = request.headers.get("Authorization")  # finding
    if header is None or not header.startswith("Bearer "):
        raise HTTPException(401, "Not authenticated")
    return header.split(" ")[1]


@app.get("/me")
def read_me(token: str = Depends(current_token)) -> str:
    return token
```

```python
from typing import Annotated

from fastapi import FastAPI, Header

app = FastAPI()


@app.get("/me")
def read_me(authorization: Annotated[str, Header()]) -> str:  # finding
    return authorization.removeprefix("Bearer ")
```

## Good
```python
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

app = FastAPI()
bearer = HTTPBearer()


@app.get("/me")
def read_me(token: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> str:
    return token.credentials
```

Handing the header on is no parsing:

```python
from fastapi import FastAPI, Request

app = FastAPI()


@app.get("/me")
def read_me(request: Request) -> dict[str, str | None]:
    return {"authorization": request.headers.get("Authorization")}
```

Middleware cannot depend on a scheme. FastAPI's own function for the header is what the schemes use:

```python
from fastapi import FastAPI, Request, Response
from fastapi.security.utils import get_authorization_scheme_param

app = FastAPI()


@app.middleware("http")
async def note_scheme(request: Request, call_next) -> Response:
    scheme, _ = get_authorization_scheme_param(request.headers.get("Authorization"))
    request.state.scheme = scheme
    return await call_next(request)
```

## Fix
Depend on `HTTPBearer`, `OAuth2PasswordBearer` or another scheme of `fastapi.security`, and use what it gives.

## Limits
Methods of a security scheme of one's own may read the header. It is followed into one function that it is handed to.

## References
FastAPI documentation, Security; RFC 6750, section 2.1.
"""

from fastapi_audit.rule_api import Severity, TokenRead, Verdict, fail, ok, rule, skip


@rule("SEC014", severity=Severity.WARNING)
def check(read: TokenRead) -> Verdict:
    if read.is_parsed:
        return fail(read.place, f"{read} takes the Authorization header apart by hand")
    return ok(read.place, f"{read} uses {read.scheme}") if read.scheme is not None else skip
