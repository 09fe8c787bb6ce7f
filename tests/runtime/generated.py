"""The strategy for whole applications: routers, what includes them, and how all is spread over modules."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from packaging.version import Version
from runtime.applications import LIBRARY_STYLES, Application, Definition, Module, Style, arguments, in_pieces, indented
from runtime.generated_dependencies import NEW_LINE, add_dependency
from runtime.generated_routes import route
from runtime.sketch import INCLUDES_LIVE_FROM, Sketch

SCHEMAS = (
    Definition("Colour", 'class Colour(str, «enum:Enum»):\n    RED = "red"\n    BLUE = "blue"'),
    Definition("Item", "class Item(«pydantic:BaseModel»):\n    name: str\n    price: float = 0"),
    Definition("Entry", 'class Entry(«Item»):\n    note: str = ""'),
    Definition("T", 'T = «typing:TypeVar»("T")'),
    Definition("Page", "class Page(«pydantic:BaseModel», «typing:Generic»[«T»]):\n    items: list[«T»]"),
    Definition("Point", "@«dataclasses:dataclass»\nclass Point:\n    x: int\n    y: int = 0"),
)
SUBCLASSES = (
    "    pass",
    '    def __init__(self, **options):\n        super().__init__(**options)\n        self.tags.append("own")',
    '    def __init__(self, tags=None, **options):\n        super().__init__(tags=["mine", *(tags or [])], **options)',
)


@st.composite
def applications(draw: st.DrawFn, fastapi: Version) -> Application:
    """Draw an application of several modules for a version of FastAPI."""
    sketch = Sketch(draw, fastapi, [*SCHEMAS])
    sketch.times(4, lambda: add_dependency(sketch))
    sketch.times(3, lambda: _add_router(sketch))
    sketch.applications = sketch.times(1, lambda: _add_application(sketch, "inner"))
    target = _add_application(sketch, "app")
    cuts = draw(st.lists(st.integers(1, len(sketch.definitions)), max_size=4))
    pieces = list(in_pieces(sketch.definitions, cuts))
    outer = draw(st.integers(0, len(pieces)))
    modules = [
        Module("shop" if number < outer else "shop.api", f"part{number}", piece, **draw(_imports(fastapi)))
        for number, piece in enumerate(pieces)
    ]
    return Application(tuple(modules), target.replace("«", "").replace("»", ""))


def _imports(fastapi: Version) -> st.SearchStrategy[dict[str, Any]]:
    """Draw how a module imports. Early versions do not find what the postponed annotations of instances mean."""
    return st.fixed_dictionaries(
        {
            "style": st.sampled_from(Style),
            "library_style": st.sampled_from(LIBRARY_STYLES),
            "has_postponed_annotations": st.booleans() if fastapi >= INCLUDES_LIVE_FROM else st.just(False),
        }
    )


def _add_router(sketch: Sketch) -> None:
    name = sketch.fresh("router")
    prefix = sketch.one_of("", f"prefix={sketch.text('prefix', '/things')}", f'prefix="/{{tenant_{sketch.count}}}"')
    kind = "«fastapi:APIRouter»"
    if sketch.rarely():
        own = sketch.fresh("Router")
        kind = sketch.add(own, f"class {own}(«fastapi:APIRouter»):\n{sketch.one_of(*SUBCLASSES)}")
    made = f"{name} = {kind}({arguments(prefix, sketch.flags())})"
    included = sketch.times(1, lambda: _include(sketch, name)) if sketch.routers else []
    parts = [made, *sketch.shuffled([*included, *sketch.times(3, lambda: route(sketch, name))])]
    if not sketch.rarely():
        sketch.routers.append(sketch.add(name, "\n\n\n".join(parts)))
    elif sketch.rarely():
        inside = indented("\n\n".join(["def __init__(self):", *map(indented, [*parts, f"self.router = {name}"])]))
        sketch.routers.append(sketch.add(f"Holder_{name}", f"class Holder_{name}:\n{inside}") + "().router")
    else:
        inside = indented("\n\n".join([*parts, f"return {name}"]))
        sketch.routers.append(sketch.add(f"make_{name}", f"def make_{name}():\n{inside}") + "()")


def _include(sketch: Sketch, into: str) -> str:
    prefix = sketch.one_of("", f"prefix={sketch.text('prefix', '/v1')}", 'prefix="/v2"')
    given = arguments(prefix, sketch.flags())
    first, second = sketch.one_of(*sketch.routers), sketch.one_of(*sketch.routers)
    form = sketch.one_of("plain", "plain", "keyword", "loop", "items", "function")
    if form == "loop":
        return f"for each in ({first}, {second}):\n    {into}.include_router({arguments('each', given)})"
    if form == "items":
        pairs = f'{{"/left": {first}, "/right": {second}}}'
        options = arguments("each", "prefix=key", sketch.flags())
        return f"for key, each in {pairs}.items():\n    {into}.include_router({options})"
    if form == "function":
        name = sketch.fresh("register")
        body = f"target.include_router({arguments(first, given)})"
        return f"{sketch.add(name, f'def {name}(target):{NEW_LINE}    {body}')}({into})"
    return f"{into}.include_router({arguments(first if form == 'plain' else f'router={first}', given)})"


def _late(sketch: Sketch) -> str:
    """Draw a route that is added to a router after its inclusion."""
    known = [router for router in sketch.routers if "(" not in router]
    return route(sketch, sketch.one_of(*known)) if known else ""


def _add_application(sketch: Sketch, name: str) -> str:
    """Draw an application, at module level or in a factory, and return the expression for it."""
    made = f"{name} = «fastapi:FastAPI»({sketch.listed()})"
    includes = (
        sketch.times(2, lambda: _include(sketch, sketch.one_of(name, name, f"{name}.router"))) if sketch.routers else []
    )
    mounts = [f'{name}.mount("/mounted", {each})' for each in sketch.applications]
    routes = sketch.times(2, lambda: route(sketch, sketch.one_of(name, name, f"{name}.router")))
    parts = [made, *sketch.shuffled([*includes, *mounts, *routes]), *sketch.times(1, lambda: _late(sketch))]
    if sketch.draw(st.booleans()):
        inside = indented("\n\n".join([*filter(None, parts), f"return {name}"]))
        factory = sketch.add(f"create_{name}", f"def create_{name}():\n{inside}") + "()"
        return sketch.add(name, f"{name} = {factory}") if sketch.rarely() else factory
    return sketch.add(name, "\n\n\n".join(filter(None, parts)))
