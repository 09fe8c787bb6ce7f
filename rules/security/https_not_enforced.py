r"""The service answers over plain HTTP, and nothing sends its callers to HTTPS.

## Why
Whoever shares the network with a caller reads every password and token that goes over plain HTTP, and changes the
answers. A client that once asked over HTTP goes on doing so until it is redirected.

## Bad
```dockerfile
# file: Dockerfile
FROM python:3.12-slim
COPY . .
CMD ["uvicorn", "main:app", "--host", "0.0.0.0"]
# file: main.py
from fastapi import FastAPI

app = FastAPI()  # finding


@app.get("/items")
def read_items() -> list[str]:
    return []
```

A platform that serves both, unless it is told otherwise:

```toml
# file: fly.toml
app = "shop"

[http_service]
internal_port = 8000
force_https = false
# file: main.py
from fastapi import FastAPI

app = FastAPI()  # finding


@app.get("/items")
def read_items() -> list[str]:
    return []
```

## Good
```python
from fastapi import FastAPI
from fastapi.middleware.httpsredirect import HTTPSRedirectMiddleware

app = FastAPI()
app.add_middleware(HTTPSRedirectMiddleware)


@app.get("/items")
def read_items() -> list[str]:
    return []
```

```nginx
# file: deploy/nginx.conf
server {
    listen 80;
    return 301 https://$host$request_uri;
}

server {
    listen 443 ssl;

    location / {
        proxy_pass http://api:8000;
    }
}
# file: main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    return []
```

```yaml
# file: k8s/ingress.yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  tls:
    - hosts: [shop.example.com]
      secretName: shop-tls
  rules:
    - host: shop.example.com
# file: main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    return []
```

## Fix
Redirect where TLS ends: in the proxy or ingress, or by the platform's switch. Where the service is reached directly,
add `HTTPSRedirectMiddleware`, and have the server trust the proxy's `X-Forwarded-Proto` (`--forwarded-allow-ips`).

## Limits
Configuration of proxies, ingresses, platforms and pipelines counts wherever it is in the repository; what is set up
outside of it (load balancers, Terraform) is not seen. Behind a proxy that is only hinted at, and where nothing says how
the service is run, the verdict is unknown. A middleware that a setting switches on counts.

## References
OWASP Cheat Sheet, Transport Layer Security; FastAPI documentation, About HTTPS; CWE-319.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Application,
    Compose,
    Confidence,
    Image,
    Place,
    Priority,
    Project,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    unknown,
)

from ._around import middlewares_around, sign_of_a_proxy

REDIRECT = "starlette.middleware.httpsredirect.HTTPSRedirectMiddleware"
HSTS = "strict-transport-security"


@rule("SEC008", severity=Severity.WARNING, priority=Priority.P0)
def check(application: Application, project: Project) -> Verdict:
    if not application.is_outermost:
        return skip
    enforced = next(enforcers(application, project), None)
    if enforced is not None:
        return ok(*enforced)
    both = next((one for one in project.gateways if one.plain is not None and one.https is not None), None)
    if both is not None:
        return fail(application.place, f"{both} serves plain HTTP as well as HTTPS ({both.plain})")
    if project.gateways:
        gateway = project.gateways[0]
        return unknown(gateway.place, f"{gateway} stands in front of the service and may do it")
    sign = sign_of_a_proxy(application, project)
    if sign is not None:
        return unknown(sign, "a proxy in front of the service may do it")
    if application.opaque:
        return unknown(application.opaque[0][1], "something unknown gets hold of the application and may do it")
    if not says_how_it_runs(project):
        return unknown(application.place, "nothing in the repository says how the service is run")
    return fail(application.place, f"nothing sends callers of {application} to HTTPS", confidence=Confidence.MEDIUM)


def enforcers(application: Application, project: Project) -> Iterator[tuple[Place, str]]:
    """Yield what sends callers to HTTPS, or serves nothing else."""
    for middleware in middlewares_around(application):
        answered = project.answers.of_middleware(middleware)
        if middleware.name == REDIRECT or answered.to_https is not None:
            yield middleware.place, f"{middleware} redirects to HTTPS"
        elif HSTS in answered.headers:
            yield middleware.place, f"{middleware} tells browsers to use HTTPS alone"
    for gateway in project.gateways:
        if gateway.redirects is not None:
            yield gateway.redirects, f"{gateway} serves HTTPS alone"


def says_how_it_runs(project: Project) -> bool:
    return bool(project.subjects(Image)) or bool(project.evidence_of(Compose))
