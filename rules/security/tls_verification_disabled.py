r"""A client talks TLS without checking whom it talks to.

## Why
Without verification everybody on the way can answer in the other service's place, read what is sent, tokens included,
and change what comes back. Nothing fails and nobody notices.

## Bad
```python
import httpx

client = httpx.AsyncClient(verify=False)  # finding
```

```python
import ssl

context = ssl._create_unverified_context()  # finding
```

## Good
```python
import ssl

import httpx

client = httpx.AsyncClient()
inside = httpx.AsyncClient(verify=ssl.create_default_context(cafile="/etc/ssl/company.pem"))
```

## Fix
Leave the verification on. Trust a company's own authority with a context that holds its certificate.

## Limits
`httpx`, `requests`, `aiohttp`, `urllib3` and `ssl` are looked at. A value that the configuration decides is unknown,
unless its default is off.

## References
httpx documentation, SSL; OWASP Top Ten 2021, A02; CWE-295.
"""

from fastapi_audit.rule_api import (
    Call,
    ExternalObject,
    Known,
    OneOf,
    Severity,
    Unknown,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    unknown,
)

METHODS = ("delete", "get", "head", "options", "patch", "post", "put", "request", "stream")
ARGUMENTS = {
    **{
        f"httpx.{name}": "verify" for name in (*METHODS, "AsyncClient", "AsyncHTTPTransport", "Client", "HTTPTransport")
    },
    **{f"requests.{name}": "verify" for name in METHODS},
    **{f"requests.Session.{name}": "verify" for name in METHODS},
    **{f"aiohttp.ClientSession.{name}": "ssl" for name in METHODS},
    "aiohttp.TCPConnector": "ssl",
    "aiohttp.request": "ssl",
    "urllib3.PoolManager": "cert_reqs",
}
OFF = ("CERT_NONE", "NONE")


@rule("SEC022", severity=Severity.ERROR)
def check(call: Call) -> Verdict:
    if call.name == "ssl._create_unverified_context":
        return fail(call.place, "the context verifies no certificate")
    argument = ARGUMENTS.get(call.name or "")
    if argument is None:
        return skip
    value = call.named.get(argument) or call.named.get("verify_ssl")
    if isinstance(value, Known) and (value.value is False or value.value in OFF):
        return fail(call.place, f"{call.name} verifies no certificate: `{argument}` is off")
    if isinstance(value, OneOf) and any(isinstance(one, Known) and one.value is False for one in value.options):
        return unknown(call.place, "whether certificates are verified depends on a condition")
    if isinstance(value, Unknown) or (isinstance(value, ExternalObject) and value.type == "bool"):
        return unknown(call.place, "whether certificates are verified is decided elsewhere")
    return ok(call.place, "certificates are verified")
