r"""A route takes a JSON body and form fields or files at once.

## Why
A request has one body of one content type. As soon as one parameter is a form field or a file, FastAPI reads all of the
body as a form: a model or `dict` beside it is looked for in a form field, found as a text, and refused. No request can
satisfy such a route; each one that brings the body is answered with 422.

## Bad
```python
from fastapi import Depends, FastAPI, Form, UploadFile
from fastapi.security import OAuth2PasswordRequestForm
from pydantic import BaseModel

app = FastAPI()


class Item(BaseModel):
    name: str


@app.post("/items")  # finding
async def create_item(item: Item, picture: UploadFile) -> None: ...


@app.put("/items")  # finding
async def replace_items(items: list[Item] | None = None, note: str = Form("")) -> None: ...


@app.post("/login")  # finding
async def login(item: Item, form: OAuth2PasswordRequestForm = Depends()) -> None: ...
```

Until FastAPI 0.157, a model of form fields has to be alone as well:

```python
# file: requirements.txt
fastapi==0.115.14
# file: app/main.py
from typing import Annotated

from fastapi import FastAPI, Form, UploadFile
from pydantic import BaseModel

app = FastAPI()


class Item(BaseModel):
    name: str


@app.post("/items")  # finding
async def create_item(item: Annotated[Item, Form()], picture: UploadFile) -> None: ...
```

## Good
```python
import json
from typing import Annotated

from fastapi import Body, Depends, FastAPI, File, Form, UploadFile
from pydantic import BaseModel, model_validator

app = FastAPI()


class Item(BaseModel):
    name: str


class Parsed(BaseModel):
    name: str

    @model_validator(mode="before")
    @classmethod
    def parse(cls, value):
        return json.loads(value) if isinstance(value, str) else value


@app.post("/items")
async def create_item(item: Item) -> None: ...


@app.post("/forms")
async def create_from_form(item: Annotated[Item, Form()]) -> None: ...


@app.post("/pictures")
async def upload(picture: UploadFile, name: str = Form(), size: int = Body(1), tags: list[str] = Body([])) -> None: ...


@app.post("/parsed")
async def create_parsed(item: Parsed, picture: bytes = File()) -> None: ...


@app.post("/query")
async def create_from_query(picture: UploadFile, item: Item = Depends()) -> None: ...
```

## Fix
Make all of them form fields (`Annotated[str, Form()]`), upload the file by a route of its own, or send the model as a
text in a form field and parse it: `Item.model_validate_json(text)`.

## Limits
Single values and lists of them that are declared with `Body()` are read from the form, which works. A model that looks
at the text itself, with a validator of the whole model, and a type of a library are no finding.

## References
FastAPI documentation, Request Forms and Files, the warning; release notes of 0.113.0 and 0.158.0.
"""

from fastapi_audit.rule_api import Parameter, Project, Related, Route, Severity, Verdict, fail, ok, rule, skip

from ._bodies import FORMS, bodies_of, needs_json

MODELS_BESIDE_OTHERS_FROM = "0.158"


@rule("COR013", severity=Severity.ERROR)
def check(route: Route, project: Project) -> Verdict:
    taken = list(bodies_of(route))
    form = next((one for one in taken if one.source in FORMS), None)
    if form is None:
        return skip
    body = next((one for one in taken if one.source == "body" and needs_json(one)), None)
    if body is not None:
        return _refused(route, body, form, f"{route} reads a form: `{body.variable}` can never be read from it")
    model = next((one for one in taken if one.source == "form" and needs_json(one)), None)
    other = next((one for one in taken if one is not model), None)
    if model is None or other is None or project.is_since("fastapi", MODELS_BESIDE_OTHERS_FROM):
        return ok(route.place)
    message = f"{route} takes the model `{model.variable}` and more from a form, which this FastAPI cannot"
    return _refused(route, model, other, message)


def _refused(route: Route, body: Parameter, form: Parameter, message: str) -> Verdict:
    related = (Related(body.place, f"the {body.source} parameter"), Related(form.place, f"the {form.source} parameter"))
    return fail(route.place, message, related=related)
